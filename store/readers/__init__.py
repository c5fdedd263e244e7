"""Files of papers: a module a format, each with one reader, told apart by content.

``read_papers`` reads a file, an archive, a folder or standard input; ``read_bytes`` what is in memory already.
"""

import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from store.errors import SourceError
from store.paper import Paper, Problem
from store.readers.archives import (
    ArchiveLimits,
    BytesContent,
    Content,
    GzipContent,
    PlainContent,
    SpooledContent,
    UnpackingBudget,
    list_members,
)
from store.readers.detect import FORMATS, READERS, OwnReport, choose_reader, get_reader
from store.readers.reader import Item, Reader
from store.readers.textfile import ReadFilter, ReadFilterOptions, TextFile, make_printable, make_read_error
from store.record import oversize

__all__ = [
    "FORMATS", "READERS", "STDIN", "ArchiveLimits", "Item", "ReadFilterOptions", "Reader", "Reading", "read_bytes",
    "read_papers",
]  # fmt: skip

STDIN = "-"
"""The path that stands for standard input, as text."""

_MIXED = "several"
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"


class Reading(Iterator[Item]):
    """Papers, problems and profiles as they are read; also how far that is.

    ``format`` names the format that was recognised, ``several`` where there is more than one file; ``filter`` counts
    what was left out.
    """

    def __init__(self, items: Iterator[Item], format: str, total_bytes: int, position: Callable[[], int]) -> None:
        self.items = items
        self._position = position
        self.filter = ReadFilter()
        self.format = format
        self.total_bytes = total_bytes

    def __next__(self) -> Item:
        """Return the next thing in the file; raises SourceError where the file breaks off."""
        return next(self.items)

    def apply_filter(self, filter: ReadFilter) -> "Reading":
        """Return the same reading without the papers that a filter leaves out."""
        self.items, self.filter = filter.apply(self.items), filter
        return self

    @property
    def left_out(self) -> int:
        """How many papers were read and not wanted."""
        return self.filter.left_out

    @property
    def bytes_read(self) -> int:
        """How much of it was read; it grows in steps of some KiB."""
        return min(self._position(), self.total_bytes)

    def fraction(self) -> float:
        """Return how much of it was read, 0–1."""
        return self.bytes_read / self.total_bytes if self.total_bytes else 0.0


@dataclass(frozen=True)
class _Part:
    """One of several files: its name for messages, its size in bytes, and ``read``, which may raise SourceError."""

    name: str
    size: int
    read: Callable[[], Reading]


@dataclass(frozen=True)
class _Options:
    """How files are read: by which reader, None for the one that knows the content; what is left out, and unpacked."""

    reader: Reader | None
    filter: ReadFilter
    limits: ArchiveLimits


def read_papers(
    path: str | Path,
    format: str | None = None,
    *,
    limit: int | None = None,
    category: str | Collection[str] = (),
    since: int | None = None,
    limits: ArchiveLimits | None = None,
) -> Reading:
    """Read a file, an archive or a folder as papers; nothing is stored.

    Args:
        path: A file; a ``.gz`` or ``.zip`` of such; a folder, with the folders in it but without hidden files; or the
            text ``-`` for standard input.
        format: The name of a format (see ``FORMATS``), where the content does not tell.
        limit: End after so many papers.
        category: Leave out papers that have none of these categories (``cs.LG``).
        since: Leave out papers of earlier years, and those without a date.
        limits: What an archive may unpack to, where that is not the usual.

    Returns:
        An iterator of ``Paper``, ``Problem`` (a record that could not be taken, or a doubt) and ``Profile``
        (of an author's page), which reads while it is iterated; it knows ``fraction()`` of the file and how many papers
        were ``left_out``.

    Raises:
        InputError: The limit is below 1.
        SourceError: The file is missing, unreadable, empty, no text, or in no known format; or there is no file.
    """
    reader = get_reader(format) if format is not None else None
    options = _Options(reader, ReadFilter(limit, category, since), limits or ArchiveLimits())
    return _read_path(path, options).apply_filter(options.filter)


def _read_path(path: str | Path, options: _Options) -> Reading:
    if path == STDIN:
        return _read_stdin(options)
    if _is_folder(path):
        return _read_many(make_printable(os.fspath(path)), _list_parts(Path(path), options))
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
    return _read_plain(TextFile(name, BytesContent(data)), _Options(get_reader(format), ReadFilter(), ArchiveLimits()))


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
    budget = UnpackingBudget(file.name, plain.size, options.limits)
    if file.head.startswith(_ZIP):
        parts = [
            _Part(name, member.size, partial(_read_member, name, member, options, budget))
            for name, member in list_members(plain.path, file.name, options.limits)
        ]
        return parts[0].read() if len(parts) == 1 else _read_many(file.name, parts)
    if file.head.startswith(_GZIP):
        return _read_plain(TextFile(file.name, GzipContent(plain, file.name, options.limits)), options, budget)
    return _read_plain(file, options)


def _read_plain(file: TextFile, options: _Options, budget: UnpackingBudget | None = None) -> Reading:
    reader = choose_reader(file, options.reader)
    file.filter = options.filter
    items = _read_items(file, reader)
    return Reading(budget.spend(items) if budget else items, reader.NAME, file.size, lambda: file.bytes_read)


def _read_member(name: str, content: Content, options: _Options, budget: UnpackingBudget) -> Reading:
    return _read_plain(TextFile(name, content), options, budget)


def _read_file(path: Path, options: _Options) -> Reading:
    return _read_packed(TextFile(path), options)


def _list_parts(folder: Path, options: _Options) -> list[_Part]:
    name = make_printable(os.fspath(folder))
    parts: list[_Part] = []  # also what is no file: reading it tells why it cannot be read
    try:
        for parent, folders, names in os.walk(folder, onerror=_raise_fault):
            folders[:] = sorted(child for child in folders if not child.startswith("."))
            links = [child for child in folders if Path(parent, child).is_symlink()]
            paths = [Path(parent, file) for file in sorted([*names, *links]) if not file.startswith(".")]
            for path in paths:
                size = path.stat().st_size if path.is_file() else 0
                parts.append(_Part(make_printable(os.fspath(path)), size, partial(_read_file, path, options)))
    except OSError as fault:
        raise make_read_error(name, fault) from fault
    if not parts:
        raise SourceError(f"There is no file in the folder {name}.", "Give a folder that holds papers, or a file.")
    return parts


def _raise_fault(fault: OSError) -> None:
    raise fault


def _read_items(file: TextFile, reader: Reader) -> Iterator[Item]:
    for item in reader.read(file):
        # What was joined of several records is judged when it is added, record by record.
        fault = oversize(item) if isinstance(item, Paper) and not item.records else ""
        yield file.problem(item.source.line, fault) if fault and isinstance(item, Paper) else item
    if file.has_changed():
        yield file.problem(None, "the file changed while it was read: add it again when it is complete", lost=False)


def _read_many(name: str, parts: Sequence[_Part]) -> Reading:
    """Return the reading of several files; one that cannot be read is a problem, and the others are read.

    Raises:
        SourceError: None of them can be read; the message names the folder or archive, and why the first cannot.
    """
    sequence = _FileSequence(name, parts)
    return Reading(sequence.read_items(), _MIXED, sum(part.size for part in parts), sequence.position)


class _FileSequence:
    """Where among its files a reading is; the first that can be read is begun at once."""

    def __init__(self, name: str, parts: Sequence[_Part]) -> None:
        self._parts = iter(parts)
        self._done = 0
        self._faults: list[tuple[str, SourceError]] = []
        self._part, self._current = self._open_next()
        if self._current is None and len(self._faults) == 1:
            raise self._faults[0][1]
        if self._current is None:
            first = self._faults[0][1]
            raise SourceError(
                f"None of the {len(parts)} files in {name} can be read as papers: {first.what}", first.hint
            )

    def position(self) -> int:
        return self._done + (self._current.bytes_read if self._current else 0)

    def read_items(self) -> Iterator[Item]:
        while self._current or self._faults:
            yield from self._report_faults()
            if self._current and self._part:
                try:
                    yield from self._current
                except SourceError as fault:
                    self._faults.append((self._part.name, fault))
                self._done += self._part.size
                self._part, self._current = self._open_next()

    def _open_next(self) -> tuple[_Part | None, Reading | None]:
        """Return the next file that can be read."""
        for part in self._parts:
            try:
                return part, part.read()
            except SourceError as fault:
                self._faults.append((part.name, fault))
                self._done += part.size
        return None, None

    def _report_faults(self) -> Iterator[Problem]:
        faults, self._faults = self._faults, []
        for name, fault in faults:
            if isinstance(fault, OwnReport):
                yield Problem(file=name, reason="passed over: a report of Conspectus", lost=False)
            else:
                yield Problem(file=name, reason=f"passed over: {fault}")
