"""The themes of a library: read them with their evidence, ask about one, make and open reports.

Having the themes of a library found, and showing how that goes.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList

from assistant import Assistant, Paper
from assistant.display import find_link
from store.errors import ConspectusError
from tui.clipboard import copy_citation
from tui.commands import key_of
from tui.dialogs.ask import Confirm
from tui.dialogs.choose import Choice, Choose
from tui.engine import EVERYTHING, Scope
from tui.messages import Restrict
from tui.papers.add_dialog import AddFiles
from tui.papers.imports import SAMPLE, Adding, Imports, in_words
from tui.papers.list import PaperList
from tui.text import Glyphs, one_line
from tui.text import in_words as when
from tui.themes.report_dialog import MakeReport
from tui.themes.reports import Job, Making, Order, Reports, check_files, made_in, model_of, price, written_to
from tui.themes.sections import PAPERS, TEXT, SectionsScreen
from tui.widgets.evidence import Evidence
from tui.widgets.first_run import FirstRun

BUSY = "A report is being made already. Esc stops it."


class SummaryScreen(SectionsScreen):
    """Begins with the themes of the papers that the chat answers from.

    Args:
        assistant: Whose papers they are.
        scope: What the chat answers from.
        glyphs: The signs to use.
        reports: Who makes reports, and keeps them.
        strict: Whether to leave out what is not worded as in its source.
    """

    def __init__(
        self, assistant: Assistant, scope: Scope, glyphs: Glyphs, reports: Reports, strict: bool = False
    ) -> None:
        super().__init__(assistant, scope, glyphs)
        self.reports = reports
        self.order = Order(filters=scope.filters, strict=strict, written=reports.written)
        self._waits = False

    def on_mount(self) -> None:
        """Show the themes, or have them found."""
        self.query_one(FirstRun).display = False
        self.say("")
        self.listed.focus()
        self.reports.listen(self)
        self.load()

    # Making

    @work(exclusive=True, group="load")
    async def load(self, anew: bool = False) -> None:
        """Show the report of the order; where it is not kept, or is to be made anew, have it made."""
        try:
            papers = await asyncio.to_thread(self.assistant.papers.count)
            kept = None if anew else await self.reports.found(self.assistant, self.order)
        except ConspectusError as error:
            self.say(error)
            return
        self.offer(empty=not papers)
        if kept:
            self.read(kept)
        elif papers and self.order.written and not anew:  # What it costs was agreed to for another one.
            self.order = self.order.model_copy(update={"written": False})
            self.load()
        elif papers:
            self._waits = not self.begin(Job(self.order), anew)

    def begin(self, job: Job, anew: bool = False) -> bool:
        """Have a report made; says whether that began, for one is made at a time."""
        begun = self.reports.begin(self.assistant, job, anew)
        if not begun:
            self.say(BUSY)
        return begun

    def offer(self, empty: bool) -> None:
        """Offer ways to fill an empty library in place of its themes."""
        first, panes = self.query_one(FirstRun), self.query_one("#themes-panes")
        if first.display != empty:
            first.display, panes.display = empty, not empty
            (first.query("Button").first() if empty else self.listed).focus()

    @on(Making.Progress)
    def _progress(self, event: Making.Progress) -> None:
        self.query_one(Making).show(event.text, event.done, event.total)

    @on(Making.Done)
    def _done(self, event: Making.Done) -> None:
        self.query_one(Making).end()
        if event.job.files:
            self.say(written_to(event.job.files))
        elif self._is_mine(event.job):
            self.order, self.reports.written = event.job.order, event.job.order.written
            self.read(event.kept)
        self._go_on()

    @on(Making.Failed)
    def _failed(self, event: Making.Failed) -> None:
        self.query_one(Making).end()
        self.say(event.error)
        if not self.pages:
            self.describe()
        self._go_on()

    @on(Making.Stopped)
    def _stopped(self, event: Making.Stopped) -> None:
        self.query_one(Making).end()
        self.say("Stopped." if self.pages else "Stopped. r finds the themes.")
        self._go_on()

    def _is_mine(self, job: Job) -> bool:
        quoted = {"written": False}
        return job.order.model_copy(update=quoted) == self.order.model_copy(update=quoted)

    def _go_on(self) -> None:
        """Find the themes that had to wait for another report."""
        if self._waits:
            self._waits = False
            self.load()


NOT_A_THEME = "This section is about all papers. Choose a theme."
NO_MODEL = "No model is set: the text is quoted from the abstracts. /settings sets one."
COUNTING = "Counting what the model is going to take."


class ThemesScreen(SummaryScreen):
    """Dismissed with the papers that the chat is to answer from, None where that is to stay.

    Args:
        assistant: Whose papers they are.
        scope: What the chat answers from.
        glyphs: The signs to use.
        reports: Who makes reports, and keeps them.
        imports: Who adds files.
        strict: Whether to leave out what is not worded as in its source.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "view(1)", "Text", id="themes.text", show=False),
        Binding("2", "view(2)", "Papers", id="themes.papers", show=False),
        Binding("3", "view(3)", "Timeline", id="themes.timeline", show=False),
        Binding("enter", "paper", "Evidence", id="themes.paper", show=False),
        Binding("a", "ask", "Ask", id="themes.ask"),
        Binding("e", "everything", "All", id="themes.everything"),
        Binding("m", "make", "Make", id="themes.make"),
        Binding("o", "open", "Open", id="themes.open"),
        Binding("w", "write", "Write", id="themes.write"),
        Binding("r", "anew", "Anew", id="themes.anew"),
        Binding("h,left", "list", "List", id="themes.list", show=False),
        Binding("l,right", "inside", "Section", id="themes.inside", show=False),
        Binding("escape", "back", "Back", id="themes.back"),
        Binding(key_of("themes"), "dismiss(None)", "Chat", id="themes", show=False),
        Binding(key_of("evidence"), "evidence", "Evidence", id="evidence", show=False),
    ]

    def __init__(
        self,
        assistant: Assistant,
        scope: Scope,
        glyphs: Glyphs,
        reports: Reports,
        imports: Imports,
        strict: bool = False,
    ) -> None:
        super().__init__(assistant, scope, glyphs, reports, strict)
        self.imports = imports

    def on_mount(self) -> None:
        """Tell of files that are being added."""
        self.imports.listen(self, past=False)

    # Moving

    def action_view(self, view: int) -> None:
        """Show the text, the papers or the timeline."""
        self.choose_view(view)

    @on(OptionList.OptionSelected, "#themes")
    def action_inside(self) -> None:
        """From the list into the section."""
        if self.pages:
            self.add_class("-reading")
            self.call_after_refresh(self.content.focus)

    @on(OptionList.OptionSelected, "#years")
    def _to_theme(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        themes = [at for at, page in enumerate(self.pages) if page.is_theme]
        self.listed.highlighted = themes[event.option_index]
        self.choose_view(TEXT)

    def action_list(self) -> None:
        """From the section back to the list."""
        self.remove_class("-reading", "-drawer")
        self.call_after_refresh(self.listed.focus)

    def action_paper(self) -> None:
        """Show the paper under the cursor."""
        row = self.query_one(PaperList).row
        if self.view == PAPERS and row:
            self.open_evidence()
            self.cite(row.id)

    def action_evidence(self) -> None:
        """Show or hide the evidence."""
        self.toggle_class("-hidden" if self.has_class("-wide") else "-drawer")
        self.cite_current()

    def action_back(self) -> None:
        """One step back: stop the report that is made, close the evidence, to the list, to the chat."""
        if self.reports.busy:
            self.reports.stop()
        elif self.has_class("-drawer") and not self.has_class("-wide"):
            self.remove_class("-drawer")
            self.content.focus()
        elif self.query_one(Evidence).has_focus_within:
            self.content.focus()
        elif self.listed.has_focus or self.query_one(FirstRun).display:
            self.dismiss(None)
        else:
            self.action_list()

    # The chat

    def action_ask(self) -> None:
        """Let the chat answer from what is marked, else from the papers of the theme."""
        page, marked = self.page, self.marked()
        if page is None:
            return
        if not marked and not page.is_theme:
            self.say(NOT_A_THEME)
            return
        ids = tuple(row.id for row in marked or page.rows)
        of = "marked" if marked else f"of “{one_line(page.name, 30)}”"
        self.dismiss(Scope(filters={"ids": ids}, label=f"{len(ids):,} paper{'s' * (len(ids) != 1)} {of}"))

    def action_everything(self) -> None:
        """Let the chat answer from the whole library, and show the themes of all of it."""
        self.scope = EVERYTHING
        self.order = self.order.model_copy(update={"filters": {}})
        self.app.post_message(Restrict(EVERYTHING))
        self.load()

    @on(Evidence.Asked)
    def _asked(self, event: Evidence.Asked) -> None:
        event.stop()
        match event.what:
            case "open":
                self._visit(event.paper)
            case "only":
                title = one_line(event.paper.title, 40)
                self.dismiss(Scope(filters={"ids": (event.paper.id,)}, label=f"“{title}”"))
            case "copy":
                self._copy(event.paper)

    def _visit(self, paper: Paper) -> None:
        url = find_link(paper)
        self.say(f"Opening {url}" if url else "This paper comes without an address.")
        if url:
            self.app.open_url(url)

    @work(exclusive=True, group="act")
    async def _copy(self, paper: Paper) -> None:
        with self._telling():
            copied = await copy_citation(self.app, self.assistant, paper.id)
            self.say(copied.how if copied else "")

    # Reports

    def action_anew(self) -> None:
        """Find the themes anew."""
        self.load(anew=True)

    @work(exclusive=True, group="act")
    async def action_write(self) -> None:
        """Have the model write the themes; or quote them again."""
        order = self.order.model_copy(update={"written": not self.order.written})
        with self._telling():
            if order.written and not await asyncio.to_thread(model_of, self.assistant):
                self.say(NO_MODEL)
            elif await self._agreed(order):
                self.begin(Job(order))

    @work(exclusive=True, group="act")
    async def action_make(self) -> None:
        """Make a report, and save it."""
        if self.reports.busy:
            self.say(BUSY)
            return
        with self._telling():
            model = await asyncio.to_thread(model_of, self.assistant)
            folder = self.reports.folders[-1] if self.reports.folders else Path.cwd()
            job: Job | None = await self.app.push_screen_wait(MakeReport(self.order, folder, model))
            if job and await self._may_write(job) and await self._agreed(job.order):
                self.begin(job)

    async def _may_write(self, job: Job) -> bool:
        if not job.files:
            return True
        await asyncio.to_thread(check_files, job.files)
        there = [path for path in job.files.paths if path.exists()]
        if not there:
            return True
        names = ", ".join(path.name for path in there)
        question = f"{names} {'are' if len(there) > 1 else 'is'} in {there[0].parent} already. Write over?"
        agreed = await self.app.push_screen_wait(Confirm(question, "Write over"))
        return agreed is True

    async def _agreed(self, order: Order) -> bool:
        """Whether a report may cost what it is going to; what costs nothing may."""
        if not order.written or await self.reports.found(self.assistant, order):
            return True
        self.say(COUNTING)
        cost = await asyncio.to_thread(price, self.assistant, order)
        self.say("")
        if not cost:
            return True
        question = f"{model_of(self.assistant)} writes it: {cost}.\nWhat it writes is kept: again, it costs nothing."
        agreed = await self.app.push_screen_wait(Confirm(question, "Write it"))
        return agreed is True

    @work(exclusive=True, group="act")
    async def action_open(self) -> None:
        """Open a report that was saved."""
        found = await asyncio.to_thread(made_in, [*reversed(self.reports.folders), Path.cwd()])
        if not found:
            self.say(f"No report was saved in {Path.cwd()} yet. m makes one.")
            return
        now = datetime.now().astimezone()
        choices = [
            Choice(str(one.path), one.path.name, f"{when(one.written, now)}, {one.path.parent}") for one in found
        ]
        chosen: str | None = await self.app.push_screen_wait(Choose("Open a report", choices))
        if chosen is None:
            return
        path = Path(chosen)
        is_page = path.suffix == ".html"
        self.say(f"{'Opening' if is_page else 'The report is'} {path}")
        if is_page:
            self.app.open_url(path.as_uri())

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell what went wrong, in words."""
        try:
            yield
        except ConspectusError as error:
            self.say(error)

    @on(Making.Unwanted)
    def _unwanted(self, event: Making.Unwanted) -> None:
        event.stop()
        self.reports.stop()

    # Files

    @on(FirstRun.File)
    @on(FirstRun.Folder)
    def _add(self, event: Message) -> None:
        event.stop()
        self.app.push_screen(AddFiles(self.assistant, self.imports))

    @on(FirstRun.Sample)
    def _add_sample(self, event: FirstRun.Sample) -> None:
        event.stop()
        self.imports.add(self.assistant, SAMPLE)
        self.app.push_screen(AddFiles(self.assistant, self.imports))

    @on(Adding.Done)
    def _added(self, event: Adding.Done) -> None:
        self.say(f"{event.file.rpartition('/')[2]}: {in_words(event.report)}")
        if event.report.added or event.report.updated:
            self.load()
