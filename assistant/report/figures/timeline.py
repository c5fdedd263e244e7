"""The timeline: a row a theme, a column a year, a disc as large as its papers are many."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.report.figures.counts import Counts, spans
from assistant.report.figures.figure import COLOURS, INK, PALE, SMALL, picture, wrapped
from assistant.report.figures.picture import Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
