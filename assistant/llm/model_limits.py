"""What a model may read and write, and what that costs.

How many tokens it takes in all is set, known of it, or told by its server. Prices are those of the list beside this
file, which is of the date that it states, under those of the user's own.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import SecretStr

from assistant.settings import ASSUMED_CONTEXT, ModelSettings, config_folder
from store.errors import InputError

if TYPE_CHECKING:
    from assistant.llm.chat import ChatModel


# A rough measure that needs no tokenizer of the model: English has 4 to 5 characters a token, formulas fewer.
CHARACTERS_A_TOKEN = 3.5


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text takes; rather too many than too few."""
    return int(len(text) / CHARACTERS_A_TOKEN) + 1


def choose_context(settings: ModelSettings, model: "ChatModel") -> int:
    """Choose the context to plan with, asking nobody: as set, as it is known of providers' own models, or 8192."""
    known = model.known_context if settings.is_openai or not settings.base_url else None
    return settings.context or known or ASSUMED_CONTEXT


def find_context(settings: ModelSettings) -> int | None:
    """Find how many tokens a model of OpenAI's own reads; None where that is not known."""
    if not settings.is_openai:
        return None
    contexts = _load_contexts()
    return contexts.get(settings.name) or contexts.get(_DATED.sub("", settings.name))


@cache
def _load_contexts() -> dict[str, int]:
    contexts: dict[str, int] = tomllib.loads(_CONTEXTS.read_text(encoding="utf-8"))
    return contexts


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


def list_served_models(settings: ModelSettings, key: SecretStr | None) -> list[str]:
    """Ask an endpoint for the names of its models; none where it does not tell."""
    page = _fetch_page(settings, key, "/models")
    models = page.get("data") if isinstance(page, dict) else None
    names = (model.get("id") for model in models if isinstance(model, dict)) if isinstance(models, list) else ()
    return [name for name in names if isinstance(name, str)]


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
_CONTEXTS = Path(__file__).with_name("contexts.toml")
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_MILLION = 1_000_000


class Price(NamedTuple):
    """US dollars for a million tokens: read, read from the provider's cache of prompts, written; and their date."""

    read: float
    cached: float
    written: float
    as_of: str

    def compute(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """Compute what tokens cost.

        Args:
            input_tokens: Tokens read, the cached ones among them.
            output_tokens: Tokens written, those of thinking among them.
            cached_tokens: Tokens that came from the provider's cache of prompts.
        """
        cached = min(cached_tokens, input_tokens)
        return ((input_tokens - cached) * self.read + cached * self.cached + output_tokens * self.written) / _MILLION


def find_price(settings: ModelSettings, own: Path | None = None) -> Price | None:
    """Find the price of a model, None where it is not known.

    The user's own ``prices.toml``, in the folder for settings, counts for a model at whatever address; the list beside
    this file for OpenAI's own alone.

    Args:
        settings: Of the model.
        own: The user's own list; None for the one in the folder for settings.

    Raises:
        InputError: The user's own list cannot be read.
    """
    file = own or config_folder() / "prices.toml"
    tables = [_load_own_prices(file)] if file.exists() else []
    tables += [_load_prices()] if settings.is_openai else []
    for prices in tables:
        price = prices.get(settings.name) or prices.get(_DATED.sub("", settings.name))
        if price is not None:
            return price
    return None


@cache
def _load_prices() -> dict[str, Price]:
    return _read_prices(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def _load_own_prices(file: Path) -> dict[str, Price]:
    try:
        return _read_prices(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        what = f"The prices in {file} cannot be read: {error}."
        hint = 'Write as_of = "2026-01" and under [prices] lines like "gpt-4o" = [2.50, 1.25, 10.00].'
        raise InputError(what, hint) from None


def _read_prices(table: Mapping[str, Any]) -> dict[str, Price]:
    as_of = str(table["as_of"])
    prices = {}
    for name, (read, *cached, written) in table["prices"].items():
        prices[name] = Price(float(read), float(cached[0] if cached else read), float(written), as_of)
    return prices
