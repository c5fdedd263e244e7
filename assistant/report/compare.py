"""``compare``: a table of papers and what each says of its problem, method, data and result."""

from assistant.report.extractive import Said, quoted, told
from assistant.report.outline import ATTRIBUTES, Role
from assistant.report.report_outline import Outline, Part, Plan
from assistant.report.request import Request
from assistant.report.schema import Cell, Table
from assistant.report.scope import Scope
from store.library import Library
from store.paper import Paper

NOT_STATED = "not stated in the abstract"


def outline(library: Library, scope: Scope, request: Request) -> Outline:
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
