"""How words and meaning are weighed against each other, with every figure written out."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest

from store.filters import Filters
from store.index.pending import PendingRows
from store.index.snapshot import Ranked, Snapshot
from store.paper import Paper
from store.search import Candidate, best_sentences, build_hits, find_similar, rank_hybrid, rank_nearest, term_weights


class Figures:
    """An index of papers of which nothing is known but two figures each: their cosine, and their BM25."""

    def __init__(self, cosines: list[float], bm25: list[float] | None = None) -> None:
        self.vectors = np.array(cosines, dtype=np.float32)[:, None]
        self._bm25 = np.array(bm25 or [0.0] * len(cosines), dtype=np.float32)
        self.pending = PendingRows((), len(cosines))
        self.projection = None

    @property
    def count(self) -> int:
        return len(self.vectors)

    def rows(self, filters: Filters) -> np.ndarray:
        return np.arange(len(self.vectors))

    def rank_by_words(self, text: str, filters: Filters, limit: int) -> Ranked:
        best = [row for row in np.argsort(-self._bm25, kind="stable") if self._bm25[row] > 0][:limit]
        return Ranked(np.array(best, dtype=np.int64), self._bm25[best])

    def score_words(self, text: str, rows: np.ndarray) -> Ranked:
        scored = [row for row in rows.tolist() if self._bm25[row] > 0]
        return Ranked(np.array(scored, dtype=np.int64), self._bm25[scored])

    measure_background = Snapshot.measure_background
    draw_vectors = Snapshot.draw_vectors
    _sample = None


QUESTION = np.ones(1, dtype=np.float32)


def rank(figures: Figures, k: int) -> list[tuple[int, float]]:
    """Row and score of each paper, best first."""
    ranked = rank_hybrid(cast(Snapshot, figures), "any", QUESTION, Filters(), k)
    return [(candidate.row, round(candidate.score, 4)) for candidate in ranked]


def test_meaning_weighs_three_fifths_and_words_two() -> None:
    """.6 · .8/.8 + .4 · 2/4, and .6 · .4/.8 + .4 · 4/4: with more weight on words the second would win."""
    assert rank(Figures([0.8, 0.4], [2.0, 4.0]), 2) == [(0, 0.8), (1, 0.7)]


def test_each_side_is_scaled_by_its_own_best() -> None:
    assert rank(Figures([0.2, 0.1, 0.1], [10.0, 5.0, 0.0]), 3) == [(0, 1.0), (1, 0.5), (2, 0.3)]


def test_without_any_word_only_meaning_counts() -> None:
    assert rank(Figures([0.5, 0.25]), 2) == [(0, 0.6), (1, 0.3)]


def test_where_nothing_is_like_the_question_words_alone_decide() -> None:
    """Cosines below 0 are not scaled: there is no best one to scale them by."""
    assert rank(Figures([-0.5, -0.25], [1.0, 2.0]), 2) == [(1, 0.25), (0, -0.1)]


def test_a_paper_with_the_words_is_found_however_far_its_meaning_is() -> None:
    """It stands on place 301 by meaning, and has its exact cosine there."""
    cosines = [1.0 - n / 1000 for n in range(300)] + [0.1]
    ranked = rank_hybrid(cast(Snapshot, Figures(cosines, [0.0] * 300 + [3.0])), "any", QUESTION, Filters(), 301)
    by_row = {candidate.row: candidate for candidate in ranked}
    assert (round(by_row[300].score, 4), round(by_row[300].cosine, 4), by_row[300].bm25) == (0.46, 0.1, 3.0)


@pytest.mark.parametrize("k", [1, 10, 100, 101, 150, 250])
def test_as_many_papers_as_are_wanted(k: int) -> None:
    """The depth grows with what is wanted; a hundred a side are looked at in any case."""
    figures = Figures([1.0 - n / 1000 for n in range(300)])
    assert [row for row, _ in rank(figures, k)] == list(range(k))


def test_a_hundred_of_each_side_are_looked_at() -> None:
    """Place 100 by meaning wins by its words over all before it; place 101 by both sides is not looked at."""
    cosines = [0.9] * 99 + [0.8] + [0.79] + [0.0] * 99
    words = [0.0] * 99 + [1.0] + [0.98] + [0.99] * 99
    figures = Figures(cosines, words)
    assert rank(figures, 1) == [(99, 0.9333)]
    assert 100 not in [row for row, _ in rank(figures, 50)]


def test_papers_of_one_score_come_in_the_order_in_which_they_were_added() -> None:
    figures = Figures([0.5, 0.9, 0.5, 0.9] * 20, [1.0, 2.0, 1.0, 2.0] * 20)
    best, others = [n for n in range(80) if n % 2], [n for n in range(80) if not n % 2]
    assert [row for row, _ in rank(figures, 80)] == best + others
    assert [row for row, _ in rank(figures, 5)] == [1, 3, 5, 7, 9]


def test_the_nearest_of_one_cosine_come_in_the_order_in_which_they_were_added() -> None:
    ranked = rank_nearest(cast(Snapshot, Figures([0.5, 0.9] * 30)), QUESTION, Filters(), 60)
    assert [candidate.row for candidate in ranked] == [*range(1, 60, 2), *range(0, 60, 2)]
    assert (round(ranked[0].score, 4), ranked[0].bm25) == (0.9, 0.0)


@pytest.mark.parametrize("k", [1, 2, 7, 30, 59])
def test_the_nearest_of_any_order_come_best_first(k: int) -> None:
    cosines = [round((n * 37 % 61) / 61, 4) for n in range(61)]
    ranked = rank_nearest(cast(Snapshot, Figures(cosines)), QUESTION, Filters(), k)
    assert [round(candidate.cosine, 4) for candidate in ranked] == sorted(cosines, reverse=True)[:k]
    assert [candidate.row for candidate in ranked[:2]] == [28, 56][:k]


@pytest.mark.parametrize("k", [1, 2, 40, 499])
def test_the_best_of_many_are_found(k: int) -> None:
    cosines = [(n * 157 % 997) / 997 for n in range(997)]
    ranked = rank_nearest(cast(Snapshot, Figures(cosines)), QUESTION, Filters(), k)
    assert [round(candidate.cosine * 997) for candidate in ranked] == list(range(996, 996 - k, -1))


class Counted:
    """An index of 99 papers that knows in how many of them a word stands."""

    count = 99

    def count_term(self, term: str) -> int:
        return {"soil": 32, "rose": 0}.get(term, 98)


def test_a_word_weighs_by_how_rare_it_is() -> None:
    """log(1 + 99/33), log(1 + 99/1) and log(1 + 99/99); a word that is said twice counts once."""
    weights = term_weights(cast(Snapshot, Counted()), "Soil, soil, rose gardening")
    assert [round(weight, 4) for weight in weights.values()] == [1.3863, 4.6052, 0.6931]


def test_sentences_by_the_share_of_the_words_that_they_hold() -> None:
    text = "Bees sleep. Roses like soil. Soil is dark. The soil dries."
    scored = best_sentences({"rose": 3.0, "soil": 1.0}, text)
    assert [(sentence.text, sentence.score) for sentence in scored] == [
        ("Roses like soil.", 1.0),
        ("Soil is dark.", 0.25),
        ("The soil dries.", 0.25),
        ("Bees sleep.", 0.0),
    ]
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in scored)
    assert [sentence.score for sentence in best_sentences({}, text)] == [0.0] * 4


def embed_nothing(rows: Sequence[int]) -> dict[int, np.ndarray]:
    raise AssertionError("every paper is embedded")


def test_nothing_is_like_a_paper_that_is_not_there() -> None:
    class Empty:
        def row_of(self, paper_id: str) -> None:
            return None

    assert find_similar(cast(Snapshot, Empty()), "p1", 3, embed_nothing) is None


class Shelf(Figures):
    """An index of four papers, p0 to p3, of one sentence on soil and one on something else each."""

    def __init__(self) -> None:
        super().__init__([])
        self.vectors = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0], [0.8, 0.6]], dtype=np.float32)

    def count_term(self, term: str) -> int:
        return {"soil": 4, "rose": 1}.get(term, 0)

    def row_of(self, paper_id: str) -> int:
        return int(paper_id.removeprefix("p"))

    def ids(self, rows: list[int]) -> list[str]:
        return [f"p{row}" for row in rows]

    def papers(self, ids: list[str]) -> list[Paper]:
        others = {"p0": "Bees sleep.", "p1": "Roses grow.", "p2": "Rain falls.", "p3": "Moss dries."}
        return [Paper(id=one, title=f"On {one}", abstract=f"Soil is dark. {others[one]}") for one in ids]


SHELF = cast(Snapshot, Shelf())


def test_papers_are_found_by_what_is_nearest_to_one_of_them() -> None:
    """The cosines with p0 are .8 of p3, .6 of p1 and 0 of p2; p0 itself is left out."""
    hits = find_similar(SHELF, "p0", 2, embed_nothing)
    assert hits is not None
    assert [(hit.paper.id, round(hit.score, 4), round(hit.cosine, 4), hit.bm25) for hit in hits] == [
        ("p3", 0.8, 0.8, 0.0),
        ("p1", 0.6, 0.6, 0.0),
    ]
    assert [[sentence.text for sentence in hit.sentences] for hit in hits] == [
        ["Soil is dark.", "Moss dries."],
        ["Soil is dark.", "Roses grow."],
    ]
    assert {sentence.score for hit in hits for sentence in hit.sentences} == {0.0}


@pytest.mark.parametrize(
    ("paper_id", "k", "expected"),
    [("p2", 1, ["p1"]), ("p2", 3, ["p1", "p3", "p0"]), ("p2", 9, ["p1", "p3", "p0"]), ("p3", 2, ["p1", "p0"])],
)
def test_as_many_similar_papers_as_are_wanted_and_there_are(paper_id: str, k: int, expected: list[str]) -> None:
    assert [hit.paper.id for hit in find_similar(SHELF, paper_id, k, embed_nothing) or ()] == expected


def test_hits_hold_the_figures_of_their_candidates_and_the_sentences_of_their_papers() -> None:
    """Roses weigh log(1 + 4/2) and soil log(1 + 4/5): 1.0986 and .5878."""
    hits = build_hits(SHELF, [Candidate(1, 0.9, 0.5, 7.0), Candidate(0, 0.3, -0.25, 2.0)], "soil for roses")
    assert [(hit.paper.id, hit.score, hit.cosine, hit.bm25) for hit in hits] == [
        ("p1", 0.9, 0.5, 7.0),
        ("p0", 0.3, -0.25, 2.0),
    ]
    assert [[(sentence.text, round(sentence.score, 4)) for sentence in hit.sentences] for hit in hits] == [
        [("Roses grow.", 0.6515), ("Soil is dark.", 0.3485)],
        [("Soil is dark.", 0.3485), ("Bees sleep.", 0.0)],
    ]
    assert build_hits(SHELF, [], "soil") == []


def rank_pending(
    figures: Figures, pending: list[list[int]], known: dict[int, float] | None = None, k: int = 9
) -> list[Candidate]:
    """Rank where papers are pending; those in ``known`` are embedded for the question, with these cosines."""
    figures.pending = PendingRows(pending, len(figures.vectors))
    asked: list[int] = []

    def embed(rows: Sequence[int]) -> dict[int, np.ndarray]:
        asked.extend(rows)
        return {row: np.array([known[row]], dtype=np.float32) for row in rows if known and row in known}

    ranked = rank_hybrid(cast(Snapshot, figures), "any", QUESTION, Filters(), k, embed if known is not None else None)
    assert set(asked) <= {row for first, end in pending for row in range(first, end)}
    return ranked


class TestPending:
    """Papers of rows that are not embedded yet; what stands in their rows is no vector."""

    def test_words_alone_rank_one_that_nobody_embeds(self) -> None:
        """.6 + .4 · 2/4 of the first, and 4/4 of the second: as if its cosine were 0 it would have .4."""
        ranked = rank_pending(Figures([0.8, 0.0], [2.0, 4.0]), [[1, 2]])
        assert [(one.row, round(one.score, 4)) for one in ranked] == [(1, 1.0), (0, 0.8)]

    def test_it_is_as_near_as_an_average_paper(self) -> None:
        """(.8 + 20 · .13) / 21, of the one paper that is embedded and the prior."""
        ranked = rank_pending(Figures([0.8, 0.0], [2.0, 4.0]), [[1, 2]])
        assert (round(ranked[0].cosine, 4), ranked[0].stands_out) == (0.1619, 0.0)

    def test_one_that_is_embedded_for_the_question_is_compared_as_all_others(self) -> None:
        ranked = rank_pending(Figures([0.8, 9.0], [2.0, 4.0]), [[1, 2]], {1: 0.4})
        assert [(one.row, round(one.score, 4), round(one.cosine, 4)) for one in ranked] == [
            (0, 0.8, 0.8),
            (1, 0.7, 0.4),
        ]

    def test_few_are_compared_whichever_words_they_have(self) -> None:
        ranked = rank_pending(Figures([0.5, 0.0]), [[1, 2]], {1: 1.0})
        assert [(one.row, round(one.score, 4)) for one in ranked] == [(1, 0.6), (0, 0.3)]

    def test_of_many_the_best_by_words_are_embedded(self) -> None:
        many = 60
        figures = Figures([0.0] * many, [float(1 + row) for row in range(many)])
        ranked = rank_pending(figures, [[0, many]], dict.fromkeys(range(many), 0.5), many)
        compared = {one.row for one in ranked if round(one.cosine, 4) == 0.5}
        assert compared == set(range(10, many))

    def test_none_of_them_is_found_by_meaning_alone(self) -> None:
        figures = Figures([0.5, 0.9])
        figures.pending = PendingRows([[1, 2]], 2)
        assert [one.row for one in rank_nearest(cast(Snapshot, figures), QUESTION, Filters(), 5)] == [0]

    def test_where_none_is_embedded_and_none_has_a_word_nothing_is_found(self) -> None:
        assert rank_pending(Figures([0.0, 0.0]), [[0, 2]]) == []
