"""Files of papers: one module a format, told apart by content."""

from collections.abc import Iterator
from pathlib import Path

from store.errors import SourceError
from store.sources import jsonl, listing
from store.sources.base import Item, Reader
from store.sources.refusals import refuse_known, unrecognised
from store.sources.textfile import TextFile

__all__ = ["READERS", "Item", "Reader", "Reading", "read_papers"]

READERS: tuple[Reader, ...] = (listing, jsonl)
"""Every format, in the order in which they are tried."""


class Reading(Iterator[Item]):
    """Papers, problems and profiles of one file as they are read; also how far that is.

    ``format`` names the format that was recognised.
    """

    def __init__(self, file: TextFile, reader: Reader) -> None:
        self._file = file
        self._items = reader.read(file)
        self.format = reader.NAME

    def __next__(self) -> Item:
        """The next thing in the file; raises SourceError where the file breaks off."""
        return next(self._items)

    @property
    def total_bytes(self) -> int:
        """Size of the file."""
        return self._file.size

    @property
    def bytes_read(self) -> int:
        """How much of it was read; it grows in steps of some KiB."""
        return min(self._file.bytes_read, self.total_bytes)

    def fraction(self) -> float:
        """How much of it was read, 0–1."""
        return self.bytes_read / self.total_bytes if self.total_bytes else 0.0


def read_papers(path: str | Path, format: str | None = None) -> Reading:
    """Read a file as papers; nothing is stored.

    Args:
        path: The file.
        format: The name of a format, where its content does not tell (``listing``, ``jsonl``).

    Returns:
        An iterator of ``Paper``, ``Problem`` (a record that could not be taken, or a doubt) and ``Profile``
        (of an author's page), which reads while it is iterated, with ``fraction()`` of the file.

    Raises:
        SourceError: The file is missing, unreadable, empty, no text, or in no known format.
    """
    file = TextFile(path)
    refuse_known(file)
    return Reading(file, _named(format) if format is not None else _sniffed(file))


def _named(format: str) -> Reader:
    for reader in READERS:
        if format == reader.NAME:
            return reader
    raise SourceError(f"There is no format {format!r}.", f"Known are {_formats()}.")


def _sniffed(file: TextFile) -> Reader:
    head = file.text_head()
    for reader in READERS:
        if reader.sniff(head):
            return reader
    raise unrecognised(file, _formats())


def _formats() -> str:
    return " and ".join(f"{reader.NAME} ({reader.LABEL})" for reader in READERS)
