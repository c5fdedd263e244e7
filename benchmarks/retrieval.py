"""nDCG@10 of search on the shared collections: python -m benchmarks.retrieval [--sweep]."""

import sys
from math import log2

from benchmarks.corpora import COLLECTIONS, library, queries, relevant
from store import search
from store.filters import Filters

K = 10


def ndcg(ranked: list[str], grades: dict[str, int]) -> float:
    """Discounted cumulated gain of the first 10, (2^grade − 1) / log2(rank + 1), over that of the best order."""
    gain = sum((2 ** grades.get(paper, 0) - 1) / log2(rank + 1) for rank, paper in enumerate(ranked[:K], 1))
    best = sum((2**g - 1) / log2(rank + 1) for rank, g in enumerate(sorted(grades.values(), reverse=True)[:K], 1))
    return gain / best if best else 0.0


def score(name: str) -> float:
    """Mean nDCG@10 over the queries of a collection that have a relevant paper in it."""
    made = library(name)
    view = made.view()
    assert view is not None
    grades = relevant(name)
    asked = {query: text for query, text in queries(name).items() if query in grades}
    scores = []
    for query, text in asked.items():
        found = search.rank_hybrid(view, text, made.embedder.embed([text])[0], Filters(), K)
        scores.append(ndcg(view.ids([one.row for one in found]), grades[query]))
    return sum(scores) / len(scores)


def main() -> None:
    """Print the score of each collection and their mean; with --sweep for several weights of meaning."""
    for alpha in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7) if "--sweep" in sys.argv else (search.ALPHA,):
        search.ALPHA = alpha
        scores = [score(name) for name in COLLECTIONS]
        figures = "  ".join(f"{name} {value:.4f}" for name, value in zip(COLLECTIONS, scores, strict=True))
        print(f"alpha {alpha:.2f}  {figures}  macro {sum(scores) / len(scores):.4f}")


if __name__ == "__main__":
    main()
