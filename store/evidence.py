"""Which sentences of an abstract speak to a question."""

from math import log
from typing import TYPE_CHECKING

from store.index.schema import terms
from store.results import ScoredSentence
from store.text.sentences import sentence_spans

if TYPE_CHECKING:
    from store.index.snapshot import Snapshot


def best_sentences(weights: dict[str, float], abstract: str) -> tuple[ScoredSentence, ...]:
    """The sentences of an abstract, best first: the share of a question's words that each holds.

    Words weigh as ``term_weights`` says. Sentences of the same score stay in the order of the abstract.
    """
    total = sum(weights.values())
    scored = []
    for start, end in sentence_spans(abstract):
        text = abstract[start:end]
        shared = sum(weights[term] for term in set(terms(text)) & weights.keys())
        scored.append(ScoredSentence(text=text, start=start, end=end, score=shared / total if total else 0.0))
    return tuple(sorted(scored, key=lambda sentence: (-sentence.score, sentence.start)))


def term_weights(view: "Snapshot", question: str) -> dict[str, float]:
    """How much each word of a question says by how rare it is: log(1 + N / (1 + n)) for a word in n of N papers."""
    count = view.count
    return {term: log(1 + count / (1 + view.frequency(term))) for term in dict.fromkeys(terms(question))}
