"""Which papers belong together: by meaning (their vectors) and by words (tf-idf, reduced to its main directions).

At 45 papers density clustering puts everything into noise; Ward's linkage with the number of clusters by silhouette
(Rousseeuw 1987) does not. Beyond ``EXACT`` papers, where linkage costs too much and silhouettes favour two or three
clusters, communities of near papers take over; beyond ``SAMPLE``, those of a sample.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.report.clustering import communities, nearest, voted
from store.index.schema import terms
from store.paper import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Labels = NDArray[np.int64]

EXACT = 2000
"""Papers up to which all are linked."""
SAMPLE = 10_000
"""Papers that are divided into communities; the others go to that of most papers near them."""
FEWEST, MOST = 2, 15
"""Clusters: what a reader can keep apart."""
EACH = 5
"""Papers that a cluster holds on average, at the least."""
WORDS = 0.8
"""How much the words count beside the meaning."""
DIRECTIONS = 30


def features(papers: Sequence[Paper], vectors: "Matrix", seed: int = 0) -> "Matrix":
    """Unit rows of shape (papers, dimension + directions): what papers mean, and which words they use."""
    import numpy as np
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    weigh = TfidfVectorizer(analyzer=_words, sublinear_tf=True, min_df=2, max_df=0.6)
    try:
        words = weigh.fit_transform(papers)
    except ValueError:  # No word stands in two papers.
        return _unit(np.asarray(vectors, dtype=np.float64))
    directions = min(DIRECTIONS, len(papers) - 1, words.shape[1] - 1)
    if directions < 1:
        return _unit(np.asarray(vectors, dtype=np.float64))
    reduced = TruncatedSVD(directions, random_state=seed).fit_transform(words)
    return _unit(np.hstack([_unit(np.asarray(vectors, dtype=np.float64)), WORDS * _unit(reduced)]))


def clusters(points: "Matrix", seed: int = 0) -> "Labels":
    """A label from 0 for each of the unit rows; one label for all where there are too few to tell apart.

    There are ``MOST`` at the most and on average ``EACH`` papers in one at the least; up to ``EXACT`` papers as many as
    have the best mean silhouette.
    """
    import numpy as np

    if len(points) > EXACT:
        return _sampled(points, seed)
    most = min(MOST, round(len(points) / EACH))
    if most < FEWEST:
        return np.zeros(len(points), dtype=np.int64)
    choices = [_split(points, number) for number in range(FEWEST, most + 1)]
    return max(choices, key=lambda labels: _silhouette(points, labels))


def _split(points: "Matrix", number: int) -> "Labels":
    import numpy as np
    from sklearn.cluster import AgglomerativeClustering

    return np.asarray(AgglomerativeClustering(number, linkage="ward").fit_predict(points), dtype=np.int64)


def _silhouette(points: "Matrix", labels: "Labels") -> float:
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(points, labels))


def _sampled(points: "Matrix", seed: int) -> "Labels":
    import numpy as np

    if len(points) <= SAMPLE:
        return communities(points, MOST, seed)
    chosen = np.sort(np.random.default_rng(seed).choice(len(points), SAMPLE, replace=False))
    known = communities(points[chosen], MOST, seed)
    labels = np.full(len(points), -1, dtype=np.int64)
    labels[chosen] = known
    others = np.flatnonzero(labels < 0)
    near = nearest(points[others], points[chosen])
    starts = np.repeat(np.arange(len(others)), near.shape[1])
    labels[others] = voted(labels[others], known, starts, near.ravel())
    return labels


def _unit(rows: "Matrix") -> "Matrix":
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = rows / np.where(lengths > 0, lengths, 1.0)
    return unit


def _words(paper: Paper) -> list[str]:
    return terms(paper.title) * 2 + terms(paper.abstract)
