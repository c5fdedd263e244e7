"""Folders and room on the disk."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import LibraryError

OTHER = "Give another folder with --library."
# With less than this, in bytes, a disk counts as full: what failed for lack of room may have freed some of it.
LITTLE = 20_000_000


def is_full(place: Path) -> bool:
    """Whether there is hardly any room left where a folder is, or would be."""
    there = next((folder for folder in (place, *place.parents) if folder.is_dir()), Path())
    return shutil.disk_usage(there).free < LITTLE


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Raise LibraryError where a file in the folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"Writing to {folder} failed: {error.strerror or error}.",
            f"Free some room or make it writable, or: {OTHER} What was acknowledged is stored.",
        ) from error


def check_folder(folder: Path) -> None:
    """Raise LibraryError where something else is in the place of a library's folder; that there is none is right."""
    try:
        if folder.is_dir() or not folder.exists():
            return
    except OSError as error:
        raise LibraryError(f"{folder} cannot be read: {error.strerror or error}.", OTHER) from error
    raise LibraryError(f"{folder} is a file, not the folder of a library.", OTHER)
