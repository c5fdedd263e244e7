"""The files that a report brings beside those that were named, and whether they would replace somebody's."""

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, ValidationError

from assistant.report.render.markdown import LISTED
from assistant.report.schema import Kind, Manifest
from store.errors import InputError

_BIBTEX_KEY = re.compile(rb"^@\w+\{([^,\s]+),", re.MULTILINE)
_LISTED_KEY = re.compile(rb"^- \\\[\d+\\\] \*\*(.+?)\*\*: ", re.MULTILINE)


class SideFile(NamedTuple):
    """A file that nobody named: the references, a picture, the manifest.

    Attributes:
        path: The file.
        main: The file that was named and brings it.
        content: What is to be written, None where that is not known yet.
    """

    path: Path
    main: Path
    content: bytes | None = None


class SavedManifest(Manifest):
    """A manifest as it is saved: it tells, too, which files were written beside it.

    Attributes:
        files: SHA-256 of each side file, by its path from the folder of the manifest.
    """

    files: dict[str, str] = Field(default_factory=dict)


def name_manifest(places: Iterable[Path]) -> Path:
    """Name the manifest beside the first of some files.

    Raises:
        InputError: It is no name of a file.
    """
    first = next(iter(places))
    if not first.name:
        raise InputError(f"{first} is a folder.", "Name a file in it: report.html, report.md.")
    return first.with_suffix(".manifest.json")


def record_files(manifest: Manifest, path: Path, contents: Mapping[Path, bytes]) -> bytes:
    """Write a manifest with the digests of the side files; those that it told of before stay in it.

    Args:
        manifest: Of the report.
        path: Where it is to be saved.
        contents: The side files that are written.
    """
    before = _read_manifest(path)
    digests = {_locate_from(file, path): _hash_content(content) for file, content in contents.items()}
    files = {**(before.files if before else {}), **digests}
    extended = SavedManifest(**manifest.model_dump(), files=files) if files else manifest
    return f"{extended.model_dump_json(indent=2)}\n".encode()


def check_side_files(side_files: Iterable[SideFile], named: Collection[Path], manifest: Path) -> None:
    """Let no file be replaced that no report wrote and nobody named. In doubt a file is its owner's.

    A file is a report's own where the manifest has its digest, where it would be written as it is, or where the
    Markdown beside it refers to it, lists the same references and is not older. A manifest is known by what is in it.

    Args:
        side_files: What is to be written.
        named: The files that the user named: they may be replaced.
        manifest: Where the manifest of the report is, or is to be.

    Raises:
        InputError: A file is somebody else's.
    """
    free = {Path(os.path.abspath(path)) for path in named}
    saved = _read_manifest(manifest)
    foreign = [
        side_file
        for side_file in side_files
        if Path(os.path.abspath(side_file.path)) not in free
        and (os.path.lexists(side_file.path) or _is_folder_taken(side_file))
        and not _is_ours(side_file, saved, manifest)
    ]
    if foreign:
        names = ", ".join(dict.fromkeys(str(side_file.path) for side_file in foreign))
        raise InputError(
            f"Nothing was written: beside {foreign[0].main} would come {names}, which is there and no report wrote.",
            "Name another output, or move what is there to another place.",
        )


def _is_folder_taken(side_file: SideFile) -> bool:
    """Whether what is to be the folder of the pictures is something else."""
    folder = side_file.path.parent
    return folder != side_file.main.parent and os.path.lexists(folder) and not folder.is_dir()


def _is_ours(side_file: SideFile, saved: SavedManifest | None, manifest: Path) -> bool:
    if side_file.path.is_symlink() or not side_file.path.is_file():
        return False
    if side_file.path == manifest:
        return saved is not None
    try:
        content = side_file.path.read_bytes()
        if content == side_file.content:
            return True
        if saved and saved.files.get(_locate_from(side_file.path, manifest)) == _hash_content(content):
            return True
        # Versions that kept no digests.
        return any(
            _is_referred_to(text, side_file, content) for text in {side_file.main, side_file.main.with_suffix(".md")}
        )
    except OSError:  # What cannot be read cannot be told from another's.
        return False


def _is_referred_to(text: Path, side_file: SideFile, content: bytes) -> bool:
    """Whether a Markdown of a report refers to a file, and the file is as it was when that was written."""
    if not text.is_file() or side_file.path.stat().st_mtime_ns > text.stat().st_mtime_ns:
        return False
    written = text.read_bytes()
    head = rb'---\ntitle: .*\nlang: en\nbibliography: "([^"\n]+)"\n'
    bibliography = re.match(head + re.escape(LISTED.encode()), written)
    if bibliography is None:
        return False
    if side_file.path.suffix == ".bib":
        same = {*_BIBTEX_KEY.findall(content)} == {*_LISTED_KEY.findall(written)}
        return bibliography[1] == side_file.path.name.encode() and same
    return f"](<{side_file.path.parent.name}/{side_file.path.name}>)".encode() in written


def _read_manifest(path: Path) -> SavedManifest | None:
    """Read a manifest that was saved; None where there is none or the file is something else."""
    if path.is_symlink():
        return None
    try:
        content = json.loads(path.read_bytes())
        manifest = SavedManifest.model_validate(content)
    except (OSError, ValueError, ValidationError):
        return None
    is_report = manifest.settings.get("kind") in {kind.value for kind in Kind}
    return manifest if is_report and {*content} <= {*SavedManifest.model_fields} else None


def _locate_from(file: Path, manifest: Path) -> str:
    return Path(os.path.relpath(file, manifest.parent)).as_posix()


def _hash_content(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
