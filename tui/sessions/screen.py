"""The saved conversations: find one, read in it, go on in it, or name, fork, export or delete it."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, OptionList, Static

from assistant import Assistant
from store.errors import ConspectusError, NotFound
from tui.chat.export import export_session
from tui.dialogs.ask import AskText, Confirm
from tui.sessions.lists import UNTITLED, SessionList, SessionRow, TurnList, rows_of
from tui.text import glyphs_of, one_line

T = TypeVar("T")
_WIDTHS = [(0, "-narrow"), (100, "-wide")]
# Seconds without a further key before the words are looked for.
_PAUSE = 0.12
NONE_YET = "No saved conversation yet. Every question that you ask is kept here."
NONE_FOUND = "No conversation holds all of these words."
OPEN = "This conversation is open. Start another one first."


class SessionsScreen(Screen[str | None]):
    """Dismissed with the id of the session to go on in, or with None.

    Args:
        assistant: Whose sessions they are.
        current: The id of the one that is open, None where there is none.
        words: To look for at first.
    """

    HORIZONTAL_BREAKPOINTS = _WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="sessions.search", key_display="/"),
        Binding("ctrl+r", "rename", "Rename", id="sessions.rename"),
        Binding("ctrl+k", "fork", "Fork", id="sessions.fork"),
        Binding("x", "export", "Export", id="sessions.export"),
        Binding("delete,ctrl+d", "delete", "Delete", id="sessions.delete"),
        Binding("escape", "back", "Back", id="sessions.back"),
    ]

    def __init__(self, assistant: Assistant, current: str | None = None, words: str = "") -> None:
        super().__init__()
        self._assistant = assistant
        self._current = current
        self._words = words

    def compose(self) -> ComposeResult:
        """Words, sessions, turns of the session under the cursor, and what there is to say."""
        yield Input(one_line(self._words), placeholder="/ finds words in titles, questions and answers", compact=True)
        with Container(id="sessions-panes"):
            yield SessionList()
            yield TurnList()
        yield Static(id="sessions-said", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Show all sessions, or those with the words that were given."""
        self.query_one(SessionList).focus()
        self._load(self._current)

    # What is shown

    @on(Input.Changed)
    def _look(self, event: Input.Changed) -> None:
        event.stop()
        self._load(pause=_PAUSE)

    @work(exclusive=True, group="list")
    async def _load(self, keep: str | None = None, pause: float = 0.0, say: str | ConspectusError = "") -> None:
        """List the sessions anew with the cursor on ``keep``; a later call cancels this one."""
        await asyncio.sleep(pause)
        words = self.query_one(Input).value
        try:
            rows = await asyncio.to_thread(rows_of, self._assistant.sessions, words)
        except ConspectusError as error:
            self._show([], keep)
            self._say(error)
            return
        self._show(rows, keep)
        self._say(say or ("" if rows else NONE_FOUND if words.strip() else NONE_YET))

    def _show(self, rows: list[SessionRow], keep: str | None) -> None:
        shown = self.query_one(SessionList)
        shown.show(rows, self._current, glyphs_of(self.app), datetime.now().astimezone(), keep)
        if not rows:
            self._preview(None)

    @on(SessionList.OptionHighlighted, "SessionList")
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._preview(self.query_one(SessionList).row)

    @work(exclusive=True, group="preview")
    async def _preview(self, row: SessionRow | None) -> None:
        turns = self.query_one(TurnList)
        if row is None:
            turns.show((), glyphs_of(self.app))
            return
        try:
            session = await asyncio.to_thread(self._assistant.sessions.get, row.info.id)
        except ConspectusError as error:
            turns.fail(str(error), glyphs_of(self.app))
            return
        turns.show(session.turns, glyphs_of(self.app), row.hit.turn if row.hit else 0)

    def _say(self, what: str | ConspectusError) -> None:
        failed = isinstance(what, ConspectusError)
        text = one_line(str(what), 1000)
        said = self.query_one("#sessions-said", Static)
        said.update(Content.styled(f"{glyphs_of(self.app).failed} {text}", "$text-error") if failed else Content(text))
        said.display = bool(text)

    # What can be done

    @on(Input.Submitted)
    def _to_list(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(SessionList).focus()

    @on(SessionList.OptionSelected, "SessionList")
    @work(exclusive=True, group="act")
    async def _resume(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self.query_one(SessionList).row
        session = await self._tried(self._assistant.sessions.get, row.info.id) if row else None
        if session is not None:
            self.dismiss(session.id)

    @on(TurnList.OptionSelected, "TurnList")
    @work(exclusive=True, group="act")
    async def _fork(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self.query_one(SessionList).row
        if row is None or not self.query_one(TurnList).count:
            return
        turn = event.option_index + 1
        made = await self._tried(self._assistant.sessions.fork, row.info.id, turn)
        if made:
            self.query_one(SessionList).focus()
            with self.prevent(Input.Changed):
                self.query_one(Input).clear()
            self._load(made.id, say=f"Forked with the first {turn} of its questions. Enter goes on in the fork.")

    @work(exclusive=True, group="act")
    async def action_rename(self) -> None:
        """Give the session another title."""
        row = self.query_one(SessionList).row
        if row is None:
            return
        title = await self.app.push_screen_wait(
            AskText("Title (empty for the first question)", row.info.title, empty=True)
        )
        if title is None:
            return
        renamed = await self._tried(self._assistant.sessions.rename, row.info.id, title)
        if renamed is not None:
            self._load(row.info.id, say="Renamed.")

    def action_fork(self) -> None:
        """Choose the last turn that the fork takes along; on a turn, take it."""
        turns = self.query_one(TurnList)
        if turns.has_focus:
            turns.action_select()
        elif turns.count:
            turns.focus()
            self._say("Up to which question? Enter forks after it, Esc goes back.")
        elif self.query_one(SessionList).row:
            self._say("There is no question in it to fork from.")

    @work(exclusive=True, group="act")
    async def action_delete(self) -> None:
        """Delete the session, after asking."""
        row = self.query_one(SessionList).row
        if row is None or row.info.id == self._current:
            self._say(OPEN if row else "")
            return
        name = row.info.id if row.damage else one_line(row.info.title, 200) or UNTITLED
        question = f"Delete this conversation for good?\n\n{name}"
        if not await self.app.push_screen_wait(Confirm(question, "Delete")):
            return
        neighbour = self.query_one(SessionList).neighbour
        if await self._tried(self._deleted, row.info.id):
            self._load(neighbour, say="Deleted.")

    @work(exclusive=True, group="act")
    async def action_export(self) -> None:
        """Save the session as a file."""
        row = self.query_one(SessionList).row
        if row is None:
            return
        try:
            path = await export_session(self.app, self._assistant, row.info.id, row.info.title)
        except ConspectusError as error:
            self._say(error)
        else:
            self._say(f"Written to {path}" if path else "")

    def action_search(self) -> None:
        """Go to the words."""
        self.query_one(Input).focus()

    def action_back(self) -> None:
        """One step back: from the turns or the words to the list, to all sessions, to where one came from."""
        shown, words = self.query_one(SessionList), self.query_one(Input)
        if not shown.has_focus:
            shown.focus()
        elif words.value:
            words.clear()
        else:
            self.dismiss(None)

    async def _tried(self, call: Callable[..., T], *args: object) -> T | None:
        """What a call of the engine gives back, in a thread; where it fails, None, and the reason is shown."""
        try:
            return await asyncio.to_thread(call, *args)
        except NotFound as error:  # Another process deleted it meanwhile.
            self._load(say=error)
        except ConspectusError as error:
            self._say(error)
        return None

    def _deleted(self, id: str) -> bool:
        self._assistant.sessions.delete(id)
        return True
