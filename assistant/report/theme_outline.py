"""The outline of a report on themes: a table of them, a section each, and what its papers do not tell.

All that is counted is of the catalogue and stands in the ``lead`` of a section; no model has a hand in it.
"""

from collections.abc import Sequence
from itertools import zip_longest

from assistant.report.extractive import MISSING, OPENING, quote_papers
from assistant.report.outline import THEME, THEME_GIST, Outline, ParagraphPlan, SectionPlan
from assistant.report.schema import Bucket, Cell, ReportSpec, Table
from assistant.report.scope import ReportScope
from assistant.report.sentence_choice import Telling
from assistant.report.shared_statements import state_related, state_shared
from assistant.report.themes import Theme
from assistant.report.years import format_span
from store.paper import Paper

# What a reader takes in of one section; all of these were chosen by hand, not measured.
PAPERS = 20  # that get a sentence of their own
_SENTENCES = 5  # of a kind: results, data, limitations, open questions, where code and data are
_NAMED = 3  # themes that a sentence names
# Years behind the newest paper of the library from which on a theme is said to have none that is new.
_OLD = 5
_LOOKED_FOR = ((Telling.LIMITATION, "states a limitation"), (Telling.AVAILABILITY, "says where code or data are"))


def outline_themes(scope: ReportScope, request: ReportSpec, themes: Sequence[Theme]) -> Outline:
    """Plan a table of the themes, a section a theme, and what its papers do not tell."""
    overview = SectionPlan(
        OPENING,
        (),
        table=tabulate_overview(themes),
        lead=_describe_scope(scope, themes),
        sources=_choose_sources(themes),
        related=[theme.label for theme in themes] if len(themes) > 1 else (),
        stated=state_related([theme.typical for theme in themes]),
    )
    missing = SectionPlan(MISSING, (), lead=_describe_missing(scope, themes))
    sections = [_plan_theme(theme) for theme in themes]
    return Outline(
        request.format_title("Themes"), [overview, *sections, *([missing] if missing.lead else [])], themes=themes
    )


def tabulate_overview(themes: Sequence[Theme]) -> Table:
    """Make a row a theme: its group where there are several, its name, papers, years, and those that stand for it."""
    grouped = any(theme.group for theme in themes)
    head = (*(("Group",) if grouped else ()), "Theme", "Papers", "Years", "Representative papers")
    rows = [
        (
            *((Cell(text=theme.group),) if grouped else ()),
            Cell(text=theme.label),
            Cell(text=str(len(theme.papers))),
            Cell(text=format_span(theme.papers)),
            Cell(text="; ".join(_name_paper(paper) for paper in theme.typical)),
        )
        for theme in themes
    ]
    return Table(head=head, rows=tuple(rows))


def _choose_sources(themes: Sequence[Theme]) -> list[Paper]:
    """Choose the papers from which the themes are related: those that stand for each, in turn; none of one theme."""
    if len(themes) < 2:  # One theme has nothing to be related to.
        return []
    turns = zip_longest(*(theme.typical for theme in themes))
    return [paper for turn in turns for paper in turn if paper is not None]


def _plan_theme(theme: Theme) -> SectionPlan:
    central = theme.papers[:PAPERS]
    parts = [ParagraphPlan(role, central, _SENTENCES) for role in THEME]
    gist = ParagraphPlan(THEME_GIST, central, len(central), each=True)
    return SectionPlan(
        theme.heading,
        theme.papers,
        [gist, *parts],
        lead=describe_theme(theme),
        sources=central,
        stated=state_shared(central),
    )


def describe_theme(theme: Theme) -> str:
    """Describe a theme by the catalogue: papers, years, the most cited, common terms, its group, who stands aside."""
    papers = theme.papers
    counts = f"{len(papers)} {'paper' if len(papers) == 1 else 'papers'}"
    facts = [", ".join(part for part in (counts, format_span(papers)) if part)]
    cited = max(papers, key=lambda paper: paper.citation_count or 0)
    if cited.citation_count:
        facts.append(f"Most cited: {_name_paper(cited)}, {cited.citation_count:,} times")
    if any(term not in theme.label for term in theme.terms):
        facts.append(f"Common terms: {', '.join(theme.terms)}")
    if theme.group:
        facts.append(f"Group: {theme.group}")
    if len(papers) > len(theme.typical):
        facts.append(f"Representative papers: {'; '.join(_name_paper(paper) for paper in theme.typical)}")
    if theme.far:
        far = [paper for paper in papers if paper.id in theme.far]
        facts.append(f"Far from the others: {'; '.join(_name_paper(paper) for paper in far)}")
    if len(papers) > PAPERS:
        facts.append(f"The {PAPERS} most central are quoted, the ledger lists the others")
    return f"{'. '.join(facts)}."


def _describe_scope(scope: ReportScope, themes: Sequence[Theme]) -> str:
    span = format_span(scope.papers)
    groups = len({theme.group for theme in themes if theme.group})
    parts = [
        _count(len(scope.papers), "paper"),
        f"of {span}" if span else "",
        f"in {_count(len(themes), 'theme')}",
        f"and {_count(groups, 'group')} of themes" if groups else "",
    ]
    sentence = " ".join(part for part in parts if part)
    far = sum(len(theme.far) for theme in themes)
    apart = "fits no theme well and stands" if far == 1 else "fit no theme well and stand"
    return f"{sentence}." + (f" {_count(far, 'paper')} {apart} in the nearest." if far else "")


def _describe_missing(scope: ReportScope, themes: Sequence[Theme]) -> str:
    """Describe what a reader looks for in vain: papers without an abstract, and what themes lack."""
    silent = sum(entry.bucket is Bucket.NO_ABSTRACT for entry in scope.left)
    facts = [_describe_silence(silent)] if silent else []
    newest = max((paper.year or 0 for paper in scope.papers), default=0)
    old = [theme for theme in themes if 0 < max(paper.year or 0 for paper in theme.papers) <= newest - _OLD]
    if old:
        facts.append(f"No paper of the {_OLD} years up to {newest} is on {_name_themes(old)}")
    small = [theme for theme in themes if len(theme.papers) == 1]
    if small:
        facts.append(f"One paper alone is on {_name_themes(small)}")
    for telling, words in _LOOKED_FOR:
        role = next(role for role in THEME if role.telling is telling)
        lacking = [theme for theme in themes if not quote_papers(role, theme.papers[:PAPERS], set(), 1)]
        if len(lacking) == len(themes):
            drawn = sum(min(len(theme.papers), PAPERS) for theme in themes)
            facts.append(
                f"No abstract of the {_count(drawn, 'paper')} looked at {words} in a sentence that stands alone"
            )
        elif lacking:
            facts.append(f"No abstract {words} among those quoted on {_name_themes(lacking)}")
    return f"{'. '.join(facts)}." if facts else ""


def _describe_silence(silent: int) -> str:
    if silent == 1:
        return "One paper of the scope has no abstract, so nothing is told of it"
    return f"{silent:,} papers of the scope have no abstract, so nothing is told of them"


def _name_themes(themes: Sequence[Theme]) -> str:
    names = [f"“{theme.label}”" for theme in themes[:_NAMED]]
    more = len(themes) - len(names)
    return f"{', '.join(names)} and {_count(more, 'more theme')}" if more else " or ".join(names)


def _name_paper(paper: Paper) -> str:
    return f"“{paper.marked_title}”" + (f" ({paper.year})" if paper.year else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
