"""References numbered over a whole report, in order of first use."""

from collections.abc import Iterable, Sequence

from assistant.answer.compose import references
from assistant.report.schema import Cell, Paragraph, Section, claims_of
from assistant.types import Claim, Reference
from store.paper import Paper


def numbered(sections: Sequence[Section], papers: Iterable[Paper]) -> tuple[tuple[Section, ...], tuple[Reference, ...]]:
    """The sections with ``[n]`` that hold for all of them, and the references they point into."""
    by_id = {paper.id: paper for paper in papers}
    cited = [citation.paper_id for section in sections for claim in claims_of(section) for citation in claim.citations]
    listed = references([by_id[paper_id] for paper_id in dict.fromkeys(cited)])
    numbers = {reference.paper_id: reference.n for reference in listed}
    return tuple(_section(section, numbers) for section in sections), listed


def _section(section: Section, numbers: dict[str, int]) -> Section:
    paragraphs = tuple(
        Paragraph(label=paragraph.label, claims=_claims(paragraph.claims, numbers)) for paragraph in section.paragraphs
    )
    table = section.table
    if table:
        rows = tuple(
            tuple(Cell(text=cell.text, claims=_claims(cell.claims, numbers)) for cell in row) for row in table.rows
        )
        table = table.model_copy(update={"rows": rows})
    return section.model_copy(update={"paragraphs": paragraphs, "table": table})


def _claims(claims: Sequence[Claim], numbers: dict[str, int]) -> tuple[Claim, ...]:
    return tuple(
        claim.model_copy(
            update={"citations": tuple(one.model_copy(update={"n": numbers[one.paper_id]}) for one in claim.citations)}
        )
        for claim in claims
    )
