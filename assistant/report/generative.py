"""From a plan to a section, in the words of a model; in those of the abstracts where its own fail the check twice.

The columns of a table by a model: a cell a paper, of sentences that hold; the others stay as they are quoted.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from assistant.report.extractive import Said, gist, quoted, quoted_paragraph, quoted_section
from assistant.report.outline import Part, Plan
from assistant.report.requests import asks
from assistant.report.schema import Cell, Paragraph, Section, Table
from assistant.report.writer import Pen, Written
from assistant.types import Claim, Support, Usage
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


FAILED = "the model's text failed the check twice; excerpts are quoted instead"
MISSED = "papers of which the model told nothing that holds are quoted"


class Drafted(NamedTuple):
    """A section, and what its model took."""

    section: Section
    usage: Usage = Usage()


async def written_section(plan: Plan, topic: str, pen: Pen) -> Drafted:
    """The section of a plan by a model, one ask after the other; what was kept of it is not asked again.

    Raises:
        ModelError: The model gives no answer.
    """
    answers: list[list[Written]] = [[] for _ in plan.asked]
    for ask in asks(plan, topic, pen.room):
        answers[ask.part].append(await pen.write(ask))
    everything = [one for part in answers for one in part]
    usage = sum((one.usage for one in everything), Usage())
    return Drafted(_section(plan, answers, pen.hand.model), usage)


def _section(plan: Plan, answers: Sequence[Sequence[Written]], model: str) -> Section:
    claims = [[claim for one in part for claim in one.claims] for part in answers]
    notes = [note for part in answers for one in part for note in one.notes]
    if not any(_holds(claim) for part in claims for claim in part):
        section = quoted_section(plan)
        return section.model_copy(update={"note": _joined(plan.note, *notes, FAILED)}) if plan.asked else section
    said: Said = set()
    texts: set[str] = set()
    paragraphs = []
    for part, told in zip(plan.parts, claims[: len(plan.parts)], strict=True):
        fresh = [claim for claim in told if claim.text not in texts]
        texts |= {claim.text for claim in fresh}
        paragraph, note = _paragraph(part, fresh, said)
        notes += [note] if note else []
        paragraphs += [paragraph] if paragraph.claims else []
    table = plan.table
    if table and plan.columns:
        table, note = filled(table, plan.papers, claims[len(plan.parts) :])
        notes += [note]
    return Section(
        heading=plan.heading,
        paragraphs=tuple(paragraphs),
        table=table,
        papers=tuple(paper.id for paper in plan.papers),
        mode=model,
        note=_joined(plan.note, *notes),
    )


def _paragraph(part: Part, claims: Sequence[Claim], said: Said) -> tuple[Paragraph, str]:
    """A part, and what there is to say of how it came about."""
    label = part.role.label
    if claims and not any(_holds(claim) for claim in claims):
        return quoted_paragraph(part, said), f"{label}: {FAILED}" if label else FAILED
    if not part.each:
        return Paragraph(label=label, claims=tuple(claims[: part.most])), ""
    told = {citation.paper_id for claim in claims if _holds(claim) for citation in claim.citations}
    missed = [paper for paper in part.papers[: part.most] if paper.id not in told]
    quotes = quoted([gist(part.role, paper) for paper in missed], said)
    return Paragraph(label=label, claims=(*claims, *quotes)), MISSED if missed else ""


def _holds(claim: Claim) -> bool:
    return claim.support is Support.SUPPORTED


def _joined(*notes: str) -> str:
    return "; ".join(dict.fromkeys(note for note in notes if note))
