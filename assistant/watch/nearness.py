"""How near new papers are to those of a library or a report: the mean cosine to the nearest of them."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.filters import Filters
from store.index.snapshot import Snapshot
from store.remote.view import ServerView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

NEAREST = 3
"""Papers whose cosines are averaged: one alone may be a stray, and small themes have no more. Chosen by hand."""
FAR = 2.0
"""Standard deviations below the mean nearness of the papers that are there, from which a paper counts as far: the bound
that ``assistant.report.themes`` has for papers that fit no theme."""
_SAMPLE = 500
"""Papers on which the mean is measured. Chosen by hand: it costs as many rows of cosines to all papers."""
_ASKED = 100
"""Papers on which it is measured where a server is asked for the nearest of each. Chosen by hand."""
# Rows of cosines that are in memory at once.
_BLOCK = 200


class Nearness(NamedTuple):
    """How near a paper is, -1 to 1, and whether that is farther than nearly all of the others."""

    value: float
    far: bool


def measure_nearness(view: Snapshot, new: Sequence[str], old: Collection[str]) -> dict[str, Nearness]:
    """Measure how near new papers are to the known ones of a library.

    Args:
        view: The library.
        new: Ids of the new papers.
        old: Ids of the papers that were there.

    Returns:
        By their ids; all are 0 and not far where nothing was there. Those that are not embedded yet are left out.
    """
    import numpy as np

    if isinstance(view, ServerView):
        return _measure_there(view, new, old)
    rows = {paper_id: row for paper_id, row in view.rows_of(new).items() if row not in view.pending}
    fresh = {*rows.values(), *view.pending}
    others = np.array([row for row in view.rows(Filters()).tolist() if row not in fresh], dtype=np.int64)
    if not len(others) or not old or not rows:
        return {paper_id: Nearness(0.0, far=False) for paper_id in rows}
    matrix = view.vectors[others]
    step = max(1, len(others) // _SAMPLE)
    usual = _average_nearest(matrix[::step], matrix, own=True)
    bound = float(usual.mean() - FAR * usual.std()) if len(others) > NEAREST else -1.0
    values = _average_nearest(view.vectors[list(rows.values())], matrix)
    return {
        paper_id: Nearness(round(float(value), 4), bool(value < bound))
        for paper_id, value in zip(rows, values, strict=True)
    }


def _measure_there(view: ServerView, new: Sequence[str], known: Collection[str]) -> dict[str, Nearness]:
    """Measure the same where the library is searched in a server, which is asked for the nearest papers of each."""
    import numpy as np

    values = view.average_nearest(new, {*new}, NEAREST)
    if not known or view.count <= len(values):
        return {paper_id: Nearness(0.0, far=False) for paper_id in values}
    usual = np.array([*view.average_nearest(view.draw_ids(_ASKED), {*new}, NEAREST).values()])
    bound = float(usual.mean() - FAR * usual.std()) if len(usual) and view.count - len(values) > NEAREST else -1.0
    return {paper_id: Nearness(round(value, 4), value < bound) for paper_id, value in values.items()}


class GroupFinder:
    """Finds the group of papers, such as a theme, that a paper belongs to.

    Args:
        vectors: Of all papers that are asked for, by their ids.
        groups: Ids of the papers of each group, by its name.
    """

    def __init__(self, vectors: "Mapping[str, Matrix]", groups: Mapping[str, Sequence[str]]) -> None:
        import numpy as np

        self._vectors = vectors
        self._groups = {
            name: np.array([vectors[paper_id] for paper_id in ids if paper_id in vectors])
            for name, ids in groups.items()
            if any(paper_id in vectors for paper_id in ids)
        }
        # A group of one paper says nothing of how near its papers are to each other.
        own = [_average_nearest(matrix, matrix, own=True) for matrix in self._groups.values() if len(matrix) > 1]
        usual = np.concatenate(own) if own else np.zeros(0)
        self._bound = float(usual.mean() - FAR * usual.std()) if len(usual) > 1 else -1.0

    def find_group(self, paper_id: str) -> str:
        """Find the group that a paper is nearest to; "" where it is far from all of them."""
        vector = self._vectors.get(paper_id)
        if vector is None or not self._groups:
            return ""
        values = {name: float(_average_nearest(vector[None], matrix)[0]) for name, matrix in self._groups.items()}
        best = max(values, key=lambda name: values[name])
        return best if values[best] >= self._bound else ""


def _average_nearest(rows: "Matrix", others: "Matrix", own: bool = False) -> "Matrix":
    """Average the cosines of each row to its nearest ones; with ``own`` the row itself is among the others."""
    import numpy as np

    neighbour_count = min(NEAREST, len(others) - own)
    if neighbour_count < 1:
        return np.zeros(len(rows), dtype=np.float32)
    averages = []
    for start in range(0, len(rows), _BLOCK):
        cosines = rows[start : start + _BLOCK] @ others.T
        top = -np.sort(-cosines, axis=1)[:, own : own + neighbour_count]
        averages.append(top.mean(axis=1))
    return np.concatenate(averages) if averages else np.zeros(0, dtype=np.float32)
