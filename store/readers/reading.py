"""Files being read: one, or those of a folder or an archive one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from store.errors import SourceError
from store.paper import Paper, Problem
from store.readers.reader import Item, Reader
from store.readers.textfile import ReadFilter, TextFile
from store.record import oversize

MIXED = "several"


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
class Part:
    """One of several files: its name for messages, its size in bytes, and ``read``, which may raise SourceError."""

    name: str
    size: int
    read: Callable[[], Reading]


def read_one(file: TextFile, reader: Reader) -> Reading:
    """Return the reading of one file."""
    return Reading(_read_items(file, reader), reader.NAME, file.size, lambda: file.bytes_read)


def _read_items(file: TextFile, reader: Reader) -> Iterator[Item]:
    for item in reader.read(file):
        # What was joined of several records is judged when it is added, record by record.
        fault = oversize(item) if isinstance(item, Paper) and not item.records else ""
        yield file.problem(item.source.line, fault) if fault and isinstance(item, Paper) else item
    if file.has_changed():
        yield file.problem(None, "the file changed while it was read: add it again when it is complete", lost=False)


def read_many(name: str, parts: Sequence[Part]) -> Reading:
    """Return the reading of several files; one that cannot be read is a problem, and the others are read.

    Raises:
        SourceError: None of them can be read; the message names the folder or archive, and why the first cannot.
    """
    sequence = _FileSequence(name, parts)
    return Reading(sequence.read_items(), MIXED, sum(part.size for part in parts), sequence.position)


class _FileSequence:
    """Where among its files a reading is; the first that can be read is begun at once."""

    def __init__(self, name: str, parts: Sequence[Part]) -> None:
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

    def _open_next(self) -> tuple[Part | None, Reading | None]:
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
            yield Problem(file=name, reason=f"passed over: {fault}")
