"""Sections in the words of the abstracts: of each paper the sentence that tells best what is asked, verbatim.

And what is done to the sections of a report whoever wrote them: an overview and a conclusion, made of claims that were
checked below and of nothing else, and references that are numbered in order of first use.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from assistant.answer.replies import Quote, make_quoted_claims, number_references
from assistant.report.outline import NUMBERS, OPEN, ParagraphPlan, RhetoricalRole, SectionPlan
from assistant.report.schema import Cell, Paragraph, Section, list_claims
from assistant.types import Claim, Reference
from assistant.verify.injection import find_injection_start
from store.paper import Paper
from store.results import ScoredSentence
from store.text.sentences import sentence_spans

UsedSentences = set[tuple[str, int]]
"""Papers and places of the sentences that were quoted already."""


def quote_section(plan: SectionPlan) -> Section:
    """Write the section of a plan; a sentence is quoted once, and what no paper tells is left out."""
    used: UsedSentences = set()
    paragraphs = [quote_paragraph(part, used) for part in plan.parts]
    return Section(
        heading=plan.heading,
        paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph.claims),
        table=plan.table,
        papers=tuple(paper.id for paper in plan.papers),
        note=plan.note,
    )


def quote_paragraph(part: ParagraphPlan, used: UsedSentences) -> Paragraph:
    """Write a part; what is in ``used`` is not quoted again, unless each paper has to be."""
    if part.each:
        quotes = [quote_gist(part.role, paper) for paper in part.papers[: part.most]]
    else:
        quotes = quote_papers(part.role, part.papers, used, part.most)
    return Paragraph(label=part.role.label, claims=make_claims(quotes, used))


def quote_sentence(role: RhetoricalRole, paper: Paper, used: Collection[tuple[str, int]] = ()) -> Quote | None:
    """Quote the sentence of a paper that tells best what is asked and is not in ``used``; None where none does."""
    quotes = [quote for quote in _score_sentences(role, paper) if quote.score > 0 and _place_of(quote) not in used]
    return max(quotes, key=lambda quote: quote.score, default=None)


def quote_gist(role: RhetoricalRole, paper: Paper) -> Quote:
    """Quote the same, but in any case a sentence: the last of the abstract, which mostly says what came of it.

    The paper has one that may be quoted (see ``assistant.report.scope``).
    """
    *_, last = _score_sentences(role, paper)
    return quote_sentence(role, paper) or last


def quote_papers(role: RhetoricalRole, papers: Sequence[Paper], used: UsedSentences, most: int) -> list[Quote]:
    """Quote at most one sentence a paper, ``most`` in all, in the order of the papers."""
    quotes = [quote for paper in papers if (quote := quote_sentence(role, paper, used))]
    chosen = sorted(quotes, key=lambda quote: -quote.score)[:most]
    return [quote for quote in quotes if quote in chosen]


def make_claims(quotes: Iterable[Quote], used: UsedSentences) -> tuple[Claim, ...]:
    """Make claims of quotes, and add their places to ``used``."""
    chosen = list(quotes)
    used |= {_place_of(quote) for quote in chosen}
    return tuple(make_quoted_claims(chosen))


def list_sentences(paper: Paper) -> Iterator[Quote]:
    """Yield the sentences of a paper that may be quoted, in order."""
    end = find_injection_start(paper.abstract)
    for span in sentence_spans(paper.abstract):
        if span.end <= end:
            text = paper.abstract[span.start : span.end]
            yield Quote(paper, ScoredSentence(text=text, start=span.start, end=span.end))


def _score_sentences(role: RhetoricalRole, paper: Paper) -> Iterator[Quote]:
    for quote in list_sentences(paper):
        assert quote.sentence is not None
        score = role.score_sentence(quote.sentence.text)
        yield Quote(paper, quote.sentence.model_copy(update={"score": score}), score)


def _place_of(quote: Quote) -> tuple[str, int]:
    return quote.paper.id, quote.sentence.start if quote.sentence else -1


OPENING, CLOSING = "Overview", "Conclusion"


def add_overview(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Put an overview before the sections and a conclusion behind them; without what neither would hold.

    The overview has the first supported claim of each section, the conclusion those of its numbers and open questions.
    """
    overview, *conclusion = (
        Paragraph(
            label=label, claims=tuple(claim for section in sections for claim in _first_supported(section, label))
        )
        for label in ("", NUMBERS.label, OPEN.label)
    )
    closing = tuple(paragraph for paragraph in conclusion if paragraph.claims)
    return (
        *([Section(heading=OPENING, paragraphs=(overview,))] if overview.claims else []),
        *sections,
        *([Section(heading=CLOSING, paragraphs=closing)] if closing else []),
    )


def _first_supported(section: Section, label: str) -> list[Claim]:
    claims = [claim for paragraph in section.paragraphs if paragraph.label == label for claim in paragraph.claims]
    return [claim for claim in claims if claim.is_supported][:1]


def number_sections(
    sections: Sequence[Section], papers: Iterable[Paper]
) -> tuple[tuple[Section, ...], tuple[Reference, ...]]:
    """Give the citations of all sections their ``[n]``, and list the references that these point into."""
    by_id = {paper.id: paper for paper in papers}
    cited = [
        citation.paper_id for section in sections for claim in list_claims(section) for citation in claim.citations
    ]
    listed = number_references([by_id[paper_id] for paper_id in dict.fromkeys(cited)])
    numbers = {reference.paper_id: reference.n for reference in listed}
    return tuple(_number_section(section, numbers) for section in sections), listed


def _number_section(section: Section, numbers: dict[str, int]) -> Section:
    paragraphs = tuple(
        Paragraph(label=paragraph.label, claims=_number_claims(paragraph.claims, numbers))
        for paragraph in section.paragraphs
    )
    table = section.table
    if table:
        rows = tuple(
            tuple(Cell(text=cell.text, claims=_number_claims(cell.claims, numbers)) for cell in row)
            for row in table.rows
        )
        table = table.model_copy(update={"rows": rows})
    return section.model_copy(update={"paragraphs": paragraphs, "table": table})


def _number_claims(claims: Sequence[Claim], numbers: dict[str, int]) -> tuple[Claim, ...]:
    return tuple(
        claim.model_copy(
            update={
                "citations": tuple(
                    citation.model_copy(update={"n": numbers[citation.paper_id]}) for citation in claim.citations
                )
            }
        )
        for claim in claims
    )
