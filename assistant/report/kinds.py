"""The outline of each kind of report: which sections it has, and what each is to tell of which papers."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from assistant.report.contradictions import Contradiction, find_contradictions
from assistant.report.extractive import UsedSentences, make_claims, quote_papers, quote_sentence
from assistant.report.first_form import find_first_themes
from assistant.report.kept_themes import recall_themes
from assistant.report.outline import (
    ATTRIBUTES,
    DATA,
    FIRST_THEME,
    GIST,
    METHODS,
    NUMBERS,
    OPEN,
    RESULT,
    THEME,
    THEME_GIST,
    Outline,
    ParagraphPlan,
    RhetoricalRole,
    SectionPlan,
)
from assistant.report.schema import Cell, ReportKind, ReportSpec, Table
from assistant.report.scope import ReportScope
from assistant.report.sentence_choice import Telling
from assistant.report.theme_outline import outline_themes
from assistant.report.themes import Theme
from assistant.report.years import format_span, format_year, group_by_year
from store.errors import InputError
from store.index.index_schema import extract_terms
from store.library import Library
from store.paper import Paper
from store.person_name import name_key, name_words

NOT_STATED = "not stated in the abstract"
NONE = "no two sentences were found that contradict each other"

# How much a reader takes in of one section; all of these were chosen by hand, not measured.
_SENTENCES_OF_A_ROLE = 5  # of a theme: methods, data, numbers, open questions
_SENTENCES_OF_AN_AUTHOR = 10  # the same of all papers of a person
_SENTENCES_IN_SHORT = 6  # of the short answer to a question, and of what stands at its end
_PAPERS_OF_A_THEME = 20  # that get a sentence of their own
_PAPERS_OF_AN_ANSWER = 12  # the same in a report on a question: as many as a model is shown at once
_PAPERS_OF_A_YEAR = 30  # the same in a timeline
_COLLABORATORS = 15


def build_outline(library: Library, scope: ReportScope, request: ReportSpec) -> Outline:
    """Plan the sections of a report of the kind that is requested.

    Raises:
        InputError: The request lacks what its kind needs.
        LibraryError: The library cannot be read.
    """
    return PLANNERS[request.kind](library, scope, request)


def _choose_gist(request: ReportSpec) -> RhetoricalRole:
    """Choose what a sentence a paper tells, in the way of the form of a report."""
    return GIST if request.form == 1 else THEME_GIST


def _group_papers(library: Library, scope: ReportScope, request: ReportSpec) -> list[Theme]:
    """Find the themes of a report, in the way of its form."""
    find = find_first_themes if request.form == 1 else recall_themes
    return find(library, scope.papers, request.seed)


def _outline_themes(library: Library, scope: ReportScope, request: ReportSpec) -> Outline:
    """Plan a table of the themes and a section each; in the first form sections alone."""
    groups = _group_papers(library, scope, request)
    if request.form != 1:
        return outline_themes(scope, request, groups)
    return Outline(request.format_title("Themes"), [_plan_theme(theme) for theme in groups], True, groups)


def _plan_theme(theme: Theme) -> SectionPlan:
    central = theme.papers[:_PAPERS_OF_A_THEME]
    parts = [ParagraphPlan(role, central, _SENTENCES_OF_A_ROLE) for role in FIRST_THEME]
    return SectionPlan(theme.heading, theme.papers, [_plan_each(GIST, central), *parts])


def _plan_each(role: RhetoricalRole, papers: Sequence[Paper]) -> ParagraphPlan:
    """Plan a paragraph with a sentence of each paper."""
    return ParagraphPlan(role, papers, len(papers), each=True)


def _outline_timeline(library: Library, scope: ReportScope, request: ReportSpec) -> Outline:
    """Plan a table of years and themes, then a section a year, the newest first."""
    groups = _group_papers(library, scope, request)
    years = [
        SectionPlan(year, papers, [_plan_each(_choose_gist(request), papers[:_PAPERS_OF_A_YEAR])])
        for year, papers in group_by_year(scope.papers).items()
    ]
    table = SectionPlan("Themes by year", scope.papers, table=tabulate_themes(groups))
    return Outline(request.format_title("Timeline"), [table, *years], themes=groups)


def tabulate_themes(themes: Sequence[Theme]) -> Table:
    """Count the papers of each theme in each year, the newest first; a cell without papers is empty."""
    counts = [Counter(format_year(paper) for paper in theme.papers) for theme in themes]
    years = group_by_year(paper for theme in themes for paper in theme.papers)
    rows = [
        (Cell(text=year), *(Cell(text=str(count[year]) if count[year] else "") for count in counts)) for year in years
    ]
    return Table(head=("Year", *(theme.label for theme in themes)), rows=tuple(rows))


def _outline_question(library: Library, scope: ReportScope, request: ReportSpec) -> Outline:
    """Plan a short answer, a section a theme, and what is open."""
    if not request.topic:
        raise InputError("There is no question to answer.", "Say it: conspectus report question QUESTION")
    answers = _make_answer_role(request.topic)
    groups = _group_papers(library, scope, request)
    sections = [
        SectionPlan(theme.heading, theme.papers, [_plan_each(answers, theme.papers[:_PAPERS_OF_AN_ANSWER])])
        for theme in groups
    ]
    short = ParagraphPlan(answers, scope.papers[:_PAPERS_OF_AN_ANSWER], _SENTENCES_IN_SHORT)
    first = SectionPlan("In short", scope.papers, [short])
    return Outline(request.topic, [first, *sections, *_plan_open_questions(scope, request)], themes=groups)


def _plan_open_questions(scope: ReportScope, request: ReportSpec) -> list[SectionPlan]:
    """Plan what papers say is limited or open; no section where no paper says so."""
    if request.form == 1:
        rest = [ParagraphPlan(role, scope.papers, _SENTENCES_IN_SHORT) for role in (NUMBERS, OPEN)]
        return [SectionPlan("Numbers and open questions", scope.papers, rest)]
    roles = [role for role in THEME if role.telling in (Telling.LIMITATION, Telling.OPEN)]
    quotable = [role for role in roles if quote_papers(role, scope.papers, set(), 1)]
    parts = [ParagraphPlan(role, scope.papers, _SENTENCES_IN_SHORT) for role in quotable]
    return [SectionPlan("Limitations and open questions", scope.papers, parts)] if parts else []


def _make_answer_role(question: str) -> RhetoricalRole:
    """Make the role of a sentence that speaks to a question: it holds its words."""
    words = [re.escape(word) for word in extract_terms(question)]
    cue = re.compile(r"\b(?:" + "|".join(words) + ")", re.IGNORECASE) if words else re.compile(r"(?!)")
    return RhetoricalRole("", f"what answers the question: {question}", cue)


def _outline_comparison(library: Library, scope: ReportScope, request: ReportSpec) -> Outline:
    """Plan one table over all papers: what each says of its problem, method, data and result."""
    rows = tuple(
        (Cell(text=paper.marked_title), Cell(text=str(paper.year or "")), *_quote_attributes(paper))
        for paper in scope.papers
    )
    table = Table(head=("Paper", "Year", *(role.label for role in ATTRIBUTES)), rows=rows)
    once = "one sentence a paper, and none of a paper that does not say it"
    columns = [_plan_each(role._replace(ask=f"{role.ask}: {once}"), scope.papers) for role in ATTRIBUTES]
    return Outline(request.format_title("Comparison"), [SectionPlan("", scope.papers, table=table, columns=columns)])


def _quote_attributes(paper: Paper) -> list[Cell]:
    """Quote what a paper says of each attribute, no sentence twice."""
    used: UsedSentences = set()
    quotes = (
        quote_sentence(role, paper, used) for role in ATTRIBUTES
    )  # one by one: each looks at what was said before it
    return [Cell(claims=make_claims([quote], used)) if quote else Cell(text=NOT_STATED) for quote in quotes]


def _outline_author(library: Library, scope: ReportScope, request: ReportSpec) -> Outline:
    """Plan themes by year, the papers of each year, methods, data and numbers of all, and who else wrote them."""
    groups = _group_papers(library, scope, request)
    years = [
        SectionPlan(year, papers, [_plan_each(_choose_gist(request), papers)])
        for year, papers in group_by_year(scope.papers).items()
    ]
    methods = [ParagraphPlan(role, scope.papers, _SENTENCES_OF_AN_AUTHOR) for role in (METHODS, DATA, NUMBERS)]
    own = request.filters.author or ((request.topic,) if request.topic else ())
    name = " and ".join(own)
    return Outline(
        f"The papers of {name}" if name else "The papers of an author",
        [
            SectionPlan("Themes over time", scope.papers, table=tabulate_themes(groups)),
            *years,
            SectionPlan("Methods, data and numbers", scope.papers, methods),
            SectionPlan("Collaborators", scope.papers, table=_tabulate_collaborators(scope.papers, own)),
        ],
        themes=groups,
    )


def _tabulate_collaborators(papers: Sequence[Paper], own: Sequence[str]) -> Table:
    """List who else wrote most of the papers of some authors, how many and in which years."""
    own_words = [{*name_words(name)} for name in own]
    written: dict[str, list[Paper]] = {}
    names: dict[str, str] = {}
    for paper in papers:
        for author in paper.authors:
            if any(words <= {*name_words(author.name)} for words in own_words):
                continue
            names.setdefault(name_key(author.name), author.name)
            written.setdefault(name_key(author.name), []).append(paper)
    keys = sorted(written, key=lambda key: (-len(written[key]), key))[:_COLLABORATORS]
    rows = [
        (Cell(text=names[key]), Cell(text=str(len(written[key]))), Cell(text=format_span(written[key]))) for key in keys
    ]
    return Table(head=("Name", "Papers", "Years"), rows=tuple(rows))


def _outline_contradictions(library: Library, scope: ReportScope, request: ReportSpec) -> Outline:
    """Plan contradictions, where each sentence holds in its own paper and both speak of just the same, and tensions."""
    pairs = [(_quote_pair(pair), pair.sure) for pair in find_contradictions(scope.papers)]
    sure = [row for row, is_sure in pairs if is_sure and _is_sound(row)]
    unsure = [row for row, is_sure in pairs if not (is_sure and _is_sound(row))]
    plans = [_plan_pairs("Contradictions", sure, scope)]
    plans += [_plan_pairs("Tensions", unsure, scope)] if unsure else []
    return Outline(request.format_title("Contradictions"), plans)


def _plan_pairs(heading: str, rows: Sequence[tuple[Cell, ...]], scope: ReportScope) -> SectionPlan:
    if not rows:
        return SectionPlan(heading, [], note=NONE)
    cited = {citation.paper_id for row in rows for cell in row for claim in cell.claims for citation in claim.citations}
    papers = [paper for paper in scope.papers if paper.id in cited]
    head = ("One paper", "Another paper", "What stands between them")
    return SectionPlan(heading, papers, table=Table(head=head, rows=tuple(rows)))


def _quote_pair(pair: Contradiction) -> tuple[Cell, ...]:
    return *(Cell(claims=make_claims([quote], set())) for quote in (pair.first, pair.second)), Cell(text=pair.reason)


def _is_sound(row: Sequence[Cell]) -> bool:
    return all(claim.holds for cell in row for claim in cell.claims)


def _outline_annotated(library: Library, scope: ReportScope, request: ReportSpec) -> Outline:
    """Plan a section a paper, the newest first: what it does, how, and what it finds."""
    roles = (METHODS, RESULT)
    if request.form != 1:
        roles = (METHODS._replace(telling=Telling.METHOD), RESULT._replace(telling=Telling.RESULT))
    plans = [
        SectionPlan(
            paper.marked_title,
            [paper],
            [_plan_each(_choose_gist(request), [paper]), *(ParagraphPlan(role, [paper], 1) for role in roles)],
        )
        for papers in group_by_year(scope.papers).values()
        for paper in papers
    ]
    return Outline(request.format_title("Annotated bibliography"), plans)


def _refuse_table(library: Library, scope: ReportScope, request: ReportSpec) -> Outline:
    """Refuse to plan what ``assistant.table`` makes: a table has columns, and no sections to write."""
    raise InputError("A table has no outline.", 'Name its columns: conspectus report table --column "NAME: TYPE".')


PLANNERS: dict[ReportKind, Callable[[Library, ReportScope, ReportSpec], Outline]] = {
    ReportKind.THEMES: _outline_themes,
    ReportKind.TIMELINE: _outline_timeline,
    ReportKind.QUESTION: _outline_question,
    ReportKind.COMPARE: _outline_comparison,
    ReportKind.AUTHOR: _outline_author,
    ReportKind.CONTRADICTIONS: _outline_contradictions,
    ReportKind.ANNOTATED: _outline_annotated,
    ReportKind.TABLE: _refuse_table,
}
