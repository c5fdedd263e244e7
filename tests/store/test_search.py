"""Hybrid search against a plain reference that knows no index."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.testing import HashEmbedder
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.search import ALPHA, DEPTH, measure_cosines, rank_hybrid, rank_nearest
from store.writer import build_embedding_text
from tests.store.samples import DIMENSION, library, paper, put

WORDS = [f"word{n}" for n in range(80)]
COUNT = 400
K1, B = 1.2, 0.75


def texts(count: int) -> list[Paper]:
    """Papers short enough that the index keeps their length exactly (40 terms)."""
    rng = random.Random(7)
    weights = [1 / (n + 1) for n in range(len(WORDS))]
    return [
        paper(
            n,
            title=" ".join([*rng.choices(WORDS, weights, k=3), f"n{n}"]),  # Of one title they would be one paper.
            abstract=" ".join(rng.choices(WORDS, weights, k=rng.randrange(4, 30))) + ".",
        )
        for n in range(count)
    ]


PAPERS = texts(COUNT)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of 400 papers; nobody changes it."""
    made = library(tmp_path_factory.mktemp("corpus"))
    put(made, PAPERS)
    yield made
    made.close()


@pytest.fixture
def view(corpus: Library) -> Snapshot:
    """Its index."""
    found = corpus.view()
    assert found
    return found


def bm25(question: str) -> dict[str, float]:
    """Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009)."""
    counts = {one.id: Counter(extract_terms(f"{one.title} {one.title} {one.abstract}")) for one in PAPERS}
    average = sum(each.total() for each in counts.values()) / COUNT
    scores = dict.fromkeys(counts, 0.0)
    for term in extract_terms(question):
        n = sum(term in each for each in counts.values())
        idf = math.log(1 + (COUNT - n + 0.5) / (n + 0.5))
        for paper_id, each in counts.items():
            tf = each[term]
            scores[paper_id] += idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * each.total() / average))
    return scores


def cosines(vector: np.ndarray) -> dict[str, float]:
    vectors = HashEmbedder(DIMENSION).embed([build_embedding_text(one) for one in PAPERS])
    return dict(zip((one.id for one in PAPERS), (vectors @ vector).tolist(), strict=True))


def reference(question: str, vector: np.ndarray, within: set[str], k: int) -> list[tuple[float, str]]:
    """Scores and ids, best first."""
    words = {one: score for one, score in bm25(question).items() if one in within}
    meaning = {one: score for one, score in cosines(vector).items() if one in within}
    by_words = [one for one in sorted(words, key=lambda one: -words[one]) if words[one] > 0][:DEPTH]
    by_meaning = sorted(meaning, key=lambda one: -meaning[one])[:DEPTH]
    union = set(by_words) | set(by_meaning)
    parts = [(ALPHA, {one: meaning[one] for one in union}), (1 - ALPHA, {one: words[one] for one in union})]
    score = {one: sum(weight * part[one] / (max(part.values()) or 1) for weight, part in parts) for one in union}
    return sorted(((score[one], one) for one in union), reverse=True)[:k]


QUESTIONS = ["word3", "word40 word41 word0", "word7 word7 word7 word12", "word79 nothing known", "unknown altogether"]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("filters", [Filters(), Filters(category=("ML",)), Filters(year_from=2010, year_to=2011)])
def test_scores_are_those_of_the_formula(view: Snapshot, question: str, filters: Filters) -> None:
    vector = HashEmbedder(DIMENSION).embed([question])[0]
    found = rank_hybrid(view, question, vector, filters, 15)
    within = set(view.ids(view.rows(filters).tolist()))
    expected = reference(question, vector, within, 15)
    assert [one.score for one in found] == pytest.approx([score for score, _ in expected], abs=1e-4)
    words, meaning = bm25(question), cosines(vector)
    for one, paper_id in zip(found, view.ids([one.row for one in found]), strict=True):
        assert one.bm25 == pytest.approx(words[paper_id], rel=1e-4, abs=1e-6)
        assert one.cosine == pytest.approx(meaning[paper_id], abs=1e-5)
        assert paper_id in within


@pytest.mark.parametrize("k", [1, 7, 399, 400, 1000])
def test_the_dense_side_is_exact(view: Snapshot, k: int) -> None:
    vector = HashEmbedder(DIMENSION).embed(["word1 word5"])[0]
    found = rank_nearest(view, vector, Filters(), k)
    best = sorted(cosines(vector).values(), reverse=True)[:k]
    assert [one.cosine for one in found] == pytest.approx(best, abs=1e-5)


def test_a_small_filter_is_ranked_as_a_large_one(view: Snapshot) -> None:
    """Few rows are picked from the file of vectors, many are read in one pass: the same figures."""
    vector = HashEmbedder(DIMENSION).embed(["word2"])[0]
    every = {one.row: one for one in rank_hybrid(view, "word2", vector, Filters(), COUNT)}
    few = rank_hybrid(view, "word2", vector, Filters(ids=tuple(f"p{n}" for n in range(5))), 5)
    assert len(few) == 5
    for one in few:
        if one.row in every:
            assert (one.cosine, one.bm25) == pytest.approx((every[one.row].cosine, every[one.row].bm25), abs=1e-5)


def test_the_score_lies_between_0_and_1(view: Snapshot) -> None:
    vector = HashEmbedder(DIMENSION).embed(["word0 word1"])[0]
    scores = [one.score for one in rank_hybrid(view, "word0 word1", vector, Filters(), 50)]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[0] <= 1


def test_nothing_passes_the_filters(view: Snapshot) -> None:
    vector = HashEmbedder(DIMENSION).embed(["word0"])[0]
    assert rank_hybrid(view, "word0", vector, Filters(year_from=2500), 5) == []
    assert rank_nearest(view, vector, Filters(year_from=2500), 5) == []


def test_papers_that_were_updated_or_removed_leave_no_trace(tmp_path: Path) -> None:
    """Their rows stay in the file of vectors, unused."""
    changed = library(tmp_path)
    put(changed, PAPERS[:50])
    put(changed, [one.model_copy(update={"abstract": f"{one.abstract} volcanoes"}) for one in PAPERS[:10]])
    changed.remove([one.id for one in PAPERS[10:20]])
    view = changed.view()
    assert view
    assert len(view.vectors) == 60
    vector = HashEmbedder(DIMENSION).embed(["volcanoes"])[0]
    found = rank_nearest(view, vector, Filters(), 100)
    assert len({one.row for one in found}) == len(found) == 40
    found = rank_hybrid(view, "volcanoes", vector, Filters(), 10)
    assert set(view.ids([one.row for one in found])) == {one.id for one in PAPERS[:10]}
    before = changed.search("volcanoes", 10)
    changed.rebuild_index()
    after = {hit.paper.id: hit for hit in changed.search("volcanoes", 10)}
    assert {id: hit.cosine for id, hit in after.items()} == pytest.approx(
        {hit.paper.id: hit.cosine for hit in before}, abs=1e-5
    )
    # Nor do rows of papers as they were count in what an average paper is.
    assert [after[hit.paper.id].stands_out for hit in before] == pytest.approx(
        [hit.stands_out for hit in before], abs=1e-3
    )
    changed.close()


def test_what_stands_out_is_counted_in_deviations_from_the_average_paper(view: Snapshot) -> None:
    """The background counts as twenty papers of the mean .13 and the deviation .1."""
    vector = HashEmbedder(DIMENSION).embed(["word1 word5"])[0]
    every = np.array([*cosines(vector).values()])
    mean = (every.sum() + 2.6) / (len(every) + 20)
    spread = math.sqrt((((every - mean) ** 2).sum() + 0.2) / (len(every) + 20))
    assert measure_cosines(view, vector) == pytest.approx((mean, spread), abs=1e-4)
    for filters in (Filters(), Filters(category=("ML",))):  # Filters do not change what an average paper is.
        found = rank_hybrid(view, "word1 word5", vector, filters, 5)
        above = [(one.cosine - mean) / spread for one in found]
        assert [one.stands_out for one in found] == pytest.approx(above, abs=1e-3)
