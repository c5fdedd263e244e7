"""Bytes of a file as they are stored: plain, gzipped, or a member of a zip; each pass over them opens them anew.

The files in a zip, told without unpacking any; a zip that is no bundle of files, or a trap, is refused.
"""

import gzip
import io
import lzma
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol, cast

from store.errors import SourceError

MAX_RATIO = 200
SMALL = 100_000_000
BROKEN = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile)
UNPACK = "Unpack it with the program that made it, and give the files in it."


class Content(Protocol):
    """Where bytes come from."""

    @property
    def size(self) -> int:
        """How far ``position`` goes, in bytes."""

    def open(self) -> BinaryIO:
        """A stream at the first byte; raises OSError or SourceError."""

    def position(self, stream: BinaryIO) -> int:
        """How far a stream of ``open`` got, 0–``size``."""

    def stamp(self) -> tuple[int, int]:
        """Size and time of the last change of the file on the disk; raises OSError."""


class PlainContent:
    """A file on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def size(self) -> int:
        """Size of the file."""
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        """The file itself."""
        return self.path.open("rb")

    def position(self, stream: BinaryIO) -> int:
        """How far it was read."""
        return stream.tell()

    def stamp(self) -> tuple[int, int]:
        """Size and time of the last change."""
        return _stamp(self.path)


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

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self._data)

    def open(self) -> BinaryIO:
        """All of them."""
        return io.BytesIO(self._data)

    def position(self, stream: BinaryIO) -> int:
        """How far they were read."""
        return stream.tell()

    def stamp(self) -> tuple[int, int]:
        """Nobody changes it."""
        return len(self._data), 0


class GzipContent:
    """What is packed in a gzip file; its progress is that of the packed bytes."""

    def __init__(self, packed: PlainContent, name: str) -> None:
        self._packed = packed
        self._name = name
        self._raw: BinaryIO | None = None

    @property
    def size(self) -> int:
        """Size of the packed file."""
        return self._packed.size

    def open(self) -> BinaryIO:
        """The unpacked bytes; SourceError where they are broken, or many more than can be meant."""
        self._raw = self._packed.open()
        unpacked = gzip.GzipFile(fileobj=self._raw, mode="rb")
        return _buffered(_Unpacking(unpacked, self._raw, self._name, MAX_RATIO * self.size))

    def position(self, stream: BinaryIO) -> int:
        """How far the packed bytes were read."""
        return self.size if self._raw is None or self._raw.closed else self._raw.tell()

    def stamp(self) -> tuple[int, int]:
        """That of the packed file."""
        return self._packed.stamp()


class ZipContent:
    """A member of a zip."""

    def __init__(self, archive: Path, member: zipfile.ZipInfo, name: str) -> None:
        self._archive = archive
        self._member = member
        self._name = name

    @property
    def size(self) -> int:
        """Size of the member, unpacked, as the zip states it; no more than that is ever unpacked."""
        return self._member.file_size

    def open(self) -> BinaryIO:
        """The unpacked bytes; SourceError where they are broken or locked by a password, or are the name of a file."""
        if stat.S_ISLNK(self._member.external_attr >> 16):
            raise SourceError(
                f"{self._name} is a link to another file, which is not followed.", "Pack that file itself."
            )
        try:
            archive = zipfile.ZipFile(self._archive)
        except BROKEN as fault:  # it changed since it was listed
            raise SourceError(f"{self._name} cannot be unpacked: {fault}.", UNPACK) from fault
        try:
            unpacked = archive.open(self._member)
        except (RuntimeError, *BROKEN) as fault:  # RuntimeError: a password, or a method that Python does not know
            archive.close()
            raise SourceError(f"{self._name} cannot be unpacked: {fault}.", UNPACK) from fault
        return _buffered(_Unpacking(unpacked, archive, self._name, self.size))

    def position(self, stream: BinaryIO) -> int:
        """How much of the member was read."""
        return stream.tell()

    def stamp(self) -> tuple[int, int]:
        """That of the archive."""
        return _stamp(self._archive)


class _Unpacking(io.RawIOBase):
    """A stream that says in our words what is wrong with the packed bytes, and stops at a bomb."""

    def __init__(self, unpacked: Any, below: Any, name: str, most: int) -> None:
        self._unpacked, self._below = unpacked, below
        self._name, self._most = name, max(most, SMALL)
        self._count = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._count

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._unpacked.read(len(buffer))
        except BROKEN as fault:
            raise SourceError(f"{self._name} cannot be unpacked to its end: {fault}.", "Get it again.") from fault
        self._count += len(data)
        if self._count > self._most:
            raise bomb_error(self._name)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._unpacked.close()
            self._below.close()
        super().close()


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def bomb_error(name: str) -> SourceError:
    """The error for an archive that unpacks to more than can be meant."""
    hint = "Such archives are made to fill disks. If this one is meant well, unpack it and give the files in it."
    return SourceError(f"{name} unpacks to more than {MAX_RATIO} times its size.", hint)


def _buffered(stream: _Unpacking) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(stream))


MAX_MEMBERS = 10_000

_OFFICE = {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"}


class Member(NamedTuple):
    """A file in an archive under the name that messages give it: ``archive.zip/folder/file.bib``."""

    name: str
    content: ZipContent


def list_members(path: Path, name: str) -> list[Member]:
    """The files in a zip in the order of their names, hidden ones and folders left out.

    Raises:
        SourceError: It is broken, a Word, Excel or EPUB file, holds nothing, has more than 10,000 members, names a
            file outside itself, or would unpack to more than 200 times its size.
    """
    infos = _listed(path, name)
    if any(info.filename in _OFFICE for info in infos):
        raise SourceError(f"{name} is a Word, Excel, OpenDocument, EPUB or Java file.", "Export its records as text.")
    files = [info for info in infos if not info.is_dir()]
    _check(files, name, path.stat().st_size)
    kept = sorted((info for info in files if not _hidden(info.filename)), key=lambda info: info.filename)
    if not kept:
        raise SourceError(f"{name} is a zip archive without a file in it.", "Give one that holds papers.")
    return [Member(f"{name}/{info.filename}", ZipContent(path, info, f"{name}/{info.filename}")) for info in kept]


def _listed(path: Path, name: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (*BROKEN, NotImplementedError, ValueError) as fault:
        raise SourceError(f"{name} is a zip archive that is broken: {fault}.", UNPACK) from fault


def _check(files: list[zipfile.ZipInfo], name: str, packed: int) -> None:
    if len(files) > MAX_MEMBERS:
        raise SourceError(f"{name} holds {len(files):,} files, more than {MAX_MEMBERS:,}.", UNPACK)
    if any(_outside(info.filename) for info in files):
        raise SourceError(f"{name} names files outside itself, as no honest archive does.", "Do not unpack it.")
    total = sum(info.file_size for info in files)
    if total > max(SMALL, MAX_RATIO * packed):
        raise bomb_error(name)


def _outside(filename: str) -> bool:
    parts = filename.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0].endswith(":")


def _hidden(filename: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in filename.split("/"))
