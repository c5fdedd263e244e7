"""The life of the application: it opens the engine behind the first picture, and shows what the library holds."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import App

from store.errors import ConspectusError
from tui.chat.screen import ChatScreen
from tui.chat.status import Status
from tui.chat.welcome import Welcome
from tui.engine import Desk
from tui.messages import LibraryChanged, Restrict
from tui.papers.imports import Adding
from tui.papers.tui_imports import Imports
from tui.preferences import Preferences
from tui.text import Glyphs, glyphs

if TYPE_CHECKING:
    from assistant.client import Assistant
    from assistant.settings import Settings


class Shell(App[None]):
    """What holds the chat; ``ConspectusApp`` adds the commands.

    Args:
        open_assistant: Opens the engine by settings; called in a thread, after the first picture.
        settings: The first settings; None lets ``open_assistant`` load them.
        preferences: Theme and keys of the user.
        session: Id of the session to go on with; None begins a new one with the first question.
        signs: The signs to use; None for those that the terminal can show.
    """

    CSS_PATH = "conspectus.tcss"
    TITLE = "Conspectus"

    def __init__(
        self,
        open_assistant: Callable[[Settings | None], Assistant],
        settings: Settings | None = None,
        preferences: Preferences | None = None,
        session: str | None = None,
        signs: Glyphs | None = None,
    ) -> None:
        super().__init__()
        self.preferences = preferences or Preferences()
        self.desk = Desk(open_assistant, settings, signs or glyphs())
        self.imports = Imports(self)
        self.chat = ChatScreen(self.desk)
        self._session = session

    @property
    def glyphs(self) -> Glyphs:
        """The signs that the terminal can show."""
        return self.desk.glyphs

    def on_mount(self) -> None:
        """Show the chat; open the engine meanwhile."""
        if self.preferences.theme in self.available_themes:
            self.theme = self.preferences.theme
        self.set_keymap(self.preferences.keymap)
        self._catch_signals()
        self.chat.set_class(not self.preferences.show_evidence, "-hidden")
        self.push_screen(self.chat)
        self.call_after_refresh(self.open_engine)

    def _catch_signals(self) -> None:
        """Being told to end, and losing the terminal, are ways to leave: nothing is lost by them."""
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for sign in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(sign, lambda: self.run_worker(self.action_quit()))

    @work(exclusive=True, group="open")
    async def open_engine(self) -> None:
        """Open the library, and the session that was asked for."""
        try:
            await self._tell_library()
        except ConspectusError as error:
            self.chat.query_one(Status).library = "library not open"
            self.chat.query_one(Welcome).failed(error.what, error.hint)
            return
        session, self._session = self._session, None  # Papers that are added later must not bring it back.
        if session:
            await self.chat.begin(session)

    async def _tell_library(self) -> None:
        assistant = await self.desk.engine()
        papers = await asyncio.to_thread(assistant.count)
        model = assistant.chain.model.name if assistant.chain else ""
        status = self.chat.query_one(Status)
        _collect_garbage_seldom()
        status.library = f"{assistant.library.folder.name}: {papers:,} paper{'s' * (papers != 1)}"
        status.mode = model or "quoted excerpts"
        if papers and self.chat.query("FirstRun:focus-within"):  # It goes away, and the keys are to go somewhere.
            self.chat.query_one("#draft").focus()
        self.chat.query_one(Welcome).ready(papers, model)

    async def engine(self) -> Assistant | None:
        """The engine; None, and a word about it, where it cannot be opened."""
        try:
            return await self.desk.engine()
        except ConspectusError as error:
            self.chat.tell(str(error), "error")
            return None

    @on(LibraryChanged)
    def _library_changed(self) -> None:
        self.open_engine()

    @on(Restrict)
    def _restrict(self, event: Restrict) -> None:
        self.desk.scope = event.scope
        self.chat.query_one(Status).scope = event.scope.label

    @on(Adding.Progress)
    def _adding(self, event: Adding.Progress) -> None:
        for status in self.chat.query(Status):  # None any more where one leaves meanwhile.
            status.adding = f"adding {event.done:,} of {event.total:,}" if event.total else "adding"

    @on(Adding.Done)
    @on(Adding.Failed)
    def _added(self) -> None:
        for status in self.chat.query(Status):
            status.adding = ""


def _collect_garbage_seldom() -> None:
    """Going through everything stops the chat for up to half a second: leave out what is there for good.

    What the chat draws is a hundred thousand objects that hold each other; looking for others among them pays seldom.
    """
    gc.freeze()
    gc.set_threshold(1000, 20, 100)
