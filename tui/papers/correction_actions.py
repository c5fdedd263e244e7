"""Merging papers, keeping them apart and splitting them by hand: each asks first, and says what came of it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from textual.app import App

from assistant import Assistant, Paper
from store.errors import ConspectusError
from tui.dialogs.ask import ConfirmDialog
from tui.messages import LibraryChanged
from tui.text import one_line
from tui.widgets.controls import MessageLine

# Papers or records that a question names before it counts the others: with these it fits into 24 lines.
_MAX_NAMED = 8
_TITLE_CHARS = 100


class Corrections:
    """Corrects which records are one paper; posts ``LibraryChanged`` to the application where that changes the list.

    Its methods are to be awaited in a worker; they return whether the user agreed and it was done.

    Args:
        app: Where the questions are shown.
        assistant: Whose papers they are.
        message_line: Says what came of it.
    """

    def __init__(self, app: App[Any], assistant: Assistant, message_line: MessageLine) -> None:
        self._app = app
        self._assistant = assistant
        self._message_line = message_line

    async def merge(self, ids: Sequence[str], titles: Sequence[str]) -> bool:
        """Make one paper of several; the first gives its id.

        Args:
            ids: Of the papers.
            titles: What the question calls them, in the same order.
        """

        def run() -> str:
            paper = self._assistant.papers.merge(*ids)
            return f"Merged into {paper.id}, of {len(paper.records)} records. Split parts them again."

        question = f"Are these {len(ids):,} papers one? It keeps the id {one_line(ids[0], _TITLE_CHARS)}."
        return await self._correct("\n".join((question, *name_titles(titles))), "Merge", run)

    async def keep_apart(self, ids: Sequence[str], titles: Sequence[str]) -> bool:
        """Take note that two papers are two; the library stays as it is.

        Args:
            ids: Of the papers.
            titles: What the question calls them.
        """

        def run() -> str:
            papers = self._assistant.papers.split(*ids)
            return f"{' and '.join(paper.id for paper in papers)} stay apart. Merge joins them all the same."

        question = "\n".join(("Are these two papers, never to be merged?", *name_titles(titles)))
        return await self._correct(question, "Keep apart", run, changes=False)

    async def split(self, paper: Paper) -> bool:
        """Make a paper of each record of a merged one."""

        def run() -> str:
            papers = self._assistant.papers.split(paper.id)
            ids = [part.id for part in papers[:_MAX_NAMED]]
            ids += [f"{len(papers) - _MAX_NAMED:,} more"] * (len(papers) > _MAX_NAMED)
            return f"Split into {len(papers):,} papers: {', '.join(ids)}. To undo, mark them and merge."

        titles = [f"{record.source.file}: {label(record.title, record.year)}" for record in paper.records]
        question = f"Split “{one_line(paper.title, _TITLE_CHARS)}” into its {len(paper.records):,} records?"
        return await self._correct("\n".join((question, *name_titles(titles))), "Split", run)

    async def _correct(self, question: str, yes_label: str, run: Callable[[], str], changes: bool = True) -> bool:
        if not await self._app.push_screen_wait(ConfirmDialog(question, yes_label)):
            return False
        try:
            outcome = await asyncio.to_thread(run)
        except ConspectusError as error:
            self._message_line.say(error)
            return False
        self._message_line.say(outcome)
        if changes:
            self._app.post_message(LibraryChanged())
        return True


def name_titles(titles: Sequence[str]) -> list[str]:
    """Return a line for each of the first, and how many more there are."""
    lines = [f"  {one_line(title, _TITLE_CHARS)}" for title in titles[:_MAX_NAMED]]
    return lines + ([f"  and {len(titles) - _MAX_NAMED:,} more"] if len(titles) > _MAX_NAMED else [])


def label(title: str, year: int | None) -> str:
    """Return what a question calls a paper."""
    return f"{title} ({year or 'undated'})"
