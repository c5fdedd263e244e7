"""Themes over the years, a cursor on one: a bar and a number each, so that it reads without colour and without bars."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from tui.text import Glyphs, glyphs_of
from tui.widgets.row_filter import FilteredChoices

Years = Counter[int | None]
# Cells beside the text: the padding of a row, and the bar that scrolls.
_BESIDE = 4


class Timeline(Vertical):
    """The years above a row for each theme, drawn to fit; a chosen row is posted as ``OptionList.OptionSelected``."""

    def __init__(self) -> None:
        super().__init__(id="theme-years")
        self._names: Sequence[str] = ()
        self._counts: Sequence[Years] = ()

    def compose(self) -> ComposeResult:
        """Years, themes, and what the columns stand for."""
        yield Static(id="years-head", markup=False)
        yield FilteredChoices(id="years")
        yield Static(id="years-legend", markup=False)

    def show_themes(self, names: Sequence[str], counts: Sequence[Years]) -> None:
        """Show other themes."""
        self._names, self._counts = names, counts
        self._redraw()

    def go_to(self, place: int) -> None:
        """Put the cursor on a theme."""
        self.query_one(FilteredChoices).place = place

    def on_resize(self, event: Resize) -> None:
        """Draw it to fit."""
        self._redraw()

    def on_show(self) -> None:
        """Draw it to fit: what is hidden is not told of its size."""
        self.call_after_refresh(self._redraw)

    def _redraw(self) -> None:
        drawing = draw_timeline(self._names, self._counts, self.size.width - _BESIDE, glyphs_of(self.app))
        self.query_one("#years-head", Static).update(drawing.head)
        self.query_one(FilteredChoices).show_rows(drawing.rows)
        self.query_one("#years-legend", Static).update(Content(drawing.legend))


# The drawing

# Cells of a column: a bar and some digits, or a year; the widest is taken with which the names have room.
_CELLS = (6, 5, 4)
# Cells of a name at least, and of one that the columns leave room to; cells of the sum (chosen by hand; not measured).
_NAME, _ROOMY, _SUM = 14, 26, 6
# Years of a column, the smallest is taken with which all fit.
_STEPS = (1, 2, 5, 10, 20, 50, 100, 1000)
UNDATED = "n.d."


class Drawing(NamedTuple):
    """The years above, a row a theme, and what else there is to know."""

    head: Content
    rows: tuple[Content, ...]
    legend: str


def draw_timeline(names: Sequence[str], counts: Sequence[Years], width: int, glyphs: Glyphs) -> Drawing:
    """Draw a timeline that fits.

    Args:
        names: Of the themes, each on one line.
        counts: Papers of each theme by their years, None for undated ones.
        width: Cells that there are; where they are too few for the years, several are one column.
        glyphs: The signs to use.
    """
    undated = any(None in years for years in counts)
    step, starts = _choose_columns(counts, (width - _NAME - _SUM) // _CELLS[-1] - undated)
    longest = max(map(cell_len, names), default=0) + 2
    left = width - _SUM - max(_NAME, min(_ROOMY, longest))
    cell = next((width for width in _CELLS if width * (len(starts) + undated) <= left), _CELLS[-1])
    heads = [str(start) if cell > _CELLS[-1] else f"'{start % 100:02}" for start in starts] + [UNDATED] * undated
    cells = [[_count_papers(years, start, step) for start in starts] + [years[None]] * undated for years in counts]
    room = max(_NAME, min(width - _SUM - cell * len(heads), longest))
    most = max((max(row, default=0) for row in cells), default=0)
    head = " " * room + "".join(_fit_text(text, cell) for text in [*heads, "all"])
    rows = [_draw_row(name, row, (most, room, cell), glyphs) for name, row in zip(names, cells, strict=True)]
    legend = "Papers of each theme by year" + (f"; a column is {step} years from the one above it" if step > 1 else "")
    return Drawing(Content.styled(head, "$text-muted"), tuple(rows), legend)


def bar_of(count: int, most: int, glyphs: Glyphs) -> str:
    """Return the bar of a count among those up to ``most``; "" for none."""
    if not count:
        return ""
    return glyphs.bars[-(-count * len(glyphs.bars) // most) - 1]


def _choose_columns(counts: Sequence[Years], room: int) -> tuple[int, list[int]]:
    """Return how many years a column stands for, and the first year of each."""
    all_years = [year for years in counts for year in years if year is not None]
    if not all_years:
        return 1, []
    for step in _STEPS:
        starts = list(range(min(all_years) - min(all_years) % step, max(all_years) + 1, step))
        if len(starts) <= max(room, 1):
            break
    return step, starts


def _count_papers(years: Years, start: int, step: int) -> int:
    return sum(count for year, count in years.items() if year is not None and start <= year < start + step)


def _draw_row(name: str, counts: Sequence[int], sizes: tuple[int, int, int], glyphs: Glyphs) -> Content:
    most, room, cell = sizes
    parts: list[tuple[str, str]] = [(_fit_text(name, room, glyphs.working), "")]
    for count in counts:
        text = f"{bar_of(count, most, glyphs)}{count}" if count else glyphs.none
        parts.append((_fit_text(text, cell), "$text-accent" if count else "$text-muted"))
    return Content.assemble(*parts, (str(sum(counts)), "bold"))


def _fit_text(text: str, width: int, dots: str = "") -> str:
    """Return the text in just so many cells; the last is empty where it was cut."""
    if cell_len(text) >= width and dots:
        text = set_cell_size(text, width - 1 - cell_len(dots)) + dots
    return set_cell_size(text, width)
