"""``timeline``: which themes were written about when, then the papers of each year."""

from collections import Counter
from collections.abc import Sequence

from assistant.report.grouping import Theme, themes
from assistant.report.outline import GIST
from assistant.report.report_outline import Outline, Part, Plan
from assistant.report.request import Request
from assistant.report.schema import Cell, Table
from assistant.report.scope import Scope
from assistant.report.years import by_year, year_of
from store.library import Library

SHOWN = 30
"""Papers of a year that get a sentence of their own."""


def outline(library: Library, scope: Scope, request: Request) -> Outline:
    """A table of years and themes, then a section a year, the newest first."""
    found = themes(library, scope.papers, request.seed)
    years = [
        Plan(year, papers, [Part(GIST, papers[:SHOWN], SHOWN, each=True)])
        for year, papers in by_year(scope.papers).items()
    ]
    table = Plan("Themes by year", scope.papers, table=theme_table(found))
    return Outline(request.titled("Timeline"), [table, *years], themes=found)


def theme_table(found: Sequence[Theme]) -> Table:
    """How many papers of each theme there are in each year, the newest first; empty where there is none."""
    counts = [Counter(year_of(paper) for paper in theme.papers) for theme in found]
    years = by_year([paper for theme in found for paper in theme.papers])
    rows = [
        (Cell(text=year), *(Cell(text=str(count[year]) if count[year] else "") for count in counts)) for year in years
    ]
    return Table(head=("Year", *(theme.label for theme in found)), rows=tuple(rows))
