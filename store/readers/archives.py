"""Bytes of a file as they are stored: plain, gzipped, or a member of a zip; each pass over them opens them anew.

The files in a zip are listed without unpacking any; a zip that is no bundle of files, or a trap, is refused.
"""

import gzip
import io
import lzma
import stat
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol, TypeVar, cast

from pydantic import Field

from store.errors import SourceError
from store.paper import Frozen
from store.readers.unread import SAVE_SHEET, is_sheet

T = TypeVar("T")

SMALL = 10_000_000  # bytes that hold nobody up, however well they were packed; chosen by hand, not measured
# Packed bytes that a record has at the least: those of arXiv's snapshot have 480, a line of title and DOI 60.
_BYTES_A_RECORD = 20
_BROKEN = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile)
_UNPACK = "Unpack it with the program that made it, and give the files in it."
_OFFICE = {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"}


class ArchiveLimits(Frozen):
    """What an archive may unpack to; chosen by hand, not measured.

    Args:
        ratio: Bytes a packed byte. DEFLATE packs at most a thousandfold (1032:1), text far less.
        members: Files in a zip.
        records: Records of all its files together; where it is larger, one for 20 packed bytes.
        seconds: Seconds that reading it may take, without what is done with its records.
    """

    ratio: int = Field(default=200, ge=1)
    members: int = Field(default=10_000, ge=1)
    records: int = Field(default=100_000, ge=1)
    seconds: float = Field(default=3600.0, gt=0)


class UnpackingBudget:
    """What is left of the records and of the time that an archive may take.

    Args:
        name: What messages call the archive.
        packed: Its size in bytes.
        limits: What it may take.
        clock: Tells the seconds.
    """

    def __init__(
        self, name: str, packed: int, limits: ArchiveLimits, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name, self._limits, self._clock = name, limits, clock
        self._most = max(limits.records, packed // _BYTES_A_RECORD)
        self._records, self._seconds = 0, 0.0

    def spend(self, items: Iterator[T]) -> Iterator[T]:
        """Yield what is read; raises SourceError where that is more than the archive may take."""
        while True:
            start = self._clock()
            item = next(items, None)
            self._seconds += self._clock() - start
            if item is None:
                return
            self._records += 1
            if self._records > self._most:
                raise SourceError(
                    f"{self._name} holds more than {self._most:,} records, too many for its size.", _UNPACK
                )
            if self._seconds > self._limits.seconds:
                raise SourceError(
                    f"{self._name} took more than {self._limits.seconds:g} seconds to read: the rest was not read.",
                    _UNPACK,
                )
            yield item


class Content(Protocol):
    """Where bytes come from."""

    @property
    def size(self) -> int:
        """How far ``position`` goes, in bytes."""

    def open(self) -> BinaryIO:
        """Return a stream at the first byte; raises OSError or SourceError."""

    def position(self, stream: BinaryIO) -> int:
        """Return how far a stream of ``open`` got, 0–``size``."""

    def stamp(self) -> tuple[int, int]:
        """Return size and time of the last change of the file on the disk; raises OSError."""


class PlainContent:
    """A file on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def size(self) -> int:
        """Size of the file."""
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        """Return the file itself."""
        return self.path.open("rb")

    def position(self, stream: BinaryIO) -> int:
        """Return how far the stream was read."""
        return stream.tell()

    def stamp(self) -> tuple[int, int]:
        """Return size and time of the last change."""
        status = self.path.stat()
        return status.st_size, status.st_mtime_ns


class SpooledContent(PlainContent):
    """What came through a pipe, kept in a file that vanishes with this object; raises OSError where it has no room."""

    def __init__(self, stream: BinaryIO) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="conspectus-")  # noqa: SIM115 - open as long as this lives
        while chunk := stream.read(1 << 20):
            self._file.write(chunk)
        self._file.flush()
        super().__init__(Path(self._file.name))


class BytesContent:
    """What is in memory already."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def open(self) -> BinaryIO:
        """Return all of the bytes."""
        return io.BytesIO(self._data)

    def position(self, stream: BinaryIO) -> int:
        """Return how far they were read."""
        return stream.tell()

    def stamp(self) -> tuple[int, int]:
        """Return the same at all times: nobody changes them."""
        return self.size, 0


class GzipContent(PlainContent):
    """What is packed in a gzip file; ``size`` and ``position`` are those of the packed bytes.

    Args:
        packed: The gzip file, which has to live as long as this does.
        name: What messages call it.
        limits: What it may unpack to.
    """

    def __init__(self, packed: PlainContent, name: str, limits: ArchiveLimits) -> None:
        super().__init__(packed.path)
        self._limits = limits
        self._packed = packed
        self._name = name
        self._raw: BinaryIO | None = None

    def open(self) -> BinaryIO:
        """Return the unpacked bytes; SourceError where they are broken, or many more than can be meant."""
        self._raw = self._packed.open()
        unpacked = gzip.GzipFile(fileobj=self._raw, mode="rb")
        return _buffer_stream(_UnpackingStream(unpacked, self._raw, self._name, self.size, self._limits))

    def position(self, stream: BinaryIO) -> int:
        """Return how far the packed bytes were read."""
        return self.size if self._raw is None or self._raw.closed else self._raw.tell()


class ZipContent(PlainContent):
    """A member of a zip; ``size`` is that of the unpacked bytes as the zip states it, and no more is ever unpacked."""

    def __init__(self, archive: Path, member: zipfile.ZipInfo, name: str) -> None:
        super().__init__(archive)
        self._member = member
        self._name = name

    @property
    def size(self) -> int:
        """Size of the member, unpacked."""
        return self._member.file_size

    def open(self) -> BinaryIO:
        """The unpacked bytes; SourceError where they are broken or locked by a password, or are the name of a file."""
        if stat.S_ISLNK(self._member.external_attr >> 16):
            raise SourceError(
                f"{self._name} is a link to another file, which is not followed.", "Pack that file itself."
            )
        archive: zipfile.ZipFile | None = None
        try:
            archive = zipfile.ZipFile(self.path)
            unpacked = archive.open(self._member)
        # It changed since it was listed; RuntimeError: a password, or a method that Python does not know.
        except (RuntimeError, *_BROKEN) as fault:
            if archive:
                archive.close()
            raise SourceError(f"{self._name} cannot be unpacked: {fault}.", _UNPACK) from fault
        entry_limits = ArchiveLimits(ratio=1)  # The size that the zip states was looked at with the others.
        return _buffer_stream(_UnpackingStream(unpacked, archive, self._name, self.size, entry_limits))


class _UnpackingStream(io.RawIOBase):
    """A stream that says in our words what is wrong with the packed bytes, and stops at a bomb."""

    def __init__(self, unpacked: Any, below: Any, name: str, size: int, limits: ArchiveLimits) -> None:
        self._unpacked, self._below = unpacked, below
        self._name, self._ratio, self._most = name, limits.ratio, max(size * limits.ratio, SMALL)
        self._count = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._count

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._unpacked.read(len(buffer))
        except _BROKEN as fault:
            raise SourceError(f"{self._name} cannot be unpacked to its end: {fault}.", "Get it again.") from fault
        self._count += len(data)
        if self._count > self._most:
            raise _make_bomb_error(self._name, self._ratio)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._unpacked.close()
            self._below.close()
        super().close()


def _buffer_stream(stream: _UnpackingStream) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(stream))


def _make_bomb_error(name: str, ratio: int) -> SourceError:
    hint = "Such archives are made to fill disks. If this one is meant well, unpack it and give the files in it."
    return SourceError(f"{name} unpacks to more than {ratio} times its size.", hint)


class Member(NamedTuple):
    """A file in an archive under the name that messages give it: ``archive.zip/folder/file.bib``."""

    name: str
    content: ZipContent


def list_members(path: Path, name: str, limits: ArchiveLimits) -> list[Member]:
    """Return the files in a zip in the order of their names, hidden ones and folders left out.

    Raises:
        SourceError: It is broken, a Word, Excel or EPUB file, holds nothing, names a file outside itself, has more
            members than the limits let it, or would unpack to more.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (*_BROKEN, NotImplementedError, ValueError) as fault:
        kind, hint = ("an Excel workbook", SAVE_SHEET) if is_sheet(name) else ("a zip archive", _UNPACK)
        raise SourceError(f"{name} is {kind} that is broken: {fault}.", hint) from fault
    if any(info.filename == "xl/workbook.xml" for info in infos):
        raise SourceError(f"{name} is an Excel workbook.", SAVE_SHEET)
    if any(info.filename in _OFFICE for info in infos):
        if is_sheet(name):
            raise SourceError(f"{name} is a workbook of LibreOffice or Excel.", SAVE_SHEET)
        raise SourceError(f"{name} is a Word, Excel, OpenDocument, EPUB or Java file.", "Export its records as text.")
    files = [info for info in infos if not info.is_dir()]
    _refuse_traps(files, name, path.stat().st_size, limits)
    visible = sorted((info for info in files if not _is_hidden(info.filename)), key=lambda info: info.filename)
    if not visible:
        raise SourceError(f"{name} is a zip archive without a file in it.", "Give one that holds papers.")
    return [Member(f"{name}/{info.filename}", ZipContent(path, info, f"{name}/{info.filename}")) for info in visible]


def _refuse_traps(files: list[zipfile.ZipInfo], name: str, packed: int, limits: ArchiveLimits) -> None:
    if len(files) > limits.members:
        raise SourceError(f"{name} holds {len(files):,} files, more than {limits.members:,}.", _UNPACK)
    if any(_is_outside(info.filename) for info in files):
        raise SourceError(f"{name} names files outside itself, as no honest archive does.", "Do not unpack it.")
    if sum(info.file_size for info in files) > max(SMALL, limits.ratio * packed):
        raise _make_bomb_error(name, limits.ratio)


def _is_outside(filename: str) -> bool:
    parts = filename.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0].endswith(":")


def _is_hidden(filename: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in filename.split("/"))
