"""From rows that were ranked to papers with their sentences."""

from store.evidence import best_sentences, term_weights
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.results import Hit
from store.search import Candidate, nearest


def hits(view: Snapshot, found: list[Candidate], question: str) -> list[Hit]:
    """The papers of candidates, in their order, each with its sentences, best for the question first."""
    papers = view.papers(view.ids([one.row for one in found]))
    weights = term_weights(view, question)
    return [
        Hit(
            paper=paper,
            score=one.score,
            cosine=one.cosine,
            bm25=one.bm25,
            sentences=best_sentences(weights, paper.abstract),
        )
        for paper, one in zip(papers, found, strict=True)
    ]


def similar(view: Snapshot, paper_id: str, k: int) -> list[Hit] | None:
    """The ``k`` papers nearest in meaning to one, itself left out; None where there is no such paper."""
    row = view.row_of(paper_id)
    if row is None:
        return None
    found = nearest(view, view.vectors[row], Filters(), k + 1)
    return hits(view, [one for one in found if one.row != row][:k], "")
