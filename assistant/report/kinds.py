"""One module a kind of report, each with ``outline(library, scope, request) -> Outline``.

``annotated``: an annotated bibliography, a section a paper.

``author``: one person's papers: their themes over time, a line a paper, methods, data and collaborators.

``compare``: a table of papers and what each says of its problem, method, data and result.

``contradictions``: where papers say against each other, as pairs of sentences; in doubt, as tensions.

``question``: a long answer: the sentences that answer best, then what each theme of the papers says to it.

``themes``: what the papers are about, theme by theme.

``timeline``: which themes were written about when, then the papers of each year.

Papers by their years.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from assistant.report.contradictions import Opposed, opposed
from assistant.report.extractive import Said, quoted, told
from assistant.report.outline import (
    ATTRIBUTES,
    DATA,
    GIST,
    METHODS,
    NUMBERS,
    OPEN,
    RESULT,
    THEME,
    Outline,
    Part,
    Plan,
    Role,
)
from assistant.report.schema import Cell, Request, Table
from assistant.report.scope import Scope
from assistant.report.themes import Theme, themes
from assistant.types import Support
from store.errors import InputError
from store.index.schema import terms
from store.library import Library
from store.paper import Paper
from store.person_name import name_key

UNDATED = "undated"


def year_of(paper: Paper) -> str:
    """The year of a paper in words."""
    return str(paper.year) if paper.year else UNDATED


def by_year(papers: Iterable[Paper]) -> dict[str, list[Paper]]:
    """Papers a year, the newest year first, undated ones last; in a year as they came."""
    years: dict[str, list[Paper]] = {}
    for paper in sorted(papers, key=lambda paper: -(paper.year or 0)):
        years.setdefault(year_of(paper), []).append(paper)
    return years


def outline(library: Library, scope: Scope, request: Request) -> Outline:
    """What each paper does, how, and what it finds; the newest first."""
    ordered = [paper for papers in by_year(scope.papers).values() for paper in papers]
    plans = [
        Plan(
            paper.marked_title,
            [paper],
            [Part(GIST, [paper], 1, each=True), Part(METHODS, [paper], 1), Part(RESULT, [paper], 1)],
        )
        for paper in ordered
    ]
    return Outline(request.titled("Annotated bibliography"), plans)


TIMELINE_SHOWN = 30
"""Papers of a year that get a sentence of their own."""


def outline_timeline(library: Library, scope: Scope, request: Request) -> Outline:
    """A table of years and themes, then a section a year, the newest first."""
    found = themes(library, scope.papers, request.seed)
    years = [
        Plan(year, papers, [Part(GIST, papers[:TIMELINE_SHOWN], TIMELINE_SHOWN, each=True)])
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


SENTENCES = 10
COLLABORATORS = 15


def outline_kinds(library: Library, scope: Scope, request: Request) -> Outline:
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


NOT_STATED = "not stated in the abstract"


def outline_compare(library: Library, scope: Scope, request: Request) -> Outline:
    """One table over all papers."""
    rows = tuple(
        (Cell(text=paper.marked_title), Cell(text=str(paper.year or "")), *cells(paper)) for paper in scope.papers
    )
    table = Table(head=("Paper", "Year", *(role.label for role in ATTRIBUTES)), rows=rows)
    columns = [Part(_each(role), scope.papers, len(scope.papers), each=True) for role in ATTRIBUTES]
    return Outline(request.titled("Comparison"), [Plan("", scope.papers, table=table, columns=columns)])


def cells(paper: Paper) -> list[Cell]:
    """What a paper says of each attribute, no sentence twice."""
    said: Said = set()
    return [_cell(role, paper, said) for role in ATTRIBUTES]


def _each(role: Role) -> Role:
    return role._replace(ask=f"{role.ask}: one sentence a paper, and none of a paper that does not say it")


def _cell(role: Role, paper: Paper, said: Said) -> Cell:
    quote = told(role, paper, said)
    return Cell(claims=quoted([quote], said)) if quote else Cell(text=NOT_STATED)


NONE = "no two sentences were found that say against each other"
HEAD = ("One paper", "Another paper", "What stands between them")


def outline_kinds_contradictions(library: Library, scope: Scope, request: Request) -> Outline:
    """Contradictions: each sentence holds in its own paper, and both speak of just the same. Tensions: the rest."""
    found = opposed(scope.papers)
    rows = [(_row(one), one) for one in found]
    sure = [row for row, one in rows if one.sure and _verified(row)]
    unsure = [row for row, one in rows if not (one.sure and _verified(row))]
    plans = [_plan("Contradictions", sure, scope)]
    plans += [_plan("Tensions", unsure, scope)] if unsure else []
    return Outline(request.titled("Contradictions"), plans)


def _plan(heading: str, rows: Sequence[tuple[Cell, ...]], scope: Scope) -> Plan:
    if not rows:
        return Plan(heading, [], note=NONE)
    cited = {citation.paper_id for row in rows for cell in row for claim in cell.claims for citation in claim.citations}
    papers = [paper for paper in scope.papers if paper.id in cited]
    return Plan(heading, papers, table=Table(head=HEAD, rows=tuple(rows)))


def _row(pair: Opposed) -> tuple[Cell, ...]:
    return *(Cell(claims=quoted([quote], set())) for quote in (pair.one, pair.other)), Cell(text=pair.reason)


def _verified(row: Sequence[Cell]) -> bool:
    return all(claim.support is Support.SUPPORTED for cell in row for claim in cell.claims)


QUESTION_SENTENCES = 6
SHOWN = 12


def outline_question(library: Library, scope: Scope, request: Request) -> Outline:
    """A short answer, a section a theme, and what is open.

    Raises:
        InputError: There is no question.
    """
    if not request.topic:
        raise InputError("There is no question to answer.", "Say it: conspectus report question QUESTION")
    answers = answering(request.topic)
    found = themes(library, scope.papers, request.seed)
    parts = [
        Plan(
            theme.heading,
            theme.papers,
            [Part(answers, theme.papers[:SHOWN], SHOWN, each=True)],
        )
        for theme in found
    ]
    rest = [Part(role, scope.papers, QUESTION_SENTENCES) for role in (NUMBERS, OPEN)]
    return Outline(
        request.topic,
        [
            Plan("In short", scope.papers, [Part(answers, scope.papers[:SHOWN], QUESTION_SENTENCES)]),
            *parts,
            Plan("Numbers and open questions", scope.papers, rest),
        ],
        themes=found,
    )


def answering(question: str) -> Role:
    """The role of a sentence that speaks to a question: it holds its words."""
    words = [re.escape(word) for word in terms(question)]
    cue = re.compile(r"\b(?:" + "|".join(words) + ")", re.IGNORECASE) if words else re.compile(r"(?!)")
    return Role("", f"what answers the question: {question}", cue)


KINDS_THEMES_SHOWN = 20
"""Papers of a theme that get a sentence of their own."""
KINDS_THEMES_SENTENCES = 5


def outline_kinds_themes(library: Library, scope: Scope, request: Request) -> Outline:
    """A section a theme: what each of its papers does, then methods, data, numbers and open questions."""
    found = themes(library, scope.papers, request.seed)
    return Outline(request.titled("Themes"), [section(theme) for theme in found], True, found)


def section(theme: Theme) -> Plan:
    """The plan of a theme."""
    shown = theme.papers[:KINDS_THEMES_SHOWN]
    parts = [
        Part(GIST, shown, KINDS_THEMES_SHOWN, each=True),
        *(Part(role, shown, KINDS_THEMES_SENTENCES) for role in THEME),
    ]
    return Plan(theme.heading, theme.papers, parts)
