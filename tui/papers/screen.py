"""The papers of the library: mark them, restrict the chat to them, cite, add, merge, split and remove them.

Merging and splitting papers of the list, and finding those that may be one.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from assistant.display import find_link
from store.errors import ConspectusError
from tui.clipboard import copy_citation
from tui.dialogs.ask import Confirm
from tui.engine import EVERYTHING
from tui.messages import LibraryChanged
from tui.papers import duplicates as correcting
from tui.papers.add_dialog import AddFiles
from tui.papers.browser import BrowserScreen
from tui.papers.duplicates import DuplicatesScreen, label, named
from tui.papers.imports import SAMPLE
from tui.papers.list import PaperList
from tui.papers.selection import Row
from tui.widgets.first_run import FirstRun

MARK_FIRST = "Mark the papers that are one, two at least; then merge them."
NOT_MERGED = "This paper is of one record: there is nothing to split."


class JoiningScreen(BrowserScreen):
    """The actions that correct by hand which records are one paper."""

    @work(exclusive=True, group="join")
    async def action_duplicates(self) -> None:
        """Show which papers may be one."""
        if await self.app.push_screen_wait(DuplicatesScreen(self.assistant, self.glyphs)):
            self.read()

    @work(exclusive=True, group="join")
    async def action_merge(self) -> None:
        """Make one paper of those that are marked, after asking; that under the cursor gives its id."""
        current = self.listed.row
        rows = sorted(self.shelf.marked, key=lambda row: row != current)
        if len(rows) < 2:
            self.say(MARK_FIRST)
            return
        question = correcting.may_merge([label(row.title or row.id, row.year) for row in rows], rows[0].id)
        if await self.app.push_screen_wait(Confirm(question, "Merge")):
            ids = [row.id for row in rows]
            if await self._correct(lambda: correcting.merged(self.assistant.papers.merge(*ids))):
                self.shelf.marks.difference_update(ids)

    @work(exclusive=True, group="join")
    async def action_split(self) -> None:
        """Make a paper of each record of the paper under the cursor, after asking."""
        row = self.listed.row
        if row is None:
            return
        try:
            paper = await asyncio.to_thread(self.assistant.papers.get, row.id)
        except ConspectusError as error:
            self.say(error)
            return
        if not paper.records:
            self.say(NOT_MERGED)
        elif await self.app.push_screen_wait(Confirm(correcting.may_split(paper), "Split")):
            await self._correct(lambda: correcting.split(self.assistant.papers.split(paper.id)))

    async def _correct(self, act: Callable[[], str]) -> bool:
        """Let something happen and tell it; says whether it did."""
        try:
            said = await asyncio.to_thread(act)
        except ConspectusError as error:
            self.say(error)
            return False
        self.say(said)
        self.read()
        self.app.post_message(LibraryChanged())
        return True


READING = "The papers are still being read. Try again in a moment."


class PapersScreen(JoiningScreen):
    """Dismissed with the papers that the chat is to answer from, None where that is to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="papers.filter", key_display="/"),
        Binding("enter,r", "restrict", "Ask", id="papers.restrict"),
        Binding("e", "everything", "All", id="papers.everything"),
        Binding("s", "sort", "Sort", id="papers.sort"),
        Binding("plus", "add", "Add", id="papers.add", key_display="+"),
        Binding("delete,ctrl+d", "remove", "Remove", id="papers.remove"),
        Binding("y", "copy", "Cite", id="papers.copy"),
        Binding("o", "open", "Open", id="papers.open"),
        Binding("escape", "back", "Back", id="papers.back"),
        Binding("v", "detail", "Abstract", id="papers.detail"),
        Binding("a", "mark_shown", "Mark all", id="papers.mark_all"),
        Binding("ctrl+l", "unmark", "Clear", id="papers.clear"),
        Binding("u", "duplicates", "Duplicates", id="papers.duplicates"),
        Binding("ctrl+u", "merge", "Merge", id="papers.merge"),
        Binding("ctrl+x", "split", "Split", id="papers.split"),
    ]

    # Marks and scope

    @on(PaperList.Toggled)
    def _toggled(self, event: PaperList.Toggled) -> None:
        self.shelf.toggle(event.row.id)
        self._refresh_marks()

    def action_mark_shown(self) -> None:
        """Mark all that is shown."""
        if self.reading:
            self.say(READING)
        else:
            self.shelf.mark_shown()
            self._refresh_marks()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.shelf.marks.clear()
        self._refresh_marks()

    def _refresh_marks(self) -> None:
        self.listed.refresh()
        self.count()

    def action_restrict(self) -> None:
        """Let the chat answer from what is marked, else from what is shown."""
        if not self.shelf.marks and not self.shelf.shown:
            self.say("There is no paper to ask.")
        elif self.reading and self.shelf.needs_all:
            self.say(READING)
        else:
            self.dismiss(self.shelf.scope())

    def action_everything(self) -> None:
        """Let the chat answer from the whole library."""
        self.dismiss(EVERYTHING)

    # One paper, and the library

    @work(exclusive=True, group="act")
    async def action_open(self) -> None:
        """Open the paper's page in a browser."""
        if row := self.listed.row:
            try:
                url = find_link(await asyncio.to_thread(self.assistant.papers.get, row.id))
            except ConspectusError as error:
                self.say(error)
                return
            self.say(f"Opening {url}" if url else "This paper comes without an address.")
            if url:
                self.app.open_url(url)

    @work(exclusive=True, group="act")
    async def action_copy(self) -> None:
        """Copy the citation of the paper."""
        if row := self.listed.row:
            try:
                copied = await copy_citation(self.app, self.assistant, row.id)
            except ConspectusError as error:
                self.say(error)
            else:
                self.say(copied.how if copied else "")

    @work(exclusive=True, group="remove")
    async def action_remove(self) -> None:
        """Remove what is marked, else the paper under the cursor, after asking."""
        rows = self.shelf.marked or [row for row in (self.listed.row,) if row]
        if not rows or not await self.app.push_screen_wait(Confirm(_removal(rows), "Remove")):
            return
        ids = {row.id for row in rows}
        try:
            await asyncio.to_thread(self.assistant.papers.remove, *ids)
        except ConspectusError as error:
            self.say(error)
            return
        self.shelf.remove(ids)
        self.begin()
        self.say(f"Removed {len(ids):,} paper{'s' * (len(ids) != 1)}.")
        self.app.post_message(LibraryChanged())

    def action_add(self) -> None:
        """Add files."""
        self.app.push_screen(AddFiles(self.assistant, self.imports))

    @on(FirstRun.File)
    @on(FirstRun.Folder)
    def _add_first(self, event: Message) -> None:
        event.stop()
        self.action_add()

    @on(FirstRun.Sample)
    def _add_sample(self, event: FirstRun.Sample) -> None:
        event.stop()
        self.imports.add(self.assistant, SAMPLE)
        self.action_add()


def _removal(rows: Sequence[Row]) -> str:
    question = f"Remove {len(rows):,} papers" if len(rows) > 1 else "Remove this paper"
    return "\n".join((f"{question} from the library for good?", *named([row.title or row.id for row in rows])))
