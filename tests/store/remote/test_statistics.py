"""What a sample says of a library on a server."""

from typing import Any

import numpy as np
import pytest

from store.remote.statistics import (
    SURE,
    Statistics,
    build_statistics,
    draw_statistics,
    keep_statistics,
    load_statistics,
)

DIMENSION = 96


class Names:
    """Keeps what is written beside the names."""

    def __init__(self) -> None:
        self.written: dict[str, Any] = {}

    def ask_names(self, method: str, **arguments: Any) -> Any:
        """Do as Chroma does."""
        if method == "upsert":
            self.written |= dict(zip(arguments["ids"], arguments["metadatas"], strict=True))
            return None
        return {"metadatas": [self.written[one] for one in arguments["ids"] if one in self.written]}


def drawn(count: int) -> list[Any]:
    """Papers of which every second has a frog, each tenth a newt, and one an axolotl."""
    random = np.random.default_rng(0)
    vectors = random.normal(size=(count, DIMENSION)) + random.normal(size=DIMENSION)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    terms = [
        ["pond", *["frog"] * (n % 2 == 0), *["newt"] * (n % 10 == 0), *["axolotl"] * (n == 3)] for n in range(count)
    ]
    return [
        (words, 10 + n % 3, vector.astype(np.float32))
        for n, (words, vector) in enumerate(zip(terms, vectors, strict=True))
    ]


def test_frequent_words_are_estimated_and_rare_ones_left_to_the_server() -> None:
    made = build_statistics(drawn(300), 30_000, DIMENSION)
    assert made.estimate_count("pond", 30_000) == 30_000
    assert made.estimate_count("frog", 30_000) == 15_000
    assert made.estimate_count("newt", 33_000) == 3300
    assert made.estimate_count("axolotl", 30_000) is None
    assert made.estimate_count("xyzzy", 30_000) is None
    assert made.length == pytest.approx(11, abs=0.01)
    assert SURE > 1
    assert made.list_terms("") == [("pond", 300), ("frog", 150), ("newt", 30), ("axolotl", 1)]
    assert made.list_terms("ne") == [("newt", 30)]


def test_cosines_are_those_of_the_papers() -> None:
    papers = drawn(300)
    made = build_statistics(papers, 300, DIMENSION)
    for question in np.random.default_rng(1).normal(size=(5, DIMENSION)):
        vector = (question / np.linalg.norm(question)).astype(np.float32)
        cosines = np.array([one for _, _, one in papers]) @ vector
        mean, square = made.measure_cosines(vector)
        assert mean == pytest.approx(cosines.mean(), abs=1e-5)
        assert square == pytest.approx((cosines**2).mean(), rel=0.1)


def test_they_are_kept_and_loaded() -> None:
    names: Any = Names()
    assert load_statistics(names) is None
    made = build_statistics(drawn(300), 30_000, DIMENSION)
    keep_statistics(names, made)
    assert max(len(str(value)) for value in next(iter(names.written.values())).values()) <= 900
    loaded = load_statistics(names)
    assert loaded is not None
    assert (loaded.papers, loaded.sample, loaded.list_terms("")) == (30_000, 300, made.list_terms(""))
    vector = made.mean / np.linalg.norm(made.mean)
    assert loaded.measure_cosines(vector) == pytest.approx(made.measure_cosines(vector), abs=1e-3)
    next(iter(names.written.values()))["part0"] = "torn"
    assert load_statistics(names) is None


def test_they_fit_until_the_library_has_changed_by_a_quarter() -> None:
    made = build_statistics(drawn(10), 1000, DIMENSION)
    assert [made.fits(count) for count in (799, 800, 1000, 1250, 1251)] == [False, True, True, True, False]
    assert not build_statistics([], 0, DIMENSION).fits(0)


def test_a_sample_is_drawn_by_lot() -> None:
    class Collection:
        def draw_sample(self, where: Any, size: int) -> list[Any]:
            self.asked = (where, size)
            return drawn(20)

    collection: Any = Collection()
    made: Statistics = draw_statistics(collection, 20_000, DIMENSION)
    assert collection.asked == ({"lot": {"$lt": 6554}}, 4000)
    assert (made.papers, made.sample) == (20_000, 20)
    draw_statistics(collection, 500, DIMENSION)
    assert collection.asked == ({"lot": {"$gte": 0}}, 4000)
