"""How well papers are found while their vectors are still to come: python -m benchmarks.words_first.

nDCG@10 on the shared collections, where none, half or all of the papers are pending (drawn with a fixed seed), and of
these so many are embedded for the question: 0 (words alone rank them), 20 or 50. A vector that is made for a question
is the one that the library would store, so stored ones stand for them.
"""

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks.corpora import COLLECTIONS, library, queries, relevant
from benchmarks.retrieval import K, ndcg
from store import search
from store.filters import Filters
from store.index.pending import PendingRows
from store.index.vector_file import list_ranges

if TYPE_CHECKING:
    from store.embedding import Vectors

SEED = 16


def score(name: str, share: float) -> float:
    """Mean nDCG@10 over the queries of a collection while this share of its papers is pending."""
    made = library(name)
    view = made.view()
    assert view is not None
    rows = sorted(view.rows(Filters()).tolist())
    pending = random.Random(SEED).sample(rows, round(share * len(rows)))
    view.pending = PendingRows(list_ranges(pending), len(view.vectors))

    def embed(rows: Sequence[int]) -> "Mapping[int, Vectors]":
        return {row: view.vectors[row] for row in rows}

    grades, scores = relevant(name), []
    for query, text in queries(name).items():
        if query in grades:
            found = search.rank_hybrid(view, text, made.embed_question(text), Filters(), K, embed)
            scores.append(ndcg(view.ids([one.row for one in found]), grades[query]))
    return sum(scores) / len(scores)


def main() -> None:
    """Print the score of each collection and their mean, for each share and number."""
    for share in (0.0, 0.5, 1.0):
        for number in (0, 20, 50) if share else (0,):
            search.ON_DEMAND = number
            scores = [score(name, share) for name in COLLECTIONS]
            figures = "  ".join(f"{name} {value:.4f}" for name, value in zip(COLLECTIONS, scores, strict=True))
            print(f"pending {share:.1f}  embedded {number:2d}  {figures}  macro {sum(scores) / len(scores):.4f}")


if __name__ == "__main__":
    main()
