"""Files of papers: a module a format, each with one reader, told apart by content.

``read_papers`` reads a file, an archive, a folder or standard input; ``read_bytes`` what is in memory already.
"""

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from store.errors import SourceError
from store.readers.archives import BytesContent, Content, GzipContent, PlainContent, SpooledContent, list_members
from store.readers.detect import FORMATS, READERS, detect_reader, get_reader, refuse_other_kinds
from store.readers.reader import Item, Reader
from store.readers.reading import Part, Reading, read_many, read_one
from store.readers.textfile import ReadFilter, ReadFilterOptions, TextFile, make_printable, make_read_error

__all__ = ["FORMATS", "READERS", "STDIN", "Item", "ReadFilterOptions", "Reader", "Reading", "read_bytes", "read_papers"]

STDIN = "-"
"""The path that stands for standard input, as text."""

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class _Options:
    """How files are read: by which reader, None for the one that knows the content; and what is left out."""

    reader: Reader | None
    filter: ReadFilter


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
    options = _Options(get_reader(format) if format is not None else None, ReadFilter(limit, category, since))
    return _read_path(path, options).apply_filter(options.filter)


def _read_path(path: str | Path, options: _Options) -> Reading:
    if path == STDIN:
        return _read_stdin(options)
    if _is_folder(path):
        return read_many(make_printable(os.fspath(path)), _list_parts(Path(path), options))
    return _read_packed(TextFile(path), options)


def read_bytes(data: bytes, name: str, format: str) -> Reading:
    """Read what is in memory already, such as the answer of a server.

    Args:
        data: The bytes of one file, not packed.
        name: What problems and ``Source.file`` call it.
        format: The name of its format (see ``FORMATS``).

    Raises:
        SourceError: It is empty, of another kind than text, or there is no such format.
    """
    return _read_plain(TextFile(name, BytesContent(data)), _Options(get_reader(format), ReadFilter()))


def _is_folder(path: str | Path) -> bool:
    try:
        return Path(path).is_dir()
    except OSError as fault:  # a name that is too long
        raise make_read_error(make_printable(os.fspath(path)), fault) from fault


def _read_stdin(options: _Options) -> Reading:
    try:
        content = SpooledContent(sys.stdin.buffer)
    except OSError as fault:
        raise make_read_error("standard input", fault) from fault
    return _read_packed(TextFile("standard input", content), options, content)


def _read_packed(file: TextFile, options: _Options, content: PlainContent | None = None) -> Reading:
    """Read a file as it is, or what is packed in it."""
    plain = content or PlainContent(file.path)
    if file.head.startswith(_ZIP):
        parts = [
            Part(name, member.size, partial(_read_member, name, member, options))
            for name, member in list_members(plain.path, file.name)
        ]
        return parts[0].read() if len(parts) == 1 else read_many(file.name, parts)
    if file.head.startswith(_GZIP):
        file = TextFile(file.name, GzipContent(plain, file.name))
    return _read_plain(file, options)


def _read_plain(file: TextFile, options: _Options) -> Reading:
    refuse_other_kinds(file)
    file.filter = options.filter
    return read_one(file, options.reader or detect_reader(file))


def _read_member(name: str, content: Content, options: _Options) -> Reading:
    return _read_plain(TextFile(name, content), options)


def _read_file(path: Path, options: _Options) -> Reading:
    return _read_packed(TextFile(path), options)


def _list_parts(folder: Path, options: _Options) -> list[Part]:
    name = make_printable(os.fspath(folder))
    parts: list[Part] = []  # also what is no file: reading it tells why it cannot be read
    try:
        for parent, folders, names in os.walk(folder, onerror=_raise_fault):
            folders[:] = sorted(child for child in folders if not child.startswith("."))
            links = [child for child in folders if Path(parent, child).is_symlink()]
            paths = [Path(parent, file) for file in sorted([*names, *links]) if not file.startswith(".")]
            for path in paths:
                size = path.stat().st_size if path.is_file() else 0
                parts.append(Part(make_printable(os.fspath(path)), size, partial(_read_file, path, options)))
    except OSError as fault:
        raise make_read_error(name, fault) from fault
    if not parts:
        raise SourceError(f"There is no file in the folder {name}.", "Give a folder that holds papers, or a file.")
    return parts


def _raise_fault(fault: OSError) -> None:
    raise fault
