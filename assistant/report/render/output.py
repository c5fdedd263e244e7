"""A report as files: each format, what comes beside it, and the manifest.

A file replaces what is there only where a report wrote that, and nobody changed it since.
"""

import csv
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pydantic import Field, ValidationError

from assistant.export.bibtex_writer import format_bibtex
from assistant.report.figures import render_figures
from assistant.report.figures.figure import Picture, can_draw
from assistant.report.render.captions import LEDGER, MADE, write_sign
from assistant.report.render.html import write_html
from assistant.report.render.manuscript import Manuscript, build_manuscript
from assistant.report.render.markdown import LISTED, name_picture, write_markdown
from assistant.report.render.pandoc import FORMATS as BY_PANDOC
from assistant.report.render.pandoc import convert_report
from assistant.report.saved import keep_report
from assistant.report.schema import Cell, Manifest, Report, ReportKind
from assistant.types import Claim
from store.citation_keys import keys_in
from store.errors import InputError, LibraryError
from store.files import write_atomic
from store.library import Library
from store.paper import Paper
from store.text.clean import clean_characters

# What Markdown and LaTeX would not take for a part of a file's name.
_NOT_IN_NAMES = re.compile(r"[^\w.-]+", re.ASCII)
TEXTS = ("md", "html", "json", "csv", "bib")
FORMATS = (*TEXTS, *BY_PANDOC)
"""Formats of a report, by the ending of a file."""
PICTURED = frozenset(("md", "html", *BY_PANDOC))
"""Formats that show pictures."""
# How the keys of references stand in BibTeX and in Markdown of ours.
_BIBTEX_KEY = re.compile(rb"^@\w+\{([^,\s]+),", re.MULTILINE)
_LISTED_KEY = re.compile(rb"^- \\\[\d+\\\] \*\*(.+?)\*\*: ", re.MULTILINE)


TableWriter = Callable[[Report, Mapping[str, str]], bytes]
"""Writes a report in a format of its kind, given the citation keys of papers by their ids."""


class _SideFile(NamedTuple):
    """A file that is to be written: one that was named, or what it brings: the references, a picture, the manifest.

    Attributes:
        path: The file.
        main: The file that was named and brings it, or is it.
        content: What is to be written, None where that is not known yet.
    """

    path: Path
    main: Path
    content: bytes | None = None


class _SavedManifest(Manifest):
    """A manifest as it is saved: it tells, too, which files were written beside it.

    Attributes:
        files: SHA-256 of each file that was written, by its path from the folder of the manifest.
    """

    files: dict[str, str] = Field(default_factory=dict)


def render_text(of: Manuscript, format: str, name: str = "report") -> str:
    """Write the report in a format that is text; ``name`` is that of its file, for what Markdown refers to, if any.

    Raises:
        InputError: The format is none of ``TEXTS``, or the report has no table for CSV.
    """
    match format:
        case "md":
            return write_markdown(of, name)
        case "html":
            return write_html(of)
        case "json":
            return of.report.model_dump_json(indent=2) + "\n"
        case "csv":
            return write_tables(of)
        case "bib":
            return format_bibtex(of.papers.values(), of.keys)
    raise InputError(f"A report cannot be shown as {format!r}.", f"Choose one of {', '.join(TEXTS)}, or give a file.")


def render_files(
    report: Report,
    papers: Iterable[Paper],
    path: Path,
    format: str,
    *,
    keys: Mapping[str, str] | None = None,
    pictures: Iterable[Picture] = (),
    csl: Path | None = None,
    own: Mapping[str, TableWriter] = MappingProxyType({}),
) -> dict[Path, bytes]:
    """Render a report as the contents of its files; nothing is written.

    Args:
        report: The report.
        papers: Papers, at least those that it cites.
        path: The file that it is for. Beside Markdown come ``<name>.bib`` and its pictures in ``<name>_files/``,
            beside LaTeX its pictures.
        format: One of ``FORMATS``.
        keys: Citation keys by the papers' ids (see ``store.citation_keys.keys_in``).
        pictures: Its pictures (see ``assistant.report.figures``).
        csl: A citation style; None for APA, and for what pandoc makes its own, Chicago.
        own: Formats that this kind of report has beside ``FORMATS``, or in a form of its own.

    Returns:
        What is in each file, that of ``path`` last.

    Raises:
        InputError: There is no such format, it is of no use here, or what makes it is not installed.
        ConspectusError: pandoc failed.
    """
    if format in own:
        return {path: own[format](report, keys or {})}
    if format not in FORMATS:
        allowed = ", ".join(dict.fromkeys((*FORMATS, *own)))
        raise InputError(f"There is no report format {format!r}.", f"Choose one of {allowed}.")
    # pandoc sets the references by itself.
    of = build_manuscript(
        report, papers, keys, pictures if format in PICTURED else (), csl if format in TEXTS else None
    )
    return dict(_render_files(of, Path(path), format, csl))


def _name_bibliography(path: Path) -> Path:
    """Name the file of the references beside Markdown."""
    return path.with_name(f"{_side_name(path)}.bib")


def _render_files(of: Manuscript, path: Path, format: str, csl: Path | None) -> Iterator[tuple[Path, bytes]]:
    name = _side_name(path)
    if format in ("md", "tex"):
        yield from ((path.parent / name_picture(name, picture.name), picture.png) for picture in of.pictures)
    if format == "md" and of.papers:
        yield _name_bibliography(path), render_text(of, "bib").encode()
    yield path, convert_report(of, format, name, csl) if format in BY_PANDOC else render_text(of, format, name).encode()


def _side_name(path: Path) -> str:
    return _NOT_IN_NAMES.sub("-", path.stem)


def save_files(
    library: Library,
    report: Report,
    places: Mapping[Path, str],
    csl: Path | None = None,
    own: Mapping[str, TableWriter] = MappingProxyType({}),
) -> list[Path]:
    """Write a report, and beside the first file its manifest unless one of them holds it and none brings others.

    Each file is there whole or not at all. A file replaces what is there only where a report wrote it, and nothing at
    all is written where that is not so.

    Args:
        library: That it was made of.
        report: The report.
        places: The format of each file (see ``assistant.report.render.output.FORMATS``).
        csl: A citation style; None for APA, and for what pandoc makes its own, Chicago.
        own: Formats that this kind of report has beside ``FORMATS``, or in a form of its own.

    What is kept of it in the library tells an update what new papers change in it (see ``assistant.report.saved``).

    Returns:
        The files, each once.

    Raises:
        InputError: There is no file, no such format, a format is of no use for it, what makes it is not installed, or a
            file that no report wrote would be replaced.
        LibraryError: The disk refuses.
        ConspectusError: pandoc failed.
    """
    if not places:
        raise InputError("There is no file to write the report to.", "Name one or more: report.html, report.md.")
    papers = library.get([reference.paper_id for reference in report.references])
    keys = keys_in(library, papers)
    is_pictured = can_draw() and not PICTURED.isdisjoint(places.values())
    pictures = render_figures(library, report) if is_pictured else ()
    contents: dict[Path, bytes] = {}
    side_files: list[_SideFile] = []
    for path, format in places.items():
        files = render_files(report, papers, path, format, keys=keys, pictures=pictures, csl=csl, own=own)
        contents |= files
        side_files += [_SideFile(file, path, content) for file, content in files.items() if file not in places]
    named = [_SideFile(path, path, contents[path]) for path in places]
    manifest = _check_files(named, side_files, places)
    if side_files or "json" not in places.values():  # Written last: till then the earlier one tells what is there.
        contents[manifest] = _write_manifest(report.manifest, manifest, contents)
    for file, content in contents.items():
        write_atomic(file, content)
    with suppress(LibraryError):  # Of a library that cannot be written a report is saved all the same.
        keep_report(library, report, next(iter(places)))
    return list(contents)


def check_places(places: Mapping[Path, str]) -> None:
    """Refuse before a report is made what could not be saved, as far as its files are known by then.

    Args:
        places: The format of each file.

    Raises:
        InputError: A file that no report wrote would be replaced.
    """
    beside = [_SideFile(_name_bibliography(path), path) for path, format in places.items() if format == "md"]
    _check_files([_SideFile(path, path) for path in places], beside, places)


def _check_files(named: Iterable[_SideFile], side_files: Iterable[_SideFile], places: Mapping[Path, str]) -> Path:
    """Let no file be replaced that no report wrote. In doubt a file is its owner's.

    A file is a report's own where the manifest has its digest, or where it would be written as it is. Versions that
    kept no digest are told by what is in a file that was named, and beside it by the Markdown that refers to a file,
    lists the same references and is not older. A manifest is known by what is in it.

    Args:
        named: What is to be written where somebody said.
        side_files: What is to be written beside.
        places: The files that were named, with their formats.

    Returns:
        The manifest: it comes beside the first of the files, unless one of them holds it and none brings others.

    Raises:
        InputError: A file is somebody else's, or the first is no name of a file.
    """
    first = next(iter(places))
    if not first.name:
        raise InputError(f"{first} is a folder.", "Name a file in it: report.html, report.md.")
    manifest = first.with_suffix(".manifest.json")
    written = [*side_files]
    if written or "json" not in places.values():
        written.append(_SideFile(manifest, first))
    named_files = {Path(os.path.abspath(path)) for path in places}
    saved = _read_manifest(manifest)
    foreign = [
        file.path for file in named if os.path.lexists(file.path) and not _is_own_report(file, places, saved, manifest)
    ] + [
        file.path
        for file in written
        if Path(os.path.abspath(file.path)) not in named_files
        and (os.path.lexists(file.path) or _is_folder_taken(file))
        and not _is_ours(file, saved, manifest)
    ]
    if foreign:
        names = ", ".join(dict.fromkeys(map(str, foreign)))
        raise InputError(
            f"Nothing was written: {names} would be replaced, which no report wrote, or which was changed since.",
            "Name another output, or move what is there to another place.",
        )
    return manifest


# What every report has, by its format.
_MARKS = {
    "md": (f"\n# {LEDGER}\n".encode(), f"\n# {MADE}\n".encode()),
    "html": (b'<section id="ledger"', b'<section id="made"'),
}


def _is_own_report(file: _SideFile, places: Mapping[Path, str], saved: _SavedManifest | None, manifest: Path) -> bool:
    """Whether a report wrote a file that was named, and nobody changed it since."""
    if not file.path.is_file():
        return False
    try:
        content = file.path.read_bytes()
        digest = saved.files.get(_locate_from(file.path, manifest)) if saved else None
        if digest or content == file.content:
            return content == file.content or digest == _hash_content(content)
        if saved and file.path.stat().st_mtime_ns > manifest.stat().st_mtime_ns:
            return False
    except OSError:  # What cannot be read cannot be told from another's.
        return False
    if places[file.path] == "json":
        return _is_report(content)
    marks = _MARKS.get(places[file.path])
    return all(mark in content for mark in marks) if marks else saved is not None


def _is_report(content: bytes) -> bool:
    try:
        Report.model_validate_json(content)
    except ValidationError:
        return False
    return True


def _is_folder_taken(file: _SideFile) -> bool:
    """Whether what is to be the folder of the pictures is something else."""
    folder = file.path.parent
    return folder != file.main.parent and os.path.lexists(folder) and not folder.is_dir()


def _is_ours(file: _SideFile, saved: _SavedManifest | None, manifest: Path) -> bool:
    if file.path.is_symlink() or not file.path.is_file():
        return False
    if file.path == manifest:
        return saved is not None
    try:
        content = file.path.read_bytes()
        if content == file.content:
            return True
        if saved and saved.files.get(_locate_from(file.path, manifest)) == _hash_content(content):
            return True
        # Versions that kept no digests.
        return any(_is_referred_to(text, file, content) for text in {file.main, file.main.with_suffix(".md")})
    except OSError:  # What cannot be read cannot be told from another's.
        return False


def _is_referred_to(text: Path, file: _SideFile, content: bytes) -> bool:
    """Whether a Markdown of a report refers to a file, and the file is as it was when that was written."""
    if not text.is_file() or file.path.stat().st_mtime_ns > text.stat().st_mtime_ns:
        return False
    written = text.read_bytes()
    head = rb'---\ntitle: .*\nlang: en\nbibliography: "([^"\n]+)"\n'
    bibliography = re.match(head + re.escape(LISTED.encode()), written)
    if bibliography is None:
        return False
    if file.path.suffix == ".bib":
        same = {*_BIBTEX_KEY.findall(content)} == {*_LISTED_KEY.findall(written)}
        return bibliography[1] == file.path.name.encode() and same
    return f"](<{file.path.parent.name}/{file.path.name}>".encode() in written


def _write_manifest(manifest: Manifest, path: Path, contents: Mapping[Path, bytes]) -> bytes:
    """Write a manifest with the digests of the files; those that it told of before stay in it.

    Args:
        manifest: Of the report.
        path: Where it is to be saved.
        contents: The files that are written.
    """
    before = _read_manifest(path)
    digests = {_locate_from(file, path): _hash_content(content) for file, content in contents.items()}
    files = {**(before.files if before else {}), **digests}
    extended = _SavedManifest(**manifest.model_dump(), files=files) if files else manifest
    return f"{extended.model_dump_json(indent=2)}\n".encode()


def _read_manifest(path: Path) -> _SavedManifest | None:
    """Read a manifest that was saved; None where there is none or the file is something else."""
    if path.is_symlink():
        return None
    try:
        content = json.loads(path.read_bytes())
        manifest = _SavedManifest.model_validate(content)
    except (OSError, ValueError, ValidationError):
        return None
    is_report = manifest.settings.get("kind") in {kind.value for kind in ReportKind}
    return manifest if is_report and {*content} <= {*_SavedManifest.model_fields} else None


def _locate_from(file: Path, manifest: Path) -> str:
    return Path(os.path.relpath(file, manifest.parent)).as_posix()


def _hash_content(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# What spreadsheets take for the beginning of a formula; also in its full-width forms.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r|%]")


def write_tables(of: Manuscript) -> str:
    """Write the tables one after the other, an empty line between them; no cell is a formula to a spreadsheet.

    Claims have the keys of their sources behind them. A cell that would be a formula begins with an apostrophe.

    Raises:
        InputError: The report has no table.
    """
    tables = [section.table for section in of.report.sections if section.table]
    if not tables:
        raise InputError(
            f"A report of kind {of.report.kind.value} has no table to write as CSV.",
            "Choose the kind compare, timeline or author, or another format.",
        )
    text = StringIO(newline="")
    writer = csv.writer(text)
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        writer.writerow([escape_formula(name) for name in table.head])
        writer.writerows([escape_formula(_word_cell(of, cell)) for cell in row] for row in table.rows)
    return text.getvalue()


def escape_formula(text: str) -> str:
    """Put text on one line that no spreadsheet takes for a formula."""
    clean = clean_characters(text)
    return f"'{clean}" if _FORMULA.match(clean) else clean


def _word_cell(of: Manuscript, cell: Cell) -> str:
    return " ".join(_word_claim(of, claim) for claim in cell.claims) if cell.claims else cell.text


def _word_claim(of: Manuscript, claim: Claim) -> str:
    source = "; ".join(of.list_keys(claim.citations))
    return claim.text + (f" [{source}]" if source else "") + f" ({write_sign(claim)})"
