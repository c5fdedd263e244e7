"""The list of saved conversations.

The turns of a saved conversation, to read in and to fork from.

A saved conversation as the list of conversations shows it.

A turn of a saved conversation in a few lines.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from assistant import Sessions
from assistant.escaping import plain
from assistant.types import CANCELLED, SessionHit, SessionInfo, Turn
from store.errors import ConspectusError, NotFound
from tui.text import Glyphs, in_words, one_line, safe
from tui.widgets.controls import Choices

UNTITLED = "(no question yet)"


class SessionRow(NamedTuple):
    """A session with the place where the words of a search stand, or with what is wrong with its file."""

    info: SessionInfo
    hit: SessionHit | None = None
    damage: str = ""


def rows_of(sessions: Sessions, words: str) -> list[SessionRow]:
    """All sessions, or those in which every word stands; the one used last first. Reads every file.

    Raises:
        InputError: Something is given and there is no word in it.
        LibraryError: The folder cannot be read.
    """
    if words.strip():
        return [SessionRow(hit.session, hit) for hit in sessions.search(words)]
    return [SessionRow(info, damage=_damage(sessions, info)) for info in sessions.list()]


def content_of(row: SessionRow, current: bool, glyphs: Glyphs, now: datetime) -> Content:
    """Two lines, or three with the words that were searched for: title, when and how much, snippet."""
    parts = [_first(row, current, glyphs), Content.styled(f"  {_facts(row.info, current, glyphs, now)}", "$text-muted")]
    if row.damage:
        parts[1] = Content.styled(f"  {one_line(row.damage)}", "$text-error")
    if row.hit and row.hit.place != "title":
        parts.append(Content.assemble("  ", snippet(row.hit)))
    return Content("\n").join(parts)


def snippet(hit: SessionHit) -> Content:
    """The text around the words, which are underlined, for colour alone says nothing."""
    parts: list[str | tuple[str, str]] = []
    at = 0
    for start, end in hit.marks:
        parts += [safe(hit.snippet[at:start]), (safe(hit.snippet[start:end]), "bold underline $text-accent")]
        at = end
    return Content.assemble(*parts, safe(hit.snippet[at:]))


def _first(row: SessionRow, current: bool, glyphs: Glyphs) -> Content:
    if row.damage:
        return Content.styled(f"{glyphs.failed} {row.info.id}", "$text-error")
    sign = f"{glyphs.marked} " if current else "  "
    if row.hit and row.hit.place == "title":
        return Content.assemble((sign, "bold"), snippet(row.hit))
    return Content.assemble((f"{sign}{one_line(row.info.title) or UNTITLED}", "bold"))


def _facts(info: SessionInfo, current: bool, glyphs: Glyphs, now: datetime) -> str:
    questions = f"{info.turns} question{'' if info.turns == 1 else 's'}"
    return f" {glyphs.separator} ".join([in_words(info.updated_at, now), questions, *["this one"] * current])


def _damage(sessions: Sessions, info: SessionInfo) -> str:
    """What is wrong with a session's file, "" for nothing; only what is listed without turns can be broken."""
    if info.turns:
        return ""
    try:
        sessions.get(info.id)
    except NotFound:  # Another process has just deleted it; whoever chooses it is told.
        return ""
    except ConspectusError as error:
        return str(error)
    return ""


class SessionList(Choices):
    """Rows of sessions, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Go on", id="sessions.resume")]

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[SessionRow] = ()

    @property
    def row(self) -> SessionRow | None:
        """The row under the cursor."""
        return self._rows[self.highlighted] if self.highlighted is not None else None

    @property
    def neighbour(self) -> str | None:
        """The id of the row that the cursor is to go to when its own goes away: the one below, else the one above."""
        if self.highlighted is None or len(self._rows) < 2:
            return None
        below = self.highlighted + 1
        return self._rows[below if below < len(self._rows) else self.highlighted - 1].info.id

    def show(
        self, rows: Sequence[SessionRow], current: str | None, glyphs: Glyphs, now: datetime, keep: str | None = None
    ) -> None:
        """Show these, with the cursor on ``keep``, else where it was, else on the first.

        Args:
            rows: In the order shown.
            current: The id of the session that is open.
            glyphs: The signs to use.
            now: What times are seen from.
            keep: The id of a session.
        """
        before = self.row.info.id if self.row else None
        places = {row.info.id: at for at, row in enumerate(rows)}
        self._rows = rows
        self.set_options(Option(content_of(row, row.info.id == current, glyphs, now)) for row in rows)
        if rows:
            self.highlighted = places.get(keep or before or "", places.get(before or "", 0))


QUESTION_CHARS = 300
ANSWER_CHARS = 500


def turn_content(number: int, turn: Turn, glyphs: Glyphs) -> Content:
    """The question and how its answer begins."""
    question = one_line(turn.question, QUESTION_CHARS)
    return Content.assemble((f"{glyphs.question} {number}. {question}", "bold"), "\n", _outcome(turn, glyphs))


def _outcome(turn: Turn, glyphs: Glyphs) -> Content:
    if turn.answer is None:
        if turn.error == CANCELLED:
            return Content.styled(f"{glyphs.failed} Cancelled", "$text-warning")
        return Content.styled(f"{glyphs.failed} Failed: {one_line(turn.error)}", "$text-error")
    if turn.answer.abstained:
        return Content.styled(f"{glyphs.abstained} No answer. {one_line(turn.answer.reason)}", "$text-warning")
    # Cut first: escaped text is at most twice as long as what it shows.
    shown = plain(turn.answer.text[: 8 * ANSWER_CHARS])
    return Content(one_line(shown, ANSWER_CHARS))


class TurnList(Choices):
    """Questions and how their answers begin, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Fork after it", id="sessions.fork_here")]

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        """How many turns are shown."""

    def show(self, turns: Sequence[Turn], glyphs: Glyphs, at: int = 0) -> None:
        """Show these, with the cursor on turn number ``at``, 0 for the last."""
        self.count = len(turns)
        self.set_options(Option(turn_content(number, turn, glyphs)) for number, turn in enumerate(turns, 1))
        if turns:
            self.highlighted = (at or self.count) - 1

    def fail(self, why: str, glyphs: Glyphs) -> None:
        """Say why there is nothing to read."""
        self.count = 0
        text = f"{glyphs.failed} {one_line(why, 1000)}"
        self.set_options([Option(Content.styled(text, "$text-error"), disabled=True)])
