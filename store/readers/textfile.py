"""A file as the readers see it: lines of text with their numbers, how far it was read, and which papers are wanted."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TypedDict

from store.errors import InputError, SourceError
from store.paper import Paper, Problem, Profile, Source
from store.readers.archives import ArchiveLimits, Content, PlainContent
from store.readers.encoding import Encoding, choose_encoding, detect_codec, repair_mixed
from store.readers.identifiers import identify_text

HEAD_BYTES = 1 << 16  # of a file, looked at to tell its format; chosen by hand, not measured
# Characters of a line or record, and bytes of a file that has to be read at once: what memory has to hold. Chosen by
# hand, not measured.
MAX_LINE = 10_000_000
MAX_WHOLE = 100_000_000
_CHUNK = 1 << 16
_LONGEST_VALUE = 60  # letters of a value in a message

SPLIT = "Split it into several files."
NO_ABSTRACT = "no abstract"
NO_PAPER = "no paper was found in this file"
UNTITLED = "(untitled)"
OTHER_FORMAT = "this is a record in {}, in a file in another format: give those records in a file of their own"


class ReadFilterOptions(TypedDict, total=False):
    """The conditions as keywords: see ``ReadFilter``; ``limits`` is what an archive may unpack to."""

    limit: int | None
    category: str | Collection[str]
    since: int | None
    limits: ArchiveLimits | None


class ReadFilter:
    """The conditions of one reading, which all have to hold, and how many papers they left out.

    Args:
        limit: At most so many papers, from 1; the reading ends with the last of them. None for all.
        category: Papers with one of these categories; empty for all.
        since: Papers of this year or later, which leaves out those without a date. None for all.

    Raises:
        InputError: The limit is below 1.
    """

    def __init__(
        self, limit: int | None = None, category: str | Collection[str] = (), since: int | None = None
    ) -> None:
        if limit is not None and limit < 1:
            raise InputError(f"The limit is {limit} papers.", "Give 1 or more.")
        self.limit = limit
        self.category = frozenset([category] if isinstance(category, str) else category)
        self.since = since
        self.left_out = 0

    def rules_out(self, categories: Collection[str], year: int | None) -> bool:
        """Return whether what a reader knows of a record already shows that it is not wanted, which is counted.

        Args:
            categories: All categories of the record.
            year: Its year; None where that is not known yet.
        """
        out = bool(self.category and self.category.isdisjoint(categories))
        out = out or (self.since is not None and year is not None and year < self.since)
        self.left_out += out
        return out

    def apply(self, items: Iterator[Paper | Problem | Profile]) -> Iterator[Paper | Problem | Profile]:
        """Yield the papers that are wanted, and everything that is no paper."""
        count = 0
        for item in items:
            if not isinstance(item, Paper):
                yield item
            elif self.since is not None and item.year is None:
                self.left_out += 1
            elif not self.rules_out(item.categories, item.year):
                count += 1
                yield item
                if count == self.limit:
                    return


class TextFile:
    """One file, opened again for each pass over it.

    ``name`` is the path as it was typed, ``size`` and ``bytes_read`` count bytes as they are stored, ``head`` holds the
    first 64 KiB, unpacked. ``filter`` tells a reader what it need not convert. Every method raises SourceError where
    the file cannot be read.

    Args:
        path: The file; of what is in an archive or came through a pipe, the name that messages give it.
        content: Its bytes, where they are not simply those of ``path``.
    """

    def __init__(self, path: str | Path, content: Content | None = None) -> None:
        self.path = Path(path)
        self.name = make_printable(os.fspath(path))
        self.filter = ReadFilter()
        self._content = content or PlainContent(self.path)
        try:
            with self._translate_errors():
                if content is None:
                    self._refuse_special_files()
                self.size = self._content.size
                with self._content.open() as stream:
                    self.head = stream.read(HEAD_BYTES)
        except ValueError as fault:  # a NUL in the name
            raise SourceError(f"{self.name} cannot be a file name: {fault}.", "Check the path.") from fault
        self._stamp = self._get_stamp()
        self._open: BinaryIO | None = None
        self._read = 0

    @property
    def bytes_read(self) -> int:
        """How far the present pass got (in steps of some KiB)."""
        return self._content.position(self._open) if self._open else self._read

    def text_head(self) -> str:
        """Return the head as text with line feeds, good enough to tell formats apart."""
        text = self.head.decode(detect_codec(self.head), errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def detect_encoding(self) -> Encoding:
        """Return the encoding, for which the file is read to its end."""
        with self._translate_errors():
            return choose_encoding(self._content.open, self.head)

    def read_chunks(self, size: int = _CHUNK) -> Iterator[bytes]:
        """Yield the bytes, piece by piece."""
        with self._open_pass() as stream:
            while chunk := stream.read(size):
                yield chunk

    def read_lines(self, encoding: Encoding) -> Iterator[tuple[int, str | None]]:
        """Yield number (from 1) and text of each line, without its end and the NULs that programs leave that crash.

        None stands for a line of more than 10 million characters.
        """
        with self._open_pass() as stream:
            text = TextIOWrapper(stream, encoding=encoding.codec, errors=encoding.errors)
            for number, line in enumerate(_split_lines(text), start=1):
                yield number, repair_mixed(line) if line and encoding.mixed else line

    def read_whole(self, encoding: Encoding, hint: str = SPLIT) -> str:
        """Return the text of the whole file, which may have 100 MB; ``hint`` says what to do where it has more."""
        with self._translate_errors(), self._content.open() as stream:
            data = stream.read(MAX_WHOLE + 1)
        if len(data) > MAX_WHOLE:
            raise SourceError(f"{self.name} has more than {MAX_WHOLE // 1_000_000} MB, too many to read at once.", hint)
        self._read = self.size
        text = data.decode(encoding.codec, encoding.errors).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        return repair_mixed(text) if encoding.mixed else text

    def problem(self, line: int | None, reason: str, *, lost: bool = True) -> Problem:
        """Return a problem in this file."""
        return Problem(file=self.name, line=line, reason=make_printable(reason), lost=lost)

    def source(self, line: int | None, format: str) -> Source:
        """Return where in this file a record stood."""
        return Source(file=self.name, line=line, format=format)

    def report_warnings(self, paper: Paper) -> Iterator[Problem]:
        """Yield a paper's warnings as problems; a missing abstract is common, marked in the paper and no problem."""
        for warning in paper.warnings:
            if warning != NO_ABSTRACT:
                yield self.problem(paper.source.line, warning, lost=False)

    def has_changed(self) -> bool:
        """Return whether the file on the disk is another one than it was at first: written to, replaced or removed."""
        return self._get_stamp() != self._stamp

    def _get_stamp(self) -> tuple[int, int] | None:
        try:
            return self._content.stamp()
        except OSError:
            return None

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise make_read_error(self.name, fault) from fault

    @contextmanager
    def _open_pass(self) -> Iterator[BinaryIO]:
        """A pass from the first byte on, whose progress ``bytes_read`` tells."""
        try:
            with self._translate_errors(), self._content.open() as self._open:
                yield self._open
        finally:
            self._open, self._read = None, self.size

    def _refuse_special_files(self) -> None:
        if self.path.is_dir():
            kind = "a link to a folder, which is not followed" if self.path.is_symlink() else "a folder"
            raise SourceError(f"{self.name} is {kind}.", "Give that folder itself.")
        if self.path.exists() and not self.path.is_file():
            raise SourceError(
                f"{self.name} is not a regular file.", "Save what it holds to a file and give that, or pipe it to -."
            )


_NO_FILE = "Check the path."
# How alike two names are of which one is taken for a misspelling of the other, as difflib counts (chosen by hand).
_NEAR = 0.8


def _find_near_file(name: str) -> str:
    """Find the file whose name in the same folder is spelled nearly so; "" where there is none."""
    path = Path(name)
    with suppress(OSError, ValueError):
        names = os.listdir(path.parent)
        return next((str(path.with_name(near)) for near in get_close_matches(path.name, names, 1, _NEAR)), "")
    return ""


def make_read_error(name: str, fault: OSError) -> SourceError:
    """Return the error for a file that the system does not hand out."""
    if isinstance(fault, FileNotFoundError):
        hint = f"It names a paper, which is fetched by: conspectus fetch {name}" if identify_text(name) else ""
        hint = hint or (f"Did you mean {near}?" if (near := _find_near_file(name)) else _NO_FILE)
        return SourceError(f"There is no file {name or 'with an empty name'}.", hint)
    if isinstance(fault, PermissionError):
        return SourceError(
            f"{name} may not be read.", "Ask for read permission on it, or copy it to where you have it."
        )
    return SourceError(f"{name} cannot be read: {fault.strerror or fault}.", "Check the path and the disk.")


def make_printable(text: str) -> str:
    """Return the text with � for what a terminal would not show: control characters, broken file names."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "�" for char in text)


def quote_value(value: object) -> str:
    """Return a value of the data as a message shows it: escaped and cut; lists and objects by their type."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = repr(value[: _LONGEST_VALUE + 20] if isinstance(value, str) else value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _split_lines(stream: TextIOWrapper) -> Iterator[str | None]:
    while line := stream.readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE or line.endswith("\n"):
            yield (line.replace("\0", "") if "\0" in line else line).removesuffix("\n").lstrip("\ufeff")
            continue
        while line and not line.endswith("\n"):
            line = stream.readline(MAX_LINE)
        yield None
