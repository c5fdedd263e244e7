"""What a model may read and write, and what that costs.

How many tokens it takes in all is set, known of it, or told by its server. Prices are those of the list beside this
file, which is of the date that it states, under those of the user's own.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assistant.settings import ASSUMED_CONTEXT, OPENAI, ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def choose_context(settings: ModelSettings, model: "BaseChatModel") -> int:
    """Choose the context to plan with, asking nobody: as set, as langchain knows it of OpenAI's models, or 8192."""
    profiled = (model.profile or {}).get("max_input_tokens") if settings.is_openai or not settings.base_url else None
    return settings.context or profiled or ASSUMED_CONTEXT


# Where servers say it: llama.cpp, vLLM, OpenRouter and others. What a model was trained with comes last: a server may
# have been started with less.
_PLACES = ("meta.n_ctx", "max_model_len", "context_length", "max_context_length", "context_window")
_TRAINED = ("meta.n_ctx_train",)
# Seconds that a server may take to state it; chosen by hand, not measured.
_PATIENCE = 10.0


def fetch_context(settings: ModelSettings, key: SecretStr | None) -> int | None:
    """Ask the model's server for its context; None where it does not state it, or does not answer within 10 s."""
    if settings.provider != "openai" or settings.is_openai:
        return None
    for path, places in (
        ("/models", _PLACES),
        ("/props", ("default_generation_settings.n_ctx",)),
        ("/models", _TRAINED),
    ):
        for about in _find_model_entries(_fetch_page(settings, key, path), settings.name):
            for place in places:
                context = _read_path(about, place)
                if isinstance(context, int) and context > 0:
                    return context
    return None


def _fetch_page(settings: ModelSettings, key: SecretStr | None, path: str) -> object:
    import openai

    from assistant.llm.http import NO_KEY, build_client

    # llama.cpp tells its properties beside the interface, not in it.
    base = settings.endpoint.removesuffix("/v1") if path == "/props" else settings.endpoint
    client = openai.OpenAI(
        base_url=base,
        api_key=key.get_secret_value() if key else NO_KEY,
        max_retries=0,
        timeout=min(settings.timeout, _PATIENCE),
        http_client=build_client(settings, key),
    )
    try:
        page: object = client.get(path, cast_to=object)
        return page
    except Exception:  # Not every server has such a page, and a few answer with something else: then nothing is known.
        return None


def _find_model_entries(answer: object, name: str) -> Iterator[Mapping[str, Any]]:
    """Find what an answer says of the model: the entry of its name, or the answer itself."""
    if not isinstance(answer, dict):
        return
    models = answer.get("data")
    if not isinstance(models, list):
        yield answer
    else:
        yield from (model for model in models if isinstance(model, dict) and model.get("id") == name)


def _read_path(about: object, place: str) -> object:
    for part in place.split("."):
        about = about.get(part) if isinstance(about, dict) else None
    return about


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
