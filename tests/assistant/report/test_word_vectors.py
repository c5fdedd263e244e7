"""Words and clusters come out as by scikit-learn, by which they were found before: saved reports stay the same."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import silhouette_score

from assistant.report.clustering import cut_tree, link_by_ward, measure_silhouette
from assistant.report.word_vectors import WordRows, reduce_words, weigh_terms

Floats = NDArray[np.float64]


def make_texts(count: int) -> list[list[str]]:
    """Texts of words of which a few are frequent and most are rare; one is empty."""
    random = np.random.default_rng(5)
    return [[], *([f"w{number}" for number in random.zipf(1.3, 40) if number < 400] for _ in range(count - 1))]


def write_out(rows: WordRows) -> Floats:
    """All of the matrix, with its zeros."""
    dense = np.zeros((rows.size, rows.width))
    dense[rows.rows, rows.words] = rows.weights
    return dense


@pytest.mark.parametrize(("least", "share"), [(1, 1.0), (2, 0.6), (5, 0.1)])
def test_words_weigh_what_they_weigh_in_scikit_learn(least: int, share: float) -> None:
    texts = make_texts(90)
    theirs = TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=least, max_df=share).fit_transform(texts)
    np.testing.assert_allclose(write_out(weigh_terms(texts, least, share)), theirs.toarray(), atol=1e-12)


@pytest.mark.parametrize("texts", [[], [[], []], [["a"], ["b"]]])
def test_where_no_word_is_left_there_is_no_column(texts: list[list[str]]) -> None:
    assert weigh_terms(texts, least=2).width == 0


@pytest.mark.parametrize("count", [40, 700])
@pytest.mark.parametrize("seed", [None, 0, 3])
def test_main_directions_are_those_of_scikit_learn(count: int, seed: int | None) -> None:
    rows = weigh_terms(make_texts(count), 2, 0.6)
    solver = TruncatedSVD(12, algorithm="arpack" if seed is None else "randomized", random_state=seed or 0)
    np.testing.assert_allclose(reduce_words(rows, 12, seed), solver.fit_transform(write_out(rows)), atol=1e-9)


def test_texts_are_compared_by_the_cosine_of_their_words() -> None:
    rows = weigh_terms([["light", "acne"], ["light", "acne"], ["frogs"], []])
    assert [[round(float(cosine), 9) for cosine in row] for row in rows.compare_each(3)] == [
        [1.0, 1.0, 0.0, 0.0],
        [1.0, 1.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0],
    ]


@pytest.mark.parametrize("count", [3, 17, 120])
def test_clusters_and_their_numbers_are_those_of_scikit_learn(count: int) -> None:
    points = np.random.default_rng(count).normal(size=(count, 6))
    merges = link_by_ward(points)
    for clusters in range(2, min(count, 12)):
        theirs = AgglomerativeClustering(clusters, linkage="ward").fit_predict(points)
        labels = cut_tree(merges, clusters)
        assert labels.tolist() == theirs.tolist()
        assert measure_silhouette(points, labels) == pytest.approx(float(silhouette_score(points, theirs)), abs=1e-12)


def test_points_at_one_place_are_linked_and_nothing_is_clear() -> None:
    points = np.ones((6, 2))
    labels = cut_tree(link_by_ward(points), 2)
    assert sorted(set(labels.tolist())) == [0, 1]
    assert measure_silhouette(points, labels) == 0.0
