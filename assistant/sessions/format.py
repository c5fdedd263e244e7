"""The file of one session: JSON Lines, a header and then a line for each thing that happened.

    {"kind":"session","format":1,"title":"","created_at":"2026-11-23T08:15:00Z","forked_from":null,"turns":[]}
    {"kind":"question","id":"9c31a07e","asked_at":"…","question":"…"}
    {"kind":"turn","turn":{"asked_at":"…","question":"…","answer":{…},"error":""},"begun":"9c31a07e"}
    {"kind":"draft","begun":"9c31a07e","draft":"…","usage":{…}}
    {"kind":"title","title":"Rare events"}

Bytes once written are never written again, so a crash can tear the last line only. A last line that
has no newline and cannot be read was being written: it does not count, and the next append cuts it off.

Each line ends in the checksum of what stands before it, ``"sum":"…"``; lines of older versions have none. A turn that
is not what was written has no answer any more, and says so.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from operator import not_
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from assistant.types import WITHDRAWN, Restriction, Session, Turn, Usage
from store.errors import InputError, LibraryDamaged, LibraryError
from store.paper import Frozen

FORMAT = 1
"""Of the file; a higher one was written by a newer version."""
TITLE_CHARS = 60
"""Of a title that is taken from a question: what a list of sessions has room for. Chosen by hand."""
UNFINISHED = "no answer was saved: the program ended before it came, or is still writing it"
CHANGED = "the answer in the file is not the one that was saved: the file was damaged or changed since"
_SUM = re.compile(rb',"sum":"([0-9a-f]{32})"\}$')
_HEADER_START = b'{"kind":"session"'


class HeaderEntry(Frozen):
    """The first line: what the session was called when it was made; ``format`` is that of the file.

    The turns that a fork begins with stand in it too: one line is there whole or not at all.
    """

    kind: Literal["session"] = "session"
    format: int = FORMAT
    title: str
    created_at: datetime
    forked_from: str | None = None
    turns: tuple[Turn, ...] = ()


class QuestionEntry(Frozen):
    """A question, at the time it was asked: it stays, whatever becomes of the program.

    ``scope`` narrows the papers that it is asked of; the turn that takes its place has it from here.
    """

    kind: Literal["question"] = "question"
    id: str
    asked_at: datetime
    question: str
    scope: tuple[Restriction, ...] = Field(default=(), exclude_if=not_)


class TurnEntry(Frozen):
    """A turn, at the time it ended; ``begun`` is the id of its question, "" where that was not written before."""

    kind: Literal["turn"] = "turn"
    turn: Turn
    begun: str = ""


class DraftEntry(Frozen):
    """What had been written of an answer that was stopped or failed; ``begun`` is the id of its question."""

    kind: Literal["draft"] = "draft"
    begun: str
    draft: str
    usage: Usage = Usage()


class TitleEntry(Frozen):
    """A new title; the last one counts."""

    kind: Literal["title"] = "title"
    title: str


Entry = HeaderEntry | QuestionEntry | TurnEntry | DraftEntry | TitleEntry
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])


def encode_entry(entry: Entry) -> bytes:
    """Make the line of an entry, proven to be readable.

    Raises:
        InputError: It holds what JSON cannot carry: half a surrogate pair, or a number that is not finite.
    """
    try:
        line = _ENTRY.dump_json(entry)
        _ENTRY.validate_json(line)
    except ValueError as error:
        raise InputError(
            f"This {entry.kind} cannot be saved: {_explain_reason(error)}.",
            "Remove the broken characters and try again.",
        ) from error
    return line[:-1] + b',"sum":"' + _compute_sum(line) + b'"}\n'


def _compute_sum(line: bytes) -> bytes:
    return blake2b(line, digest_size=16).hexdigest().encode()


def _is_changed(line: bytes) -> bool:
    """Return whether a line is another than the one that was written, as far as its checksum tells."""
    checksum = _SUM.search(line.rstrip())
    return checksum is not None and _compute_sum(line[: checksum.start()] + b"}") != checksum[1]


def drop_torn_line(content: bytes) -> bytes:
    """Drop a torn last line of the content: what is left is empty, or ends in a newline."""
    body, newline, tail = content.rpartition(b"\n")
    return body + newline if _is_torn(tail, first=not newline) else content + b"\n"


def decode_session(content: bytes, file: Path) -> Session:
    """Read the session that whole lines tell; its id is the file's name, an empty title comes from the first question.

    Raises:
        LibraryDamaged: A line cannot be read or stands where it must not; names file and line.
        LibraryError: A newer version wrote the file.
    """
    entries = _read_entries(content, file)
    number, header = next(entries, (1, None))
    if not isinstance(header, HeaderEntry):
        raise _build_damage_error(file, number, "the header is missing")
    turns = {str(place): turn for place, turn in enumerate(header.turns)}
    places: dict[str, str] = {}
    title = header.title
    for number, entry in entries:
        match entry:
            case QuestionEntry():
                turns[entry.id] = Turn(
                    asked_at=entry.asked_at, question=entry.question, error=UNFINISHED, scope=entry.scope
                )
            case TurnEntry(turn=turn) if turn.error == WITHDRAWN:
                turns.pop(entry.begun, None)
            case TurnEntry():
                # Questions that run at once stand in the order in which they ended.
                places[entry.begun] = f"line {number}"
                turns[f"line {number}"] = _take_scope(entry.turn, turns.pop(entry.begun, None))
            case DraftEntry():
                place = places.get(entry.begun, entry.begun)
                if place in turns and turns[place].answer is None:
                    kept = {"draft": entry.draft, "draft_usage": entry.usage}
                    turns[place] = turns[place].model_copy(update=kept)
            case TitleEntry():
                title = entry.title
            case HeaderEntry():
                raise _build_damage_error(file, number, "a second header")
    title = title or _shorten_line(next((turn.question for turn in turns.values()), ""))
    return Session(
        id=file.stem,
        title=title,
        created_at=header.created_at,
        forked_from=header.forked_from,
        turns=tuple(turns.values()),
    )


def _take_scope(turn: Turn, begun: Turn | None) -> Turn:
    """Return a turn with the scope that its question was asked with."""
    return turn.model_copy(update={"scope": begun.scope}) if begun and begun.scope and not turn.scope else turn


def _shorten_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1].rstrip() + "…"


def _is_torn(tail: bytes, first: bool) -> bool:
    if not tail:
        return True
    try:
        _ENTRY.validate_json(tail)
    except ValidationError:
        # Where there is no header yet, only the beginning of one is a line that was being written.
        return not first or _HEADER_START.startswith(tail[: len(_HEADER_START)])
    return False


def _read_entries(content: bytes, file: Path) -> Iterator[tuple[int, Entry]]:
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            entry = _ENTRY.validate_json(line)
        except ValidationError as error:
            raise _build_damage_error(file, number, _explain_reason(error)) from error
        if isinstance(entry, HeaderEntry) and entry.format > FORMAT:  # said before the lines that it makes unreadable
            raise LibraryError(f"Session file {file} was written by a newer version.", "Update conspectus to read it.")
        if _is_changed(line):
            entry = _drop_answers(entry, file, number)
        yield number, entry


def _drop_answers(entry: Entry, file: Path, number: int) -> Entry:
    """Leave nothing of a turn that is not what was written but its question.

    Raises:
        LibraryDamaged: The entry is of another kind.
    """
    if not isinstance(entry, TurnEntry):
        raise _build_damage_error(file, number, "it is not what was written")
    return entry.model_copy(update={"turn": entry.turn.model_copy(update={"answer": None, "error": CHANGED})})


def _build_damage_error(file: Path, number: int, reason: str) -> LibraryDamaged:
    return LibraryDamaged(
        f"Line {number} of session file {file} is damaged: {reason}.",
        f"Mend or remove that line in a text editor, or delete the session {file.stem}; the others are not touched.",
    )


def _explain_reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error).rstrip(".")
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))} {first['msg']}".strip()
