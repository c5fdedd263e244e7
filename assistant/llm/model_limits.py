"""What a model may read and write, and what that costs.

How many tokens it takes in all is set or known of it (``assistant.llm.probe`` asks its server). Prices are those of the
list beside this file, which is of the date that it states.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import ASSUMED_CONTEXT, OPENAI, ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


# A rough measure that needs no tokenizer of the model: English has 4 to 5 characters a token, formulas fewer.
CHARACTERS_A_TOKEN = 3.5


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text takes; rather too many than too few."""
    return int(len(text) / CHARACTERS_A_TOKEN) + 1


def choose_context(settings: ModelSettings, model: "BaseChatModel") -> int:
    """Choose the context to plan with, asking nobody: as set, as langchain knows it of OpenAI's models, or 8192."""
    profiled = (model.profile or {}).get("max_input_tokens") if settings.is_openai or not settings.base_url else None
    return settings.context or profiled or ASSUMED_CONTEXT


_FILE = Path(__file__).with_name("prices.toml")
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_MILLION = 1_000_000


def compute_cost(
    model: str, input_tokens: int, output_tokens: int, cached_tokens: int = 0, base_url: str | None = None
) -> float | None:
    """Compute the price in US dollars, None where it is not known.

    Args:
        model: Its name, with or without ``openai:``.
        input_tokens: Tokens read, the cached ones among them.
        output_tokens: Tokens written, those of thinking among them.
        cached_tokens: Tokens that came from the provider's prompt cache.
        base_url: The endpoint; only OpenAI's own has prices here, none on this machine has any.
    """
    settings = ModelSettings(model=model, base_url=base_url or OPENAI)
    prices = _load_prices()
    price = prices.get(settings.name) or prices.get(_DATED.sub("", settings.name))
    if not settings.is_openai or price is None:
        return None
    read, cached, written = price
    fresh = max(0, input_tokens - cached_tokens)
    return (fresh * read + cached_tokens * cached + output_tokens * written) / _MILLION


@cache
def _load_prices() -> dict[str, tuple[float, float, float]]:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))["prices"]
    return {name: (read, cached, written) for name, (read, cached, written) in table.items()}
