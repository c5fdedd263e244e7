"""Which papers belong together: by meaning (their vectors) and by words (tf-idf, reduced to its main directions).

At 45 papers density clustering puts everything into noise; Ward's linkage with the number of clusters by silhouette
(Rousseeuw 1987) does not. Beyond ``EXACT`` papers, where linkage costs too much and silhouettes favour two or three
clusters, communities of near papers take over; beyond ``SAMPLE``, those of a sample.

Which of many papers belong together: communities of the graph that joins each paper with its nearest ones.

Beyond some thousand papers topics differ in size and shape, so the distance to a common centre cuts them badly, while
the nearest neighbours of a paper still are of its topic. Communities are those of the highest modularity (Blondel et
al. 2008), which also says how many there are. The result hangs on the order in which papers are moved; so several
orders are tried, and what they agree on is divided once more (Lancichinetti & Fortunato 2012).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.index.schema import terms
from store.paper import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Matrix = NDArray[np.float64]
    Points = NDArray[np.floating]
    Labels = NDArray[np.int64]

NEIGHBOURS = 15
ORDERS = 8
SWEEPS = 20
"""How often all papers are gone through at the most."""
_BLOCK = 250


class Graph(NamedTuple):
    """Edges by the numbers of their ends, each in both directions, with their weights, sorted by ``ends``."""

    size: int
    starts: "Labels"
    ends: "Labels"
    weights: "Floats"


def communities(points: "Points", most: int, seed: int = 0) -> "Labels":
    """A label from 0 for each of the unit rows, ``most`` different ones at the most; memory grows with their number."""
    import numpy as np

    random = np.random.default_rng(seed)
    graph = _graph(nearest(points, points, own=True))
    tried = [_divided(graph, random) for _ in range(ORDERS)]
    agreed = np.mean([labels[graph.starts] == labels[graph.ends] for labels in tried], axis=0)
    together = agreed > 0
    found = _divided(
        Graph(graph.size, graph.starts[together], graph.ends[together], np.asarray(agreed[together])), random
    )
    labels = _joined(graph, found, most)
    for _ in range(SWEEPS):
        before, labels = labels, voted(labels, labels, graph.starts, graph.ends)
        if np.array_equal(before, labels):
            break
    return _numbered(labels)


def nearest(points: "Points", among: "Points", own: bool = False) -> "Labels":
    """The rows of ``among`` nearest to each point, shape (points, ``NEIGHBOURS``); not itself, where it is one."""
    import numpy as np

    known = np.asarray(among, dtype=np.float32)
    count = min(NEIGHBOURS, len(known) - own)
    found = []
    for start in range(0, len(points), _BLOCK):
        likeness = np.asarray(points[start : start + _BLOCK], dtype=np.float32) @ known.T
        if own:
            rows = np.arange(len(likeness))
            likeness[rows, start + rows] = -2.0
        found.append(np.argpartition(-likeness, count - 1, axis=1)[:, :count].copy())  # not a view into all of it
    return np.concatenate(found)


def voted(own: "Labels", labels: "Labels", starts: "Labels", ends: "Labels") -> "Labels":
    """The commonest label among the neighbours of each point; its ``own`` where that is as common, -1 for none.

    Args:
        own: Labels of the points.
        labels: Of what they may be neighbours of.
        starts: Points.
        ends: A neighbour of each of them.
    """
    import numpy as np

    kinds = int(labels.max()) + 1
    votes = np.bincount(starts * kinds + labels[ends], minlength=len(own) * kinds).reshape(len(own), kinds) * 2
    known = np.flatnonzero(own >= 0)
    votes[known, own[known]] += 1
    return np.asarray(votes.argmax(axis=1), dtype=np.int64)


def _graph(near: "Labels") -> Graph:
    """The graph in which two are joined where one is near the other."""
    import numpy as np

    size = len(near)
    starts, ends = np.repeat(np.arange(size), near.shape[1]), near.ravel()
    pairs = np.unique(np.concatenate([starts * size + ends, ends * size + starts]))
    return Graph(size, pairs // size, pairs % size, np.ones(len(pairs)))


def _divided(graph: Graph, random: "np.random.Generator") -> "Labels":
    """Communities of a graph: nodes go where modularity grows most, then communities are the nodes, and again."""
    import numpy as np

    labels = np.arange(graph.size)
    while True:
        moved = _numbered(np.array(_moved(graph, random), dtype=np.int64))
        labels = moved[labels]
        size = int(moved.max()) + 1
        if size == graph.size:
            return labels
        graph = _contracted(graph, moved, size)


def _moved(graph: Graph, random: "np.random.Generator") -> list[int]:
    """The community of each node, after each has been moved to where it fits best, until none moves any more."""
    import numpy as np

    degrees = np.bincount(graph.starts, weights=graph.weights, minlength=graph.size).tolist()
    total = sum(degrees) or 1.0
    bounds = np.searchsorted(graph.starts, np.arange(graph.size + 1)).tolist()
    ends, weights = graph.ends.tolist(), graph.weights.tolist()
    of, sizes = list(range(graph.size)), list(degrees)
    for _ in range(SWEEPS):
        moves = 0
        for node in random.permutation(graph.size).tolist():
            links: defaultdict[int, float] = defaultdict(float)
            for at in range(bounds[node], bounds[node + 1]):
                if ends[at] != node:
                    links[of[ends[at]]] += weights[at]
            old = of[node]
            sizes[old] -= degrees[node]
            pull = degrees[node] / total
            best, most = old, links[old] - pull * sizes[old] + 1e-9
            for community, weight in links.items():
                if weight - pull * sizes[community] > most:
                    best, most = community, weight - pull * sizes[community]
            sizes[best] += degrees[node]
            of[node] = best
            moves += best != old
        if not moves:
            break
    return of


def _contracted(graph: Graph, labels: "Labels", size: int) -> Graph:
    """The graph of communities: a node each, an edge as heavy as all between two; within one, to itself."""
    import numpy as np

    pairs, at = np.unique(labels[graph.starts] * size + labels[graph.ends], return_inverse=True)
    weights = np.asarray(np.bincount(at, weights=graph.weights), dtype=np.float64)
    return Graph(size, pairs // size, pairs % size, weights)


def _joined(graph: Graph, labels: "Labels", most: int) -> "Labels":
    """At most so many communities: those are joined first that modularity loses least by."""
    import numpy as np

    labels = _numbered(labels)
    count = int(labels.max()) + 1
    small = _contracted(graph, labels, count)
    between = np.zeros((count, count))
    between[small.starts, small.ends] = small.weights / graph.weights.sum()
    into = np.arange(count)
    for _ in range(count - most):
        share = between.sum(axis=1)
        gain = np.where(np.eye(count, dtype=bool), -np.inf, between - np.outer(share, share))
        gone = np.flatnonzero(into != np.arange(count))
        gain[gone, :] = gain[:, gone] = -np.inf
        one, other = sorted(np.unravel_index(int(gain.argmax()), gain.shape))
        between[one] += between[other]
        between[:, one] += between[:, other]
        between[other] = between[:, other] = 0
        into[into == other] = one
    return _numbered(into[labels])


def _numbered(labels: "Labels") -> "Labels":
    """The same labels from 0 without gaps."""
    import numpy as np

    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)


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
