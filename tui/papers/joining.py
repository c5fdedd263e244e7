"""Merging and splitting papers of the list, and finding those that may be one."""

import asyncio
from collections.abc import Callable

from textual import work

from store.errors import ConspectusError
from tui.dialogs.ask import Confirm
from tui.messages import LibraryChanged
from tui.papers import correcting
from tui.papers.browser import BrowserScreen
from tui.papers.correcting import label
from tui.papers.duplicates import DuplicatesScreen

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
            if await self._correct(lambda: correcting.merged(self.assistant.merge(*ids))):
                self.shelf.marks.difference_update(ids)

    @work(exclusive=True, group="join")
    async def action_split(self) -> None:
        """Make a paper of each record of the paper under the cursor, after asking."""
        row = self.listed.row
        if row is None:
            return
        try:
            paper = await asyncio.to_thread(self.assistant.paper, row.id)
        except ConspectusError as error:
            self.say(error)
            return
        if not paper.records:
            self.say(NOT_MERGED)
        elif await self.app.push_screen_wait(Confirm(correcting.may_split(paper), "Split")):
            await self._correct(lambda: correcting.split(self.assistant.split(paper.id)))

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
