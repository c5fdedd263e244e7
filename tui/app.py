"""The application: it opens the chat behind the first picture, shows what the library holds, and opens the screens.

``parts`` imports what it opens when it is first asked for.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import App
from textual.binding import BindingType
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.driver import Driver
from textual.events import Event, Key, Paste
from textual.screen import ModalScreen
from textual.widget import AwaitMount
from textual.worker import WorkerFailed, get_current_worker

from assistant import Assistant
from store.errors import ConspectusError, InputError
from tui import parts
from tui.chat.status import QUOTED_UNTIL, Status, Welcome
from tui.commands import Commands, build_bindings
from tui.contrast import make_readable
from tui.library_finder import LibraryItems
from tui.messages import EvidenceResized, EvidenceShown, LibraryChanged, ReportEnded, ScopeChosen
from tui.opening import ComposerOutline, OpeningScreen
from tui.preferences import Preferences, save_preferences
from tui.styles import SHEETS
from tui.text import Glyphs, choose_glyphs, safe
from tui.widgets.first_run import FirstRun

if TYPE_CHECKING:
    from assistant.settings import Settings
    from tui.chat.screen import ChatScreen
    from tui.engine import EngineHolder
    from tui.papers.import_queue import ImportProgress, Imports
    from tui.themes.report_tasks import ReportTasks
    from tui.vectors import VectorsFollow

_OVER_THE_CHAT = frozenset(("papers", "sessions", "settings", "add", "themes", "model", "theme", "key"))


class ConspectusApp(App[InputError]):
    """The terminal chat. It ends with an error where the settings do not say which library is meant.

    Args:
        open_assistant: Opens the engine by settings; called in a thread, after the first picture.
        read_settings: Reads the first settings, None to let ``open_assistant`` load them, and what is wrong with the
            user's, where these are what could be read of them; called after the first picture.
        preferences: Theme and keys of the user.
        session: Id of the session to go on with; None begins a new one with the first question.
        signs: The signs to use; None for those that the terminal can show.
    """

    CSS_PATH = SHEETS
    TITLE = "Conspectus"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012
    COMMANDS: ClassVar = {Commands, LibraryItems}
    BINDINGS: ClassVar[list[BindingType]] = [*build_bindings("app")]

    def __init__(
        self,
        open_assistant: Callable[[Settings | None], Assistant],
        read_settings: Callable[[], tuple[Settings | None, InputError | None]] = lambda: (None, None),
        preferences: Preferences | None = None,
        session: str | None = None,
        signs: Glyphs | None = None,
    ) -> None:
        super().__init__()
        self.preferences = preferences or Preferences()
        self.glyphs = signs or choose_glyphs()
        self._open_assistant = open_assistant
        self._read_settings = read_settings
        self._session = session
        self._leaving = False
        self._early: list[Key | Paste] | None = None
        """What was typed before the chat was there, None once it is."""

    @cached_property
    def holder(self) -> EngineHolder:
        """The engine; the first access reads the settings, and raises InputError where they name no library."""
        return parts.EngineHolder(self._open_assistant, *self._read_settings())

    @cached_property
    def chat(self) -> ChatScreen:
        """The screen over which all others are opened; the first access as that of ``holder``."""
        return parts.ChatScreen(self.holder)

    @cached_property
    def imports(self) -> Imports:
        """The files that are added, whatever screen is shown."""
        return parts.Imports(self)

    @cached_property
    def vectors(self) -> VectorsFollow:
        """The embedding of what was added."""
        return parts.VectorsFollow(self, self._show_vectors)

    @cached_property
    def reports(self) -> ReportTasks:
        """The reports that are made, whatever screen is shown."""
        return parts.ReportTasks(self)

    def on_mount(self) -> None:
        """Show the chat, or its outline until that is imported."""
        if self.preferences.theme in self.available_themes:
            self.theme = self.preferences.theme
        self.set_keymap(self.preferences.keymap)
        if self.is_headless:  # Nobody waits for a picture.
            self._open_chat()
            return
        parts.catch_signals(self.leave_at_once)
        self._early = []
        self.push_screen(OpeningScreen(self.preferences))

    async def on_event(self, event: Event) -> None:
        """Keep what is typed for the chat, where that is not there yet."""
        if self._early is not None and isinstance(event, Key | Paste):
            self._early.append(event)
        else:
            await super().on_event(event)

    @on(ComposerOutline.Drawn)
    async def _on_outline_drawn(self) -> None:
        """Import the chat and go on there, with what was typed meanwhile."""
        try:
            await self._open_chat()
        except InputError as error:
            self.exit(error, return_code=2)
            return
        self.chat.set_focus(self.chat.query_one("#draft"))
        early, self._early = self._early or [], None
        for event in early:
            await self.on_event(event)

    def _open_chat(self) -> AwaitMount:
        """Show the chat; open the engine meanwhile."""
        self.chat.panes.share = self.preferences.evidence_share
        self.chat.set_class(not self.preferences.show_evidence, "-hidden")
        shown = self.push_screen(self.chat)
        self.call_after_refresh(self._open_engine)
        return shown

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's colours, the texts of which can be read on all grounds."""
        return make_readable(super().get_css_variables())

    def get_driver_class(self) -> type[Driver]:
        """Choose the driver that notices when the terminal is gone, unless another is named, or the system has none."""
        if os.environ.get("TEXTUAL_DRIVER") or sys.platform == "win32":
            return super().get_driver_class()
        return parts.TerminalDriver

    def leave_at_once(self) -> None:
        """Save and leave; called once by whoever finds that the process is to end."""
        if not self._leaving:
            self._leaving = True
            self.run_worker(self.action_quit(), group="leave", exit_on_error=False)

    async def action_quit(self) -> None:
        """Leave; what was answered is saved, what is being answered is saved as cancelled."""
        self.imports.stop()
        self.vectors.stop()
        try:
            await self.chat.conversation.questions.close()
        except ConspectusError as error:
            self.exit(message=Text(safe(str(error))), return_code=1)
        else:
            self.exit()
        await self.holder.close()

    def _handle_exception(self, error: Exception) -> None:
        """Say in a line what went wrong in a worker, and go on: what it worked on is not done, all else is as it was.

        Textual ends the application for every fault. One outside of workers ends the part of the screen in which it
        happened, so that nobody could go on there. Where a worker comes back to a part that was closed meanwhile, there
        is nothing to show its outcome in, and nobody waits for it.
        """
        cause = error.error if isinstance(error, WorkerFailed) else error
        if cause is not error and isinstance(cause, NoMatches) and self._is_closed(get_current_worker().node):
            return
        if cause is not error and self.is_running:
            self.chat.show_toast(f"{parts.FAULT} {type(cause).__name__}: {cause}", "error")
        else:
            super()._handle_exception(error)

    def _is_closed(self, node: DOMNode) -> bool:
        """Whether a part is on no screen that is open."""
        try:
            return not self.is_running or node.screen not in self.screen_stack
        except NoScreen:
            return True

    # The engine and its library

    @work(exclusive=True, group="open")
    async def _open_engine(self) -> None:
        """Open the library, and the session that was asked for."""
        try:
            await self._show_library()
        except ConspectusError as error:
            self.chat.query_one(Status).library = "library not open"
            self.chat.query_one(Welcome).show_failure(error.what, error.hint)
            return
        session, self._session = self._session, None  # Papers that are added later must not bring it back.
        if session:
            await self.chat.open_session(session)

    async def _show_library(self) -> None:
        assistant = await self.holder.get_engine()
        papers = await asyncio.to_thread(assistant.papers.count)
        model = assistant.model
        status = self.chat.query_one(Status)
        _collect_garbage_seldom()
        status.library = f"{assistant.name}: {papers:,} paper{'s' * (papers != 1)}"
        status.mode = model or "quoted excerpts"
        if papers and self.chat.query("FirstRun:focus-within"):  # It goes away, and the keys are to go somewhere.
            self.chat.conversation.focus_composer()
        problem = self.holder.problem
        self.chat.query_one(Welcome).show_ready(papers, model, problem=problem)
        if problem and self.chat.conversation.turns:  # The welcome does not show any more.
            self.chat.show_toast(f"{QUOTED_UNTIL} {problem}", "warning")
        if assistant.warning:
            self.chat.show_toast(assistant.warning, "warning")
        self.vectors.follow(assistant)
        if papers:
            self._show_overview(papers, model)

    @work(exclusive=True, group="overview")
    async def _show_overview(self, papers: int, model: str) -> None:
        """Say what the papers are about, once that is known; the chat is ready before."""
        assistant = await self.holder.get_engine()
        with suppress(ConspectusError):  # What cannot be read is said where it is asked for.
            overview = await asyncio.to_thread(assistant.papers.overview)
            for welcome in self.chat.query(Welcome):
                welcome.show_ready(papers, model, overview, self.holder.problem)

    async def _get_engine(self) -> Assistant | None:
        """Return the engine; None, after saying why, where it cannot be opened."""
        try:
            return await self.holder.get_engine()
        except ConspectusError as error:
            self.chat.show_toast(str(error), "error")
            return None

    async def _use_settings(self, settings: Settings) -> None:
        try:
            await self.holder.reopen(settings)
        except ConspectusError as error:
            self.chat.show_toast(str(error), "error")
        self.chat.query_one(Status).strict = self.holder.strict
        self._open_engine()

    @on(LibraryChanged)
    def _on_papers_changed(self, event: LibraryChanged) -> None:
        self.holder.leave_out(event.removed)
        self.chat.conversation.narrow(self.holder.scope)
        self._open_engine()

    # What the chat answers from

    @on(ScopeChosen)
    def _on_restriction(self, event: ScopeChosen) -> None:
        self.chat.conversation.narrow(event.scope)

    def action_everything(self) -> None:
        """Answer from the whole library again."""
        self.post_message(ScopeChosen(parts.EVERYTHING))

    def action_strict(self) -> None:
        """Leave out claims that do not hold, or show them again."""
        self.holder.strict = not self.holder.strict
        self.chat.query_one(Status).strict = self.holder.strict

    # Screens

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Screens are opened over the chat alone, never over each other; help and jumping over all but dialogs."""
        if action in ("help", "jump"):
            return not isinstance(self.screen, ModalScreen)
        return self.screen is self.chat if action in _OVER_THE_CHAT else super().check_action(action, parameters)

    def action_help(self) -> None:
        """Keys and commands."""
        self.push_screen(parts.HelpScreen())

    @work(group="jump", exclusive=True)
    async def action_jump(self) -> None:
        """Jump to a part or a citation by a letter."""
        place = await self.push_screen_wait(parts.JumpScreen(parts.list_places(self.screen)))
        if place:
            place.go()

    @work(group="screen", exclusive=True)
    async def action_papers(self) -> None:
        """Browse the papers."""
        if assistant := await self._get_engine():
            screen = parts.PapersScreen(assistant, self.holder.scope, self.imports)
            scope = await self.push_screen_wait(screen)
            if scope is not None:
                self.post_message(ScopeChosen(scope))

    @work(group="screen", exclusive=True)
    async def action_themes(self) -> None:
        """Read what the papers are about; make reports."""
        if assistant := await self._get_engine():
            screen = parts.ThemesScreen(assistant, self.holder.scope, self.reports, self.imports, self.holder.strict)
            scope = await self.push_screen_wait(screen)
            if scope is not None:
                self.post_message(ScopeChosen(scope))

    @on(ReportEnded)
    def _on_report_outcome(self, event: ReportEnded) -> None:
        """Say that a report was saved, or could not be, where its screen was left."""
        if self.screen is self.chat:
            self.chat.show_toast(event.text, "error" if event.failed else "information")

    @work(group="screen", exclusive=True)
    async def action_sessions(self, words: str = "") -> None:
        """Find a saved conversation and go on in it."""
        if assistant := await self._get_engine():
            screen = parts.SessionsScreen(assistant, self.chat.conversation.questions.session, words)
            session = await self.push_screen_wait(screen)
            if session:
                await self.chat.open_session(session)

    # Adding papers

    @work(group="screen", exclusive=True)
    async def action_add(self, path: str = "") -> None:
        """Add papers from a file or a folder."""
        if assistant := await self._get_engine():
            await self.push_screen_wait(parts.AddFilesDialog(assistant, self.imports, path, start=bool(path)))

    @work(group="zotero", exclusive=True)
    async def action_zotero(self, collection: str = "") -> None:
        """Sync with Zotero; what is gone there is removed only after a yes where it is much."""
        if assistant := await self._get_engine():
            await parts.ZoteroSync(self, assistant, self._show_import, self.chat.show_toast).run(collection)

    @on(FirstRun.Chosen)
    def _on_papers_wanted(self, event: FirstRun.Chosen) -> None:
        if event.is_sample:
            self._add_sample()
        else:
            self.action_add()

    @work(group="screen", exclusive=True)
    async def _add_sample(self) -> None:
        if assistant := await self._get_engine():
            self.imports.add(assistant, parts.SAMPLE)

    def on_import_progress_progress(self, event: ImportProgress.Progress) -> None:
        """Say how far adding is."""
        share = f" ({event.done / event.total:.0%})" if event.total else ""
        self._show_import(f"adding: {event.papers:,} paper{'s' * (event.papers != 1)}{share}")

    def on_import_progress_done(self) -> None:
        """Say no more of it."""
        self._show_import("")

    on_import_progress_failed = on_import_progress_done

    def _show_import(self, text: str) -> None:
        for status in self.chat.query(Status):  # None any more where the user leaves meanwhile.
            status.adding = text

    def _show_vectors(self, text: str) -> None:
        for status in self.chat.query(Status):
            status.embedding = text

    @work(group="undo")
    async def action_undo(self) -> None:
        """Bring back what was removed or merged last."""
        if assistant := await self._get_engine():
            try:
                removal = await asyncio.to_thread(assistant.undo)
                self.holder.take_in_again()
            except ConspectusError as error:
                self.chat.show_toast(str(error), "warning")
            else:
                self.chat.show_toast(f"Back: {removal.summary}. /undo once more goes on with what was removed before.")
                self._open_engine()

    # Settings and preferences

    @work(group="screen", exclusive=True)
    async def action_settings(self) -> None:
        """Models, and how answers are made."""
        screen = parts.SettingsScreen(
            self.holder.settings or parts.Settings(), self.preferences, Assistant.probe_models
        )
        settings = await self.push_screen_wait(screen)
        self.preferences = replace(self.preferences, theme=self.theme)
        if settings is not None:
            self.preferences = replace(self.preferences, keymap=screen.keymap)
            self.set_keymap(screen.keymap)
            await self._use_settings(settings)

    @work(group="screen", exclusive=True)
    async def action_model(self, model: str = "") -> None:
        """Choose the model, one of this machine or another, and try it."""
        settings = self.holder.settings or parts.Settings()
        try:
            chosen = parts.with_model(settings, "" if model == "none" else model) if model else None
            chosen = chosen or await parts.choose_model(self, settings)
            if chosen is None:
                return
            await self._use_settings(chosen)
        except ConspectusError as error:
            self.chat.show_toast(str(error), "error")
            return
        if chosen.chat.is_local and chosen.chat.model:
            problem = await asyncio.to_thread(parts.try_model, chosen)
            name = chosen.chat.model
            self.chat.show_toast(
                f"{name} fails: {problem}" if problem else f"{name} answers.", "warning" if problem else "information"
            )

    @work(group="screen", exclusive=True)
    async def action_key(self) -> None:
        """Take the key of the model that answers, and keep it in the keyring."""
        settings = self.holder.settings or parts.Settings()
        name = settings.chat.key_name
        if not name:
            self.chat.show_toast("No key is sent to this model. F7 names the variable of one.", "warning")
            return
        title = f"The key for {settings.chat.endpoint or settings.chat.model}, kept as {name}"
        key = await self.push_screen_wait(parts.TextDialog(title, secret=True))
        if key:
            try:
                self.chat.show_toast(await asyncio.to_thread(parts.store_key, name, key))
                await self._use_settings(settings)
            except ConspectusError as error:
                self.chat.show_toast(str(error), "error")

    @work(group="screen", exclusive=True)
    async def action_theme(self, name: str = "") -> None:
        """Choose the colours, and remember them."""
        before, themes = self.theme, sorted(self.available_themes)
        if not name:
            choices = [parts.Choice(theme, theme) for theme in themes]
            dialog = parts.ChoiceDialog("Colours", choices, before, self._preview_theme)
            chosen: str | None = await self.push_screen_wait(dialog)
            name = chosen or before
        if name not in themes:
            self.chat.show_toast(f"There is no theme {name}. /theme lists them.", "warning")
            return
        self.theme = name
        self._remember_preferences(theme=name)

    def _preview_theme(self, theme: str) -> None:
        self.theme = theme

    @on(EvidenceShown)
    def _on_evidence_toggled(self, event: EvidenceShown) -> None:
        self._remember_preferences(show_evidence=event.shown)

    @on(EvidenceResized)
    def _on_evidence_resized(self, event: EvidenceResized) -> None:
        self._remember_preferences(evidence_share=event.share)

    def _remember_preferences(self, **preferences: Any) -> None:
        """Keep preferences for the next time."""
        self.preferences = replace(self.preferences, **preferences)
        try:
            save_preferences(self.preferences)
        except ConspectusError as error:
            self.chat.show_toast(str(error), "error")


def _collect_garbage_seldom() -> None:
    """Let Python look for garbage less often: going through everything stops the chat for up to half a second.

    What the chat draws is a hundred thousand objects that hold each other, there for good; looking for others among
    them pays seldom.
    """
    gc.freeze()
    gc.set_threshold(1000, 20, 100)
