"""Themes over the years as text: a bar and a number for each, so that it reads without colour and without bars."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from tui.text import Glyphs

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
