"""Saved conversations: one file a session in one folder, every turn on disk before it is acknowledged."""

import builtins
import difflib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from assistant.session_file import Asked, Entry, Header, Titled, append, create, decode, encode, sync_folder, whole
from assistant.session_search import Search
from assistant.types import Session, SessionHit, SessionInfo, Turn
from store.errors import InputError, LibraryError, LibraryLocked, NotFound

FORKED = " (fork)"
LOCK_SECONDS = 10.0
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}")
_ID_TIME = "%Y%m%d-%H%M%S"
_POLL_SECONDS = 0.005


class Sessions:
    """The sessions of a library. Any number of processes may use them at once, also the same one.

    An id looks like ``20261123-081500-3f2a``: UTC time and four random hex digits. Anything else is never
    looked for on disk. Reading takes no lock and writes nothing; writing locks one session for the moment
    of the write. Every write raises ``LibraryError`` where the disk refuses it, and then has changed nothing.

    Args:
        folder: Where the files lie; made by the first write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new(self, title: str = "") -> Session:
        """Start a session; an empty title is taken from the first question once there is one."""
        return self._start(Header(title=" ".join(title.split()), created_at=datetime.now(UTC)))

    def list(self) -> builtins.list[SessionInfo]:
        """All sessions, the one used last first.

        A session that cannot be read is listed too: its title says in brackets what is wrong, its times are
        those of its id, and it counts 0 turns.

        Raises:
            LibraryError: The folder itself cannot be read.
        """
        infos = [info for id in self._ids() if (info := self._info(id))]
        return sorted(infos, key=_last_used, reverse=True)

    def last(self) -> str:
        """The id of the session used last.

        Raises:
            NotFound: There is no session yet.
            LibraryError: The folder cannot be read.
        """
        infos = self.list()
        if not infos:
            raise NotFound("There is no session yet.", "Start one with: conspectus ask --session new QUESTION")
        return infos[0].id

    def search(self, text: str) -> builtins.list[SessionHit]:
        """The sessions in which every word stands, the one used last first.

        Titles, questions and answers are read; case and accents do not count, and the beginning of a word is enough.
        A session that cannot be read is passed over; ``list`` tells of it.

        Raises:
            InputError: There is no word.
            LibraryError: The folder itself cannot be read.
        """
        search = Search(text)
        hits = [hit for id in self._ids() if (hit := self._hit(id, search))]
        return sorted(hits, key=lambda hit: _last_used(hit.session), reverse=True)

    def get(self, id: str) -> Session:
        """The session with all its turns.

        Raises:
            NotFound: No such session; names the ids that are near.
            LibraryDamaged: Its file is broken; names file and line.
            LibraryError: Its file cannot be read, or a newer version wrote it.
        """
        session = self._read(self._file(id))
        if session is None:
            raise self._missing(id)
        return session

    def record(self, id: str, turn: Turn) -> Session:
        """Append a turn; it is on disk when this returns.

        Raises:
            InputError: The turn holds what JSON cannot carry.
            NotFound, LibraryDamaged, LibraryError: As for ``get``; nothing was written.
            LibraryLocked: Another process kept this session locked for ``LOCK_SECONDS``.
        """
        return self._append(id, Asked(turn=turn))

    def fork(self, id: str, turn: int) -> Session:
        """Start a session with the turns of another up to one of them; the other stays as it is.

        Args:
            id: The session to take them from; the new one remembers it.
            turn: Number of the last turn to take, from 1.

        Raises:
            InputError: There is no such turn.
            NotFound, LibraryDamaged, LibraryError: As for ``get``.
        """
        origin = self.get(id)
        if not 1 <= turn <= len(origin.turns):
            numbers = f"turns 1 to {len(origin.turns)}" if origin.turns else "no turns yet"
            raise InputError(f"Session {id} has {numbers}, not {turn}.", f"See: conspectus sessions show {id}")
        title = origin.title.removesuffix(FORKED.strip()).strip()
        turns = origin.turns[:turn]
        return self._start(
            Header(title=f"{title}{FORKED}".strip(), created_at=datetime.now(UTC), forked_from=id, turns=turns)
        )

    def rename(self, id: str, title: str) -> Session:
        """Give a new title; an empty one goes back to the first question. Raises as ``record``."""
        return self._append(id, Titled(title=" ".join(title.split())))

    def delete(self, id: str) -> None:
        """Remove a session for good, a damaged one too. Raises ``NotFound``, ``LibraryLocked``, ``LibraryError``."""
        with self._locked(id) as file:
            file.unlink(missing_ok=True)
            sync_folder(self._folder)
        with _writing(file):  # no id comes twice, so whoever still waits for this lock finds no session
            _lock_file(file).unlink(missing_ok=True)

    def _append(self, id: str, entry: Entry) -> Session:
        line = encode(entry)
        with self._locked(id) as file:
            content = _content(file)
            kept = whole(content)
            if not kept:
                raise self._missing(id)
            session = decode(kept + line, file)
            append(file, content, line)
        return session

    def _start(self, header: Header) -> Session:
        line = encode(header)
        with _writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._path(self._create(line))
        return decode(line, file)

    def _create(self, line: bytes) -> str:
        while True:
            id = f"{datetime.now(UTC):{_ID_TIME}}-{token_hex(2)}"
            try:
                create(self._path(id), line)
            except FileExistsError:
                continue
            return id

    @contextmanager
    def _locked(self, id: str) -> Iterator[Path]:
        file = self._file(id)
        with _writing(file):
            if not file.exists():
                raise self._missing(id)
            with FileLock(_lock_file(file)).acquire(timeout=LOCK_SECONDS, poll_interval=_POLL_SECONDS):
                yield file

    def _info(self, id: str) -> SessionInfo | None:
        made = _time_of(id) or datetime.now(UTC)
        try:
            session = self._read(self._path(id))
        except LibraryError as error:
            return SessionInfo(id=id, title=f"({error.what})", created_at=made, updated_at=made, turns=0)
        return _info_of(session) if session else None

    def _hit(self, id: str, search: Search) -> SessionHit | None:
        try:
            session = self._read(self._path(id))
        except LibraryError:  # One that is broken must not stand in the way of all the others.
            return None
        return search.hit(session, _info_of(session)) if session else None

    def _read(self, file: Path) -> Session | None:
        try:
            content = whole(_content(file))
        except OSError as error:
            raise LibraryError(
                f"Session file {file} cannot be read: {error.strerror}.", "Check its permissions and the disk."
            ) from error
        return decode(content, file) if content else None

    def _ids(self) -> builtins.list[str]:
        try:
            names = os.listdir(self._folder)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LibraryError(
                f"Session folder {self._folder} cannot be read: {error.strerror}.", "Check its permissions."
            ) from error
        return sorted(Path(name).stem for name in names if name.endswith(".jsonl") and _time_of(Path(name).stem))

    def _path(self, id: str) -> Path:
        return self._folder / f"{id}.jsonl"

    def _file(self, id: str) -> Path:
        if _time_of(id) is None:
            raise self._missing(id)
        return self._path(id)

    def _missing(self, id: str) -> NotFound:
        ids, given = self._ids(), id[:80]
        near = [known for known in ids if given and given in known][-3:] or difflib.get_close_matches(given, ids)
        names = f" Near it: {', '.join(near)}." if near else ""
        return NotFound(f"There is no session {given!r}.{names}", "`conspectus sessions` lists all of them.")


def _info_of(session: Session) -> SessionInfo:
    return SessionInfo(
        id=session.id,
        title=session.title,
        created_at=session.created_at,
        updated_at=max([session.created_at, *(_aware(turn.asked_at) for turn in session.turns[-1:])]),
        turns=len(session.turns),
    )


def _last_used(info: SessionInfo) -> tuple[datetime, datetime, str]:
    return info.updated_at, info.created_at, info.id


@contextmanager
def _writing(place: Path) -> Iterator[None]:
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


def _lock_file(file: Path) -> Path:
    return file.with_suffix(".lock")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def _time_of(id: str) -> datetime | None:
    if not _ID.fullmatch(id):
        return None
    try:
        return datetime.strptime(id[:15], _ID_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
