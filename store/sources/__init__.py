"""Files of papers: one module a format, told apart by content."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from store.errors import SourceError
from store.sources import (
    arxiv_atom,
    arxiv_oai,
    arxiv_snapshot,
    bibtex,
    crossref,
    crossref_xml,
    csl_json,
    delimited,
    endnote_xml,
    jsonl,
    listing,
    nbib,
    openalex,
    pubmed_xml,
    refer,
    ris,
    semantic_scholar,
    wos,
)
from store.sources.archive import members
from store.sources.base import Item, Reader
from store.sources.content import Content, GzipContent, PlainContent, SpooledContent
from store.sources.reading import Reading, one, several
from store.sources.refusals import refuse_known, unrecognised
from store.sources.textfile import TextFile, printable, unreadable

__all__ = ["FORMATS", "READERS", "STDIN", "Item", "Reader", "Reading", "read_papers"]

READERS: tuple[Reader, ...] = (
    listing,
    pubmed_xml,
    endnote_xml,
    arxiv_atom,
    arxiv_oai,
    crossref_xml,
    arxiv_snapshot,
    openalex,
    crossref,
    semantic_scholar,
    csl_json,
    bibtex,
    ris,
    nbib,
    wos,
    refer,
    jsonl,
    delimited,
)
"""Every format, in the order in which they are tried."""

FORMATS: tuple[str, ...] = tuple(sorted(reader.NAME for reader in READERS))
"""Their names, for ``format=``."""

STDIN = "-"
"""The path that stands for standard input, as text."""

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"


def read_papers(path: str | Path, format: str | None = None) -> Reading:
    """Read a file, an archive or a folder as papers; nothing is stored.

    Args:
        path: A file; a ``.gz`` or ``.zip`` of such; a folder, with the folders in it but without hidden files; or the
            text ``-`` for standard input.
        format: The name of a format (see ``FORMATS``), where the content does not tell.

    Returns:
        An iterator of ``Paper``, ``Problem`` (a record that could not be taken, or a doubt) and ``Profile``
        (of an author's page), which reads while it is iterated, with ``fraction()`` of the file.

    Raises:
        SourceError: The file is missing, unreadable, empty, no text, or in no known format; or there is no file.
    """
    reader = _named(format) if format is not None else None
    if path == STDIN:
        return _piped(reader)
    if _is_folder(path):
        return several(printable(os.fspath(path)), _files(Path(path), reader))
    return _opened(TextFile(path), reader)


def _is_folder(path: str | Path) -> bool:
    try:
        return Path(path).is_dir()
    except OSError as fault:  # a name that is too long
        raise unreadable(printable(os.fspath(path)), fault) from fault


def _piped(reader: Reader | None) -> Reading:
    try:
        content = SpooledContent(sys.stdin.buffer)
    except OSError as fault:
        raise unreadable("standard input", fault) from fault
    return _opened(TextFile("standard input", content), reader, content)


def _opened(file: TextFile, reader: Reader | None, content: PlainContent | None = None) -> Reading:
    """A file as it is, or what is packed in it."""
    plain = content or PlainContent(file.path)
    if file.head.startswith(_ZIP):
        inside = [_Inside(name, packed, reader) for name, packed in members(plain.path, file.name)]
        return inside[0].read() if len(inside) == 1 else several(file.name, inside)
    if file.head.startswith(_GZIP):
        file = TextFile(file.name, GzipContent(plain, file.name))
    return _known(file, reader)


def _known(file: TextFile, reader: Reader | None) -> Reading:
    refuse_known(file)
    return one(file, reader or _sniffed(file))


@dataclass(frozen=True)
class _OnDisk:
    """A file of a folder."""

    path: Path
    size: int
    reader: Reader | None

    @property
    def name(self) -> str:
        return printable(os.fspath(self.path))

    def read(self) -> Reading:
        return _opened(TextFile(self.path), self.reader)


@dataclass(frozen=True)
class _Inside:
    """A file of an archive."""

    name: str
    content: Content
    reader: Reader | None

    @property
    def size(self) -> int:
        return self.content.size

    def read(self) -> Reading:
        return _known(TextFile(self.name, self.content), self.reader)


def _files(folder: Path, reader: Reader | None) -> list[_OnDisk]:
    name = printable(os.fspath(folder))
    found: list[_OnDisk] = []
    try:
        for parent, folders, files in os.walk(folder, onerror=_stop):
            folders[:] = sorted(one for one in folders if not one.startswith("."))
            paths = [Path(parent, file) for file in sorted(files) if not file.startswith(".")]
            found += [_OnDisk(path, path.stat().st_size, reader) for path in paths if path.is_file()]
    except OSError as fault:
        raise unreadable(name, fault) from fault
    if not found:
        raise SourceError(f"There is no file in the folder {name}.", "Give a folder that holds papers, or a file.")
    return found


def _stop(fault: OSError) -> None:
    raise fault


def _named(format: str) -> Reader:
    for reader in READERS:
        if format == reader.NAME:
            return reader
    raise SourceError(f"There is no format {format!r}.", f"Known are {', '.join(FORMATS)}.")


def _sniffed(file: TextFile) -> Reader:
    head = file.text_head()
    for reader in READERS:
        if reader.sniff(head):
            return reader
    raise unrecognised(file, ", ".join(f"{reader.NAME} ({reader.LABEL})" for reader in READERS))
