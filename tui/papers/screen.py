"""The papers of the library: filter, sort, read and mark them, let the chat answer from them, add and correct them."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import cached_property
from itertools import islice
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Input, Static

from assistant import Assistant
from assistant.display import find_link
from store.errors import ConspectusError
from tui.clipboard import copy_citation
from tui.dialogs.ask import ConfirmDialog
from tui.engine import EVERYTHING, Scope
from tui.messages import LibraryChanged
from tui.papers.add_dialog import AddFilesDialog
from tui.papers.correction_actions import Corrections, label, name_titles
from tui.papers.detail import PaperDetail
from tui.papers.duplicates_screen import DuplicatesScreen
from tui.papers.import_queue import ImportProgress, Imports
from tui.papers.list import PaperList
from tui.papers.selection import Catalogue, PaperSelection, Row
from tui.text import glyphs_of, one_line
from tui.widgets.controls import MessageLine
from tui.widgets.first_run import FirstRun
from tui.widgets.key_footer import MORE_KEYS, KeyFooter
from tui.widgets.row_filter import type_into

# Papers that are read before the first are shown, and at a time after that: the first picture is there at once, and the
# rest comes without a redraw for each hundred (benchmarks/tui_papers.py measures both).
_FIRST_BATCH, _BATCH = 100, 500
PLACEHOLDER = "Type to filter: words  author:Che  year:2020-2023  since:2020  cat:LG  retracted:no  merged:yes"
MARK_FIRST = "Mark the papers that are one, two at least; then merge them."
NOT_MERGED = "This paper is of one record: there is nothing to split."
UNDONE = "/undo brings back what was removed, for thirty days."
READING = "The papers are still being read. Try again in a moment."


class PapersScreen(Screen[Scope | None]):
    """Dismissed with the papers that the chat is to answer from, None where that is to stay.

    Args:
        assistant: Whose papers they are.
        scope: What the chat answers from now; papers that it names are marked.
        imports: Who adds files.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        MORE_KEYS,
        Binding("slash", "filter", "Filter", id="papers.filter", key_display="a-z"),
        Binding("ctrl+a", "mark_shown", "Mark all", id="papers.mark_all", priority=True),
        Binding("down,up", "list", "List", id="papers.list"),
        Binding("enter,ctrl+r", "restrict", "Ask", id="papers.restrict"),
        Binding("ctrl+e", "everything", "All", id="papers.everything"),
        Binding("ctrl+s", "sort", "Sort", id="papers.sort"),
        Binding("f8,plus", "add", "Add", id="papers.add"),
        Binding("delete,ctrl+d", "remove", "Remove", id="papers.remove"),
        Binding("ctrl+y", "copy", "Cite", id="papers.copy"),
        Binding("ctrl+o", "open", "Open", id="papers.open"),
        Binding("escape", "back", "Back", id="papers.back"),
        Binding("f4", "detail", "Abstract", id="papers.detail"),
        Binding("ctrl+l", "unmark", "Unmark", id="papers.clear"),
        Binding("ctrl+g", "duplicates", "Duplicates", id="papers.duplicates"),
        Binding("ctrl+u", "merge", "Merge", id="papers.merge"),
        Binding("ctrl+x", "split", "Split", id="papers.split"),
    ]

    def __init__(self, assistant: Assistant, scope: Scope, imports: Imports) -> None:
        super().__init__()
        self.assistant = assistant
        self.selection = PaperSelection(scope.filters.get("ids") or ())
        self.reading = True
        self._scope = scope
        self._imports = imports
        self._message_line = MessageLine("papers-said")

    @cached_property
    def _corrections(self) -> Corrections:
        return Corrections(self.app, self.assistant, self._message_line)

    def compose(self) -> ComposeResult:
        """The filter, the list beside the paper under its cursor, the counts, the keys."""
        yield Input(placeholder=PLACEHOLDER, compact=True, select_on_focus=False, id="papers-filter")
        with Container(id="papers-panes"):
            yield PaperList()
            yield PaperDetail(self.assistant)
        yield FirstRun()
        yield self._message_line
        yield Static(id="papers-counts", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Read the papers; the first of them show at once."""
        self.paper_list.focus()
        self.query_one(FirstRun).display = False
        self._imports.listen(self, past=False)
        self.read_papers()

    @property
    def paper_list(self) -> PaperList:
        """The list of papers."""
        return self.query_one(PaperList)

    # Reading

    @work(exclusive=True, group="read")
    async def read_papers(self) -> None:
        """Read all papers; those that are shown stay until there are others."""
        self.reading, catalogue = True, Catalogue()
        is_first = not len(self.selection.catalogue)
        with self._message_line.show_errors():
            async with aclosing(_read_rows(self.assistant)) as batches:
                async for rows in batches:
                    if self._was_left:
                        return
                    catalogue.extend(rows)
                    if is_first:
                        self.selection.replace_catalogue(catalogue)
                        self.refresh_list()
            self.reading = False
            self.selection.replace_catalogue(catalogue)
            if not self._was_left:
                self._show_catalogue()
                if not is_first:  # The paper under the cursor may be another one by now.
                    self._show_paper(self.paper_list.row)

    @property
    def _was_left(self) -> bool:
        """Whether the screen, or the whole application, went while something was read for it."""
        return not self.app.is_running or self not in self.app.screen_stack

    def _show_catalogue(self) -> None:
        """Show the papers, or ways on where there is none; forget marks of papers that are gone."""
        self.selection.drop_lost_marks()
        self.refresh_list()
        empty = not len(self.selection.catalogue)
        first_run = self.query_one(FirstRun)
        if empty != first_run.display:
            first_run.display, self.query_one("#papers-panes").display = empty, not empty
            (first_run.query("Button").first() if empty else self.paper_list).focus()

    def refresh_list(self) -> None:
        """Show what is selected now."""
        self.paper_list.show_rows(self.selection.shown_rows, self.selection.marks, self.selection.catalogue.sort)
        self._show_counts()

    def _show_counts(self) -> None:
        """Show how many papers there are, and which the chat asks."""
        parts = self.selection.describe_counts()
        parts += [f"reading {glyphs_of(self.app).working}"] if self.reading else []
        parts += [f"the chat asks {one_line(self._scope.label, 40)}"] if self._scope else []
        self.query_one("#papers-counts", Static).update(Content(f" {glyphs_of(self.app).separator} ".join(parts)))

    def _show_paper(self, row: Row | None) -> None:
        self.query_one(PaperDetail).load(row, "" if self.reading else "No paper meets the filter.")

    @on(PaperList.Moved)
    def _on_cursor_moved(self, event: PaperList.Moved) -> None:
        self._show_paper(event.row)

    @on(PaperDetail.Followed)
    def _on_similar_chosen(self, event: PaperDetail.Followed) -> None:
        self.paper_list.focus()
        if not self.paper_list.go_to(event.paper_id):
            with self.prevent(Input.Changed):
                self.query_one("#papers-filter", Input).clear()
            self.selection.filter("")
            self.refresh_list()
            self.paper_list.go_to(event.paper_id)

    # Filter and order

    def on_key(self, event: Key) -> None:
        """Let what is typed filter, wherever the cursor is."""
        type_into(self.query_one("#papers-filter", Input), event)

    @on(Input.Changed, "#papers-filter")
    def _on_filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.selection.filter(event.value)
        self.refresh_list()

    @on(Input.Submitted, "#papers-filter")
    def _on_filter_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.paper_list.focus()

    @on(PaperList.SortWanted)
    def _on_head_clicked(self, event: PaperList.SortWanted) -> None:
        self.selection.sort_by(event.sort)
        self.refresh_list()

    def action_filter(self) -> None:
        """Go to the filter."""
        self.query_one("#papers-filter").focus()

    def action_list(self) -> None:
        """Go to the list."""
        self.paper_list.focus()

    def action_sort(self) -> None:
        """Sort by year, author or title."""
        self.selection.sort_by(self.selection.catalogue.sort.next_sort)
        self.refresh_list()

    def action_detail(self) -> None:
        """Show or hide the paper under the cursor."""
        detail = self.query_one(PaperDetail)
        detail.display = not detail.display

    def action_back(self) -> None:
        """One step back: to the list, to all papers, to where one came from."""
        line = self.query_one("#papers-filter", Input)
        if line.has_focus or self.query_one(PaperDetail).has_focus_within:
            self.paper_list.focus()
        elif line.value:
            line.clear()
        else:
            self.dismiss(None)

    # Marks and scope

    @on(PaperList.Toggled)
    def _on_mark_toggled(self, event: PaperList.Toggled) -> None:
        self.selection.toggle(event.row.id)
        self._refresh_marks()

    def action_mark_shown(self) -> None:
        """Mark all that is shown."""
        if self.reading:
            self._message_line.say(READING)
        else:
            self.selection.mark_shown()
            self._refresh_marks()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.selection.marks.clear()
        self._refresh_marks()

    def _refresh_marks(self) -> None:
        self.paper_list.refresh()
        self._show_counts()

    def action_restrict(self) -> None:
        """Let the chat answer from what is marked, else from what is shown."""
        if not self.selection.marks and not self.selection.shown_rows:
            self._message_line.say("There is no paper to ask.")
        elif self.reading and self.selection.needs_all:
            self._message_line.say(READING)
        else:
            self.dismiss(self.selection.build_scope())

    def action_everything(self) -> None:
        """Let the chat answer from the whole library."""
        self.dismiss(EVERYTHING)

    # One paper

    @work(exclusive=True, group="act")
    async def action_open(self) -> None:
        """Open the paper's page in a browser."""
        if row := self.paper_list.row:
            with self._message_line.show_errors():
                url = find_link(await asyncio.to_thread(self.assistant.papers.get, row.id))
                self._message_line.say(f"Opening {url}" if url else "This paper comes without an address.")
                if url:
                    self.app.open_url(url)

    @work(exclusive=True, group="act")
    async def action_copy(self) -> None:
        """Copy the citation of the paper."""
        if row := self.paper_list.row:
            with self._message_line.show_errors():
                copied = await copy_citation(self.app, self.assistant, row.id)
                self._message_line.say(copied.how if copied else "")

    # The library

    @work(exclusive=True, group="remove")
    async def action_remove(self) -> None:
        """Remove what is marked, else the paper under the cursor, after asking."""
        rows = self.selection.marked_rows or [row for row in (self.paper_list.row,) if row]
        if not rows or not await self.app.push_screen_wait(ConfirmDialog(_ask_removal(rows), "Remove")):
            return
        ids = {row.id for row in rows}
        with self._message_line.show_errors():
            await asyncio.to_thread(self.assistant.papers.remove, *ids)
            self.selection.remove(ids)
            self._show_catalogue()
            self._message_line.say(f"Removed {len(ids):,} paper{'s' * (len(ids) != 1)}. {UNDONE}")
            self.app.post_message(LibraryChanged(frozenset(ids)))

    @work(exclusive=True, group="join")
    async def action_duplicates(self) -> None:
        """Show which papers may be one."""
        if await self.app.push_screen_wait(DuplicatesScreen(self.assistant)):
            self.read_papers()

    @work(exclusive=True, group="join")
    async def action_merge(self) -> None:
        """Make one paper of those that are marked, after asking; that under the cursor gives its id."""
        current = self.paper_list.row
        rows = sorted(self.selection.marked_rows, key=lambda row: row != current)
        if len(rows) < 2:
            self._message_line.say(MARK_FIRST)
            return
        ids, titles = [row.id for row in rows], [label(row.title or row.id, row.year) for row in rows]
        if await self._corrections.merge(ids, titles):
            self.read_papers()
            self.selection.marks.difference_update(ids)

    @work(exclusive=True, group="join")
    async def action_split(self) -> None:
        """Make a paper of each record of the paper under the cursor, after asking."""
        if row := self.paper_list.row:
            with self._message_line.show_errors():
                paper = await asyncio.to_thread(self.assistant.papers.get, row.id)
                if not paper.records:
                    self._message_line.say(NOT_MERGED)
                elif await self._corrections.split(paper):
                    self.read_papers()

    # Adding files

    def action_add(self) -> None:
        """Add files."""
        self.app.push_screen(AddFilesDialog(self.assistant, self._imports))

    @on(FirstRun.Chosen)
    def _on_papers_wanted(self, event: FirstRun.Chosen) -> None:
        event.stop()
        self.app.push_screen(AddFilesDialog(self.assistant, self._imports, sample=event.is_sample))

    @on(ImportProgress.Progress)
    def _on_import_progressed(self, event: ImportProgress.Progress) -> None:
        self._message_line.say(f"Adding {one_line(event.file.rpartition('/')[2], 60)}: {event.papers:,} papers so far")

    @on(ImportProgress.Done)
    def _on_import_done(self, event: ImportProgress.Done) -> None:
        self._message_line.say(event.summary)
        if event.report.added or event.report.updated or event.report.merged:
            self.read_papers()

    @on(ImportProgress.Failed)
    def _on_import_failed(self, event: ImportProgress.Failed) -> None:
        self._message_line.say(ConspectusError(event.what, event.hint))


async def _read_rows(assistant: Assistant) -> AsyncGenerator[list[Row], None]:
    """Read the rows of all papers, the first few at once and then batch by batch."""
    papers = await asyncio.to_thread(assistant.papers.list)

    def read_batch(size: int) -> list[Row]:
        return [Row.from_paper(paper) for paper in islice(papers, size)]

    rows = await asyncio.to_thread(read_batch, _FIRST_BATCH)
    while rows:
        yield rows
        rows = await asyncio.to_thread(read_batch, _BATCH)


def _ask_removal(rows: Sequence[Row]) -> str:
    question = f"Remove {len(rows):,} papers" if len(rows) > 1 else "Remove this paper"
    return "\n".join((f"{question} from the library? {UNDONE}", *name_titles([row.title or row.id for row in rows])))
