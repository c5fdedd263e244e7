"""A file as the readers see it: lines of text with their numbers, and how far it was read."""

import os
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from store.errors import SourceError
from store.paper import Paper, Problem, Source
from store.sources.decode import Encoding, decide, marked

HEAD_BYTES = 1 << 16
MAX_LINE = 10_000_000
NO_ABSTRACT = "no abstract"
UNTITLED = "(untitled)"


class TextFile:
    """One file, opened anew for each pass over its lines.

    ``name`` is the path as given, ``size`` and ``bytes_read`` count bytes, ``head`` holds the first 64 KiB.
    Every method raises SourceError where the file cannot be read.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.name = printable(os.fspath(path))
        self.size, self.head = self._look()
        self._open: BufferedReader | None = None
        self._read = 0

    @property
    def bytes_read(self) -> int:
        """How far the present pass got (in steps of some KiB)."""
        return self._open.tell() if self._open else self._read

    def text_head(self) -> str:
        """The head as text, good enough to tell formats apart."""
        return self.head.decode(marked(self.head), errors="replace")

    def encoding(self) -> Encoding:
        """The encoding, for which the file is read to its end."""
        try:
            return decide(self.path, self.head)
        except OSError as fault:
            raise unreadable(self.name, fault) from fault

    def lines(self, encoding: Encoding) -> Iterator[tuple[int, str | None]]:
        """Number (from 1) and text of each line, without its end; None for one of more than 10 million characters."""
        try:
            with self.path.open("rb") as self._open:
                text = TextIOWrapper(self._open, encoding=encoding.codec, errors=encoding.errors)
                yield from enumerate(_bounded(text), start=1)
        except OSError as fault:
            raise unreadable(self.name, fault) from fault
        finally:
            self._open, self._read = None, self.size

    def whole(self, encoding: Encoding) -> str:
        """The text of the whole file."""
        try:
            text = self.path.read_text(encoding=encoding.codec, errors=encoding.errors)
        except OSError as fault:
            raise unreadable(self.name, fault) from fault
        self._read = self.size
        return text

    def problem(self, line: int | None, reason: str, *, lost: bool = True) -> Problem:
        """A problem in this file."""
        return Problem(file=self.name, line=line, reason=reason, lost=lost)

    def source(self, line: int | None, format: str) -> Source:
        """Where in this file a record stood."""
        return Source(file=self.name, line=line, format=format)

    def doubts(self, paper: Paper) -> Iterator[Problem]:
        """The paper's warnings as problems; a missing abstract is common, marked in the paper and no problem."""
        for warning in paper.warnings:
            if warning != NO_ABSTRACT:
                yield self.problem(paper.source.line, warning, lost=False)

    def _look(self) -> tuple[int, bytes]:
        try:
            if self.path.is_dir():
                raise SourceError(f"{self.name} is a folder.", "Give a file: folders are not read as papers.")
            if self.path.exists() and not self.path.is_file():
                raise SourceError(f"{self.name} is not a regular file.", "Save what it holds to a file and give that.")
            with self.path.open("rb") as stream:
                return os.fstat(stream.fileno()).st_size, stream.read(HEAD_BYTES)
        except OSError as fault:
            raise unreadable(self.name, fault) from fault
        except ValueError as fault:  # a NUL in the name
            raise SourceError(f"{self.name} cannot be a file name: {fault}.", "Check the path.") from fault


def unreadable(name: str, fault: OSError) -> SourceError:
    """The error for a file that the system does not hand out."""
    if isinstance(fault, FileNotFoundError):
        return SourceError(f"There is no file {name or 'with an empty name'}.", "Check the path.")
    if isinstance(fault, PermissionError):
        return SourceError(
            f"{name} may not be read.", "Ask for read permission on it, or copy it to where you have it."
        )
    return SourceError(f"{name} cannot be read: {fault.strerror or fault}.", "Check the path and the disk.")


def printable(text: str) -> str:
    """The text with � for what a terminal would not show: control characters, broken file names."""
    return "".join(char if char.isprintable() else "�" for char in text)


def quoted(value: object) -> str:
    """A value of the data as a message shows it: escaped and cut; lists and objects by their type."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = repr(value[:80] if isinstance(value, str) else value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _bounded(stream: TextIOWrapper) -> Iterator[str | None]:
    while line := stream.readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE or line.endswith("\n"):
            yield line.removesuffix("\n").lstrip("\ufeff")
            continue
        while line and not line.endswith("\n"):
            line = stream.readline(MAX_LINE)
        yield None
