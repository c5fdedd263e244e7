"""The list of saved conversations, and the turns of one, to read in and to fork from."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from assistant import Sessions
from assistant.escaping import strip_markup
from assistant.types import CANCELLED, SessionHit, SessionInfo, Turn
from store.errors import ConspectusError, NotFound
from tui.text import Glyphs, glyphs_of, one_line, relative_time, safe
from tui.widgets.controls import Choices

UNTITLED = "(no question yet)"


class SessionRow(NamedTuple):
    """A session with the place where the words of a search stand, or with what is wrong with its file."""

    info: SessionInfo
    hit: SessionHit | None = None
    damage: str = ""


def read_rows(sessions: Sessions, words: str) -> list[SessionRow]:
    """Return all sessions, or those in which every word stands; the one used last first. Reads every file.

    Raises:
        InputError: There is something in ``words``, but no word.
        LibraryError: The folder cannot be read.
    """
    if words.strip():
        return [SessionRow(hit.session, hit) for hit in sessions.search(words)]
    return [SessionRow(info, damage=_find_damage(sessions, info)) for info in sessions.list()]


def session_content(row: SessionRow, current: bool, glyphs: Glyphs, now: datetime) -> Content:
    """Show a session: its title, when and how much, and in a third line the words that were searched for."""
    second = Content.styled(f"  {_describe(row.info, current, glyphs, now)}", "$text-muted")
    if row.damage:
        second = Content.styled(f"  {one_line(row.damage)}", "$text-error")
    parts = [_title_line(row, current, glyphs), second]
    if row.hit and row.hit.place != "title":
        parts.append(Content.assemble("  ", snippet_content(row.hit)))
    return Content("\n").join(parts)


def snippet_content(hit: SessionHit) -> Content:
    """Show the text around the words, which are underlined, for colour alone says nothing."""
    parts: list[str | tuple[str, str]] = []
    last = 0
    for start, end in hit.marks:
        parts += [safe(hit.snippet[last:start]), (safe(hit.snippet[start:end]), "bold underline $text-accent")]
        last = end
    return Content.assemble(*parts, safe(hit.snippet[last:]))


def _title_line(row: SessionRow, current: bool, glyphs: Glyphs) -> Content:
    if row.damage:
        return Content.styled(f"{glyphs.failed} {row.info.id}", "$text-error")
    sign = f"{glyphs.marked} " if current else "  "
    if row.hit and row.hit.place == "title":
        return Content.assemble((sign, "bold"), snippet_content(row.hit))
    return Content.assemble((f"{sign}{one_line(row.info.title) or UNTITLED}", "bold"))


def _describe(info: SessionInfo, current: bool, glyphs: Glyphs, now: datetime) -> str:
    questions = f"{info.turns} question{'' if info.turns == 1 else 's'}"
    return f" {glyphs.separator} ".join([relative_time(info.updated_at, now), questions, *["this one"] * current])


def _find_damage(sessions: Sessions, info: SessionInfo) -> str:
    """Say what is wrong with a session's file, "" for nothing; only what is listed without turns can be broken."""
    if info.turns:
        return ""
    try:
        sessions.get(info.id)
    except NotFound:  # Another process has just deleted it; choosing it says so.
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
    def neighbour_id(self) -> str | None:
        """The id of the row that the cursor is to go to when its own goes away: the one below, else the one above."""
        if self.highlighted is None or len(self._rows) < 2:
            return None
        below = self.highlighted + 1
        return self._rows[below if below < len(self._rows) else self.highlighted - 1].info.id

    def show_rows(
        self, rows: Sequence[SessionRow], current: str | None, now: datetime, keep: str | None = None
    ) -> None:
        """Show these, with the cursor on ``keep``, else where it was, else on the first.

        Args:
            rows: In the order shown.
            current: The id of the session that is open.
            now: What times are seen from.
            keep: The id of a session.
        """
        before = self.row.info.id if self.row else None
        places = {row.info.id: place for place, row in enumerate(rows)}
        self._rows = rows
        glyphs = glyphs_of(self.app)
        self.set_options(Option(session_content(row, row.info.id == current, glyphs, now)) for row in rows)
        if rows:
            self.highlighted = places.get(keep or before or "", places.get(before or "", 0))


class TurnList(Choices):
    """Questions and how their answers begin, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Fork after it", id="sessions.fork_here")]

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        """How many turns are shown."""

    def show_turns(self, turns: Sequence[Turn], number: int = 0) -> None:
        """Show these, with the cursor on the turn of a number, 0 for the last."""
        self.count = len(turns)
        self.set_options(
            Option(turn_content(number, turn, glyphs_of(self.app))) for number, turn in enumerate(turns, 1)
        )
        if turns:
            self.highlighted = (number or self.count) - 1

    def show_failure(self, why: str) -> None:
        """Say why there is nothing to read."""
        self.count = 0
        text = f"{glyphs_of(self.app).failed} {one_line(why, 1000)}"
        self.set_options([Option(Content.styled(text, "$text-error"), disabled=True)])


# How much of a question and of an answer the list shows: a few lines (chosen by hand; not measured).
QUESTION_CHARS = 300
ANSWER_CHARS = 500


def turn_content(number: int, turn: Turn, glyphs: Glyphs) -> Content:
    """Show the question and how its answer begins."""
    question = one_line(turn.question, QUESTION_CHARS)
    return Content.assemble((f"{glyphs.question} {number}. {question}", "bold"), "\n", _outcome_content(turn, glyphs))


def _outcome_content(turn: Turn, glyphs: Glyphs) -> Content:
    if turn.answer is None:
        if turn.error == CANCELLED:
            ended = Content.styled(f"{glyphs.failed} Cancelled", "$text-warning")
        else:
            ended = Content.styled(f"{glyphs.failed} Failed: {one_line(turn.error)}", "$text-error")
        draft = f"\nDraft: {one_line(turn.draft, ANSWER_CHARS)}" if turn.draft else ""
        return Content.assemble(ended, (draft, "$text-muted"))
    if turn.answer.abstained:
        return Content.styled(f"{glyphs.abstained} No answer. {one_line(turn.answer.reason)}", "$text-warning")
    # Cut first: escaped text is at most twice as long as what it shows, and ``one_line`` looks at four times the limit.
    return Content(one_line(strip_markup(turn.answer.text[: 8 * ANSWER_CHARS]), ANSWER_CHARS))
