"""A cross-encoder of the user's in a folder."""

import json
import re
from pathlib import Path

import pytest

from assistant.verify.entailment import Statement
from assistant.verify.learned_cross_encoder import CrossEncoder
from store.errors import InputError
from tests.assistant.verify.tiny_onnx import write_folder


def _winner(model: CrossEncoder, claim: str, *evidence: str) -> str:
    (rated,) = model.rate_now([Statement(claim, evidence)])
    assert rated is not None
    return max(("says", "silent", "opposes"), key=lambda name: getattr(rated, name))


@pytest.mark.parametrize(
    "labels",
    [
        ("entailment", "neutral", "contradiction"),
        ("SUPPORTS", "NOT_ENOUGH_INFO", "REFUTES"),
        ("Entailment", "not-enough-info", "Contradiction"),
    ],
)
def test_classes_are_found_by_their_names(tmp_path: Path, labels: tuple[str, ...]) -> None:
    model = CrossEncoder(write_folder(tmp_path, labels))
    assert re.fullmatch(r"tiny \([0-9a-f]{8}\)", model.name)
    assert _winner(model, "agrees", "a") == "says"
    assert _winner(model, "differs", "a") == "opposes"
    assert _winner(model, "a", "b c") == "silent"


def test_the_order_of_the_classes_is_that_of_the_configuration(tmp_path: Path) -> None:
    model = CrossEncoder(write_folder(tmp_path, ("contradiction", "neutral", "entailment")))
    assert _winner(model, "agrees", "a") == "opposes"


def test_probabilities_add_up_and_stand_in_the_order_of_the_statements(tmp_path: Path) -> None:
    model = CrossEncoder(write_folder(tmp_path))
    rows = [Statement("agrees", ("agrees",) * count) for count in (9, 1, 5)]
    rated = [row for row in model.rate_now(rows) if row]
    assert [sum(row[:3]) for row in rated] == pytest.approx([1, 1, 1])
    assert rated[0].says > rated[2].says > rated[1].says
    # Two tokens of 2 each: e^4 / (e^4 + 2).
    assert rated[1].says == pytest.approx(0.96466, abs=1e-5)


def test_two_classes_are_enough(tmp_path: Path) -> None:
    model = CrossEncoder(write_folder(tmp_path, ("entailment", "not_entailment"), classes=2))
    assert _winner(model, "agrees", "a") == "says"
    assert _winner(model, "a", "a") == "silent"


def test_no_evidence_and_no_numbers_are_no_answer(tmp_path: Path) -> None:
    model = CrossEncoder(write_folder(tmp_path))
    rows = [Statement("agrees", ()), Statement("agrees", (" ",)), Statement(" ", ("a",)), Statement("nan", ("a",))]
    assert model.rate_now(rows) == [None, None, None, None]


def test_a_long_source_is_cut(tmp_path: Path) -> None:
    model = CrossEncoder(write_folder(tmp_path))
    (rated,) = model.rate_now([Statement("agrees", ("a " * 5000,))])
    assert rated is not None


async def test_it_is_a_second_stage(tmp_path: Path) -> None:
    model = CrossEncoder(write_folder(tmp_path))
    assert model.stage == "learned"
    assert await model.rate([Statement("agrees", ("a",))]) == model.rate_now([Statement("agrees", ("a",))])


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    write_folder(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=f"has no file {name}"):
        CrossEncoder(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    write_folder(tmp_path)
    (tmp_path / name).write_bytes(b"\x00no")
    with pytest.raises(InputError, match=name):
        CrossEncoder(tmp_path)


@pytest.mark.parametrize(
    "labels",
    [
        ("LABEL_0", "LABEL_1", "LABEL_2"),
        ("entailment", "entailed", "contradiction"),
        ("neutral", "contradiction", "contradicts"),
        ("entailment",),
    ],
)
def test_names_of_classes_that_say_nothing_are_refused(tmp_path: Path, labels: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=r"entailment.*neutral.*contradiction"):
        CrossEncoder(write_folder(tmp_path, labels))


def test_a_configuration_without_names_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")
    with pytest.raises(InputError, match="no usable id2label"):
        CrossEncoder(tmp_path)


def test_other_inputs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="takes the inputs input_ids, pixel_values"):
        CrossEncoder(write_folder(tmp_path, inputs=("input_ids", "pixel_values")))


def test_values_that_do_not_fit_the_classes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"shape \(1, 2\).*names 3 classes"):
        CrossEncoder(write_folder(tmp_path, classes=2))
