"""Pairs of papers that may be one, to be merged or kept apart.

Two papers beside each other, to be compared.

What is asked before papers are merged or split, and what is said afterwards.
"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import islice
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from assistant import Assistant, Duplicate, Paper
from store.errors import ConspectusError
from tui.dialogs.ask import Confirm
from tui.messages import LibraryChanged
from tui.papers.detail import origin_content
from tui.text import Glyphs, one_line
from tui.widgets.controls import Choices
from tui.widgets.evidence import paper_content


class Pair(Horizontal):
    """All that is known of each of two papers.

    Args:
        glyphs: The signs to use.
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="pair")
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """The first at the left."""
        for _ in range(2):
            with VerticalScroll():
                yield Static(markup=False)

    def show(self, *papers: Paper) -> None:
        """Show two papers, or nothing."""
        texts = [self._content(paper) for paper in papers] or [Content(""), Content("")]
        for side, text in zip(self.query(VerticalScroll), texts, strict=True):
            side.query_one(Static).update(text)
            side.scroll_home(animate=False)

    def _content(self, paper: Paper) -> Content:
        return Content("\n\n").join([paper_content(paper, (), ()), origin_content(paper, {}, self._glyphs)])


# Papers or records that a question names before it counts the others.
_NAMED = 8
_TITLE_CHARS = 100


def named(titles: Sequence[str]) -> list[str]:
    """A line for each of the first, and how many more there are."""
    lines = [f"  {one_line(title, _TITLE_CHARS)}" for title in titles[:_NAMED]]
    return lines + ([f"  and {len(titles) - _NAMED:,} more"] if len(titles) > _NAMED else [])


def label(title: str, year: int | None) -> str:
    """How a question names a paper."""
    return f"{title} ({year or 'undated'})"


def may_merge(titles: Sequence[str], paper_id: str) -> str:
    """The question whether papers are one; the first gives its id."""
    question = f"Are these {len(titles):,} papers one? It keeps the id {one_line(paper_id, _TITLE_CHARS)}."
    return "\n".join((question, *named(titles)))


def may_keep_apart(titles: Sequence[str]) -> str:
    """The question whether two papers are two."""
    return "\n".join(("Are these two papers, never to be merged?", *named(titles)))


def may_split(paper: Paper) -> str:
    """The question whether each record of a paper is a paper of its own."""
    question = f"Split “{one_line(paper.title, _TITLE_CHARS)}” into its {len(paper.records):,} records?"
    return "\n".join((question, *named([f"{one.source.file}: {label(one.title, one.year)}" for one in paper.records])))


def merged(paper: Paper) -> str:
    """What was made of papers."""
    return f"Merged into {paper.id}, of {len(paper.records)} records. Split parts them again."


def kept_apart(papers: Sequence[Paper]) -> str:
    """What was said of two papers."""
    return f"{' and '.join(paper.id for paper in papers)} stay apart. Merge joins them all the same."


def split(papers: Sequence[Paper]) -> str:
    """What a paper became."""
    ids = [paper.id for paper in papers[:_NAMED]] + ([f"{len(papers) - _NAMED:,} more"] * (len(papers) > _NAMED))
    return f"Split into {len(papers):,} papers: {', '.join(ids)}. To undo, mark them and merge."


# Pairs that are listed at most, and read at a time.
LISTED, _PAGE = 500, 50
NONE = "No two papers look like one."


class DuplicatesScreen(Screen[bool]):
    """Dismissed with whether papers were merged.

    Args:
        assistant: Whose papers they are.
        glyphs: The signs to use.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+u", "merge", "Merge", id="duplicates.merge"),
        Binding("ctrl+x", "keep_apart", "Keep apart", id="duplicates.apart"),
        Binding("escape", "back", "Back", id="duplicates.back"),
    ]

    def __init__(self, assistant: Assistant, glyphs: Glyphs) -> None:
        super().__init__()
        self._assistant = assistant
        self._glyphs = glyphs
        self._changed = False
        self._pairs: list[Duplicate] = []
        self.reading = True

    def compose(self) -> ComposeResult:
        """The pairs over the two papers of the one under the cursor; the counts, the keys."""
        yield Choices(id="duplicates")
        yield Pair(self._glyphs)
        yield Static(id="duplicates-said", markup=False)
        yield Static(id="duplicates-counts", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Look for them."""
        self.query_one(Choices).focus()
        self._say("")
        self._count()
        self._read()

    @property
    def pair(self) -> Duplicate | None:
        """The pair under the cursor."""
        at = self.query_one(Choices).highlighted
        return self._pairs[at] if at is not None and at < len(self._pairs) else None

    # Reading

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        """Read all pairs; those that are shown stay until there are others."""
        self.reading, found = True, list[Duplicate]()
        try:
            pairs = islice(await asyncio.to_thread(self._assistant.papers.duplicates), LISTED)
            while page := await asyncio.to_thread(lambda: list(islice(pairs, _PAGE))):
                found += page
                self._take(found)
        except ConspectusError as error:
            self._say(error)
        self.reading = False
        self._take(found)

    def _take(self, found: list[Duplicate]) -> None:
        if not self.app.is_running or self not in self.app.screen_stack:
            return  # Somebody left while they were read.
        shown, self._pairs = self.query_one(Choices), list(found)
        at = shown.highlighted or 0
        shown.set_options(Option(self._line(pair)) for pair in found)
        shown.highlighted = min(at, len(found) - 1) if found else None
        self._show()
        self._count()

    def _line(self, pair: Duplicate) -> Content:
        first, second = (one_line(one.marked_title) or one.id for one in (pair.first, pair.second))
        other = "" if first == second else f" {self._glyphs.separator} {second}"
        return Content.assemble((f"{first}{other}\n", "bold"), (f"  {one_line(pair.reason)}", "$text-muted"))

    def _count(self) -> None:
        number = len(self._pairs)
        text = f"{number:,} pair{'s' * (number != 1)}"
        text += " (the first ones)" if number == LISTED else ""
        text += f" {self._glyphs.separator} looking {self._glyphs.working}" if self.reading else ""
        self.query_one("#duplicates-counts", Static).update(text if number or self.reading else NONE)

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show()

    def _show(self) -> None:
        pair = self.pair
        self.query_one(Pair).show(*((pair.first, pair.second) if pair else ()))

    # Deciding

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_merge()

    @work(exclusive=True, group="decide")
    async def action_merge(self) -> None:
        """Make the two papers one, after asking."""
        if pair := self.pair:
            question = may_merge(_titles(pair), pair.first.id)
            if await self.app.push_screen_wait(Confirm(question, "Merge")):
                ids = pair.first.id, pair.second.id
                if await self._decide(lambda: merged(self._assistant.papers.merge(*ids))):
                    self._changed = True
                    self.app.post_message(LibraryChanged())

    @work(exclusive=True, group="decide")
    async def action_keep_apart(self) -> None:
        """Say that they are two, after asking."""
        if pair := self.pair:
            question = may_keep_apart(_titles(pair))
            if await self.app.push_screen_wait(Confirm(question, "Keep apart")):
                await self._decide(lambda: kept_apart(self._assistant.papers.split(pair.first.id, pair.second.id)))

    async def _decide(self, act: Callable[[], str]) -> bool:
        """Let something happen and tell it; says whether it did."""
        try:
            said = await asyncio.to_thread(act)
        except ConspectusError as error:
            self._say(error)
            return False
        self._say(said)
        self._read()
        return True

    def action_back(self) -> None:
        """Go back to the papers."""
        self.dismiss(self._changed)

    def _say(self, what: str | ConspectusError) -> None:
        failed = isinstance(what, ConspectusError)
        text = one_line(str(what), 1000)
        said = self.query_one("#duplicates-said", Static)
        said.update(Content.styled(f"{self._glyphs.failed} {text}", "$text-error") if failed else Content(text))
        said.display = bool(text)


def _titles(pair: Duplicate) -> list[str]:
    return [label(one.marked_title or one.id, one.year) for one in (pair.first, pair.second)]
