"""Sentences of abstracts for a report, verbatim: the ones that tell best what is asked."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from assistant.answer.compose import quoted_claims
from assistant.answer.extractive import Quote
from assistant.report.outline import Role
from assistant.types import Claim
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
