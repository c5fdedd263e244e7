"""Pairs of papers that may be one, side by side, to be merged or kept apart."""

import asyncio
from functools import cached_property
from itertools import islice
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static

from assistant import Assistant, Duplicate, Paper
from store.errors import ConspectusError
from tui.papers.correction_actions import Corrections, label
from tui.papers.detail import origin_content
from tui.text import glyphs_of, one_line
from tui.widgets.controls import MessageLine
from tui.widgets.evidence import paper_content
from tui.widgets.key_footer import MORE_KEYS, KeyFooter
from tui.widgets.row_filter import FilteredChoices

# Pairs that are listed at most, for nobody decides more in one go, and read at a time (chosen by hand; not measured).
LISTED, _PAGE = 500, 50
NONE = "No two papers look like one."


class DuplicatesScreen(Screen[bool]):
    """Dismissed with whether papers were merged.

    Args:
        assistant: Whose papers they are.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        MORE_KEYS,
        Binding("ctrl+u", "merge", "Merge", id="duplicates.merge"),
        Binding("ctrl+x", "keep_apart", "Keep apart", id="duplicates.apart"),
        Binding("escape", "back", "Back", id="duplicates.back"),
    ]

    def __init__(self, assistant: Assistant) -> None:
        super().__init__()
        self._assistant = assistant
        self._changed = False
        self._pairs: list[Duplicate] = []
        self._message_line = MessageLine("duplicates-said")
        self.reading = True

    @cached_property
    def _corrections(self) -> Corrections:
        return Corrections(self.app, self._assistant, self._message_line)

    def compose(self) -> ComposeResult:
        """The pairs over the two papers of the one under the cursor; the counts, the keys."""
        yield FilteredChoices(id="duplicates")
        yield ComparisonView()
        yield self._message_line
        yield Static(id="duplicates-counts", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Look for them."""
        self.query_one(FilteredChoices).focus()
        self._show_count()
        self._read_pairs()

    @property
    def pair(self) -> Duplicate | None:
        """The pair under the cursor."""
        place = self.query_one(FilteredChoices).place
        return self._pairs[place] if place is not None and place < len(self._pairs) else None

    # Reading

    @work(exclusive=True, group="read")
    async def _read_pairs(self) -> None:
        """Read all pairs; those that are shown stay until there are others."""
        self.reading, pairs = True, list[Duplicate]()
        try:
            rest = islice(await asyncio.to_thread(self._assistant.papers.duplicates), LISTED)
            while page := await asyncio.to_thread(lambda: list(islice(rest, _PAGE))):
                pairs += page
                self._show_pairs(pairs)
        except ConspectusError as error:
            self._message_line.say(error)
        self.reading = False
        self._show_pairs(pairs)

    def _show_pairs(self, pairs: list[Duplicate]) -> None:
        if not self.app.is_running or self not in self.app.screen_stack:
            return  # Somebody left while they were read.
        self._pairs = list(pairs)
        self.query_one(FilteredChoices).show_rows(map(self._pair_content, pairs))
        self._compare()
        self._show_count()

    def _pair_content(self, pair: Duplicate) -> Content:
        first, second = (one_line(paper.marked_title) or paper.id for paper in (pair.first, pair.second))
        other_title = "" if first == second else f" {glyphs_of(self.app).separator} {second}"
        return Content.assemble((f"{first}{other_title}\n", "bold"), (f"  {one_line(pair.reason)}", "$text-muted"))

    def _show_count(self) -> None:
        number = len(self._pairs)
        text = f"{number:,} pair{'s' * (number != 1)}"
        text += " (the first ones)" if number == LISTED else ""
        text += f" {glyphs_of(self.app).separator} looking {glyphs_of(self.app).working}" if self.reading else ""
        self.query_one("#duplicates-counts", Static).update(text if number or self.reading else NONE)

    @on(OptionList.OptionHighlighted)
    def _on_pair_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._compare()

    def _compare(self) -> None:
        pair = self.pair
        self.query_one(ComparisonView).compare(*((pair.first, pair.second) if pair else ()))

    # Deciding

    @on(OptionList.OptionSelected)
    def _on_pair_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_merge()

    @work(exclusive=True, group="decide")
    async def action_merge(self) -> None:
        """Make the two papers one, after asking."""
        if (pair := self.pair) and await self._corrections.merge(_ids(pair), _titles(pair)):
            self._changed = True
            self._read_pairs()

    @work(exclusive=True, group="decide")
    async def action_keep_apart(self) -> None:
        """Take note that they are two, after asking."""
        if (pair := self.pair) and await self._corrections.keep_apart(_ids(pair), _titles(pair)):
            self._read_pairs()

    def action_back(self) -> None:
        """Go back to the papers."""
        self.dismiss(self._changed)


def _ids(pair: Duplicate) -> list[str]:
    return [pair.first.id, pair.second.id]


def _titles(pair: Duplicate) -> list[str]:
    return [label(paper.marked_title or paper.id, paper.year) for paper in (pair.first, pair.second)]


class ComparisonView(Horizontal):
    """All that is known of each of two papers, the first at the left."""

    def __init__(self) -> None:
        super().__init__(id="pair")

    def compose(self) -> ComposeResult:
        """A column for each."""
        for _ in range(2):
            with VerticalScroll():
                yield Static(markup=False)

    def compare(self, *papers: Paper) -> None:
        """Show two papers, or nothing."""
        texts = [self._describe(paper) for paper in papers] or [Content(""), Content("")]
        for side, text in zip(self.query(VerticalScroll), texts, strict=True):
            side.query_one(Static).update(text)
            side.scroll_home(animate=False)

    def _describe(self, paper: Paper) -> Content:
        return Content("\n\n").join([paper_content(paper, (), ()), origin_content(paper, {}, glyphs_of(self.app))])
