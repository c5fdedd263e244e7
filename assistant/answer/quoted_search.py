"""The papers that a fact is quoted from, best first."""

from assistant.answer.sufficiency import has_coined_word, measure_share, paper_text
from assistant.question.query import PreviousTurn, Query
from store.index.snapshot import Snapshot
from store.library import Library
from store.results import Hit
from store.search import best_sentences, term_weights

# How many papers are looked at. Chosen by hand, not measured.
DEPTH = 10


def search_for_quotes(library: Library, view: Snapshot, query: Query, earlier: PreviousTurn | None) -> list[Hit]:
    """Search for what is quoted; the sentences of earlier papers are ranked by the question itself."""
    text = query.text_to_search(earlier) or query.question
    if earlier is None:
        hits = library.search(text, DEPTH, query.filters, view)
        weights = term_weights(view, text)
        if len(weights) == 1:  # A single word is asked about: the papers that have it come first.
            hits.sort(key=lambda hit: -measure_share(weights, paper_text(hit.paper)))
        return _put_coining_first(view, text, hits)
    if not query.topic:
        hits = library.search(text, len(earlier.paper_ids), query.filters, view)
        return sorted(hits, key=lambda hit: earlier.paper_ids.index(hit.paper.id))[:DEPTH]
    hits = library.search(text, DEPTH, query.filters, view)
    weights = term_weights(view, query.topic)
    return [hit.model_copy(update={"sentences": best_sentences(weights, hit.paper.abstract)}) for hit in hits]


def _put_coining_first(view: Snapshot, text: str, hits: list[Hit]) -> list[Hit]:
    """Put the papers first that have a coined word of the question ("Smoothed-Autodiff"): they are meant."""
    best = max((hit.score for hit in hits), default=0.0)
    coining = [hit for hit in hits if has_coined_word(view, text, hit.paper)]
    others = [hit for hit in hits if hit not in coining]
    return [*(hit.model_copy(update={"score": best}) for hit in coining), *others]
