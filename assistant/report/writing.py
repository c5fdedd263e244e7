"""From a plan to a section, in the words of the abstracts."""

from assistant.report.extractive import Said, best, gist, quoted
from assistant.report.report_outline import Part, Plan
from assistant.report.schema import Paragraph, Section


def quoted_section(plan: Plan) -> Section:
    """The section of a plan; a sentence is told once, and what no paper tells is left out."""
    said: Said = set()
    paragraphs = [quoted_paragraph(part, said) for part in plan.parts]
    return Section(
        heading=plan.heading,
        paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph.claims),
        table=plan.table,
        papers=tuple(paper.id for paper in plan.papers),
        note=plan.note,
    )


def quoted_paragraph(part: Part, said: Said) -> Paragraph:
    """A part in the words of the abstracts; what is in ``said`` is not told again, unless each paper has to be."""
    if part.each:
        quotes = [gist(part.role, paper) for paper in part.papers[: part.most]]
    else:
        quotes = best(part.role, part.papers, said, part.most)
    return Paragraph(label=part.role.label, claims=quoted(quotes, said))
