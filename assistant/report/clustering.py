"""Which papers belong together: by meaning (their vectors) and by words (tf-idf, reduced to its main directions).

Up to ``FEW`` papers by Ward's linkage with the number of clusters by silhouette (Rousseeuw 1987); density clustering
puts all of 45 papers into noise. Linkage (Ward 1963) and silhouettes are those of scikit-learn's
``AgglomerativeClustering`` and ``silhouette_score``, down to the numbers of the labels, without it. Of more papers
silhouettes favour two or three clusters, and linkage gives other clusters with ten papers more; there it is
``communities``. Beyond ``SAMPLE`` papers it is communities of a sample.
``benchmarks/README.md`` compares the ways.
"""

from collections.abc import Sequence
from heapq import heappush, heappushpop
from math import ceil
from typing import TYPE_CHECKING

from assistant.report.communities import find_communities, find_nearest, vote_labels
from assistant.report.word_vectors import reduce_words, weigh_terms
from store.index.index_schema import extract_terms
from store.library import Library
from store.paper import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Labels = NDArray[np.int64]


Merges = list[tuple[int, int]]
"""Which two clusters each step joins: a point has its own number, what step n makes that of the points plus n."""


def link_by_ward(points: "Matrix") -> Merges:
    """Join clusters until one is left, each time the two by which the squared distances to the means grow least."""
    import numpy as np

    count = len(points)
    # Lance & Williams' recurrence on squared distances; what is joined lives on in the row of the second.
    apart = _measure_distances(points) ** 2
    np.fill_diagonal(apart, np.inf)
    sizes, names = np.ones(count), np.arange(count)
    nearest = apart.argmin(axis=1)
    merges: Merges = []
    for step in range(count - 1):
        here = int(apart[np.arange(count), nearest].argmin())
        there = int(nearest[here])
        first, second = sorted((int(names[here]), int(names[there])))
        merges.append((first, second))
        joined = (
            (sizes + sizes[here]) * apart[here] + (sizes + sizes[there]) * apart[there] - sizes * apart[here, there]
        ) / (sizes + sizes[here] + sizes[there])
        joined[[here, there]] = np.inf
        apart[there], apart[:, there] = joined, joined
        apart[here], apart[:, here] = np.inf, np.inf
        sizes[there] += sizes[here]
        names[there] = count + step
        stale = np.flatnonzero((nearest == here) | (nearest == there))
        nearest[stale] = apart[stale].argmin(axis=1)
        nearest[there] = joined.argmin()
        nearer = joined < apart[np.arange(count), nearest]
        nearest[nearer] = there
    return merges


def cut_tree(merges: Merges, clusters: int) -> "Labels":
    """Give each point the label of its cluster, from 0, where the last joins are undone until there are so many."""
    import numpy as np

    count = len(merges) + 1
    tops = [-(2 * count - 2)] if merges else [0]
    for _ in range(clusters - 1):
        first, second = merges[-tops[0] - count]
        heappush(tops, -first)
        heappushpop(tops, -second)
    labels = np.zeros(count, dtype=np.int64)
    for label, top in enumerate(tops):
        waiting = [-top]
        while waiting:
            node = waiting.pop()
            if node < count:
                labels[node] = label
            else:
                waiting += merges[node - count]
    return labels


def measure_silhouette(points: "Matrix", labels: "Labels") -> float:
    """Measure the mean silhouette of two clusters or more; a point that is alone in its own counts 0."""
    import numpy as np

    of = np.unique(labels, return_inverse=True)[1]
    sizes = np.bincount(of)
    sums = _measure_distances(points) @ np.eye(len(sizes))[of]
    own = np.arange(len(of))
    within = sums[own, of] / np.maximum(sizes[of] - 1, 1)
    means = sums / sizes
    means[own, of] = np.inf
    between = means.min(axis=1)
    larger = np.maximum(within, between)
    gaps = np.where((sizes[of] > 1) & (larger > 0), between - within, 0.0)
    return float((gaps / np.where(larger > 0, larger, 1.0)).mean())


def _measure_distances(points: "Matrix") -> "Matrix":
    import numpy as np

    squares = np.einsum("ij,ij->i", points, points)
    apart = squares[:, None] - 2 * (points @ points.T) + squares
    np.fill_diagonal(apart, 0.0)
    return np.asarray(np.sqrt(np.maximum(apart, 0.0)))


FEW = 150
"""Papers up to which all are linked; chosen by hand, not measured: most collections of one's own are below."""
SAMPLE = 10_000
"""Papers that are divided into communities; the others go to that of most papers near them. Bounds the time."""
FEWEST, MOST = 2, 15
"""Clusters that linkage makes: what a reader can keep apart."""
MOST_COMMUNITIES = 20
"""Communities at the most: they come in groups, so a reader can keep more of them apart."""
EACH = 5
"""Papers that a cluster holds on average, at the least; chosen by hand, not measured."""
CROWD = 50
"""Papers that a community holds on average, at the most, as long as there are no ``ENOUGH`` of them: of 497 papers on
one field modularity alone makes eight or nine. Chosen by hand, not measured."""
ENOUGH = 10
RESOLUTIONS = (1.0, 1.5, 2.0, 3.0)
"""What is tried one after the other till there are enough communities. Of 497 texts of cranfield 1.5 makes 14, of which
.98 of the pairs stay together over seeds (``python -m benchmarks.themes cranfield``)."""
CLEAR = 0.5
"""Mean silhouette from which clusters are so far apart that they are left as they are, few or not: what Kaufman &
Rousseeuw (1990) call a reasonable structure. Papers of one field come to .1."""
WORDS = 0.8
"""How much the words count beside the meaning; chosen by hand, not measured."""
DIRECTIONS = 30
"""Main directions of the words that are looked at; chosen by hand, not measured."""
# Papers up to which silhouettes are computed: their time grows with the square.
_COMPARED = 2000


def build_features(library: Library, papers: Sequence[Paper], seed: int = 0, exact: bool = True) -> "Matrix":
    """Describe papers by what they mean and by which words they use.

    Args:
        library: Where their vectors are.
        papers: The papers.
        seed: Of the reduction of the words.
        exact: Whether that is the same for each seed, and exact where there are not too many papers; reports of the
            first form were made without.

    Returns:
        Unit rows of shape (papers, dimension + directions).

    Raises:
        LibraryError: The library cannot be read.
    """
    import numpy as np  # Late here and below: it is slow to import.

    by_id = library.get_vectors([paper.id for paper in papers])
    vectors = _normalize(np.array([by_id[paper.id] for paper in papers], dtype=np.float64))
    # A word of one paper joins none, and one of most papers sets none apart.
    words = weigh_terms([_list_words(paper) for paper in papers], least=2, share=0.6)
    directions = min(DIRECTIONS, len(papers) - 1, words.width - 1)
    if directions < 1:
        return vectors
    reduced = reduce_words(words, directions, None if exact else seed)
    return _normalize(np.hstack([vectors, WORDS * _normalize(reduced)]))


def _normalize(rows: "Matrix") -> "Matrix":
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = rows / np.where(lengths > 0, lengths, 1.0)
    return unit


def _list_words(paper: Paper) -> list[str]:
    # A word of the title says twice as much.
    return extract_terms(paper.title) * 2 + extract_terms(paper.abstract)


def find_clusters(points: "Matrix", seed: int = 0) -> "Labels":
    """Give each of the unit rows a label from 0; one label for all where there are too few to tell apart.

    The seed draws the sample where there are more than ``SAMPLE``. The orders in which communities are looked for are
    the same for each seed: of texts of one field other orders leave .7 to .9 of the pairs together, which no reader who
    asks twice should meet.
    """
    return link_points(points) if len(points) <= FEW else _find_enough(points, seed)


def link_points(points: "Matrix") -> "Labels":
    """Give each of the unit rows a label from 0 by linkage, as many as have the best mean silhouette.

    There are ``MOST`` at the most and on average ``EACH`` papers in one at the least. Time and memory grow with the
    square of the rows.
    """
    import numpy as np

    most = min(MOST, round(len(points) / EACH))
    if most < FEWEST:
        return np.zeros(len(points), dtype=np.int64)
    return _choose_cut(points, FEWEST, most)


def _choose_cut(points: "Matrix", fewest: int, most: int) -> "Labels":
    """Link points, and take as many clusters as have the best mean silhouette."""
    merges = link_by_ward(points)
    choices = [cut_tree(merges, number) for number in range(fewest, most + 1)]
    return max(choices, key=lambda labels: measure_silhouette(points, labels))


def _find_enough(points: "Matrix", seed: int) -> "Labels":
    """Find as many communities as a reader needs to see what so many papers are about."""
    fewest = min(ENOUGH, ceil(len(points) / CROWD))
    labels = find_sampled(points, MOST_COMMUNITIES, seed)
    if len(set(labels.tolist())) >= fewest or _are_clear(points, labels):
        return labels
    for resolution in RESOLUTIONS[1:]:
        labels = find_sampled(points, MOST_COMMUNITIES, seed, resolution)
        if len(set(labels.tolist())) >= fewest:
            break
    return labels


def _are_clear(points: "Matrix", labels: "Labels") -> bool:
    several = 1 < len(set(labels.tolist())) < len(points) <= _COMPARED
    return several and measure_silhouette(points, labels) >= CLEAR


def find_sampled(points: "Matrix", most: int, seed: int, resolution: float = 1.0, orders: int = 0) -> "Labels":
    """Find communities of many points, or of a sample of them, which the others then join.

    Args:
        points: Unit rows.
        most: Communities at the most.
        seed: Of the sample.
        resolution: The higher, the smaller the communities.
        orders: The seed of the orders in which points are moved.
    """
    import numpy as np

    if len(points) <= SAMPLE:
        return find_communities(points, most, orders, resolution)
    chosen = np.sort(np.random.default_rng(seed).choice(len(points), SAMPLE, replace=False))
    sample_labels = find_communities(points[chosen], most, orders, resolution)
    labels = np.full(len(points), -1, dtype=np.int64)
    labels[chosen] = sample_labels
    others = np.flatnonzero(labels < 0)
    near = find_nearest(points[others], points[chosen])
    starts = np.repeat(np.arange(len(others)), near.shape[1])
    labels[others] = vote_labels(labels[others], sample_labels, starts, near.ravel())
    return labels


FEWEST_GROUPS, MOST_GROUPS = 3, 6
"""Groups of clusters: what fits one look; the issue that asked for groups named these."""


def group_clusters(points: "Matrix", labels: "Labels") -> "Labels":
    """Give each cluster the label of its group, from 0; one label for all where there are fewer than ``ENOUGH``.

    Centres are linked by Ward; there are as many groups as have the best mean silhouette of the centres.

    Args:
        points: Unit rows.
        labels: The cluster of each, from 0 without gaps.
    """
    import numpy as np

    count = int(labels.max()) + 1
    if count < ENOUGH:
        return np.zeros(count, dtype=np.int64)
    centres = _normalize(np.array([points[labels == cluster].mean(axis=0) for cluster in range(count)]))
    return _choose_cut(centres, FEWEST_GROUPS, MOST_GROUPS)
