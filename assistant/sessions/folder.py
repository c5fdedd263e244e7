"""The folder of the sessions: which there are, what their files say, and writing to one at a time.

Neither a crash nor a full disk costs a line that was written before.
"""

import difflib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from secrets import token_hex

from assistant.sessions.format import Entry, HeaderEntry, decode_session, drop_torn_line, encode_entry
from assistant.types import Session
from store.errors import LibraryError, LibraryLocked, NotFound
from store.files import PRIVATE, make_folder, open_private, sync_folder

# A write takes milliseconds: who has waited so long, in seconds, waits for a process that hangs. Chosen by hand.
LOCK_SECONDS = 10.0
# How often the lock is tried, in seconds; as long as a write takes. Chosen by hand.
_POLL_SECONDS = 0.005
# Bytes that the header of a session without turns has at least.
_SHORTEST_HEADER = 60
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}")
_ID_TIME = "%Y%m%d-%H%M%S"


class SessionFolder:
    """The files, found by id alone: what does not look like an id is never looked for on disk.

    Args:
        path: Where the files lie; made by the first write.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def list_ids(self) -> list[str]:
        """List the ids of all sessions, the oldest first.

        Raises:
            LibraryError: The folder cannot be read.
        """
        try:
            names = os.listdir(self._path)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LibraryError(
                f"Session folder {self._path} cannot be read: {error.strerror}.", "Check its permissions."
            ) from error
        return sorted(Path(name).stem for name in names if name.endswith(".jsonl") and parse_id(Path(name).stem))

    def read(self, id: str) -> Session | None:
        """Read a session; None where its file is gone or has no whole line yet.

        Raises:
            NotFound: That is no id.
            LibraryDamaged: Its file is broken; names file and line.
            LibraryError: Its file cannot be read, or a newer version wrote it.
        """
        file = self._locate_file(id)
        try:
            lines = drop_torn_line(_read_bytes(file))
        except OSError as error:
            raise LibraryError(
                f"Session file {file} cannot be read: {error.strerror}.", "Check its permissions and the disk."
            ) from error
        return decode_session(lines, file) if lines else None

    def read_bytes(self, id: str) -> bytes:
        """Read the file of a session as it is; nothing where it is gone. Raises ``NotFound`` for what is no id."""
        file = self._locate_file(id)
        with _translate_errors(file):
            return _read_bytes(file)

    def restore(self, id: str, content: bytes) -> bool:
        """Write the file of a session that was removed; False where there is one. Raises ``LibraryError``."""
        file = self._locate_file(id)
        with _translate_errors(file):
            make_folder(self._path)
            try:
                _create_file(file, content)
            except FileExistsError:
                return False
        return True

    def start(self, header: HeaderEntry) -> Session:
        """Make the file of a session that is new; raises ``LibraryError``."""
        line = encode_entry(header)
        with _translate_errors(self._path):
            make_folder(self._path)
            while True:
                file = self._locate_file(f"{datetime.now(UTC):{_ID_TIME}}-{token_hex(2)}")
                try:
                    _create_file(file, line)
                except FileExistsError:
                    continue
                return decode_session(line, file)

    def append(self, id: str, entry: Entry) -> Session:
        """Write another line; raises ``InputError``, ``LibraryLocked``, and as ``read``: then nothing was written."""
        line = encode_entry(entry)
        if self._is_lost(self._locate_file(id)):  # A lock would say that it had turns.
            raise self.explain_missing(id)
        with self._lock_file(id) as file:
            content = _read_bytes(file)
            lines = drop_torn_line(content)
            if not lines:
                raise self.explain_missing(id)
            session = decode_session(lines + line, file)
            start = min(len(lines), len(content))  # A newline may be all that the last line lacks.
            _write_end(file, start, (lines + line)[start:])
        return session

    def remove(self, id: str) -> None:
        """Delete a file, a damaged one too; raises ``NotFound``, ``LibraryLocked``, ``LibraryError``."""
        file = self._locate_file(id)
        if file.exists() or id not in self.list_lost():
            with self._lock_file(id):
                file.unlink(missing_ok=True)
                sync_folder(self._path)
        with _translate_errors(file):  # no id comes twice, so whoever still waits for this lock finds no session
            file.with_suffix(".lock").unlink(missing_ok=True)

    def list_lost(self) -> list[str]:
        """List the ids of the sessions whose file is gone or has nothing in it, though nobody deleted them.

        Their lock is still there, which the first turn makes and deleting takes away.
        """
        locks = (file.stem for file in self._path.glob("*.lock"))
        return sorted(id for id in locks if parse_id(id) and self._is_lost(self._path / f"{id}.jsonl"))

    @staticmethod
    def _is_lost(file: Path) -> bool:
        # A header has fewer bytes than this only where it is torn: no other file has to be read for it.
        small = file.exists() and file.stat().st_size < _SHORTEST_HEADER
        return not file.exists() or (small and not drop_torn_line(_read_bytes(file)))

    def explain_missing(self, id: str) -> NotFound:
        """Make the error that there is no such session; it names the ids that are near."""
        ids, start = self.list_ids(), id[:80]  # An id has 20 characters; of what is none, that much is shown.
        # So many, the latest: a command line has room for three.
        near = [candidate for candidate in ids if start and start in candidate][-3:] or difflib.get_close_matches(
            start, ids
        )
        names = f" Near it: {', '.join(near)}." if near else ""
        return NotFound(f"There is no session {start!r}.{names}", "`conspectus sessions` lists all of them.")

    def _locate_file(self, id: str) -> Path:
        if parse_id(id) is None:
            raise self.explain_missing(id)
        return self._path / f"{id}.jsonl"

    @contextmanager
    def _lock_file(self, id: str) -> Iterator[Path]:
        from filelock import FileLock, Timeout  # Late: a question without a session locks nothing.

        file = self._locate_file(id)
        with _translate_errors(file):
            if not file.exists():
                raise self.explain_missing(id)
            try:
                lock = FileLock(file.with_suffix(".lock"), mode=PRIVATE).acquire(
                    timeout=LOCK_SECONDS, poll_interval=_POLL_SECONDS
                )
            except Timeout as error:
                raise LibraryLocked(
                    f"Another process is writing to {file}.", "Nothing was saved; try again when it is done."
                ) from error
            with lock:
                yield file


def parse_id(id: str) -> datetime | None:
    """Read from an id when its session was made; None for what is no id."""
    if not _ID.fullmatch(id):
        return None
    try:
        return datetime.strptime(id[:15], _ID_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


@contextmanager
def _translate_errors(place: Path) -> Iterator[None]:
    """Raise what goes wrong at a place as LibraryError."""
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"{place} cannot be written: {error.strerror}.",
            "What was saved before is intact; check free space and permissions there, then try again.",
        ) from error


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def _create_file(file: Path, line: bytes) -> None:
    """Make the file with its first line, on disk when this returns; where it cannot be written nothing is left behind.

    Raises:
        FileExistsError: There is such a file; it is left alone.
    """
    with open(file, "xb", buffering=0, opener=open_private) as stream:
        try:
            _write_all(stream, line)
        except OSError:
            file.unlink()
            raise
    sync_folder(file.parent)


def _write_end(file: Path, start: int, end: bytes) -> None:
    """Put other bytes behind the first ``start`` of a file, on disk when this returns; on an error it ends there."""
    with file.open("r+b", buffering=0) as stream:
        try:
            stream.truncate(start)
            stream.seek(start)
            _write_all(stream, end)
        except OSError:
            stream.truncate(start)
            raise


def _write_all(stream: FileIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:  # a raw write may take a part, such as when the disk is nearly full
        rest = rest[stream.write(rest) :]
    os.fsync(stream.fileno())
