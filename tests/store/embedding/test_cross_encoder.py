"""The cross-encoder that is shipped: what comes of a pair depends on that pair alone, and on both of its sides."""

from collections.abc import Mapping
from io import BytesIO
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from store.embedding import cross_encoder, minilm
from store.embedding.cross_encoder import WEIGHTS, EntailmentNetwork
from store.embedding.minilm import _load_graph
from store.errors import EmbedderError

SOURCE = "The new drug lowered blood pressure in elderly patients."
PAIRS = [
    (SOURCE, "Blood pressure fell in old people who took the drug."),
    (SOURCE, "The drug raised the blood pressure of elderly patients."),
    (SOURCE, "Glaciers retreat in the Alps."),
    ("", "x"),
    ("深度学习", ""),
    ("word " * 300, "claim " * 300),
]


@pytest.fixture(scope="module")
def network() -> EntailmentNetwork:
    """The network, loaded once."""
    return EntailmentNetwork()


def test_the_three_are_chances(network: EntailmentNetwork) -> None:
    for pair in PAIRS:
        assert sum(map(exp, network.rate(*pair))) == pytest.approx(1.0)


def test_a_pair_does_not_depend_on_those_before(network: EntailmentNetwork) -> None:
    forth = [network.rate(*pair) for pair in PAIRS]
    assert [network.rate(*pair) for pair in PAIRS[::-1]][::-1] == forth
    assert EntailmentNetwork().rate(*PAIRS[0]) == forth[0]


def test_evidence_is_told_from_claim(network: EntailmentNetwork) -> None:
    assert network.rate(*PAIRS[0]) != network.rate(*PAIRS[0][::-1])


def test_what_is_long_is_cut(network: EntailmentNetwork) -> None:
    """A claim at 56 pieces of words; evidence so that both have 112 with their three marks, 53 here."""
    claim, evidence = "ice " * 56, "snow " * 53
    assert network.rate(evidence, claim) == network.rate(evidence + "protein " * 500, claim + "protein " * 500)
    assert network.rate(evidence, claim) != network.rate(evidence, "ice " * 55 + "protein")
    assert network.rate(evidence, claim) != network.rate("snow " * 52 + "protein", claim)


def test_a_claim_is_read_whole_up_to_where_it_is_cut(network: EntailmentNetwork) -> None:
    assert [network.reads_whole("ice " * count) for count in (0, 1, 56, 57, 5000)] == [True, True, True, False, False]


def test_a_processor_that_overflows_gets_the_unsigned_graph(
    monkeypatch: pytest.MonkeyPatch, network: EntailmentNetwork
) -> None:
    started = []

    def start(graph: Path, weights: Path, own: Mapping[str, Any]) -> object:
        started.append(graph.name)
        return _load_graph(graph, weights, own)

    monkeypatch.setattr(minilm, "_load_graph", start)
    monkeypatch.setattr(minilm, "_EXACT", 1_000_000)
    assert EntailmentNetwork().rate(*PAIRS[0]) == pytest.approx(network.rate(*PAIRS[0]), abs=1e-4)
    assert started == ["cross-encoder.onnx", "cross-encoder-unsigned.onnx"]


def pack(**arrays: Any) -> bytes:
    target = BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def pack_one_array() -> bytes:
    target = BytesIO()
    np.save(target, np.zeros(3))
    return target.getvalue()


@pytest.mark.parametrize("content", [None, b"", b"no weights", pack_one_array(), WEIGHTS.read_bytes()[:5000]])
def test_weights_that_are_missing_or_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "broken.npz"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(cross_encoder, "WEIGHTS", path)
    with pytest.raises(EmbedderError, match=r"broken\.npz cannot be read.*pip install"):
        EntailmentNetwork().rate("a", "b")


def test_weights_of_another_graph(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What two releases left in one folder, say: an array too few, too many, or of another shape."""
    with np.load(WEIGHTS) as whole:
        arrays = dict(whole)
    name = next(iter(arrays))
    path = tmp_path / "other.npz"
    monkeypatch.setattr(cross_encoder, "WEIGHTS", path)
    for other in (
        {key: value for key, value in arrays.items() if key != name},
        arrays | {"another": np.zeros(3)},
        arrays | {name: arrays[name][:-1]},
    ):
        path.write_bytes(pack(**other))
        with pytest.raises(EmbedderError, match=r"cross-encoder\.onnx and its weights do not belong.*pip install"):
            EntailmentNetwork().rate("a", "b")


def test_nothing_is_loaded_before_the_first_pair() -> None:
    assert vars(EntailmentNetwork()) == {}
