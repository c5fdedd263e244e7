"""Which papers belong together: found again where they lie apart, the same each time, never too many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from assistant.report import clustering as clusters_module
from assistant.report.clustering import EACH, MOST, find_clusters, group_clusters
from assistant.report.communities import find_communities, vote_labels

Floats = NDArray[np.float64]


def unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    made: Floats = rows / np.where(lengths > 0, lengths, 1.0)
    return made


def heaps(sizes: list[int], spread: float = 0.1) -> tuple[Floats, list[int]]:
    """Unit rows around so many directions, mixed up, and which of them each is of."""
    random = np.random.default_rng(7)
    own = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    centres = unit(random.normal(size=(len(sizes), 12)))
    return unit(centres[own] + spread * random.normal(size=(len(own), 12))), own.tolist()


def agrees(labels: NDArray[np.int64], own: list[int]) -> bool:
    """Whether two ways to divide are the same but for the numbers."""
    pairs = set(zip(labels.tolist(), own, strict=True))
    return len(pairs) == len(set(labels.tolist())) == len(set(own))


def test_heaps_of_unlike_size_are_found_again() -> None:
    points, own = heaps([150, 60, 30, 20])
    assert agrees(find_communities(points, MOST), own)
    assert agrees(find_clusters(points), own)


def test_the_same_seed_gives_the_same_communities() -> None:
    points, _ = heaps([80, 80, 80], spread=0.6)
    one, other = (find_communities(points, MOST, seed=3) for _ in range(2))
    assert one.tolist() == other.tolist()


def test_there_are_no_more_than_wanted_and_near_ones_are_joined() -> None:
    points, own = heaps([40] * 9)
    assert len(set(find_communities(points, MOST).tolist())) == 9
    few = find_communities(points, 4)
    assert sorted(set(few.tolist())) == [0, 1, 2, 3]
    assert len(set(zip(few.tolist(), own, strict=True))) == 9


def test_many_papers_are_divided_by_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    points, own = heaps([120, 80, 50])
    monkeypatch.setattr(clusters_module, "FEW", 20)
    monkeypatch.setattr(clusters_module, "SAMPLE", 100)
    assert agrees(find_clusters(points, seed=1), own)


def test_a_vote_goes_to_the_commonest_and_a_tie_to_what_was() -> None:
    starts, ends = np.array([0, 0, 0, 1, 1, 2, 2]), np.array([0, 1, 2, 0, 2, 0, 2])
    labels = np.array([0, 0, 1])
    assert vote_labels(np.array([1, 1, -1]), labels, starts, ends).tolist() == [0, 1, 0]


@given(
    arrays.arrays(
        np.float64, st.tuples(st.integers(1, 40), st.just(3)), elements=st.floats(-1, 1, allow_subnormal=False)
    )
)
def test_any_points_get_labels_from_0_without_gaps(points: Floats) -> None:
    labels = find_clusters(unit(points))
    assert len(labels) == len(points)
    assert sorted(set(labels.tolist())) == list(range(len(set(labels.tolist()))))
    assert len(set(labels.tolist())) <= max(1, round(len(points) / EACH))
    if len(points) > 2:
        found = find_communities(unit(points), 3)
        assert len(found) == len(points)
        assert set(found.tolist()) <= {0, 1, 2}


def test_papers_that_lie_far_apart_are_left_in_few_clusters_and_those_of_one_field_divided_further() -> None:
    apart, _ = heaps([80, 80, 80], spread=0.05)
    assert len(set(find_clusters(apart).tolist())) == 3
    mixed, _ = heaps([500], spread=1.0)
    assert 10 <= len(set(find_clusters(mixed).tolist())) <= 20


def test_clusters_of_many_papers_do_not_depend_on_the_seed() -> None:
    points, _ = heaps([60] * 5, spread=0.8)
    assert find_clusters(points, seed=1).tolist() == find_clusters(points, seed=2).tolist()


def test_many_clusters_come_in_groups_of_near_ones_and_few_in_one() -> None:
    random = np.random.default_rng(3)
    centres = np.repeat(unit(random.normal(size=(4, 12))), 3, axis=0) + 0.1 * random.normal(size=(12, 12))
    points, labels = np.repeat(unit(centres), 4, axis=0), np.repeat(np.arange(12), 4)
    groups = group_clusters(points, labels).tolist()
    assert [len(set(groups[first : first + 3])) for first in (0, 3, 6, 9)] == [1, 1, 1, 1]
    assert sorted(set(groups)) == [0, 1, 2, 3]
    assert group_clusters(points[:36], labels[:36]).tolist() == [0] * 9
