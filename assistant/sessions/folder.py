"""The folder of the sessions: which there are, what their files say, and writing to one at a time.

Bringing the bytes of a session to the disk, so that neither a crash nor a full disk costs a line written before.
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

from filelock import FileLock, Timeout

from assistant.sessions.format import Entry, Header, decode, encode, whole
from assistant.types import Session
from store.errors import LibraryError, LibraryLocked, NotFound


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


LOCK_SECONDS = 10.0
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}")
_ID_TIME = "%Y%m%d-%H%M%S"
_POLL_SECONDS = 0.005


class SessionFolder:
    """The files, found by id alone: what does not look like an id is never looked for on disk.

    Args:
        path: Where the files lie; made by the first write.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def ids(self) -> list[str]:
        """The ids of all sessions, the oldest first; raises ``LibraryError`` where the folder cannot be read."""
        try:
            names = os.listdir(self._path)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LibraryError(
                f"Session folder {self._path} cannot be read: {error.strerror}.", "Check its permissions."
            ) from error
        return sorted(Path(name).stem for name in names if name.endswith(".jsonl") and time_of(Path(name).stem))

    def read(self, id: str) -> Session | None:
        """The session; None where its file is gone or has no whole line yet.

        Raises:
            NotFound: That is no id.
            LibraryDamaged: Its file is broken; names file and line.
            LibraryError: Its file cannot be read, or a newer version wrote it.
        """
        file = self._file(id)
        try:
            lines = whole(content(file))
        except OSError as error:
            raise LibraryError(
                f"Session file {file} cannot be read: {error.strerror}.", "Check its permissions and the disk."
            ) from error
        return decode(lines, file) if lines else None

    def start(self, header: Header) -> Session:
        """Make the file of a session that is new; raises ``LibraryError``."""
        line = encode(header)
        with writing(self._path):
            self._path.mkdir(parents=True, exist_ok=True)
            while True:
                file = self._file(f"{datetime.now(UTC):{_ID_TIME}}-{token_hex(2)}")
                try:
                    create(file, line)
                except FileExistsError:
                    continue
                return decode(line, file)

    def append(self, id: str, entry: Entry) -> Session:
        """Write another line; raises ``InputError``, ``LibraryLocked``, and as ``read``: then nothing was written."""
        line = encode(entry)
        with self._locked(id) as file:
            data = content(file)
            kept = whole(data)
            if not kept:
                raise self.missing(id)
            session = decode(kept + line, file)
            start = min(len(kept), len(data))  # A newline may be all that the last line lacks.
            write_end(file, start, (kept + line)[start:])
        return session

    def remove(self, id: str) -> None:
        """Delete a file, a damaged one too; raises ``NotFound``, ``LibraryLocked``, ``LibraryError``."""
        with self._locked(id) as file:
            file.unlink(missing_ok=True)
            sync_folder(self._path)
        with writing(file):  # no id comes twice, so whoever still waits for this lock finds no session
            _lock_file(file).unlink(missing_ok=True)

    def missing(self, id: str) -> NotFound:
        """The error that there is no such session; it names the ids that are near."""
        ids, given = self.ids(), id[:80]
        near = [known for known in ids if given and given in known][-3:] or difflib.get_close_matches(given, ids)
        names = f" Near it: {', '.join(near)}." if near else ""
        return NotFound(f"There is no session {given!r}.{names}", "`conspectus sessions` lists all of them.")

    def _file(self, id: str) -> Path:
        if time_of(id) is None:
            raise self.missing(id)
        return self._path / f"{id}.jsonl"

    @contextmanager
    def _locked(self, id: str) -> Iterator[Path]:
        file = self._file(id)
        with writing(file):
            if not file.exists():
                raise self.missing(id)
            with FileLock(_lock_file(file)).acquire(timeout=LOCK_SECONDS, poll_interval=_POLL_SECONDS):
                yield file


def time_of(id: str) -> datetime | None:
    """When the session of an id was made; None for what is no id."""
    if not _ID.fullmatch(id):
        return None
    try:
        return datetime.strptime(id[:15], _ID_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _lock_file(file: Path) -> Path:
    return file.with_suffix(".lock")
