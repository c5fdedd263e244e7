"""From a plan to a section, in the words of a model; in those of the abstracts where its own fail the check twice."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.report.asks import asks
from assistant.report.extractive import Said, gist, quoted
from assistant.report.filling import filled
from assistant.report.report_outline import Part, Plan
from assistant.report.schema import Paragraph, Section
from assistant.report.writer import Pen, Written
from assistant.report.writing import quoted_paragraph, quoted_section
from assistant.types import Claim, Support, Usage

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
