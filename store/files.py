"""Files and folders on the disk: whether there is room, and writing a file whole or not at all."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from store.errors import InputError, LibraryError

OTHER = "Give another folder with --library."
# With less than this, in bytes, a disk counts as full: what failed for lack of room may have freed some of it.
# Chosen by hand; not measured.
LITTLE = 20_000_000


def is_full(place: Path) -> bool:
    """Return whether there is hardly any room left where a folder is, or would be."""
    existing = next((folder for folder in (place, *place.parents) if folder.is_dir()), Path())
    return shutil.disk_usage(existing).free < LITTLE


@contextmanager
def translate_write_errors(folder: Path) -> Iterator[None]:
    """Raise LibraryError where a file in the folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"Writing to {folder} failed: {error.strerror or error}.",
            f"Free some room or make it writable, or: {OTHER} What was acknowledged is stored.",
        ) from error


def write_atomic(file: Path, content: bytes) -> None:
    """Write a file whole or not at all: under a temporary name on the same disk, which is then renamed.

    Raises:
        InputError: It is no name of a file.
        LibraryError: The disk refuses; what was there before is still there.
    """
    write_pieces(file, (content,))


def write_pieces(file: Path, pieces: Iterable[bytes]) -> None:
    """Write a file piece by piece as ``put`` does; where making a piece fails, the old file is still there, too.

    Raises:
        InputError: It is no name of a file.
        LibraryError: The disk refuses; what was there before is still there.
    """
    if "\0" in str(file):
        raise InputError(f"{str(file)!r} cannot be written: there is a NUL in its name.", "Give another name.")
    try:
        replace_file(file, pieces)
    except OSError as error:
        raise LibraryError(
            f"{file} cannot be written: {error.strerror or error}.", "Free some room there, or give another place."
        ) from error


def replace_file(file: Path, pieces: Iterable[bytes]) -> None:
    """Write a file as ``put_pieces`` does, for callers with an error of their own.

    Raises:
        OSError: The disk refuses; what was there before is still there.
    """
    temporary = file.with_name(f".{file.name}.{token_hex(4)}")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with temporary.open("xb") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
