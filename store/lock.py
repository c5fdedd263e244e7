"""The write lock: one writer at a library. Two would lose vectors from Chroma's index in silence."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import LibraryError, LibraryLocked

if TYPE_CHECKING:
    from filelock import BaseFileLock

NAME = "write.lock"
HOLDER = "writer.json"


@contextmanager
def write_lock(folder: Path, purpose: str) -> Iterator[None]:
    """Hold the library in ``folder`` for writing; the operating system frees it when the process dies.

    Raises:
        LibraryLocked: Another process holds it; the message names it.
        LibraryError: The folder cannot be written.
    """
    lock = _acquire(folder, purpose)
    try:
        yield
    finally:
        lock.release()


def _acquire(folder: Path, purpose: str) -> "BaseFileLock":
    from filelock import FileLock, Timeout

    lock = FileLock(folder / NAME, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        note = {"pid": os.getpid(), "what": purpose, "since": datetime.now().isoformat(timespec="seconds")}
        (folder / HOLDER).write_text(json.dumps(note), encoding="utf-8")
    except Timeout as error:
        raise LibraryLocked(
            f"The library {folder} is being written by {_holder(folder)}.",
            "Wait until it has finished, then try again.",
        ) from error
    except OSError as error:
        lock.release()
        raise LibraryError(
            f"The library folder {folder} cannot be written: {error.strerror or error}.",
            "Give a folder that you may write to with --library.",
        ) from error
    return lock


def _holder(folder: Path) -> str:
    try:
        note = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return f"process {note['pid']} ({note['what']}, since {note['since']})"
    except (OSError, ValueError, KeyError, TypeError):  # It has the lock but has not written its note yet.
        return "another process"
