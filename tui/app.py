"""The application: what its commands do beside those of the chat."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on, work
from textual.binding import BindingType
from textual.screen import ModalScreen

from store.errors import ConspectusError
from tui import late
from tui.chat.status import Status
from tui.commands import bindings
from tui.dialogs.choose import Choice, Choose
from tui.dialogs.text import AskText
from tui.messages import EvidenceShown, ReportEnded, Restrict
from tui.palette import Commands
from tui.papers.tui_imports import SAMPLE
from tui.preferences import save_preferences
from tui.safe import safe
from tui.scope import EVERYTHING
from tui.shell import Shell
from tui.widgets.first_run import FirstRun

if TYPE_CHECKING:
    from assistant.settings import Settings
    from tui.themes.reports import Reports

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
        from assistant.llm.probe import probe  # Late: it brings the clients of the models, which take a second.
        from assistant.settings import Settings

        settings = await self.push_screen_wait(
            late.SettingsScreen(self.desk.settings or Settings(), self.preferences, probe)
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
