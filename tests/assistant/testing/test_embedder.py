"""The embedder that needs no model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.testing import HashEmbedder
from store.embedding import Embedder

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=6)


@given(texts, st.sampled_from([1, 8, 64]))
def test_every_row_has_length_1(some: list[str], dimension: int) -> None:
    embedder: Embedder = HashEmbedder(dimension)
    vectors = embedder.embed(some)
    assert vectors.shape == (len(some), embedder.stamp.dimension) == (len(some), dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(some)), abs=1e-5)


@given(texts)
def test_a_vector_depends_on_its_text_alone(some: list[str]) -> None:
    alone = [HashEmbedder().embed([text])[0] for text in some]
    for one, together in zip(alone, HashEmbedder().embed(some), strict=True):
        assert (one == together).all()


def test_it_is_the_same_on_every_machine() -> None:
    vector = HashEmbedder(8).embed(["Bandits, bandits and glaciers"])[0]
    assert vector * 6**0.5 == pytest.approx([0, 0, -2, 1, 0, 0, 0, -1], abs=1e-5)
    assert HashEmbedder(8).stamp != HashEmbedder(16).stamp


def test_texts_that_share_words_are_near() -> None:
    one, two, three = HashEmbedder().embed(["bandits learn fast", "Fast BANDITS!", "glaciers melt in spring"])
    assert one @ two > 0.5 > one @ three
