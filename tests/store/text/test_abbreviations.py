import pytest

from store.text.abbreviations import Abbreviation, find_abbreviations, get_singular
from tests.counting import LINEAR, growth


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We prompt large language models (LLMs) twice.", "LLMs", "large language models"),
        ("By distributionally robust optimization (DRO; see below) we", "DRO", "distributionally robust optimization"),
        ("An LLM (large language model) writes.", "LLM", "large language model"),
        ("an RNA interference (RNAi) screen", "RNAi", "RNA interference"),
        ("We build artificial pancreata (APs).", "APs", "artificial pancreata"),
        ("weight-space ensembles for fine-tuning (WiSE-FT)", "WiSE-FT", "weight-space ensembles for fine-tuning"),
    ],
)
def test_what_a_text_defines_is_found(text: str, short: str, long: str) -> None:
    assert find_abbreviations(text) == [Abbreviation(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "We measured 44 patients (n = 44).",
        "It fell (p < .05) in both groups (see Figure 1).",
        "random forests (XY)",
        "the model (model)",
        "()",
        "A sentence without any.",
    ],
)
def test_other_brackets_define_nothing(text: str) -> None:
    assert find_abbreviations(text) == []


def test_each_definition_is_there_once_in_the_order_of_the_text() -> None:
    text = "Random forests (RF) and gradient boosting (GB). Random forests (RF) win."
    assert [short for short, _ in find_abbreviations(text)] == ["RF", "GB"]


def test_the_singular_of_a_short_form() -> None:
    assert [get_singular(short) for short in ("LLMs", "OLS", "APs", "AS", "cats")] == ["LLM", "OLS", "AP", "AS", "cats"]


@pytest.mark.parametrize("piece", ["(", "a (AB) ", "aa bb (ZZ) ", "((((a"])
def test_a_hostile_text_twice_as_long_costs_twice_as_much(piece: str) -> None:
    assert growth(lambda size: find_abbreviations(piece * size), 500) <= LINEAR
