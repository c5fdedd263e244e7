"""The papers of a report in themes, each theme named, the most central papers first."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.report.clusters import clusters, features
from assistant.report.themes import labels
from store.library import Library
from store.paper import Paper


class Theme(NamedTuple):
    """Papers that belong together, by closeness to their common centre."""

    label: str
    papers: tuple[Paper, ...]

    @property
    def heading(self) -> str:
        """The label as it begins a line."""
        return self.label[:1].upper() + self.label[1:]


def themes(library: Library, papers: Sequence[Paper], seed: int = 0) -> list[Theme]:
    """The themes of some papers, the largest first; of two alike, by their label.

    The papers are put in the order of their ids before, so the result hangs on the set of papers alone.

    Raises:
        LibraryError: The library cannot be read.
    """
    import numpy as np

    ordered = sorted(papers, key=lambda paper: paper.id)
    view = library.view()
    vectors = view.vectors_of([paper.id for paper in ordered]) if view else {}
    points = features(ordered, np.array([vectors[paper.id] for paper in ordered]), seed)
    found = clusters(points, seed)
    groups = []
    for label in sorted(set(found.tolist())):
        rows = np.flatnonzero(found == label)
        closeness = points[rows] @ points[rows].mean(axis=0)
        groups.append([ordered[row] for row in rows[np.argsort(-closeness, kind="stable")]])
    made = [Theme(label, tuple(group)) for label, group in zip(labels(groups), groups, strict=True)]
    return sorted(made, key=lambda theme: (-len(theme.papers), theme.label))
