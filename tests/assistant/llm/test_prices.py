import re
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.model_limits import compute_cost

COUNTS = st.integers(0, 10_000_000)


@pytest.mark.parametrize(
    ("model", "tokens", "dollars"),
    [
        ("gpt-4o-mini", (1_000_000, 0, 0), 0.15),
        ("openai:gpt-4o", (1000, 100, 0), 0.0035),
        ("gpt-4o", (1000, 0, 400), 0.0020),
        ("gpt-4o-2024-11-20", (0, 1_000_000, 0), 10.0),
        ("gpt-4o-2024-05-13", (0, 1_000_000, 0), 15.0),
        ("gpt-5-mini", (1_000_000, 1_000_000, 0), 2.25),
        ("text-embedding-3-small", (1_000_000, 0, 0), 0.02),
    ],
)
def test_what_it_costs(model: str, tokens: tuple[int, int, int], dollars: float) -> None:
    assert compute_cost(model, *tokens) == pytest.approx(dollars)


@pytest.mark.parametrize("model", ["gpt-5.2", "gpt-4o-mini-audio", "gpt", "anthropic:claude", "", "gpt-4o-2024-1-1"])
def test_an_unknown_model_has_no_price(model: str) -> None:
    assert compute_cost(model, 1000, 1000) is None


@pytest.mark.parametrize(
    "base_url", ["http://localhost:11434/v1", "http://127.0.0.1:1/v1", "https://openrouter.ai/api/v1"]
)
def test_other_endpoints_have_no_price(base_url: str) -> None:
    assert compute_cost("gpt-4o", 1000, 1000, base_url=base_url) is None
    assert compute_cost("gpt-4o", 1000, 1000, base_url="https://api.openai.com/v1") is not None


@given(read=COUNTS, written=COUNTS, cached=COUNTS)
def test_the_cache_never_makes_it_dearer(read: int, written: int, cached: int) -> None:
    whole, part = compute_cost("o4-mini", read, written), compute_cost("o4-mini", read, written, min(cached, read))
    assert whole is not None
    assert part is not None
    assert 0 <= part <= whole + 1e-9


def test_the_list_has_a_date() -> None:
    prices = tomllib.loads(files("assistant.llm").joinpath("prices.toml").read_text(encoding="utf-8"))
    assert re.fullmatch(r"20\d\d-[01]\d", prices["as_of"])
