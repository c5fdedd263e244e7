"""The saved conversations: find one, read in it, go on in it, or name, fork, export or delete it."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Input, OptionList

from assistant import Assistant
from store.errors import ConspectusError, NotFound
from tui.chat.export import export_session
from tui.dialogs.ask import ConfirmDialog, TextDialog
from tui.sessions.lists import UNTITLED, SessionList, SessionRow, TurnList, read_rows
from tui.text import one_line
from tui.widgets.controls import MessageLine
from tui.widgets.key_footer import MORE_KEYS, KeyFooter
from tui.widgets.row_filter import type_into

T = TypeVar("T")
# Seconds without a further key before the words are looked for: every file is read for them (chosen by hand, below the
# time between two keys of somebody who looks for one; not measured).
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

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        MORE_KEYS,
        Binding("slash", "search", "Search", id="sessions.search", key_display="a-z"),
        Binding("down,up", "list", "List", id="sessions.list"),
        Binding("ctrl+r", "rename", "Rename", id="sessions.rename"),
        Binding("ctrl+k", "fork", "Fork", id="sessions.fork"),
        Binding("f9", "export", "Export", id="sessions.export"),
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
        words = "Type to find words in titles, questions and answers"
        yield Input(one_line(self._words), placeholder=words, compact=True, select_on_focus=False)
        with Container(id="sessions-panes"):
            yield SessionList()
            yield TurnList()
        yield MessageLine("sessions-said")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Show all sessions, or those with the words that were given."""
        self.query_one(SessionList).focus()
        self._load_sessions(self._current)

    # What is shown

    def on_key(self, event: Key) -> None:
        """Let what is typed be looked for, wherever the cursor is."""
        type_into(self.query_one(Input), event)

    @on(Input.Changed)
    def _on_words_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._load_sessions(pause=_PAUSE)

    @work(exclusive=True, group="list")
    async def _load_sessions(
        self, keep: str | None = None, pause: float = 0.0, message: str | ConspectusError = ""
    ) -> None:
        """List the sessions with the cursor on ``keep``; a later call cancels this one.

        Args:
            keep: The id of a session, None to stay.
            pause: Seconds to wait before.
            message: Said when they are shown.
        """
        await asyncio.sleep(pause)
        words = self.query_one(Input).value
        try:
            rows = await asyncio.to_thread(read_rows, self._assistant.sessions, words)
        except ConspectusError as error:
            self._show_sessions([], keep)
            self._say(error)
            return
        self._show_sessions(rows, keep)
        self._say(message or ("" if rows else NONE_FOUND if words.strip() else NONE_YET))

    def _show_sessions(self, rows: list[SessionRow], keep: str | None) -> None:
        now = datetime.now().astimezone()
        self.query_one(SessionList).show_rows(rows, self._current, now, keep)
        if not rows:
            self._show_turns(None)

    @on(SessionList.OptionHighlighted, "SessionList")
    def _on_session_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_turns(self.query_one(SessionList).row)

    @work(exclusive=True, group="preview")
    async def _show_turns(self, row: SessionRow | None) -> None:
        turns = self.query_one(TurnList)
        if row is None:
            turns.show_turns(())
            return
        try:
            session = await asyncio.to_thread(self._assistant.sessions.get, row.info.id)
        except ConspectusError as error:
            turns.show_failure(str(error))
            return
        turns.show_turns(session.turns, row.hit.turn if row.hit else 0)

    def _say(self, message: str | ConspectusError) -> None:
        self.query_one(MessageLine).say(message)

    # What can be done

    @on(Input.Submitted)
    def _on_words_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(SessionList).focus()

    @on(SessionList.OptionSelected, "SessionList")
    @work(exclusive=True, group="act")
    async def _on_session_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self.query_one(SessionList).row
        session = await self._call_engine(self._assistant.sessions.get, row.info.id) if row else None
        if session is not None:
            self.dismiss(session.id)

    @on(TurnList.OptionSelected, "TurnList")
    @work(exclusive=True, group="act")
    async def _on_turn_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self.query_one(SessionList).row
        if row is None or not self.query_one(TurnList).count:
            return
        turn = event.option_index + 1
        fork = await self._call_engine(self._assistant.sessions.fork, row.info.id, turn)
        if fork:
            self.query_one(SessionList).focus()
            with self.prevent(Input.Changed):
                self.query_one(Input).clear()
            self._load_sessions(
                fork.id, message=f"Forked with the first {turn} of its questions. Enter goes on in the fork."
            )

    @work(exclusive=True, group="act")
    async def action_rename(self) -> None:
        """Give the session another title."""
        row = self.query_one(SessionList).row
        if row is None:
            return
        title = await self.app.push_screen_wait(
            TextDialog("Title (empty for the first question)", row.info.title, empty=True)
        )
        if title is None:
            return
        renamed = await self._call_engine(self._assistant.sessions.rename, row.info.id, title)
        if renamed is not None:
            self._load_sessions(row.info.id, message="Renamed.")

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
        question = f"Delete this conversation? /undo brings it back for thirty days.\n\n{name}"
        if not await self.app.push_screen_wait(ConfirmDialog(question, "Delete")):
            return
        neighbour = self.query_one(SessionList).neighbour_id
        if await self._call_engine(self._delete_session, row.info.id):
            self._load_sessions(neighbour, message="Deleted.")

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

    def action_list(self) -> None:
        """Go to the list."""
        self.query_one(SessionList).focus()

    def action_back(self) -> None:
        """One step back: from the turns or the words to the list, to all sessions, to where one came from."""
        sessions, words = self.query_one(SessionList), self.query_one(Input)
        if not sessions.has_focus:
            sessions.focus()
        elif words.value:
            words.clear()
        else:
            self.dismiss(None)

    async def _call_engine(self, call: Callable[..., T], *args: object) -> T | None:
        """Call the engine in a thread; where it fails, return None and show the reason."""
        try:
            return await asyncio.to_thread(call, *args)
        except NotFound as error:  # Another process deleted it meanwhile.
            self._load_sessions(message=error)
        except ConspectusError as error:
            self._say(error)
        return None

    def _delete_session(self, id: str) -> bool:
        self._assistant.sessions.delete(id)
        return True
