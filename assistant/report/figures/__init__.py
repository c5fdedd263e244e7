"""Pictures of a report: timeline of themes, map of papers, papers × themes; each with a text that tells its numbers.

The timeline has a row a theme, a column a year, and a disc as large as its papers are many.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.report.extractive import CLOSING, MISSING, OPENING
from assistant.report.figures.figure import COLOURS, INK, PALE, SMALL, Picture, check_drawing, draw_picture, wrap_label
from assistant.report.figures.heatmap import draw_heatmap
from assistant.report.figures.map import draw_map, place_points
from assistant.report.schema import Report, ReportKind, Table
from assistant.report.themes import Theme
from assistant.report.years import UNDATED, format_year
from store.library import Library
from store.paper import Paper

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def render_figures(library: Library, report: Report) -> tuple[Picture, ...]:
    """Draw the pictures of a report, none where it has no themes; the same report and library give the same bytes.

    Raises:
        InputError: What draws them is not installed.
        LibraryError: The library cannot be read.
    """
    check_drawing()
    if report.kind is ReportKind.THEMES:
        return _draw_themes(library, report)
    tables = [section.table for section in report.sections if section.table and section.table.head[:1] == ("Year",)]
    pictures = [draw_timeline(read_counts(table)) for table in tables[:1]]
    return tuple(picture for picture in pictures if picture)


def _draw_themes(library: Library, report: Report) -> tuple[Picture, ...]:
    ids = [paper_id for section in report.sections for paper_id in section.papers]
    papers = {paper.id: paper for paper in library.get(ids)}
    themes = _rebuild_themes(report, papers)
    over_time = draw_timeline(count_themes(themes))
    pictures = (over_time,) if over_time else ()
    if len(papers) < 3 or not library.view():  # fewer points span no plane
        return pictures
    numbers = {reference.paper_id: reference.n for reference in report.references}
    is_first_form = "form" not in report.manifest.settings
    placed = place_points(library, themes, numbers, report.manifest.seed, exact=not is_first_form)
    return (*pictures, draw_map(placed), draw_heatmap(placed))


def _rebuild_themes(report: Report, papers: Mapping[str, Paper]) -> list[Theme]:
    """Read the themes of a report, without papers that the library has no longer."""
    themes = [
        Theme(section.heading, tuple(papers[paper_id] for paper_id in section.papers if paper_id in papers))
        for section in report.sections
        if section.heading not in (OPENING, CLOSING, MISSING)
    ]
    return [theme for theme in themes if theme.papers]


Counts = Mapping[str, Mapping[str, int]]
"""Papers by theme, then by year in words."""
MOST = 20
"""Columns that a reader can follow, chosen by hand; of more years, several are one column."""
_STEPS = (2, 5, 10, 20, 50, 100)


def count_themes(themes: Sequence[Theme]) -> Counts:
    """Count the papers of themes by year."""
    return {theme.label: Counter(format_year(paper) for paper in theme.papers) for theme in themes}


def read_counts(table: Table) -> Counts:
    """Read counts out of a table whose head is ``Year`` and the themes."""
    return {
        theme: {row[0].text: int(row[column].text) for row in table.rows if row[column].text.isdecimal()}
        for column, theme in enumerate(table.head[1:], 1)
    }


def lay_out_columns(counts: Counts) -> tuple[list[str], dict[str, Counter[str]]]:
    """Lay out the columns of a timeline, also those without a paper, and count the papers in each."""
    dated = sorted({int(year) for years in counts.values() for year in years if year != UNDATED})
    every = list(range(dated[0], dated[-1] + 1)) if dated else []
    step = 1 if len(every) <= MOST else next((step for step in _STEPS if len(every) <= MOST * step), _STEPS[-1])
    columns = list(dict.fromkeys(_name_span(year, step) for year in every))
    if any(UNDATED in years for years in counts.values()):
        columns.append(UNDATED)
    papers_in = {theme: Counter[str]() for theme in counts}
    for theme, years in counts.items():
        for year, papers in years.items():
            papers_in[theme][year if year == UNDATED else _name_span(int(year), step)] += papers
    return columns, papers_in


def _name_span(year: int, step: int) -> str:
    first = year - year % step
    return str(year) if step == 1 else f"{first}–{first + step - 1}"


TITLE = "Themes over time: papers a year"
_LARGEST = 620.0  # in square points


def draw_timeline(counts: Counts) -> Picture | None:
    """Draw the timeline; None where no paper is counted."""
    columns, rows = lay_out_columns(counts)
    if not columns:
        return None
    height = 1.0 + 0.42 * len(rows)
    return draw_picture(
        "timeline", TITLE, _describe(rows, columns), height, lambda figure: _draw_discs(figure, rows, columns)
    )


def _draw_discs(figure: "Figure", rows: Counts, columns: list[str]) -> None:
    axes = figure.add_subplot()
    most = max(papers for years in rows.values() for papers in years.values())
    for row, years in enumerate(rows.values()):
        for year, papers in years.items():
            place, size = (columns.index(year), row), _LARGEST * papers / most
            axes.scatter(*place, s=size, color=COLOURS[row % len(COLOURS)], alpha=0.4, linewidths=0)
            axes.annotate(str(papers), place, ha="center", va="center", fontsize=SMALL)
    axes.set_yticks(range(len(rows)), [wrap_label(theme, 36) for theme in rows], fontsize=SMALL)
    axes.set_xticks(range(len(columns)), columns, rotation=90 if len(columns) > 12 else 0, fontsize=SMALL)
    axes.set_xlim(-0.6, len(columns) - 0.4)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="y", color=PALE, linewidth=0.4, alpha=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)


def _describe(rows: Counts, columns: list[str]) -> str:
    sentences = ["Papers by theme and year."]
    for theme, years in rows.items():
        each = ", ".join(f"{year}: {years[year]}" for year in columns if years.get(year))
        sentences.append(f"{theme}: {sum(years.values())} ({each}).")
    return " ".join(sentences)
