"""Files on the disk: whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex

from store.errors import InputError, LibraryError


def put(file: Path, content: bytes) -> None:
    """Write to a temporary name on the same disk, then rename.

    Raises:
        LibraryError: The disk refuses; what was there before is still there.
    """
    put_pieces(file, (content,))


def put_pieces(file: Path, pieces: Iterable[bytes]) -> None:
    """The same piece by piece; where making one of them fails, what was there before is still there, too.

    Raises:
        InputError: It is no name of a file.
        LibraryError: The disk refuses; what was there before is still there.
    """
    if "\0" in str(file):
        raise InputError(f"{str(file)!r} cannot be written: there is a NUL in its name.", "Give another name.")
    made = file.with_name(f".{file.name}.{token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with made.open("xb") as opened:
                opened.writelines(pieces)
                opened.flush()
                os.fsync(opened.fileno())
            made.replace(file)
        finally:
            made.unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(
            f"{file} cannot be written: {error.strerror or error}.", "Free some room there, or give another place."
        ) from error
