"""Bringing the bytes of a session to the disk, so that neither a crash nor a full disk costs a line written before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from filelock import Timeout

from store.errors import LibraryError, LibraryLocked


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Say what went wrong at a place as errors of the library.

    Raises:
        LibraryLocked: The lock that was waited for is held.
        LibraryError: The disk refuses.
    """
    try:
        yield
    except Timeout as error:
        raise LibraryLocked(
            f"Another process is writing to {place}.", "Nothing was saved; try again when it is done."
        ) from error
    except OSError as error:
        raise LibraryError(
            f"{place} cannot be written: {error.strerror}.",
            "What was saved before is intact; check free space and permissions there, then try again.",
        ) from error


def content(file: Path) -> bytes:
    """The bytes of a file; empty where there is none."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def create(file: Path, line: bytes) -> None:
    """Make the file with its first line, on disk when this returns.

    Raises:
        FileExistsError: There is such a file; it is left alone.
        OSError: It cannot be written; nothing is left behind.
    """
    with file.open("xb", buffering=0) as opened:
        try:
            _write(opened, line)
        except OSError:
            file.unlink()
            raise
    sync_folder(file.parent)


def write_end(file: Path, start: int, end: bytes) -> None:
    """Put other bytes behind the first ``start`` of a file; on disk when this returns.

    Raises:
        OSError: It cannot be written; the file ends at ``start``.
    """
    with file.open("r+b", buffering=0) as opened:
        try:
            opened.truncate(start)
            opened.seek(start)
            _write(opened, end)
        except OSError:
            opened.truncate(start)
            raise


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write(opened: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:  # a raw write may take a part, such as when the disk is nearly full
        rest = rest[opened.write(rest) :]
    os.fsync(opened.fileno())
