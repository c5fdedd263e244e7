"""Answers without a model: the sentences of the abstracts that speak to a question, verbatim.

What gives orders to its reader is never quoted (see ``assistant.verify.injection``).
"""

from typing import NamedTuple

from assistant.answer.sufficiency import covered, paper_text
from assistant.answer.wording import form_bonus, gist_bonus
from assistant.verify.injection import evidence_end
from store.evidence import best_sentences, term_weights
from store.index.schema import terms
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.results import Hit, ScoredSentence

# A fact: how many sentences in all, from how many papers, and how close to the best paper these have to be.
SENTENCES = 4
PAPERS = 3
CLOSE = 0.7
# What counts beside the words of a sentence: its form, and how well its paper fits.
FORM = 0.15
PAPER = 0.7
# A word of the title says which paper is meant; the other words of a question say what is asked of it.
TITLE = 0.35


class Quote(NamedTuple):
    """A sentence of a paper and how well it answers, the higher the better; None for a paper without an abstract."""

    paper: Paper
    sentence: ScoredSentence | None
    score: float = 0.0


def facts(view: Snapshot, question: str, topic: str, hits: list[Hit]) -> list[Quote]:
    """The sentences that answer best, best first, those of one paper together."""
    weights = term_weights(view, topic)
    best = hits[0].score or 1.0
    quotes = [
        quote
        for hit in hits[:PAPERS]
        if hit.score >= CLOSE * best
        for quote in _scored(question, weights, hit, hit.score / best)
    ]
    chosen = sorted(quotes, key=lambda quote: -quote.score)[:SENTENCES]
    papers = list(dict.fromkeys(quote.paper.id for quote in chosen))
    return sorted(chosen, key=lambda quote: (papers.index(quote.paper.id), -quote.score))


def _scored(question: str, weights: dict[str, float], hit: Hit, fit: float) -> list[Quote]:
    title = set(terms(hit.paper.title))
    asked = {term: weight * (TITLE if term in title else 1.0) for term, weight in weights.items()}
    return [
        Quote(hit.paper, one, covered(asked, one.text) + FORM * form_bonus(question, one.text) + PAPER * fit)
        for one in hit.sentences
        if one.end <= evidence_end(hit.paper.abstract)
    ]


def line(view: Snapshot, topic: str, paper: Paper) -> Quote:
    """The one sentence that says best what a paper has to do with a topic; "" asks for its gist."""
    end = evidence_end(paper.abstract)
    sentences = [one for one in best_sentences(term_weights(view, topic), paper.abstract) if one.end <= end]
    if not sentences:  # What there is of an abstract is none.
        return Quote(paper.model_copy(update={"abstract": ""}), None)
    best = max(sentences, key=lambda one: one.score + (0.3 if topic else 1.0) * gist_bonus(one.text))
    return Quote(paper, best, best.score)


def relevant(view: Snapshot, topic: str, hits: list[Hit]) -> list[Hit]:
    """The papers that are about a topic: close to the best one both in words and in meaning."""
    weights = term_weights(view, topic)
    shares = [covered(weights, paper_text(hit.paper)) for hit in hits]
    top = max(shares, default=0.0)
    cosine = max((hit.cosine for hit in hits), default=0.0)
    return [
        hit
        for hit, share in zip(hits, shares, strict=True)
        if (share >= 0.6 * top and hit.cosine >= 0.4 * cosine) or hit.cosine >= 0.85 * cosine
    ]
