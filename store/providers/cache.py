"""Bodies kept on the disk, so that what was answered is not asked again."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from store.files import writing_to

NONE = b""
"""The body of what a provider does not have; it is kept for a day at the most, for it may come."""

_DAY = 86_400


class BodyCache:
    """One file a body. Its key holds no API key, and neither does it.

    Args:
        folder: Where; made by the first body.
        days: How old a body may be; older ones are deleted by ``sweep``. 0 keeps nothing.
        now: Seconds since 1970.
    """

    def __init__(self, folder: Path, days: float, now: Callable[[], float]) -> None:
        self._folder = folder
        self._seconds = days * _DAY
        self._now = now

    def get(self, key: str) -> bytes | None:
        """A body that is young enough."""
        path = self._path(key)
        try:
            found = path.stat()
            if self._is_old(found.st_mtime, _DAY if found.st_size == 0 else self._seconds):
                return None
            return path.read_bytes()
        except OSError:  # none there, or none that can be read: it is asked for then
            return None

    def put(self, key: str, body: bytes) -> None:
        """Keep a body; raises LibraryError where the disk refuses."""
        if not self._seconds:
            return
        path = self._path(key)
        with writing_to(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(f".{os.getpid()}")
            half.write_bytes(body)
            os.utime(half, (self._now(), self._now()))
            half.replace(path)

    def forget(self, key: str) -> None:
        """Drop a body that turned out to be of no use."""
        with writing_to(self._folder):
            self._path(key).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what is too old, and what a crash left half written."""
        if not self._folder.is_dir():
            return
        with writing_to(self._folder):
            for path in self._folder.iterdir():
                with suppress(FileNotFoundError):  # another process sweeps, too
                    if self._is_old(path.stat().st_mtime, self._seconds):
                        path.unlink()

    def _is_old(self, written: float, seconds: float) -> bool:
        return abs(self._now() - written) > min(seconds, self._seconds)

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.body"
