import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.model_limits import Price, find_price
from assistant.settings import ModelSettings
from store.errors import InputError

COUNTS = st.integers(0, 10_000_000)
NOWHERE = Path("no such file")


def cost(model: str, *tokens: int, base_url: str | None = None, own: Path = NOWHERE) -> float | None:
    """What tokens of a model cost: read, written, and those of them from the cache."""
    price = find_price(ModelSettings(model=model, base_url=base_url), own)
    return price.compute(*tokens) if price else None


@pytest.mark.parametrize(
    ("model", "tokens", "dollars"),
    [
        ("openai:gpt-4o-mini", (1_000_000, 0, 0), 0.15),
        ("openai:gpt-4o", (1000, 100, 0), 0.0035),
        ("openai:gpt-4o", (1000, 0, 400), 0.0020),
        ("openai:gpt-4o", (1000, 0, 9000), 0.00125),
        ("openai:gpt-4o-2024-11-20", (0, 1_000_000, 0), 10.0),
        ("openai:gpt-4o-2024-05-13", (0, 1_000_000, 0), 15.0),
        ("openai:gpt-5-mini", (1_000_000, 1_000_000, 0), 2.25),
        ("openai:text-embedding-3-small", (1_000_000, 0, 0), 0.02),
    ],
)
def test_what_it_costs(model: str, tokens: tuple[int, int, int], dollars: float) -> None:
    assert cost(model, *tokens) == pytest.approx(dollars)


@pytest.mark.parametrize(
    "model",
    ["openai:gpt-5.2", "openai:gpt-4o-mini-audio", "openai:gpt", "anthropic:claude", "", "openai:gpt-4o-2024-1-1"],
)
def test_an_unknown_model_has_no_price(model: str) -> None:
    assert cost(model, 1000, 1000) is None


@pytest.mark.parametrize(
    "base_url", ["http://localhost:11434/v1", "http://127.0.0.1:1/v1", "https://openrouter.ai/api/v1"]
)
def test_other_endpoints_have_no_price_of_ours(base_url: str) -> None:
    assert cost("gpt-4o", 1000, 1000, base_url=base_url) is None
    assert cost("gpt-4o", 1000, 1000, base_url="https://api.openai.com/v1") is not None


@given(read=COUNTS, written=COUNTS, cached=COUNTS)
def test_the_cache_never_makes_it_dearer(read: int, written: int, cached: int) -> None:
    whole, part = cost("openai:o4-mini", read, written), cost("openai:o4-mini", read, written, cached)
    assert whole is not None
    assert part is not None
    assert 0 <= part <= whole + 1e-9


def test_the_list_has_a_date() -> None:
    prices = tomllib.loads(files("assistant.llm").joinpath("prices.toml").read_text(encoding="utf-8"))
    assert re.fullmatch(r"20\d\d-[01]\d", prices["as_of"])
    price = find_price(ModelSettings(model="openai:gpt-4o"), NOWHERE)
    assert price is not None
    assert price.as_of == prices["as_of"]


def test_the_users_own_prices_come_first_and_count_at_any_address(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text('as_of = "2026-11"\n[prices]\n"gpt-4o" = [1, 2, 3]\n"llama" = [4, 5]\n')
    assert find_price(ModelSettings(model="openai:gpt-4o"), own) == Price(1.0, 2.0, 3.0, "2026-11")
    away = ModelSettings(model="llama", base_url="http://localhost:1/v1")
    assert find_price(away, own) == Price(4.0, 4.0, 5.0, "2026-11")
    assert cost("openai:gpt-4o-mini", 1_000_000, 0, own=own) == pytest.approx(0.15)


@pytest.mark.parametrize("content", ["[prices]\na = [1, 2]", 'as_of = "x"\n[prices]\na = 1', "as_of", 'as_of = "x"'])
def test_own_prices_that_cannot_be_read_are_an_error(content: str, tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(content)
    with pytest.raises(InputError, match=r"prices\.toml cannot be read.*as_of"):
        find_price(ModelSettings(model="openai:gpt-4o"), own)
