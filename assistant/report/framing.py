"""The overview and the conclusion of a report: only of claims that were checked below, none is written anew."""

from collections.abc import Iterator, Sequence

from assistant.report.outline import NUMBERS, OPEN
from assistant.report.schema import Paragraph, Section
from assistant.types import Claim, Support

OPENING, CLOSING = "Overview", "Conclusion"


def framed(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections with an overview before and a conclusion behind them; without what neither would hold."""
    overview = [claim for section in sections for claim in _first(section, "")]
    figures = [claim for section in sections for claim in _first(section, NUMBERS.label)]
    unsolved = [claim for section in sections for claim in _first(section, OPEN.label)]
    conclusion = [
        Paragraph(label=label, claims=tuple(claims))
        for label, claims in ((NUMBERS.label, figures), (OPEN.label, unsolved))
        if claims
    ]
    opening = [Section(heading=OPENING, paragraphs=(Paragraph(claims=tuple(overview)),))] if overview else []
    closing = [Section(heading=CLOSING, paragraphs=tuple(conclusion))] if conclusion else []
    return (*opening, *sections, *closing)


def _first(section: Section, label: str) -> Iterator[Claim]:
    """The first claim of a paragraph that is supported."""
    claims = [claim for paragraph in section.paragraphs if paragraph.label == label for claim in paragraph.claims]
    yield from [claim for claim in claims if claim.support is Support.SUPPORTED][:1]
