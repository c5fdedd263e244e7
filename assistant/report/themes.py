"""The themes of papers: clusters with a name each, in groups where they are many, and the papers that fit none well."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from assistant.report.clustering import build_features, find_clusters, group_clusters
from assistant.report.theme_names import name_themes
from store.library import Library
from store.paper import Paper

if TYPE_CHECKING:
    from assistant.report.clustering import Matrix

FAR = 2.0
"""Standard deviations below the mean closeness of all papers to their themes, from which a paper is said not to fit its
theme; the customary bound of outliers, about one paper in forty."""
TYPICAL = 3
"""Papers that stand for a theme; the issue that asked for them named the number."""


class Theme(NamedTuple):
    """Papers that belong together, by closeness to their common centre.

    Attributes:
        label: Its name.
        papers: The papers, the most central first.
        group: The name of the group of themes that it is of, "" where there are none.
        far: Ids of those of the papers that are far from the others.
        terms: Phrases that are most its own.
    """

    label: str
    papers: tuple[Paper, ...]
    group: str = ""
    far: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The label as it begins a line."""
        return self.label[:1].upper() + self.label[1:]

    @property
    def typical(self) -> tuple[Paper, ...]:
        """The papers that stand for it: of those with one title, as volumes of proceedings have, the most central."""
        titles = {paper.title: paper for paper in reversed(self.papers)}
        distinct = [paper for paper in self.papers if titles[paper.title] is paper]
        return tuple(distinct[:TYPICAL])


def find_themes(library: Library, papers: Sequence[Paper], seed: int = 0) -> list[Theme]:
    """Find the themes of some papers: group by group, the largest first; of two alike, by their label.

    The papers are put in the order of their ids before, so the result depends on the set of papers alone.

    Raises:
        LibraryError: The library cannot be read.
    """
    import numpy as np

    ordered = sorted(papers, key=lambda paper: paper.id)
    points = build_features(library, ordered, seed)
    cluster_of = find_clusters(points, seed)
    group_of = group_clusters(points, cluster_of).tolist()
    members, closeness = [], np.zeros(len(ordered))
    for cluster in range(len(group_of)):
        rows = np.flatnonzero(cluster_of == cluster)
        closeness[rows] = points[rows] @ _find_centre(points[rows])
        members.append(rows[np.argsort(-closeness[rows], kind="stable")].tolist())
    bound = closeness.mean() - FAR * closeness.std()
    names = name_themes([[ordered[row] for row in rows] for rows in members])
    groups = _name_groups([[ordered[row] for row in rows] for rows in members], group_of)
    themes = [
        Theme(
            name.name,
            tuple(ordered[row] for row in rows),
            groups[group],
            tuple(ordered[row].id for row in rows if closeness[row] < bound),
            name.terms,
        )
        for name, rows, group in zip(names, members, group_of, strict=True)
    ]
    sizes = {group: sum(len(theme.papers) for theme in themes if theme.group == group) for group in groups}
    return sorted(themes, key=lambda theme: (-sizes[theme.group], theme.group, -len(theme.papers), theme.label))


def _find_centre(rows: "Matrix") -> "Matrix":
    import numpy as np

    mean = rows.mean(axis=0)
    centre: Matrix = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return centre


def _mix(themes: Sequence[Sequence[Paper]]) -> list[Paper]:
    """Put the papers of some themes in one row, the most central ones of each first."""
    return [paper for row in zip_longest(*themes) for paper in row if paper is not None]


def _name_groups(themes: Sequence[Sequence[Paper]], group_of: Sequence[int]) -> list[str]:
    """Name the groups of themes; "" where there is only one."""
    count = max(group_of) + 1
    if count == 1:
        return [""]
    papers = [
        _mix([papers for papers, own in zip(themes, group_of, strict=True) if own == group]) for group in range(count)
    ]
    return [name.name for name in name_themes(papers)]
