"""Themes over the years, with a cursor on a theme.

Themes over the years as text: a bar and a number for each, so that it reads without colour and without bars.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static
from textual.widgets.option_list import Option

from tui.text import Glyphs
from tui.widgets.controls import Choices

Years = Counter[int | None]
_CELLS = (6, 5, 4)
"""Cells of a column: a bar and some digits, or a year; the widest with which the names have room."""
_NAME, _ROOMY, _SUM = 14, 26, 6
_STEPS = (1, 2, 5, 10, 20, 50, 100, 1000)
UNDATED = "n.d."


class Drawing(NamedTuple):
    """The years above, a row a theme, and what else there is to know."""

    head: Content
    rows: tuple[Content, ...]
    legend: str


def drawing(names: Sequence[str], counts: Sequence[Years], width: int, glyphs: Glyphs) -> Drawing:
    """A timeline that fits.

    Args:
        names: Of the themes, each on one line.
        counts: Papers of each theme by their years, None for undated ones.
        width: Cells that there are; where they are too few for the years, several are one column.
        glyphs: The signs to use.
    """
    undated = any(None in years for years in counts)
    step, starts = _columns(counts, (width - _NAME - _SUM) // _CELLS[-1] - undated)
    longest = max(map(cell_len, names), default=0) + 2
    left = width - _SUM - max(_NAME, min(_ROOMY, longest))
    cell = next((one for one in _CELLS if one * (len(starts) + undated) <= left), _CELLS[-1])
    heads = [str(start) if cell > _CELLS[-1] else f"'{start % 100:02}" for start in starts] + [UNDATED] * undated
    cells = [[_papers(years, start, step) for start in starts] + [years[None]] * undated for years in counts]
    room = max(_NAME, min(width - _SUM - cell * len(heads), longest))
    most = max((max(row, default=0) for row in cells), default=0)
    head = " " * room + "".join(_fitted(text, cell) for text in [*heads, "all"])
    rows = [_row(name, row, (most, room, cell), glyphs) for name, row in zip(names, cells, strict=True)]
    legend = "Papers of each theme by year" + (f"; a column is {step} years from the one above it" if step > 1 else "")
    return Drawing(Content.styled(head, "$text-muted"), tuple(rows), legend)


def bar(count: int, most: int, glyphs: Glyphs) -> str:
    """The height of a count among those up to ``most``; "" for none."""
    if not count:
        return ""
    return glyphs.bars[-(-count * len(glyphs.bars) // most) - 1]


def _columns(counts: Sequence[Years], room: int) -> tuple[int, list[int]]:
    """Years that a column stands for, and the first year of each."""
    known = [year for years in counts for year in years if year is not None]
    if not known:
        return 1, []
    for step in _STEPS:
        starts = list(range(min(known) - min(known) % step, max(known) + 1, step))
        if len(starts) <= max(room, 1):
            break
    return step, starts


def _papers(years: Years, start: int, step: int) -> int:
    return sum(count for year, count in years.items() if year is not None and start <= year < start + step)


def _row(name: str, counts: Sequence[int], sizes: tuple[int, int, int], glyphs: Glyphs) -> Content:
    most, room, cell = sizes
    parts: list[tuple[str, str]] = [(_fitted(name, room, glyphs.working), "")]
    for count in counts:
        text = f"{bar(count, most, glyphs)}{count}" if count else glyphs.none
        parts.append((_fitted(text, cell), "$text-accent" if count else "$text-muted"))
    return Content.assemble(*parts, (str(sum(counts)), "bold"))


def _fitted(text: str, width: int, dots: str = "") -> str:
    """The text in just so many cells; the last is empty where it was cut."""
    if cell_len(text) >= width and dots:
        text = set_cell_size(text, width - 1 - cell_len(dots)) + dots
    return set_cell_size(text, width)


# Cells beside the text: the padding of a row, and the bar that scrolls.
_BESIDE = 4


class Timeline(Vertical):
    """The years above a row for each theme, drawn to fit; choosing a row is told by ``OptionList.OptionSelected``.

    Args:
        glyphs: The signs to use.
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="theme-years")
        self._glyphs = glyphs
        self._names: Sequence[str] = ()
        self._counts: Sequence[Years] = ()

    def compose(self) -> ComposeResult:
        """Years, themes, and what is shown."""
        yield Static(id="years-head", markup=False)
        yield Choices(id="years")
        yield Static(id="years-legend", markup=False)

    def show(self, names: Sequence[str], counts: Sequence[Years]) -> None:
        """Show other themes."""
        self._names, self._counts = names, counts
        self._draw()

    def go_to(self, at: int) -> None:
        """Put the cursor on a theme."""
        self.query_one(Choices).highlighted = at

    def on_resize(self, event: Resize) -> None:
        """Draw it anew."""
        self._draw()

    def _draw(self) -> None:
        drawn = drawing(self._names, self._counts, self.size.width - _BESIDE, self._glyphs)
        rows = self.query_one(Choices)
        before = rows.highlighted
        self.query_one("#years-head", Static).update(drawn.head)
        rows.set_options(Option(row) for row in drawn.rows)
        rows.highlighted = before or 0
        self.query_one("#years-legend", Static).update(Content(drawn.legend))
