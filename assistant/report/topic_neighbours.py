"""Papers near to those that are surely about a topic, in whatever words: "childhood schizophrenia" for "autism".

They are looked for among what the search found, also where they have none of the topic's words.
"""

from collections.abc import Sequence
from math import exp, log
from typing import TYPE_CHECKING

from store.index.snapshot import Snapshot
from store.library import Library
from store.results import Hit
from store.search import measure_cosines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SURE = 0.1
"""Relevance from which a paper's neighbours count, as much as it is sure."""
NEAR, STEP = 1.5, 0.6
"""By how many standard deviations a paper is nearer to the sure ones than papers of the library are, from where its
odds rise, and by how much for each more. Both are the best of a few (1, 1.5; .3, .6, 1) on part dev of
``benchmarks/topics.jsonl``: of med recall .865 and precision .697 where it was .818 and .680, of the 45 papers no
change. ``SURE`` was chosen by hand."""
_LEAST = 1e-6


def raise_relevance(library: Library, view: Snapshot, hits: Sequence[Hit], possible: Sequence[float]) -> list[float]:
    """Raise the relevance of papers that are near to those that are sure.

    Args:
        library: Where their vectors are.
        view: The same as it is now.
        hits: Papers with their relevance to a topic, 0 for those that nothing but a vector speaks for.
        possible: The relevance that each would have by its figures alone.

    Returns:
        The relevance of each: no lower than it was.
    """
    import numpy as np

    weights = np.array([hit.relevance if hit.relevance >= SURE else 0.0 for hit in hits])
    if not weights.any():
        return [hit.relevance for hit in hits]
    by_id = library.get_vectors([hit.paper.id for hit in hits])
    vectors = np.array([by_id[hit.paper.id] for hit in hits], dtype=np.float64)
    nearness = _measure_nearness(view, vectors, weights)
    return [
        _raise(hit.relevance, chance, float(near)) for hit, chance, near in zip(hits, possible, nearness, strict=True)
    ]


def _measure_nearness(view: Snapshot, vectors: "Floats", weights: "Floats") -> "Floats":
    """Measure how far each paper stands out in nearness to the others that are sure; itself does not count."""
    import numpy as np

    total = weights @ vectors
    length = max(float(np.linalg.norm(total)), _LEAST)
    background = measure_cosines(view, (total / length).astype(np.float32))
    squares = (vectors * vectors).sum(axis=1)
    others = (vectors @ total - weights * squares) / np.maximum(weights.sum() - weights, _LEAST)
    nearness: Floats = (others * weights.sum() / length - background.mean) / background.spread
    return np.where(weights.sum() - weights > _LEAST, nearness, 0.0)


def _raise(relevance: float, chance: float, nearness: float) -> float:
    if nearness <= NEAR:
        return relevance
    chance = min(max(chance, relevance, _LEAST), 1 - _LEAST)
    return 1 / (1 + exp(-log(chance / (1 - chance)) - STEP * (nearness - NEAR)))
