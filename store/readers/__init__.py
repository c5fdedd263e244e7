"""Files of papers: one module a format, told apart by content."""

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from store.errors import SourceError
from store.readers import (
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
    lens,
    nbib,
    openalex,
    pubmed_xml,
    refer,
    ris,
    semantic_scholar,
    wos,
)
from store.readers import author_listing as listing
from store.readers.base import Item, Reader
from store.readers.detect import refuse_other_kinds, unknown_format_error
from store.readers.files import BytesContent, Content, GzipContent, PlainContent, SpooledContent, list_members
from store.readers.reading import Reading, apply_filter, read_one, read_many
from store.readers.textfile import Only, TextFile, ReadFilter, printable, unreadable_error

__all__ = ["FORMATS", "READERS", "STDIN", "Item", "Only", "Reader", "Reading", "read_bytes", "read_papers"]

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
    lens,
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


@dataclass(frozen=True)
class _How:
    """How files are read: by which reader, None for the one that knows the content; and what of them is wanted."""

    reader: Reader | None
    wanted: ReadFilter


def read_papers(
    path: str | Path,
    format: str | None = None,
    *,
    limit: int | None = None,
    category: str | Collection[str] = (),
    since: int | None = None,
) -> Reading:
    """Read a file, an archive or a folder as papers; nothing is stored.

    Args:
        path: A file; a ``.gz`` or ``.zip`` of such; a folder, with the folders in it but without hidden files; or the
            text ``-`` for standard input.
        format: The name of a format (see ``FORMATS``), where the content does not tell.
        limit: End after so many papers.
        category: Leave out papers that have none of these categories (``cs.LG``).
        since: Leave out papers of earlier years, and those without a date.

    Returns:
        An iterator of ``Paper``, ``Problem`` (a record that could not be taken, or a doubt) and ``Profile``
        (of an author's page), which reads while it is iterated; it knows ``fraction()`` of the file and how many papers
        were ``left_out``.

    Raises:
        InputError: The limit is below 1.
        SourceError: The file is missing, unreadable, empty, no text, or in no known format; or there is no file.
    """
    how = _How(_named(format) if format is not None else None, ReadFilter(limit, category, since))
    return apply_filter(_read(path, how), how.wanted)


def _read(path: str | Path, how: _How) -> Reading:
    if path == STDIN:
        return _piped(how)
    if _is_folder(path):
        return read_many(printable(os.fspath(path)), _files(Path(path), how))
    return _opened(TextFile(path), how)


def read_bytes(data: bytes, name: str, format: str) -> Reading:
    """Read what is in memory already, such as the answer of a server.

    Args:
        data: The bytes of one file, not packed.
        name: What problems and ``Source.file`` call it.
        format: The name of its format (see ``FORMATS``).

    Raises:
        SourceError: It is empty, of another kind than text, or there is no such format.
    """
    return _known(TextFile(name, BytesContent(data)), _How(_named(format), ReadFilter()))


def _is_folder(path: str | Path) -> bool:
    try:
        return Path(path).is_dir()
    except OSError as fault:  # a name that is too long
        raise unreadable_error(printable(os.fspath(path)), fault) from fault


def _piped(how: _How) -> Reading:
    try:
        content = SpooledContent(sys.stdin.buffer)
    except OSError as fault:
        raise unreadable_error("standard input", fault) from fault
    return _opened(TextFile("standard input", content), how, content)


def _opened(file: TextFile, how: _How, content: PlainContent | None = None) -> Reading:
    """A file as it is, or what is packed in it."""
    plain = content or PlainContent(file.path)
    if file.head.startswith(_ZIP):
        inside = [_Inside(name, packed, how) for name, packed in list_members(plain.path, file.name)]
        return inside[0].read() if len(inside) == 1 else read_many(file.name, inside)
    if file.head.startswith(_GZIP):
        file = TextFile(file.name, GzipContent(plain, file.name))
    return _known(file, how)


def _known(file: TextFile, how: _How) -> Reading:
    refuse_other_kinds(file)
    file.wanted = how.wanted
    return read_one(file, how.reader or _sniffed(file))


@dataclass(frozen=True)
class _OnDisk:
    """A file of a folder."""

    path: Path
    size: int
    how: _How

    @property
    def name(self) -> str:
        return printable(os.fspath(self.path))

    def read(self) -> Reading:
        return _opened(TextFile(self.path), self.how)


@dataclass(frozen=True)
class _Inside:
    """A file of an archive."""

    name: str
    content: Content
    how: _How

    @property
    def size(self) -> int:
        return self.content.size

    def read(self) -> Reading:
        return _known(TextFile(self.name, self.content), self.how)


def _files(folder: Path, how: _How) -> list[_OnDisk]:
    name = printable(os.fspath(folder))
    found: list[_OnDisk] = []  # also what is no file: reading it tells why it cannot be read
    try:
        for parent, folders, files in os.walk(folder, onerror=_stop):
            folders[:] = sorted(one for one in folders if not one.startswith("."))
            links = [one for one in folders if Path(parent, one).is_symlink()]
            paths = [Path(parent, file) for file in sorted([*files, *links]) if not file.startswith(".")]
            found += [_OnDisk(path, path.stat().st_size if path.is_file() else 0, how) for path in paths]
    except OSError as fault:
        raise unreadable_error(name, fault) from fault
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
    raise unknown_format_error(file, ", ".join(f"{reader.NAME} ({reader.LABEL})" for reader in READERS))
