"""Ward's linkage (1963) of points, and how clear clusters are (mean silhouette, Rousseeuw 1987).

Both give what scikit-learn's ``AgglomerativeClustering`` and ``silhouette_score`` give, down to the numbers of the
labels, without scikit-learn: see ``word_vectors``.
"""

from heapq import heappush, heappushpop
from typing import TYPE_CHECKING

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
