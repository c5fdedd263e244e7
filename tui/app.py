"""The application: what its commands do beside those of the chat.

The life of the application: it opens the engine behind the first picture, and shows what the library holds.
"""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import App
from textual.binding import BindingType
from textual.screen import ModalScreen

from assistant import Assistant
from store.errors import ConspectusError
from tui import late
from tui.chat.screen import ChatScreen
from tui.chat.status import Status, Welcome
from tui.commands import Commands, bindings
from tui.dialogs.ask import AskText
from tui.dialogs.choose import Choice, Choose
from tui.engine import EVERYTHING, Desk
from tui.messages import EvidenceShown, LibraryChanged, ReportEnded, Restrict
from tui.papers.imports import SAMPLE, Adding, Imports
from tui.preferences import Preferences, save_preferences
from tui.text import Glyphs, glyphs, safe
from tui.widgets.first_run import FirstRun

if TYPE_CHECKING:
    from assistant.settings import Settings
    from tui.themes.reports import Reports


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
        papers = await asyncio.to_thread(assistant.papers.count)
        model = assistant.model
        status = self.chat.query_one(Status)
        _collect_garbage_seldom()
        status.library = f"{assistant.name}: {papers:,} paper{'s' * (papers != 1)}"
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


_OVER_THE_CHAT = frozenset(("papers", "sessions", "settings", "add", "themes", "model", "theme"))


class ConspectusApp(Shell):
    """The terminal chat."""

    COMMANDS: ClassVar = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Screens are opened over the chat alone, never over each other; the help over all but dialogs."""
        if action == "help":
            return not isinstance(self.screen, ModalScreen)
        return self.screen is self.chat if action in _OVER_THE_CHAT else super().check_action(action, parameters)

    def action_help(self) -> None:
        """Keys and commands."""
        self.push_screen(late.HelpScreen())

    @work(group="screen", exclusive=True)
    async def action_papers(self) -> None:
        """Browse the papers."""
        if assistant := await self.engine():
            screen = late.PapersScreen(assistant, self.desk.scope, self.glyphs, self.imports)
            scope = await self.push_screen_wait(screen)
            if scope is not None:
                self.post_message(Restrict(scope))

    @cached_property
    def reports(self) -> Reports:
        """The reports that are made, whatever screen is shown."""
        return late.Reports(self)

    @work(group="screen", exclusive=True)
    async def action_themes(self) -> None:
        """Read what the papers are about; make reports."""
        if assistant := await self.engine():
            screen = late.ThemesScreen(
                assistant, self.desk.scope, self.glyphs, self.reports, self.imports, self.desk.strict
            )
            scope = await self.push_screen_wait(screen)
            if scope is not None:
                self.post_message(Restrict(scope))

    @on(ReportEnded)
    def _report_ended(self, event: ReportEnded) -> None:
        """Tell of a report that was saved, or could not be, where its screen was left."""
        if self.screen is self.chat:
            self.chat.tell(event.told, "error" if event.failed else "information")

    @work(group="screen", exclusive=True)
    async def action_sessions(self, words: str = "") -> None:
        """Find a saved conversation and go on in it."""
        if assistant := await self.engine():
            session = await self.push_screen_wait(late.SessionsScreen(assistant, self.chat.asker.session, words))
            if session:
                await self.chat.begin(session)

    @work(group="screen", exclusive=True)
    async def action_add(self, path: str = "") -> None:
        """Add papers from a file or a folder."""
        if assistant := await self.engine():
            await self.push_screen_wait(late.AddFiles(assistant, self.imports, path, start=bool(path)))

    @on(FirstRun.Sample)
    @work(group="screen", exclusive=True)
    async def _add_sample(self) -> None:
        if assistant := await self.engine():
            self.imports.add(assistant, SAMPLE)

    @on(FirstRun.File)
    @on(FirstRun.Folder)
    def _add_file(self) -> None:
        self.action_add()

    @work(group="screen", exclusive=True)
    async def action_settings(self) -> None:
        """Models, and how answers are made."""
        from assistant.settings import Settings

        settings = await self.push_screen_wait(
            late.SettingsScreen(self.desk.settings or Settings(), self.preferences, Assistant.probe_models)
        )
        self.preferences = self.preferences.model_copy(update={"theme": self.theme})
        if settings is not None:
            await self._use(settings)

    @work(group="screen", exclusive=True)
    async def action_model(self, model: str = "") -> None:
        """Choose the model."""
        from assistant.settings import Settings
        from tui.settings.form import with_model

        settings = self.desk.settings or Settings()
        asked = AskText("Model (empty for none)", settings.chat.model, empty=True)
        named: str | None = model or await self.push_screen_wait(asked)
        if named is None:
            return
        try:
            await self._use(with_model(settings, "" if named == "none" else named))
        except ConspectusError as error:
            self.chat.tell(str(error), "error")

    async def _use(self, settings: Settings) -> None:
        try:
            await self.desk.reopen(settings)
        except ConspectusError as error:
            self.chat.tell(str(error), "error")
        self.chat.query_one(Status).strict = self.desk.strict
        self.open_engine()

    @work(group="screen", exclusive=True)
    async def action_theme(self, name: str = "") -> None:
        """Choose the colours, and remember them."""
        before, themes = self.theme, sorted(self.available_themes)
        if not name:
            choices = [Choice(theme, theme) for theme in themes]
            chosen: str | None = await self.push_screen_wait(Choose("Colours", choices, before, self._preview))
            name = chosen or before
        if name not in themes:
            self.chat.tell(f"There is no theme {name}. /theme lists them.", "warning")
            return
        self.theme = name
        self._remember(theme=name)

    @on(EvidenceShown)
    def _evidence_shown(self, event: EvidenceShown) -> None:
        self._remember(show_evidence=event.shown)

    def _remember(self, **chosen: object) -> None:
        """Keep a preference for the next time."""
        self.preferences = self.preferences.model_copy(update=chosen)
        try:
            save_preferences(self.preferences)
        except ConspectusError as error:
            self.chat.tell(str(error), "error")

    def _preview(self, theme: str) -> None:
        self.theme = theme

    def action_everything(self) -> None:
        """Answer from the whole library again."""
        self.post_message(Restrict(EVERYTHING))

    def action_strict(self) -> None:
        """Leave out what is not worded as in its source, or show it again."""
        self.desk.strict = not self.desk.strict
        self.chat.query_one(Status).strict = self.desk.strict

    async def action_quit(self) -> None:
        """Leave; what was answered is saved, what is being answered is saved as cancelled."""
        self.imports.stop()
        try:
            await self.chat.asker.close()
        except ConspectusError as error:
            self.exit(message=Text(safe(str(error))), return_code=1)
        else:
            self.exit()
        await self.desk.close()
