"""Sentences of abstracts for a report, verbatim: the ones that tell best what is asked.

From a plan to a section, in the words of the abstracts.

The overview and the conclusion of a report: only of claims that were checked below, none is written anew.

References numbered over a whole report, in order of first use.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from assistant.answer.replies import Quote, quoted_claims, references
from assistant.report.outline import NUMBERS, OPEN, Part, Plan, Role
from assistant.report.schema import Cell, Paragraph, Section, claims_of
from assistant.types import Claim, Reference, Support
from assistant.verify.injection import evidence_end
from store.paper import Paper
from store.results import ScoredSentence
from store.text.sentences import sentence_spans

Said = set[tuple[str, int]]
"""Papers and places of the sentences that were told already."""


def told(role: Role, paper: Paper, said: Collection[tuple[str, int]] = ()) -> Quote | None:
    """The sentence of a paper that tells best what is asked and was not told yet; None where none does."""
    found = [quote for quote in _quotes(role, paper) if quote.score > 0 and _place(quote) not in said]
    return max(found, key=lambda quote: quote.score, default=None)


def gist(role: Role, paper: Paper) -> Quote:
    """The same, but in any case a sentence: the last of the abstract, which mostly says what came of it.

    The paper has one that may be quoted (see ``assistant.report.scope``).
    """
    *_, last = _quotes(role, paper)
    return told(role, paper) or last


def quoted(quotes: Iterable[Quote], said: Said) -> tuple[Claim, ...]:
    """Quotes as claims, remembered as told."""
    chosen = list(quotes)
    said |= {_place(quote) for quote in chosen}
    return tuple(quoted_claims(chosen))


def best(role: Role, papers: Sequence[Paper], said: Said, most: int) -> list[Quote]:
    """At most one sentence a paper, ``most`` in all, in the order of the papers."""
    found = [quote for paper in papers if (quote := told(role, paper, said))]
    chosen = sorted(found, key=lambda quote: -quote.score)[:most]
    return [quote for quote in found if quote in chosen]


def sentences_of(paper: Paper) -> Iterator[Quote]:
    """The sentences of a paper that may be quoted, in order."""
    end = evidence_end(paper.abstract)
    for span in sentence_spans(paper.abstract):
        if span.end <= end:
            text = paper.abstract[span.start : span.end]
            yield Quote(paper, ScoredSentence(text=text, start=span.start, end=span.end))


def _quotes(role: Role, paper: Paper) -> Iterator[Quote]:
    for quote in sentences_of(paper):
        assert quote.sentence is not None
        score = role.fits(quote.sentence.text)
        yield Quote(paper, quote.sentence.model_copy(update={"score": score}), score)


def _place(quote: Quote) -> tuple[str, int]:
    return quote.paper.id, quote.sentence.start if quote.sentence else -1


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
