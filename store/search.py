"""Hybrid search over one snapshot: words and meaning, filters applied before the ranking."""

from typing import TYPE_CHECKING, NamedTuple

from store.filters import Filters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from store.embedding import Vectors
    from store.index.snapshot import Ranked, Snapshot

# Weight of meaning against words, and how deep each side's list goes. Measured: benchmarks/README.md.
ALPHA = 0.6
DEPTH = 100


class Candidate(NamedTuple):
    """A row of the file of vectors: fused score (0–1 within one search), cosine (−1 to 1), BM25 (≥ 0)."""

    row: int
    score: float
    cosine: float
    bm25: float


def hybrid(snapshot: "Snapshot", text: str, vector: "Vectors", filters: Filters, k: int) -> list[Candidate]:
    """The ``k`` best papers, best first.

    score = α · cosine / max cosine + (1 − α) · bm25 / max bm25, over the union of the best of both sides, with
    exact figures of both sides for each paper of the union. ``vector`` has shape (dimension,) and length 1.
    """
    import numpy as np

    rows = snapshot.rows(filters)
    if not len(rows):
        return []
    depth = max(DEPTH, k)
    cosines = _cosines(snapshot, rows, vector)
    lexical = snapshot.lexical(text, filters, depth)
    union = np.union1d(rows[_best(cosines, depth)], lexical.rows)
    cosine = snapshot.vectors[union] @ vector
    bm25 = _aligned(union, snapshot.lexical_of(text, union))
    score = ALPHA * _scaled(cosine) + (1 - ALPHA) * _scaled(bm25)
    order = np.lexsort((union, -score))[:k]
    return [Candidate(int(union[i]), float(score[i]), float(cosine[i]), float(bm25[i])) for i in order]


def nearest(snapshot: "Snapshot", vector: "Vectors", filters: Filters, k: int) -> list[Candidate]:
    """The ``k`` papers nearest in meaning, best first; exact."""
    rows = snapshot.rows(filters)
    cosines = _cosines(snapshot, rows, vector)
    return [Candidate(int(rows[i]), float(cosines[i]), float(cosines[i]), 0.0) for i in _best(cosines, k)]


def _cosines(snapshot: "Snapshot", rows: "NDArray[np.int64]", vector: "Vectors") -> "Vectors":
    # One pass over the whole file beats picking rows, unless they are few.
    if len(rows) * 32 < len(snapshot.vectors):
        return snapshot.vectors[rows] @ vector
    return (snapshot.vectors @ vector)[rows]


def _best(scores: "Vectors", n: int) -> "NDArray[np.int64]":
    import numpy as np

    if n < len(scores):
        top = np.argpartition(-scores, n - 1)[:n]
        return top[np.argsort(-scores[top], kind="stable")]
    return np.argsort(-scores, kind="stable")


def _aligned(rows: "NDArray[np.int64]", ranked: "Ranked") -> "Vectors":
    import numpy as np

    scores = np.zeros(len(rows), dtype=np.float32)
    scores[np.searchsorted(rows, ranked.rows)] = ranked.scores
    return scores


def _scaled(scores: "Vectors") -> "Vectors":
    top = scores.max()
    return scores / top if top > 0 else scores
