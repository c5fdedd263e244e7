"""Papers that are near to those that are surely about a topic."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from assistant.report import topic as topic_neighbours
from assistant.report.topic import raise_relevance
from store.results import Hit
from store.search import Background
from tests.assistant import small

VECTORS = {"sure": [1.0, 0.0], "second": [0.8, 0.6], "near": [0.96, 0.28], "far": [0.0, 1.0]}


class Vectors:
    """A library of these vectors."""

    def get_vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        return {paper_id: np.array(VECTORS[paper_id]) for paper_id in ids}


def rate(monkeypatch: pytest.MonkeyPatch, **relevance: float) -> dict[str, float]:
    """The relevance of papers after it was raised, each with a chance of .1 by itself; a mean paper is at 0."""
    monkeypatch.setattr(topic_neighbours, "measure_cosines", lambda view, vector: Background(0.0, 0.4))
    hits = [
        Hit(paper=small.paper(name, name, "Text."), score=1.0, cosine=0.0, bm25=0.0, relevance=value)
        for name, value in relevance.items()
    ]
    raised = raise_relevance(cast(Any, Vectors()), cast(Any, None), hits, [0.1] * len(hits))
    return {name: round(value, 3) for name, value in zip(relevance, raised, strict=True)}


def test_a_paper_without_a_word_is_let_in_where_it_is_near_to_the_sure_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    # "near" has a cosine of .96 to the one sure paper: 2.4 deviations, 1.15 above 1.25; odds of 1/9 rise by e^1.725.
    assert rate(monkeypatch, sure=0.9, near=0.0, far=0.0) == {"sure": 0.9, "near": 0.384, "far": 0.0}


def test_a_paper_is_not_near_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rate(monkeypatch, sure=0.9, far=0.0)["sure"] == 0.9
    # Each is near to the other, by .8 · 1.4 / 1.334 in a space where a deviation is .4: 2.1, .85 above 1.25.
    assert rate(monkeypatch, sure=0.9, second=0.5) == {"sure": 0.97, "second": 0.781}


def test_nothing_is_near_where_nothing_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rate(monkeypatch, sure=0.19, near=0.0) == {"sure": 0.19, "near": 0.0}
