"""Pictures of a report: timeline of themes, map of papers, papers × themes; each with a text that tells its numbers."""

from collections.abc import Mapping

from assistant.report.extractive import CLOSING, OPENING
from assistant.report.figures.figure import Picture
from assistant.report.figures.heatmap import draw_heatmap
from assistant.report.figures.map import draw_map, place_points
from assistant.report.figures.timeline import count_themes, draw_timeline, read_counts
from assistant.report.schema import Report, ReportKind
from assistant.report.themes import Theme
from store.library import Library
from store.paper import Paper


def render_figures(library: Library, report: Report) -> tuple[Picture, ...]:
    """Draw the pictures of a report, none where it has no themes; the same report and library give the same bytes.

    Raises:
        LibraryError: The library cannot be read.
    """
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
    placed = place_points(library, themes, numbers, report.manifest.seed)
    return (*pictures, draw_map(placed), draw_heatmap(placed))


def _rebuild_themes(report: Report, papers: Mapping[str, Paper]) -> list[Theme]:
    """Read the themes of a report, without papers that the library has no longer."""
    themes = [
        Theme(section.heading, tuple(papers[paper_id] for paper_id in section.papers if paper_id in papers))
        for section in report.sections
        if section.heading not in (OPENING, CLOSING)
    ]
    return [theme for theme in themes if theme.papers]
