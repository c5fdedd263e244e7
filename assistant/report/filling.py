"""The columns of a table by a model: a cell a paper, of sentences that hold; the others stay as they are quoted."""

from collections import Counter
from collections.abc import Sequence

from assistant.report.schema import Cell, Table
from assistant.types import Claim, Support
from store.paper import Paper

KEPT = "of cells in quotation marks the model told nothing that holds, or the same as of another cell"


def filled(table: Table, papers: Sequence[Paper], columns: Sequence[Sequence[Claim]]) -> tuple[Table, str]:
    """A table with a model's sentences in its last columns, and a note where quotes stay.

    Args:
        table: With a row a paper; what a cell quotes, or that it quotes nothing, stays where no sentence holds. Of a
            sentence that is told in several cells of a row the quotes decide in which it belongs.
        papers: Of the rows, in order.
        columns: What the model told, a column after the other.
    """
    told = [_by_paper(claims) for claims in columns]
    start = len(table.head) - len(columns)
    rows = tuple(
        (*row[:start], *_cells([found.get(paper.id) for found in told], row[start:]))
        for row, paper in zip(table.rows, papers, strict=True)
    )
    kept = any(cell in old for row, old in zip(rows, table.rows, strict=True) for cell in row[start:] if cell.claims)
    return table.model_copy(update={"rows": rows}), KEPT if kept else ""


def _by_paper(claims: Sequence[Claim]) -> dict[str, Claim]:
    """The first sentence of each paper that holds, and rests on this paper alone."""
    found: dict[str, Claim] = {}
    for claim in claims:
        cited = {citation.paper_id for citation in claim.citations}
        if claim.support is Support.SUPPORTED and len(cited) == 1:
            found.setdefault(cited.pop(), claim)
    return found


def _cells(told: Sequence[Claim | None], quoted: Sequence[Cell]) -> list[Cell]:
    times = Counter(claim.text for claim in told if claim)
    return [
        Cell(claims=(claim,)) if claim and (times[claim.text] == 1 or _places(claim) & _places(*cell.claims)) else cell
        for claim, cell in zip(told, quoted, strict=True)
    ]


def _places(*claims: Claim) -> set[tuple[int, int]]:
    return {(citation.start, citation.end) for claim in claims for citation in claim.citations}
