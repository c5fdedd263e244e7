"""The timeline: a row a theme, a column a year, a disc as large as its papers are many.

How many papers of each theme there are in each year.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.report.figures.figure import COLOURS, INK, PALE, SMALL, Picture, picture, wrapped
from assistant.report.kinds import UNDATED, format_year
from assistant.report.schema import Table
from assistant.report.themes import Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


Counts = Mapping[str, Mapping[str, int]]
"""Papers by theme, then by year in words."""
MOST = 20
"""Columns that a reader can follow; of more years, several are one column."""
_STEPS = (2, 5, 10, 20, 50, 100)


def counted(themes: Sequence[Theme]) -> Counts:
    """Counts of themes."""
    return {theme.label: Counter(format_year(paper) for paper in theme.papers) for theme in themes}


def tabulated(table: Table) -> Counts:
    """Counts out of a table whose head is ``Year`` and the themes."""
    return {
        theme: {row[0].text: int(row[at].text) for row in table.rows if row[at].text.isdecimal()}
        for at, theme in enumerate(table.head[1:], 1)
    }


def spans(counts: Counts) -> tuple[list[str], dict[str, Counter[str]]]:
    """The columns of a timeline from the first to the last, also those without a paper, and the papers in each."""
    known = sorted({int(year) for years in counts.values() for year in years if year != UNDATED})
    every = list(range(known[0], known[-1] + 1)) if known else []
    step = 1 if len(every) <= MOST else next((step for step in _STEPS if len(every) <= MOST * step), _STEPS[-1])
    columns = list(dict.fromkeys(_span(year, step) for year in every))
    if any(UNDATED in years for years in counts.values()):
        columns.append(UNDATED)
    found = {theme: Counter[str]() for theme in counts}
    for theme, years in counts.items():
        for year, papers in years.items():
            found[theme][year if year == UNDATED else _span(int(year), step)] += papers
    return columns, found


def _span(year: int, step: int) -> str:
    first = year - year % step
    return str(year) if step == 1 else f"{first}–{first + step - 1}"


TITLE = "Themes over time: papers a year"
_LARGEST = 620.0  # in square points


def timeline(counts: Counts) -> Picture | None:
    """Draw the timeline; None where no paper is counted."""
    columns, found = spans(counts)
    if not columns:
        return None
    height = 1.0 + 0.42 * len(found)
    return picture("timeline", TITLE, _told(found, columns), height, lambda figure: _draw(figure, found, columns))


def _draw(figure: "Figure", found: Mapping[str, Mapping[str, int]], columns: list[str]) -> None:
    axes = figure.add_subplot()
    most = max(papers for years in found.values() for papers in years.values())
    for row, years in enumerate(found.values()):
        for year, papers in years.items():
            place, size = (columns.index(year), row), _LARGEST * papers / most
            axes.scatter(*place, s=size, color=COLOURS[row % len(COLOURS)], alpha=0.4, linewidths=0)
            axes.annotate(str(papers), place, ha="center", va="center", fontsize=SMALL)
    axes.set_yticks(range(len(found)), [wrapped(theme, 36) for theme in found], fontsize=SMALL)
    axes.set_xticks(range(len(columns)), columns, rotation=90 if len(columns) > 12 else 0, fontsize=SMALL)
    axes.set_xlim(-0.6, len(columns) - 0.4)
    axes.set_ylim(len(found) - 0.4, -0.6)
    axes.grid(axis="y", color=PALE, linewidth=0.4, alpha=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)


def _told(found: Mapping[str, Mapping[str, int]], columns: list[str]) -> str:
    rows = []
    for theme, years in found.items():
        each = ", ".join(f"{year}: {years[year]}" for year in columns if years.get(year))
        rows.append(f"{theme}: {sum(years.values())} ({each}).")
    return " ".join(("Papers by theme and year.", *rows))
