"""Pictures of a report: timeline of themes, map of papers, papers × themes; each with a text that tells its numbers.

The pictures of a report.
"""

from collections.abc import Mapping

from assistant.report.extractive import CLOSING, OPENING
from assistant.report.figures.figure import Picture
from assistant.report.figures.heatmap import heat_map
from assistant.report.figures.map import landscape, points
from assistant.report.figures.timeline import counted, tabulated, timeline
from assistant.report.schema import Kind, Report
from assistant.report.themes import Theme
from store.library import Library
from store.paper import Paper


def drawn(library: Library, report: Report) -> tuple[Picture, ...]:
    """The pictures of a report, none where it has no themes; the same report over the same library, the same bytes.

    Raises:
        LibraryError: The library cannot be read.
    """
    if report.kind is Kind.THEMES:
        return _of_themes(library, report)
    tables = [section.table for section in report.sections if section.table and section.table.head[:1] == ("Year",)]
    pictures = [timeline(tabulated(table)) for table in tables[:1]]
    return tuple(picture for picture in pictures if picture)


def _of_themes(library: Library, report: Report) -> tuple[Picture, ...]:
    ids = [paper_id for section in report.sections for paper_id in section.papers]
    there = {paper.id: paper for paper in library.get(ids)}
    themes = _themes(report, there)
    over_time = timeline(counted(themes))
    found = (over_time,) if over_time else ()
    view = library.view()
    if len(there) < 3 or not view:
        return found
    numbers = {reference.paper_id: reference.n for reference in report.references}
    placed = points(library, themes, numbers, report.manifest.seed)
    return (*found, landscape(placed), heat_map(placed))


def _themes(report: Report, there: Mapping[str, Paper]) -> list[Theme]:
    """The themes of a report, without papers that the library has no longer."""
    sections = [section for section in report.sections if section.heading not in (OPENING, CLOSING)]
    found = [(section, tuple(there[one] for one in section.papers if one in there)) for section in sections]
    return [Theme(section.heading, papers) for section, papers in found if papers]
