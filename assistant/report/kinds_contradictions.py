"""``contradictions``: where papers say against each other, as pairs of sentences; in doubt, as tensions."""

from collections.abc import Sequence

from assistant.report.contradictions import Opposed, opposed
from assistant.report.extractive import quoted
from assistant.report.report_outline import Outline, Plan
from assistant.report.request import Request
from assistant.report.schema import Cell, Table
from assistant.report.scope import Scope
from assistant.types import Support
from store.library import Library

NONE = "no two sentences were found that say against each other"
HEAD = ("One paper", "Another paper", "What stands between them")


def outline(library: Library, scope: Scope, request: Request) -> Outline:
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
