"""Communities of the graph that joins each paper with its nearest ones: which papers belong together, of many.

Topics differ in size and shape, so distances to a common centre cut them badly, while the nearest neighbours of a paper
still are of its topic. Communities are those of highest modularity (Blondel et al. 2008), at a resolution (Reichardt &
Bornholdt 2006). The result depends on the order in which papers are moved; so several orders are tried, and what they
agree on is divided once more (Lancichinetti & Fortunato 2012).
"""

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Points = NDArray[np.floating]
    Labels = NDArray[np.int64]

NEIGHBOURS = 15
"""What such graphs are mostly made with; 30 blur small topics, 10 break them up (``benchmarks/README.md``)."""
ORDERS = 8
"""Orders in which papers are moved; one alone gives purities that differ by .02."""
SWEEPS = 20
"""How often all papers are gone through at the most; chosen by hand, not measured."""
# Points that are compared with all others at once: bounds the memory.
_BLOCK = 250


class Graph(NamedTuple):
    """Edges by the numbers of their ends, each in both directions, with their weights, sorted by ``ends``."""

    size: int
    starts: "Labels"
    ends: "Labels"
    weights: "Floats"


def find_communities(points: "Points", most: int, seed: int = 0, resolution: float = 1.0) -> "Labels":
    """Give each of the unit rows a label from 0, at most ``most`` different ones; memory grows with the rows.

    Args:
        points: Unit rows.
        most: Communities at the most.
        seed: Of the orders in which points are moved.
        resolution: The higher, the smaller the communities; 1 is modularity as it is.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    graph = _join_nearest(find_nearest(points, points, own=True))
    trials = [_divide(graph, random, resolution) for _ in range(ORDERS)]
    agreement = np.mean([labels[graph.starts] == labels[graph.ends] for labels in trials], axis=0)
    together = agreement > 0
    consensus = _divide(
        Graph(graph.size, graph.starts[together], graph.ends[together], np.asarray(agreement[together])),
        random,
        resolution,
    )
    labels = _merge_communities(graph, consensus, most)
    for _ in range(SWEEPS):
        before, labels = labels, vote_labels(labels, labels, graph.starts, graph.ends)
        if np.array_equal(before, labels):
            break
    return renumber(labels)


def find_nearest(points: "Points", among: "Points", own: bool = False) -> "Labels":
    """Find the rows of ``among`` nearest to each point, shape (points, ``NEIGHBOURS``).

    Args:
        points: Unit rows.
        among: Unit rows, those that may be near.
        own: Whether the two are the same, and no point is to be its own neighbour.
    """
    import numpy as np

    candidates = np.asarray(among, dtype=np.float32)
    count = min(NEIGHBOURS, len(candidates) - own)
    blocks = []
    for start in range(0, len(points), _BLOCK):
        cosines = np.asarray(points[start : start + _BLOCK], dtype=np.float32) @ candidates.T
        if own:
            rows = np.arange(len(cosines))
            cosines[rows, start + rows] = -2.0  # below any cosine
        blocks.append(np.argpartition(-cosines, count - 1, axis=1)[:, :count].copy())  # not a view into all of it
    return np.concatenate(blocks)


def vote_labels(own: "Labels", labels: "Labels", starts: "Labels", ends: "Labels") -> "Labels":
    """Give each point the commonest label among its neighbours; its ``own`` where that is as common, -1 for none.

    Args:
        own: Labels of the points.
        labels: Of what they may be neighbours of.
        starts: Points.
        ends: A neighbour of each of them.
    """
    import numpy as np

    kinds = int(labels.max()) + 1
    votes = np.bincount(starts * kinds + labels[ends], minlength=len(own) * kinds).reshape(len(own), kinds) * 2
    labelled = np.flatnonzero(own >= 0)
    votes[labelled, own[labelled]] += 1  # a half vote: every neighbour has two
    return np.asarray(votes.argmax(axis=1), dtype=np.int64)


def _join_nearest(near: "Labels") -> Graph:
    """Join two points where one is near the other."""
    import numpy as np

    size = len(near)
    starts, ends = np.repeat(np.arange(size), near.shape[1]), near.ravel()
    pairs = np.unique(np.concatenate([starts * size + ends, ends * size + starts]))
    return Graph(size, pairs // size, pairs % size, np.ones(len(pairs)))


def _divide(graph: Graph, random: "np.random.Generator", resolution: float) -> "Labels":
    """Find communities: nodes go where modularity grows most, then communities are the nodes, and again."""
    import numpy as np

    labels = np.arange(graph.size)
    while True:
        moved = renumber(np.array(_move_nodes(graph, random, resolution), dtype=np.int64))
        labels = moved[labels]
        size = int(moved.max()) + 1
        if size == graph.size:
            return labels
        graph = _contract(graph, moved, size)


def _move_nodes(graph: Graph, random: "np.random.Generator", resolution: float) -> list[int]:
    """Move each node to the community where it fits best, until none moves any more; returns that of each node."""
    import numpy as np

    degrees = np.bincount(graph.starts, weights=graph.weights, minlength=graph.size).tolist()
    total = sum(degrees) or 1.0
    bounds = np.searchsorted(graph.starts, np.arange(graph.size + 1)).tolist()
    ends, weights = graph.ends.tolist(), graph.weights.tolist()
    community_of, sizes = list(range(graph.size)), list(degrees)
    for _ in range(SWEEPS):
        moves = 0
        for node in random.permutation(graph.size).tolist():
            links: defaultdict[int, float] = defaultdict(float)
            for edge in range(bounds[node], bounds[node + 1]):
                if ends[edge] != node:
                    links[community_of[ends[edge]]] += weights[edge]
            old = community_of[node]
            sizes[old] -= degrees[node]
            pull = resolution * degrees[node] / total
            best, most = old, links[old] - pull * sizes[old] + 1e-9  # a move has to gain more than rounding
            for community, weight in links.items():
                if weight - pull * sizes[community] > most:
                    best, most = community, weight - pull * sizes[community]
            sizes[best] += degrees[node]
            community_of[node] = best
            moves += best != old
        if not moves:
            break
    return community_of


def _contract(graph: Graph, labels: "Labels", size: int) -> Graph:
    """Make the communities nodes: an edge is as heavy as all between two; within one, it leads to itself."""
    import numpy as np

    pairs, places = np.unique(labels[graph.starts] * size + labels[graph.ends], return_inverse=True)
    weights = np.asarray(np.bincount(places, weights=graph.weights), dtype=np.float64)
    return Graph(size, pairs // size, pairs % size, weights)


def _merge_communities(graph: Graph, labels: "Labels", most: int) -> "Labels":
    """Merge communities until there are ``most``, those first that modularity loses least by."""
    import numpy as np

    labels = renumber(labels)
    count = int(labels.max()) + 1
    small = _contract(graph, labels, count)
    between = np.zeros((count, count))
    between[small.starts, small.ends] = small.weights / graph.weights.sum()
    into = np.arange(count)
    for _ in range(count - most):
        share = between.sum(axis=1)
        gain = np.where(np.eye(count, dtype=bool), -np.inf, between - np.outer(share, share))
        gone = np.flatnonzero(into != np.arange(count))
        gain[gone, :] = gain[:, gone] = -np.inf
        target, source = sorted(np.unravel_index(int(gain.argmax()), gain.shape))
        between[target] += between[source]
        between[:, target] += between[:, source]
        between[source] = between[:, source] = 0
        into[into == source] = target
    return renumber(into[labels])


def renumber(labels: "Labels") -> "Labels":
    """Number the labels from 0 without gaps."""
    import numpy as np

    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)
