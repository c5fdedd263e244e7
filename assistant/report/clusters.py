"""Which papers belong together: by meaning (their vectors) and by words (tf-idf, reduced to its main directions).

At 45 papers density clustering puts everything into noise; Ward's linkage with the number of clusters by silhouette
(Rousseeuw 1987) does not. Beyond ``EXACT`` papers, where linkage would cost n², k-means on a sample takes over.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.index.schema import terms
from store.paper import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Labels = NDArray[np.int64]

EXACT = 2000
"""Papers up to which all are linked."""
SAMPLE = 5000
"""Papers that k-means is fitted to; the others go to the nearest centre."""
JUDGED = 2000
"""Papers by which silhouettes are computed; they cost n²."""
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

    The number of clusters is that with the best mean silhouette between ``FEWEST`` and ``MOST``, and on average
    ``EACH`` papers in one at the least.
    """
    import numpy as np

    most = min(MOST, round(len(points) / EACH))
    if most < FEWEST:
        return np.zeros(len(points), dtype=np.int64)
    choices = [_split(points, number, seed) for number in range(FEWEST, most + 1)]
    return max(choices, key=lambda labels: _silhouette(points, labels, seed))


def _split(points: "Matrix", number: int, seed: int) -> "Labels":
    import numpy as np
    from sklearn.cluster import AgglomerativeClustering, KMeans

    if len(points) <= EXACT:
        return np.asarray(AgglomerativeClustering(number, linkage="ward").fit_predict(points), dtype=np.int64)
    fitted = KMeans(number, n_init=3, random_state=seed).fit(points[_chosen(len(points), SAMPLE, seed)])
    return np.asarray(fitted.predict(points), dtype=np.int64)


def _silhouette(points: "Matrix", labels: "Labels", seed: int) -> float:
    from sklearn.metrics import silhouette_score

    chosen = _chosen(len(points), JUDGED, seed)
    if len(set(labels[chosen].tolist())) < FEWEST:
        return -1.0
    return float(silhouette_score(points[chosen], labels[chosen]))


def _chosen(count: int, most: int, seed: int) -> "Labels":
    import numpy as np

    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def _unit(rows: "Matrix") -> "Matrix":
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = rows / np.where(lengths > 0, lengths, 1.0)
    return unit


def _words(paper: Paper) -> list[str]:
    return terms(paper.title) * 2 + terms(paper.abstract)
