"""Sections in the words of the abstracts: of each paper the sentence that tells best what is asked, verbatim.

And what is done to the sections of a report whoever wrote them: an overview and a conclusion, made of claims that were
checked below and of nothing else, and references that are numbered in order of first use.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from assistant.answer.replies import Quote, make_quoted_claims
from assistant.report.outline import ParagraphPlan, RhetoricalRole, SectionPlan
from assistant.report.schema import Paragraph, Section
from assistant.report.sentence_choice import drop_repeated, rate_sentences
from assistant.types import Claim
from assistant.verify.injection import find_injection_start
from store.paper import Paper
from store.results import ScoredSentence
from store.text.sentences import sentence_spans

UsedSentences = set[tuple[str, int]]
"""Papers and places of the sentences that were quoted already."""


def quote_section(plan: SectionPlan) -> Section:
    """Write the section of a plan; a sentence is quoted once, and what no paper tells is left out."""
    used: UsedSentences = set()
    paragraphs = add_stated(plan, [quote_paragraph(part, used) for part in plan.parts])
    return Section(
        heading=plan.heading,
        paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph.claims),
        table=plan.table,
        papers=tuple(paper.id for paper in plan.papers),
        note=plan.note,
        lead=plan.lead,
    )


def add_stated(plan: SectionPlan, paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Put the sentences over several papers that are ready before the others that stand under no label."""
    rest = [*paragraphs]
    first = rest.pop(0).claims if rest and not rest[0].label else ()
    return [Paragraph(claims=(*plan.stated, *first)), *rest]


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
    """Quote the same, but in any case a sentence: by cues the last of the abstract, which mostly says what came of it.

    The paper has one that may be quoted (see ``assistant.report.scope``).
    """
    first, *rest = _score_sentences(role, paper)
    # The first one at least points back at nothing.
    return quote_sentence(role, paper) or (first if role.telling else [first, *rest][-1])


def quote_papers(role: RhetoricalRole, papers: Sequence[Paper], used: UsedSentences, most: int) -> list[Quote]:
    """Quote at most one sentence a paper, ``most`` in all, in the order of the papers."""
    quotes = [quote for paper in papers if (quote := quote_sentence(role, paper, used))]
    if role.telling:
        quotes = [quotes[place] for place in drop_repeated([_text_of(quote) for quote in quotes])]
    chosen = sorted(quotes, key=lambda quote: -quote.score)[:most]
    return [quote for quote in quotes if quote in chosen]


def make_claims(quotes: Iterable[Quote], used: UsedSentences) -> tuple[Claim, ...]:
    """Make claims of quotes, and add their places to ``used``; what several papers say word for word is one claim."""
    chosen = list(quotes)
    used |= {_place_of(quote) for quote in chosen}
    claims: dict[str, Claim] = {}
    for claim in make_quoted_claims(chosen):
        first = claims.setdefault(claim.text, claim)
        if first is not claim:
            claims[claim.text] = first.model_copy(update={"citations": (*first.citations, *claim.citations)})
    return tuple(claims.values())


def list_sentences(paper: Paper) -> Iterator[Quote]:
    """Yield the sentences of a paper that may be quoted, in order."""
    end = find_injection_start(paper.abstract)
    for span in sentence_spans(paper.abstract):
        if span.end <= end:
            text = paper.abstract[span.start : span.end]
            yield Quote(paper, ScoredSentence(text=text, start=span.start, end=span.end))


def _score_sentences(role: RhetoricalRole, paper: Paper) -> Iterator[Quote]:
    if role.telling:
        for start, end, score in rate_sentences(role.telling, paper.abstract, find_injection_start(paper.abstract)):
            sentence = ScoredSentence(text=paper.abstract[start:end], start=start, end=end, score=score)
            yield Quote(paper, sentence, score)
        return
    for quote in list_sentences(paper):
        assert quote.sentence is not None
        score = role.score_sentence(quote.sentence.text)
        yield Quote(paper, quote.sentence.model_copy(update={"score": score}), score)


def _text_of(quote: Quote) -> str:
    return quote.sentence.text if quote.sentence else ""


def _place_of(quote: Quote) -> tuple[str, int]:
    return quote.paper.id, quote.sentence.start if quote.sentence else -1


OPENING, CLOSING, MISSING = "Overview", "Conclusion", "What these papers do not tell"
