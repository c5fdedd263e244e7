"""``author``: one person's papers: their themes over time, a line a paper, methods, data and collaborators."""

from collections import Counter
from collections.abc import Sequence

from assistant.report.grouping import themes
from assistant.report.outline import DATA, GIST, METHODS, NUMBERS
from assistant.report.report_outline import Outline, Part, Plan
from assistant.report.request import Request
from assistant.report.schema import Cell, Table
from assistant.report.scope import Scope
from assistant.report.timeline import theme_table
from assistant.report.years import by_year
from store.index.schema import name_key
from store.library import Library
from store.paper import Paper

SENTENCES = 10
COLLABORATORS = 15


def outline(library: Library, scope: Scope, request: Request) -> Outline:
    """Themes by year, the papers of each year, methods, data and numbers of all, and who else wrote them."""
    papers = scope.papers
    found = themes(library, papers, request.seed)
    years = [Plan(year, found, [Part(GIST, found, len(found), each=True)]) for year, found in by_year(papers).items()]
    methods = [Part(role, papers, SENTENCES) for role in (METHODS, DATA, NUMBERS)]
    name = " and ".join(request.filters.author) or request.topic
    return Outline(
        f"The papers of {name}" if name else "The papers of an author",
        [
            Plan("Themes over time", papers, table=theme_table(found)),
            *years,
            Plan("Methods, data and numbers", papers, methods),
            Plan("Collaborators", papers, table=collaborators(papers)),
        ],
        themes=found,
    )


def collaborators(papers: Sequence[Paper]) -> Table:
    """Who wrote most of the papers, with how many and in which years. Names that a source hides are not counted."""
    written: dict[str, list[Paper]] = {}
    names: dict[str, str] = {}
    for paper in papers:
        for author in paper.authors:
            names.setdefault(name_key(author.name), author.name)
            written.setdefault(name_key(author.name), []).append(paper)
    most = sorted(written, key=lambda key: (-len(written[key]), key))[:COLLABORATORS]
    rows = [(Cell(text=names[key]), Cell(text=str(len(written[key]))), Cell(text=_span(written[key]))) for key in most]
    return Table(head=("Name", "Papers", "Years"), rows=tuple(rows))


def _span(papers: Sequence[Paper]) -> str:
    years = Counter(paper.year for paper in papers if paper.year)
    return "" if not years else str(min(years)) if len(years) == 1 else f"{min(years)}–{max(years)}"
