"""Browsing the papers of the library: filter, sort and read them."""

import asyncio
from collections.abc import Iterator
from itertools import islice

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from assistant import Assistant, Paper, Source
from store.errors import ConspectusError
from tui.engine import Scope
from tui.papers.detail import PaperDetail
from tui.papers.imports import Adding, Imports, in_words
from tui.papers.list import PaperList
from tui.papers.selection import Catalogue, Row, Shelf
from tui.text import Glyphs, one_line
from tui.widgets.first_run import FirstRun

# Papers that are read before the first are shown, and at a time after that.
_FIRST, _BATCH = 100, 500
# Seconds that the cursor stays on a paper before it is looked up.
_PAUSE = 0.05
SIMILAR = 5
PLACEHOLDER = "/ filters: words  author:Che  year:2020-2023  since:2020  cat:LG  retracted:no  merged:yes"


class BrowserScreen(Screen[Scope | None]):
    """The list, and the paper under its cursor.

    Args:
        assistant: Whose papers they are.
        scope: What the chat answers from now; papers that it names are marked.
        glyphs: The signs to use.
        imports: Who adds files.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012

    def __init__(self, assistant: Assistant, scope: Scope, glyphs: Glyphs, imports: Imports) -> None:
        super().__init__()
        self.assistant = assistant
        self.scope = scope
        self.glyphs = glyphs
        self.imports = imports
        self.shelf = Shelf(scope.filters.get("ids") or ())
        self.reading = True

    def compose(self) -> ComposeResult:
        """The filter, the list beside the paper under its cursor, the counts, the keys."""
        yield Input(placeholder=PLACEHOLDER, compact=True, id="papers-filter")
        with Container(id="papers-panes"):
            yield PaperList(self.glyphs)
            yield PaperDetail(self.glyphs)
        yield FirstRun()
        yield Static(id="papers-said", markup=False)
        yield Static(id="papers-counts", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Read the papers; the first of them show at once."""
        self.listed.focus()
        self.query_one(FirstRun).display = False
        self.say("")
        self.imports.listen(self, past=False)
        self.read()

    @property
    def listed(self) -> PaperList:
        """The list of papers."""
        return self.query_one(PaperList)

    @property
    def _was_left(self) -> bool:
        """Whether the screen, or the whole application, went while something was read for it."""
        return not self.app.is_running or self not in self.app.screen_stack

    # Reading

    @work(exclusive=True, group="read")
    async def read(self) -> None:
        """Read all papers; those that are shown stay until there are others."""
        self.reading, fresh, size = True, Catalogue(), _FIRST
        first = not len(self.shelf.catalogue)
        try:
            papers = await asyncio.to_thread(self.assistant.papers.list)
            while rows := await asyncio.to_thread(_rows, papers, size):
                if self._was_left:
                    return
                fresh.extend(rows)
                size = _BATCH
                if first:
                    self.shelf.take(fresh)
                    self.refresh_list()
        except ConspectusError as error:
            self.say(error)
        else:
            self.reading = False
            self.shelf.take(fresh)
            if not self._was_left:
                self.begin()
                if not first:  # The paper under the cursor may be another one by now.
                    self._show(self.listed.row)

    def begin(self) -> None:
        """Offer ways on where there is no paper; forget marks of papers that are gone."""
        self.shelf.forget_lost()
        self.refresh_list()
        empty = not len(self.shelf.catalogue)
        first = self.query_one(FirstRun)
        if empty != first.display:
            first.display, self.query_one("#papers-panes").display = empty, not empty
            (first.query("Button").first() if empty else self.listed).focus()

    @on(Adding.Done)
    def _added(self, event: Adding.Done) -> None:
        self.say(f"{event.file.rpartition('/')[2]}: {in_words(event.report)}")
        if event.report.added or event.report.updated or event.report.merged:
            self.read()

    @on(Adding.Progress)
    def _adding(self, event: Adding.Progress) -> None:
        self.say(f"Adding {one_line(event.file.rpartition('/')[2], 60)}: {event.papers:,} papers so far")

    @on(Adding.Failed)
    def _not_added(self, event: Adding.Failed) -> None:
        self.say(ConspectusError(event.what, event.hint))

    # What is shown

    @on(Input.Changed, "#papers-filter")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.shelf.filter(event.value)
        self.refresh_list()

    def refresh_list(self) -> None:
        """Show what the shelf holds now."""
        self.listed.show(self.shelf.shown, self.shelf.marks, self.shelf.catalogue.sort)
        self.count()

    def count(self) -> None:
        """Tell how many papers there are, and which the chat asks."""
        parts = [*self.shelf.counts(), *([f"reading {self.glyphs.working}"] if self.reading else [])]
        parts += [f"the chat asks {one_line(self.scope.label, 40)}"] if self.scope else []
        line = f" {self.glyphs.separator} ".join(parts)
        self.query_one("#papers-counts", Static).update(Content(line))

    @on(PaperList.Moved)
    def _moved(self, event: PaperList.Moved) -> None:
        self._show(event.row)

    @work(exclusive=True, group="paper")
    async def _show(self, row: Row | None) -> None:
        detail = self.query_one(PaperDetail)
        if row is None:
            detail.say("" if self.reading else "No paper meets the filter.")
            return
        await asyncio.sleep(_PAUSE)
        try:
            found = await asyncio.to_thread(self._looked_up, row.id)
            if not self._was_left:
                detail.show(*found)
            similar = await asyncio.to_thread(self.assistant.papers.similar, row.id, SIMILAR)
            if not self._was_left:
                detail.show_similar(similar)
        except ConspectusError as error:  # It was removed by another process.
            detail.say(str(error))

    def _looked_up(self, paper_id: str) -> tuple[Paper, dict[str, tuple[Source, ...]]]:
        return self.assistant.papers.get(paper_id), self.assistant.papers.sources(paper_id)

    @on(PaperDetail.Followed)
    def _followed(self, event: PaperDetail.Followed) -> None:
        self.listed.focus()
        if not self.listed.go_to(event.paper_id):
            with self.prevent(Input.Changed):
                self.query_one("#papers-filter", Input).clear()
            self.shelf.filter("")
            self.refresh_list()
            self.listed.go_to(event.paper_id)

    def say(self, what: str | ConspectusError) -> None:
        """Tell something above the counts, "" for nothing."""
        failed = isinstance(what, ConspectusError)
        text = one_line(str(what), 1000)
        said = self.query_one("#papers-said", Static)
        said.update(Content.styled(f"{self.glyphs.failed} {text}", "$text-error") if failed else Content(text))
        said.display = bool(text)

    # Keys

    def action_filter(self) -> None:
        """Go to the filter."""
        self.query_one("#papers-filter").focus()

    @on(Input.Submitted, "#papers-filter")
    def _to_list(self, event: Input.Submitted) -> None:
        event.stop()
        self.listed.focus()

    def action_back(self) -> None:
        """One step back: to the list, to all papers, to where one came from."""
        line = self.query_one("#papers-filter", Input)
        if line.has_focus or self.query_one(PaperDetail).has_focus_within:
            self.listed.focus()
        elif line.value:
            line.clear()
        else:
            self.dismiss(None)

    def action_detail(self) -> None:
        """Show or hide the paper under the cursor."""
        detail = self.query_one(PaperDetail)
        detail.display = not detail.display

    def action_sort(self) -> None:
        """Sort by year, author or title."""
        self.shelf.order(self.shelf.catalogue.sort.next)
        self.refresh_list()

    @on(PaperList.SortWanted)
    def _sort_by(self, event: PaperList.SortWanted) -> None:
        self.shelf.order(event.sort)
        self.refresh_list()


def _rows(papers: Iterator[Paper], size: int) -> list[Row]:
    return [Row.of(paper) for paper in islice(papers, size)]
