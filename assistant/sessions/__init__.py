"""Saved conversations: one file a session in one folder, every turn on disk before it is acknowledged."""

import builtins
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from assistant.sessions.folder import SessionFolder, parse_id
from assistant.sessions.format import DraftEntry, HeaderEntry, QuestionEntry, TitleEntry, TurnEntry
from assistant.sessions.full_text import SessionSearch
from assistant.types import Restriction, Session, SessionHit, SessionInfo, Turn, Usage
from store.errors import InputError, LibraryError, NotFound

FORKED = " (fork)"
"""What the title of a fork ends with."""


class Sessions:
    """The sessions of a library. Any number of processes may use them at once, also the same one.

    An id looks like ``20261123-081500-3f2a``: UTC time and four random hex digits. Anything else is never
    looked for on disk. Reading takes no lock and writes nothing; writing locks one session for the moment
    of the write. Every write raises ``LibraryError`` where the disk refuses it, and then has changed nothing.

    Args:
        folder: Where the files lie; made by the first write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = SessionFolder(folder)

    def new(self, title: str = "") -> Session:
        """Start a session; an empty title is taken from the first question once there is one."""
        return self._folder.start(HeaderEntry(title=_join_lines(title), created_at=datetime.now(UTC)))

    def list(self) -> builtins.list[SessionInfo]:
        """List all sessions, the one used last first.

        A session that cannot be read is listed too: its title says in brackets what is wrong, its times are
        those of its id, and it counts 0 turns.

        Raises:
            LibraryError: The folder itself cannot be read.
        """
        infos = [info for id in self._folder.list_ids() if (info := self._read_info(id))]
        infos += map(_describe_lost, self._folder.list_lost())
        return sorted(infos, key=_sort_key, reverse=True)

    def last(self) -> str:
        """Return the id of the session used last.

        Raises:
            NotFound: There is no session yet.
            LibraryError: The folder cannot be read.
        """
        there = set(self._folder.list_ids()) - set(self._folder.list_lost())
        infos = [info for info in self.list() if info.id in there]
        if not infos:
            raise NotFound("There is no session yet.", 'Start one with: conspectus ask --session new "…"')
        return infos[0].id

    def search(self, text: str) -> builtins.list[SessionHit]:
        """Find the sessions in which every word stands, the one used last first.

        Titles, questions and answers are read; case and accents do not count, and the beginning of a word is enough.
        A session that cannot be read is passed over; ``list`` tells of it.

        Raises:
            InputError: There is no word.
            LibraryError: The folder itself cannot be read.
        """
        search = SessionSearch(text)
        hits = [
            hit for session in self._read_sessions() if (hit := search.find_hit(session, _summarize_session(session)))
        ]
        return sorted(hits, key=lambda hit: _sort_key(hit.session), reverse=True)

    def usage(self) -> Usage:
        """Add up what the answers and drafts of all sessions took; a turn that forks have in common counts once.

        A session that cannot be read, or was deleted, does not count.

        Raises:
            LibraryError: The folder itself cannot be read.
        """
        turns = [turn for session in self._read_sessions() for turn in session.turns]
        once = {(turn.asked_at, turn.question): turn.usage for turn in turns}
        return sum(once.values(), Usage())

    def get(self, id: str) -> Session:
        """Read the session with all its turns.

        Raises:
            NotFound: No such session; names the ids that are near.
            LibraryDamaged: Its file is broken; names file and line.
            LibraryError: Its file cannot be read, or a newer version wrote it.
        """
        session = self._folder.read(id)
        if session is None:
            raise self._folder.explain_missing(id)
        return session

    def begin(self, id: str, question: str, scope: Sequence[Restriction] = ()) -> str:
        """Keep a question before it is answered, whatever comes.

        Until its turn is recorded it stands in the session as one that has no answer.

        Args:
            id: The session.
            question: As it is going to be asked.
            scope: What narrows the papers beside its own words; its turn has it, too.

        Returns:
            What ``record`` wants to know the question by.

        Raises:
            ConspectusError: As ``record``.
        """
        entry = QuestionEntry(id=token_hex(4), asked_at=datetime.now(UTC), question=question, scope=tuple(scope))
        self._folder.append(id, entry)
        return entry.id

    def record(self, id: str, turn: Turn, begun: str = "") -> Session:
        """Append a turn; it is on disk when this returns. One that is ``WITHDRAWN`` takes its question out again.

        Args:
            id: The session.
            turn: How it ended.
            begun: What ``begin`` returned for its question, whose place it takes.

        Raises:
            InputError: The turn holds what JSON cannot carry.
            NotFound, LibraryDamaged, LibraryError: As for ``get``; nothing was written.
            LibraryLocked: Another process kept this session locked for ten seconds.
        """
        return self._folder.append(id, TurnEntry(turn=turn, begun=begun))

    def keep_draft(self, id: str, begun: str, draft: str, usage: Usage) -> Session:
        """Keep what a model had written of an answer that did not come to its end, and what that took.

        Args:
            id: The session.
            begun: What ``begin`` returned for the question.
            draft: As it was written; nobody compared it with anything.
            usage: What it took, as far as that is known.

        Raises:
            ConspectusError: As ``record``.
        """
        return self._folder.append(id, DraftEntry(begun=begun, draft=draft, usage=usage))

    def fork(self, id: str, turn: int) -> Session:
        """Start a session with the turns of another up to one of them; the other stays as it is.

        Args:
            id: The session to take them from; the new one remembers it.
            turn: Number of the last turn to take, from 1.

        Raises:
            InputError: There is no such turn.
            NotFound, LibraryDamaged, LibraryError: As for ``get``.
        """
        origin = Sessions.get(self, id)  # As it was saved: what is shown of it depends on the library of today.
        if not 1 <= turn <= len(origin.turns):
            numbers = f"turns 1 to {len(origin.turns)}" if origin.turns else "no turns yet"
            raise InputError(f"Session {id} has {numbers}, not {turn}.", f"See: conspectus sessions show {id}")
        title = f"{origin.title.removesuffix(FORKED)}{FORKED}"
        turns = origin.turns[:turn]
        return self._folder.start(HeaderEntry(title=title, created_at=datetime.now(UTC), forked_from=id, turns=turns))

    def rename(self, id: str, title: str) -> Session:
        """Give a new title; an empty one goes back to the first question. Raises as ``record``."""
        return self._folder.append(id, TitleEntry(title=_join_lines(title)))

    def delete(self, id: str) -> None:
        """Remove a session for good, a damaged one too. Raises ``NotFound``, ``LibraryLocked``, ``LibraryError``."""
        self._folder.remove(id)

    def restore(self, id: str, content: bytes) -> bool:
        """Bring a session back whose file is gone; says whether it was. Raises ``LibraryError``."""
        return self._folder.restore(id, content)

    def _read_info(self, id: str) -> SessionInfo | None:
        try:
            session = self._folder.read(id)
        except LibraryError as error:
            created = parse_id(id) or datetime.now(UTC)
            return SessionInfo(id=id, title=f"({error.what})", created_at=created, updated_at=created, turns=0)
        return _summarize_session(session) if session else None

    def _read_sessions(self) -> Iterator[Session]:
        for id in self._folder.list_ids():
            try:
                session = self._folder.read(id)
            except LibraryError:  # One that is broken must not stand in the way of all the others.
                continue
            if session:
                yield session


def _summarize_session(session: Session) -> SessionInfo:
    return SessionInfo(
        id=session.id,
        title=session.title,
        created_at=session.created_at,
        updated_at=max([session.created_at, *(_assume_utc(turn.asked_at) for turn in session.turns[-1:])]),
        turns=len(session.turns),
    )


def _describe_lost(id: str) -> SessionInfo:
    created = parse_id(id) or datetime.now(UTC)
    return SessionInfo(id=id, title="(its file is gone)", created_at=created, updated_at=created, turns=0)


def _sort_key(info: SessionInfo) -> tuple[datetime, datetime, str]:
    return info.updated_at, info.created_at, info.id


def _assume_utc(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _join_lines(title: str) -> str:
    return " ".join(title.split())
