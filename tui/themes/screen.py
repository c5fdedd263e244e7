"""The themes of a library: read them with their evidence, ask about one, make and open reports."""

import asyncio
from functools import cached_property
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from assistant import Assistant, Paper
from assistant.display import count_ledger, find_link
from assistant.phrases import count_supports
from assistant.types import EXTRACTIVE
from tui.clipboard import copy_citation
from tui.commands import key_of
from tui.engine import EVERYTHING, Scope
from tui.messages import ScopeChosen
from tui.papers.add_dialog import AddFilesDialog
from tui.papers.import_queue import ImportProgress, Imports
from tui.text import Glyphs, glyphs_of, one_line
from tui.themes.report_dialog import ReportDialogs
from tui.themes.report_tasks import (
    CachedReport,
    ReportProgress,
    ReportRequest,
    ReportTask,
    ReportTasks,
    model_of,
    name_files,
)
from tui.themes.sections import SectionsPane
from tui.widgets.controls import MessageLine
from tui.widgets.evidence import Evidence
from tui.widgets.first_run import FirstRun
from tui.widgets.key_footer import MORE_KEYS, KeyFooter

BUSY = "A report is being made already. Esc stops it."
NOT_A_THEME = "This section is about all papers. Choose a theme."
NO_MODEL = "No model is set: the text is quoted from the abstracts. /settings sets one."


class ThemesScreen(Screen[Scope | None]):
    """Dismissed with the papers that the chat is to answer from, None where that is to stay.

    It begins with the themes of the papers that the chat answers from now.

    Args:
        assistant: Whose papers they are.
        scope: What the chat answers from.
        reports: Makes reports, and keeps them.
        imports: Adds files.
        strict: Whether to leave out claims that do not hold.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-middle"), (150, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        MORE_KEYS,
        Binding("1", "view(1)", "Text", id="themes.text", show=False),
        Binding("2", "view(2)", "Papers", id="themes.papers", show=False),
        Binding("3", "view(3)", "Timeline", id="themes.timeline", show=False),
        Binding("enter", "paper", "Evidence", id="themes.paper", show=False),
        Binding("ctrl+r", "ask", "Ask", id="themes.ask"),
        Binding("ctrl+e", "everything", "All", id="themes.everything"),
        Binding("f9", "make", "Make", id="themes.make"),
        Binding("ctrl+o", "open", "Open", id="themes.open"),
        Binding("ctrl+g", "write", "Write", id="themes.write"),
        Binding("f5", "anew", "Anew", id="themes.anew"),
        Binding("left", "list", "List", id="themes.list", show=False),
        Binding("right", "inside", "Section", id="themes.inside", show=False),
        Binding("escape", "back", "Back", id="themes.back"),
        Binding(key_of("themes"), "dismiss(None)", "Chat", id="themes", show=False),
        Binding(key_of("evidence"), "evidence", "Evidence", id="evidence", show=False),
    ]

    def __init__(
        self,
        assistant: Assistant,
        scope: Scope,
        reports: ReportTasks,
        imports: Imports,
        strict: bool = False,
    ) -> None:
        super().__init__()
        self.reports = reports
        self.sections = SectionsPane(assistant)
        self._assistant = assistant
        self._scope = scope
        self._imports = imports
        self._message_line = MessageLine("themes-said")
        self._request = ReportRequest(filters=scope.filters, strict=strict, written=reports.written)
        self._is_waiting = False
        """Whether the themes wait for the end of another report."""

    @cached_property
    def _dialogs(self) -> ReportDialogs:
        return ReportDialogs(self.app, self._assistant, self.reports, self._message_line)

    def compose(self) -> ComposeResult:
        """The sections; below, how a report goes and what there is to say."""
        yield self.sections
        yield FirstRun()
        yield ReportProgress()
        yield self._message_line
        yield Static(id="themes-counts", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Show the themes, or have them found."""
        self.query_one(FirstRun).display = False
        self.sections.theme_list.focus()
        self.reports.listen(self.query_one(ReportProgress))
        self._imports.listen(self, past=False)
        self._load_themes()

    # The themes

    @work(exclusive=True, group="load")
    async def _load_themes(self, refresh: bool = False) -> None:
        """Show the report of the request; where it is not kept, or is to be made again, have it made."""
        with self._message_line.show_errors():
            papers = await asyncio.to_thread(self._assistant.papers.count)
            cached = None if refresh else await self.reports.find_cached(self._assistant, self._request)
            self._offer_files(empty=not papers)
            if cached:
                self._show_report(cached)
            elif papers and self._request.written and not refresh:  # Its cost was agreed to for another report.
                self._request = self._request.model_copy(update={"written": False})
                self._load_themes()
            elif papers:
                self._is_waiting = not self._start_report(ReportTask(self._request), refresh)

    def _start_report(self, task: ReportTask, refresh: bool = False) -> bool:
        """Have a report made; says whether that began, for one is made at a time."""
        started = self.reports.start(self._assistant, task, refresh)
        if not started:
            self._message_line.say(BUSY)
        return started

    def _offer_files(self, empty: bool) -> None:
        """Offer ways to fill an empty library in place of its themes."""
        first_run = self.query_one(FirstRun)
        if first_run.display != empty:
            first_run.display, self.sections.display = empty, not empty
            (first_run.query("Button").first() if empty else self.sections.theme_list).focus()

    def _show_report(self, cached: CachedReport) -> None:
        self.sections.show_report(cached)
        self._message_line.say("")
        self._show_counts(cached)

    def _show_counts(self, cached: CachedReport | None = None) -> None:
        """Show of which papers the themes are, and how the report was made."""
        parts = [f"Themes of {one_line(self._scope.label, 40) or 'the whole library'}"]
        parts += [count_ledger(cached.report).rstrip("."), _name_writer(cached, glyphs_of(self.app))] if cached else []
        line = f" {glyphs_of(self.app).separator} ".join(one_line(part) for part in parts)
        self.query_one("#themes-counts", Static).update(Content(line))

    @on(ReportProgress.Done)
    def _on_report_done(self, event: ReportProgress.Done) -> None:
        request = event.task.request
        if event.task.files:
            self._message_line.say(name_files(event.task.files))
        elif request.model_copy(update={"written": self._request.written}) == self._request:
            self._request, self.reports.written = request, request.written
            self._show_report(event.cached)
        self._load_waiting()

    @on(ReportProgress.Failed)
    def _on_report_failed(self, event: ReportProgress.Failed) -> None:
        self._message_line.say(event.error)
        if not self.sections.pages:
            self._show_counts()
        self._load_waiting()

    @on(ReportProgress.Stopped)
    def _on_report_stopped(self) -> None:
        self._message_line.say("Stopped." if self.sections.pages else "Stopped. F5 finds the themes.")
        self._load_waiting()

    def _load_waiting(self) -> None:
        """Find the themes that had to wait for another report."""
        if self._is_waiting:
            self._is_waiting = False
            self._load_themes()

    def action_anew(self) -> None:
        """Find the themes again."""
        self._load_themes(refresh=True)

    # Moving

    def action_view(self, view: int) -> None:
        """Show the text, the papers or the timeline."""
        self.sections.show_view(view)

    def action_inside(self) -> None:
        """From the list into the section."""
        self.sections.enter_section()

    def action_list(self) -> None:
        """From the section back to the list."""
        self.sections.leave_section()

    def action_paper(self) -> None:
        """Show the paper under the cursor."""
        self.sections.open_paper()

    def action_evidence(self) -> None:
        """Show or hide the evidence."""
        self.sections.toggle_evidence()

    def action_back(self) -> None:
        """One step back: stop the report that is made, close the evidence, to the list, to the chat."""
        if self.reports.is_busy:
            self.reports.stop()
        elif self.query_one(FirstRun).display or not self.sections.step_back():
            self.dismiss(None)

    # The chat

    def action_ask(self) -> None:
        """Let the chat answer from what is marked, else from the papers of the theme."""
        page, marked = self.sections.page, self.sections.marked_rows
        if page is None:
            return
        if not marked and not page.is_theme:
            self._message_line.say(NOT_A_THEME)
            return
        ids = tuple(row.id for row in marked or page.rows)
        kind = "marked" if marked else f"of “{one_line(page.name, 30)}”"
        self.dismiss(Scope.of({"ids": ids}, f"{len(ids):,} paper{'s' * (len(ids) != 1)} {kind}"))

    def action_everything(self) -> None:
        """Let the chat answer from the whole library, and show the themes of all of it."""
        self._scope = EVERYTHING
        self._request = self._request.model_copy(update={"filters": {}})
        self.app.post_message(ScopeChosen(EVERYTHING))
        self._load_themes()

    @on(Evidence.Asked)
    def _on_evidence_key(self, event: Evidence.Asked) -> None:
        event.stop()
        match event.what:
            case "open":
                self._open_page(event.paper)
            case "only":
                title = one_line(event.paper.title, 40)
                self.dismiss(Scope.of({"ids": (event.paper.id,)}, f"“{title}”"))
            case "copy":
                self._copy_citation(event.paper)

    def _open_page(self, paper: Paper) -> None:
        url = find_link(paper)
        self._message_line.say(f"Opening {url}" if url else "This paper comes without an address.")
        if url:
            self.app.open_url(url)

    @work(exclusive=True, group="act")
    async def _copy_citation(self, paper: Paper) -> None:
        with self._message_line.show_errors():
            copied = await copy_citation(self.app, self._assistant, paper.id)
            self._message_line.say(copied.how if copied else "")

    # Reports

    @work(exclusive=True, group="act")
    async def action_write(self) -> None:
        """Have the model write the themes; or quote them again."""
        request = self._request.model_copy(update={"written": not self._request.written})
        with self._message_line.show_errors():
            if request.written and not await asyncio.to_thread(model_of, self._assistant):
                self._message_line.say(NO_MODEL)
            elif await self._dialogs.confirm_cost(request):
                self._start_report(ReportTask(request))

    @work(exclusive=True, group="act")
    async def action_make(self) -> None:
        """Make a report, and save it."""
        if self.reports.is_busy:
            self._message_line.say(BUSY)
            return
        with self._message_line.show_errors():
            if task := await self._dialogs.ask_task(self._request):
                self._start_report(task)

    @work(exclusive=True, group="act")
    async def action_open(self) -> None:
        """Open a report that was saved."""
        if path := await self._dialogs.choose_saved_report():
            is_page = path.suffix == ".html"
            self._message_line.say(f"{'Opening' if is_page else 'The report is'} {path}")
            if is_page:
                self.app.open_url(path.as_uri())

    @on(ReportProgress.Unwanted)
    def _on_stop_wanted(self, event: ReportProgress.Unwanted) -> None:
        event.stop()
        self.reports.stop()

    # Adding files

    @on(FirstRun.Chosen)
    def _on_papers_wanted(self, event: FirstRun.Chosen) -> None:
        event.stop()
        self.app.push_screen(AddFilesDialog(self._assistant, self._imports, sample=event.is_sample))

    @on(ImportProgress.Done)
    def _on_import_done(self, event: ImportProgress.Done) -> None:
        self._message_line.say(event.summary)
        if event.report.added or event.report.updated:
            self._load_themes()


def _name_writer(cached: CachedReport, glyphs: Glyphs) -> str:
    """Say who wrote a report, and how many of its sentences have which sign."""
    modes = sorted({section.mode for section in cached.report.sections} - {EXTRACTIVE})
    if not modes:
        return "quoted from the abstracts"
    claims = cached.report.claims
    return f"written by {', '.join(modes)}; {count_supports((claim.support for claim in claims), glyphs.is_ascii)}"
