"""Copy a library into one file while others write, and make a library of such a file.

The file is a ZIP: the papers, one JSON object a line with the hash of each, their vectors, what the library says of
itself, and its conversations and kept answers. It does not hang on the form in which Chroma or tantivy keep things.
The papers are read from one view of the index, which does not change while others write. ``backup.json`` has the
checksum of each part; all of it is compared before a restored library takes its place.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from secrets import token_hex
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import IO

from store.chroma import Chroma
from store.errors import InputError, LibraryDamaged, LibraryError, SourceError
from store.files import make_folder, make_private, translate_write_errors
from store.index.index import Index
from store.library import Library
from store.paper import Frozen
from store.record import LibraryState, Record, pack, unpack
from store.state_copy import StateCopy
from store.writer import synchronise_index, write_lock

LIST, PAPERS, VECTORS, STATE = "backup.json", "papers.jsonl", "vectors.f32", "state.json"
"""Names inside the file: what is in it, the papers, their vectors row by row, what the library says of itself."""
FORMAT = 1
KEPT = ("sessions", "answers", "sections", "cells", "decisions")
"""Folders of a library that are copied as they are."""
# Papers and bytes that are read at once. Chosen by hand; not measured.
_PAGE, _PIECE = 500, 1 << 20
# How many times larger a part may be than it is packed, and from which size on that counts: text packs to a fifth.
# Chosen by hand; not measured.
_RATIO, _SMALL = 200, 10_000_000


class BackupEntry(Frozen):
    """A part of a backup: its size in bytes and its SHA-256."""

    size: int
    sha256: str


class Backup(Frozen):
    """What a backup says of itself: by which version it was made, of how many papers, and what is in it."""

    format: int = FORMAT
    version: str
    papers: int
    files: dict[str, BackupEntry]


def write_backup(library: Library, path: Path) -> Backup:
    """Write a library into a file, which is there whole or not at all, and is read once more before it counts.

    Raises:
        InputError: There is such a file, or it would lie within the library.
        LibraryError: There is no library, it cannot be read, or the disk refuses.
    """
    if path.exists():
        raise InputError(f"{path} is there already.", "Give another name: a backup overwrites nothing.")
    if library.folder.resolve() in path.resolve().parents:
        raise InputError(f"{path} lies within the library.", "Give a place outside of it.")
    part = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with translate_write_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(part, "x", zipfile.ZIP_DEFLATED) as archive:
                os.chmod(part, 0o600)
                backup = _write_parts(library, archive)
                archive.writestr(LIST, backup.model_dump_json(indent=1))
            _check_parts(part, backup)
            _publish(part, path)
    finally:
        part.unlink(missing_ok=True)
    return backup


def restore_backup(path: Path, folder: Path, replace: bool = False) -> Backup:
    """Make a library of a backup, which takes its place when all of it was compared with its checksums and is there.

    Args:
        path: The file.
        folder: Of the library; one that is to give way is kept beside it.
        replace: Whether a library that is there gives way.

    Raises:
        InputError: There is something, and it is not to be replaced.
        SourceError: The file is no backup, or is damaged.
        LibraryLocked: Another process writes to the library that is there.
        LibraryError: A newer version made the backup, or the disk refuses.
    """
    backup = read_backup(path)
    is_there = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if is_there and not replace:
        raise InputError(
            f"{folder} is there already, and a backup overwrites no library.",
            "Give another folder with --library, or say --replace: what is there is then kept beside it.",
        )
    part = folder.with_name(f"{folder.name}.part-{token_hex(4)}")
    try:
        with translate_write_errors(folder.parent), TemporaryDirectory(prefix="conspectus-") as scratch:
            make_folder(part)
            _unpack(path, backup, Path(scratch), part)
            _build_library(Path(scratch), part, path)
            make_private(part)
            _put_in_place(part, folder, is_there)
    finally:
        rmtree(part, ignore_errors=True)
    return backup


def read_backup(path: Path) -> Backup:
    """Read what a backup says of itself.

    Raises:
        SourceError: The file is no backup, or is damaged.
        LibraryError: A newer version made it.
    """
    with _translate_damage(path), zipfile.ZipFile(path) as archive, archive.open(LIST) as stream:
        content = json.loads(stream.read(64 * _PIECE))
        if content["format"] > FORMAT:
            raise LibraryError(f"{path} was written by a newer Conspectus.", "pip install --upgrade conspectus.")
        return Backup.model_validate(content)


def _write_parts(library: Library, archive: zipfile.ZipFile) -> Backup:
    view = library.view()
    if view is None:
        raise LibraryError(f"There is no library in {library.folder}.", "Name it with --library.")
    state = library.read_state()
    ids, entries = view.all_ids(), {}

    def list_pages() -> Iterator[list[Record]]:
        for first in range(0, len(ids), _PAGE):
            some = ids[first : first + _PAGE]
            papers, records = {paper.id: paper for paper in view.papers(some)}, view.records(some)
            # Papers are compared with the store as they are read; one that is damaged stays so.
            yield [records[paper_id]._replace(paper=papers[paper_id]) for paper_id in some]

    lines = (f"{_write_line(record)}\n".encode() for page in list_pages() for record in page)
    entries[PAPERS] = _put_part(archive, PAPERS, lines)
    entries[VECTORS] = _put_part(archive, VECTORS, (_get_bytes(record) for page in list_pages() for record in page))
    content = json.dumps({**state.to_metadata(), "generation": view.generation})
    entries[STATE] = _put_part(archive, STATE, (content.encode(),))
    for name, file in _list_kept(library.folder):
        with suppress(FileNotFoundError):  # A conversation that was deleted meanwhile.
            entries[name] = _put_part(archive, name, (file.read_bytes(),))
    return Backup(version=version("conspectus"), papers=len(ids), files=entries)


def _write_line(record: Record) -> str:
    fields = {"id": record.paper.id, "hash": record.hash, "record": pack(record.paper)}
    return json.dumps(fields | ({"pending": True} if record.pending else {}), ensure_ascii=False)


def _get_bytes(record: Record) -> bytes:
    import numpy as np

    return np.ascontiguousarray(record.vector, dtype="<f4").tobytes()


def _list_kept(folder: Path) -> Iterator[tuple[str, Path]]:
    for kept in KEPT:
        for file in sorted((folder / kept).rglob("*")):
            if file.is_file() and not file.is_symlink() and file.suffix in (".json", ".jsonl"):
                yield file.relative_to(folder).as_posix(), file


def _put_part(archive: zipfile.ZipFile, name: str, pieces: Iterator[bytes] | tuple[bytes, ...]) -> BackupEntry:
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as target:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    return BackupEntry(size=size, sha256=digest.hexdigest())


def _check_parts(path: Path, backup: Backup) -> None:
    """Read what was written once more; raises SourceError where it is another."""
    with _translate_damage(path), zipfile.ZipFile(path) as archive:
        for name, entry in backup.files.items():
            with archive.open(name) as source:
                if _measure(source) != entry:
                    raise ValueError(f"{name} is not what was written")


def _measure(source: IO[bytes], target: IO[bytes] | None = None) -> BackupEntry:
    """Measure what a stream has, and copy it into another."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        size += len(piece)
        if target is not None:
            target.write(piece)
    return BackupEntry(size=size, sha256=digest.hexdigest())


def _publish(part: Path, path: Path) -> None:
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    try:
        os.link(part, path)  # Fails where somebody made such a file meanwhile.
    except FileExistsError as error:
        raise InputError(f"{path} is there already.", "Give another name: a backup overwrites nothing.") from error
    except OSError:  # A disk that knows no links.
        part.rename(path)


def _unpack(path: Path, backup: Backup, scratch: Path, folder: Path) -> None:
    """Write the parts of a backup into files, each compared with its checksum."""
    with _translate_damage(path), zipfile.ZipFile(path) as archive:
        for name, entry in backup.files.items():
            packed = archive.getinfo(name)
            large = entry.size > max(_SMALL, packed.compress_size * _RATIO)
            if packed.file_size != entry.size or large:
                raise ValueError(f"{name} is not as large as it says")
            target = (scratch / name) if name in (PAPERS, VECTORS, STATE) else folder.joinpath(*_split_name(name))
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("xb") as stream:
                os.chmod(target, 0o600)
                if _measure(source, stream) != entry:
                    raise ValueError(f"{name} is not what was written")


def _split_name(name: str) -> tuple[str, ...]:
    parts = PurePosixPath(name).parts
    if len(parts) < 2 or parts[0] not in KEPT or ".." in parts or "\\" in name or ":" in name:
        raise ValueError(f"{name!r} is no name of a file of a library")
    return parts


def _build_library(scratch: Path, folder: Path, path: Path) -> None:
    with _translate_damage(path):
        metadata = json.loads((scratch / STATE).read_bytes())
        state = LibraryState.from_metadata(metadata, str(path)).model_copy(
            update={"generation": str(metadata["generation"]), "complete": True}
        )
    chroma = Chroma(str(folder / "chroma"))
    chroma.create(state)
    with _translate_damage(path):
        for page in _read_records(scratch, state.embedder.dimension):
            chroma.upsert(page)
    index = Index(folder / "index", state.embedder)
    synchronise_index(chroma, index)
    StateCopy(folder).keep(state)
    chroma.close()
    index.close()


def _read_records(scratch: Path, dimension: int) -> Iterator[list[Record]]:
    import numpy as np

    with (scratch / PAPERS).open(encoding="utf-8") as lines, (scratch / VECTORS).open("rb") as vectors:
        page: list[Record] = []
        for line in lines:
            fields = json.loads(line)
            vector = np.frombuffer(vectors.read(4 * dimension), dtype="<f4")
            record = Record(unpack(fields["record"]), str(fields["hash"]), vector, bool(fields.get("pending")))
            if record.paper.id != fields["id"] or vector.shape != (dimension,):
                raise ValueError(f"the record of {fields['id']} cannot be read")
            page.append(record.mark_damaged())
            if len(page) == _PAGE:
                yield page
                page = []
        if page:
            yield page


def _put_in_place(part: Path, folder: Path, is_there: bool) -> None:
    if is_there:
        aside = next(
            name for n in range(1, 10_000) if not (name := folder.with_name(f"{folder.name}-before-{n}")).exists()
        )
        if folder.is_dir():
            with write_lock(folder, "giving way to a backup"):
                folder.rename(aside)
        else:
            folder.rename(aside)
    elif folder.exists():
        folder.rmdir()
    part.rename(folder)


_BROKEN = (
    zipfile.BadZipFile,
    ValueError,
    KeyError,
    TypeError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    zlib.error,
    LibraryDamaged,
)


@contextmanager
def _translate_damage(path: Path) -> Iterator[None]:
    """Raise what a broken file raises as SourceError."""
    try:
        yield
    except _BROKEN as error:
        raise SourceError(
            f"{path} is no backup of a library, or is damaged: {error}.",
            "Give a file that conspectus backup wrote; nothing was changed.",
        ) from error
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.", "Nothing was changed.") from error
