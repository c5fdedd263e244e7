"""Sections in the words of a model; in those of the abstracts where its own fail the check twice.

A table has a cell a paper, of sentences that hold; the other cells stay as they are quoted.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from assistant.report.extractive import UsedSentences, make_claims, quote_gist, quote_paragraph, quote_section
from assistant.report.outline import ParagraphPlan, SectionPlan
from assistant.report.report_writer import GeneratedText, ReportWriter
from assistant.report.requests import list_requests
from assistant.report.schema import Cell, Paragraph, Section, Table
from assistant.types import Claim, Usage
from store.paper import Paper

FAILED = "the model's text failed the check twice; excerpts are quoted instead"
MISSED = "papers of which the model told nothing that holds are quoted"
KEPT = "of cells in quotation marks the model told nothing that holds, or the same as of another cell"


class SectionDraft(NamedTuple):
    """A section, and what its model took."""

    section: Section
    usage: Usage = Usage()


async def write_section(plan: SectionPlan, topic: str, writer: ReportWriter, spent: list[Usage]) -> SectionDraft:
    """Have the section of a plan written by a model, one request after the other.

    Args:
        plan: The section.
        topic: What the report is about, "" for nothing in particular.
        writer: Whose model writes.
        spent: What each request took is added to it, also where a later one fails.

    Raises:
        ModelError: The model gives no answer.
    """
    replies: list[list[GeneratedText]] = [[] for _ in plan.requested_parts]
    for request in list_requests(plan, topic, writer.budget):
        reply = await writer.write(request)
        replies[request.part].append(reply)
        spent.append(reply.usage)
    return SectionDraft(_assemble_section(plan, replies, writer.identity.model), sum(spent, Usage()))


def _assemble_section(plan: SectionPlan, replies: Sequence[Sequence[GeneratedText]], model: str) -> Section:
    """Make a section of what a model wrote to each of its parts; of quotes alone where nothing of it holds."""
    claims = [[claim for reply in part for claim in reply.claims] for part in replies]
    notes = [note for part in replies for reply in part for note in reply.notes]
    if not any(claim.holds for part in claims for claim in part):
        section = quote_section(plan)
        return (
            section.model_copy(update={"note": join_notes(plan.note, *notes, FAILED)})
            if plan.requested_parts
            else section
        )
    used: UsedSentences = set()
    texts: set[str] = set()
    paragraphs = []
    for part, written in zip(plan.parts, claims[: len(plan.parts)], strict=True):
        fresh = [claim for claim in written if claim.text not in texts]
        paragraph, note = _assemble_paragraph(part, fresh, used)
        texts |= {claim.text for claim in fresh}
        notes.append(note)
        paragraphs += [paragraph] if paragraph.claims else []
    table = plan.table
    if table and plan.columns:
        table, note = fill_table(table, plan.papers, claims[len(plan.parts) :])
        notes.append(note)
    return Section(
        heading=plan.heading,
        paragraphs=tuple(paragraphs),
        table=table,
        papers=tuple(paper.id for paper in plan.papers),
        mode=model,
        note=join_notes(plan.note, *notes),
        lead=plan.lead,
    )


def _assemble_paragraph(part: ParagraphPlan, claims: Sequence[Claim], used: UsedSentences) -> tuple[Paragraph, str]:
    """Make a paragraph of a part, and a note of how it came about, "" where nothing is to be said."""
    label = part.role.label
    if claims and not any(claim.holds for claim in claims):
        return quote_paragraph(part, used), f"{label}: {FAILED}" if label else FAILED
    if not part.each:
        return Paragraph(label=label, claims=tuple(claims[: part.most])), ""
    cited = {citation.paper_id for claim in claims if claim.holds for citation in claim.citations}
    missed = [paper for paper in part.papers[: part.most] if paper.id not in cited]
    quotes = make_claims([quote_gist(part.role, paper) for paper in missed], used)
    return Paragraph(label=label, claims=(*claims, *quotes)), MISSED if missed else ""


def fill_table(table: Table, papers: Sequence[Paper], columns: Sequence[Sequence[Claim]]) -> tuple[Table, str]:
    """Fill the last columns of a table with a model's sentences.

    Args:
        table: With a row a paper; what a cell quotes, or that it quotes nothing, stays where no sentence holds. Of a
            sentence that is told in several cells of a row the quotes decide in which it belongs.
        papers: Of the rows, in order.
        columns: What the model told, a column after the other.

    Returns:
        The table, and a note where quotes stay, else "".
    """
    by_paper = [_group_by_paper(claims) for claims in columns]
    start = len(table.head) - len(columns)
    rows = tuple(
        (*row[:start], *_fill_cells([claims.get(paper.id) for claims in by_paper], row[start:]))
        for row, paper in zip(table.rows, papers, strict=True)
    )
    has_quotes = any(
        cell in old for row, old in zip(rows, table.rows, strict=True) for cell in row[start:] if cell.claims
    )
    return table.model_copy(update={"rows": rows}), KEPT if has_quotes else ""


def _group_by_paper(claims: Sequence[Claim]) -> dict[str, Claim]:
    """Take the first sentence of each paper that holds, and rests on this paper alone."""
    first: dict[str, Claim] = {}
    for claim in claims:
        cited = {citation.paper_id for citation in claim.citations}
        if claim.holds and len(cited) == 1:
            first.setdefault(cited.pop(), claim)
    return first


def _fill_cells(claims: Sequence[Claim | None], quoted: Sequence[Cell]) -> list[Cell]:
    times = Counter(claim.text for claim in claims if claim)
    return [
        Cell(claims=(claim,))
        if claim and (times[claim.text] == 1 or _spans_of(claim) & _spans_of(*cell.claims))
        else cell
        for claim, cell in zip(claims, quoted, strict=True)
    ]


def _spans_of(*claims: Claim) -> set[tuple[int, int]]:
    return {(citation.start, citation.end) for claim in claims for citation in claim.citations}


def join_notes(*notes: str) -> str:
    """Join notes, each once; those that are empty are left out."""
    return "; ".join(dict.fromkeys(note for note in notes if note))
