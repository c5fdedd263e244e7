"""A connection that reads Chroma's SQLite file and stays open: opening one takes four times as long as a read."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from weakref import finalize


class FileReader:
    """Reads one SQLite file, of several threads one after the other. Between reads it holds no lock and no page.

    Args:
        path: The file; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._database: sqlite3.Connection | None = None
        self._file: tuple[int, int, int] | None = None

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Hand out a connection that shows the file as of one moment.

        Raises:
            sqlite3.Error: The file is missing or damaged, or cannot be read at present.
        """
        with self._lock:
            database = self._connect()
            try:
                database.execute("BEGIN")
                yield database
                database.rollback()
                database.execute("PRAGMA shrink_memory")  # What is read next comes from the disk, as damage would.
            except BaseException:
                self._let_go()
                raise

    def close(self) -> None:
        """Close the file; the next read opens it again."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._database is not None:
            self._close()
            self._database = None

    def _connect(self) -> sqlite3.Connection:
        """Return the connection, a new one where another file is there now, or this is another process."""
        file = self._identify()
        if self._database is None or file is None or file != self._file:
            self._let_go()
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._file = file
            self._close = finalize(self, self._database.close)
        return self._database

    def _identify(self) -> tuple[int, int, int] | None:
        try:
            about = self._path.stat()
        except OSError:
            return None
        return os.getpid(), about.st_dev, about.st_ino
