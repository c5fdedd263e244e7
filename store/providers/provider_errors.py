"""What goes wrong with a provider, in words: what happened, at which host, what to do next. No key stands in them."""

import json
import re
from typing import Any
from urllib.parse import quote

from store.errors import SourceError
from store.providers.provider import NoSuchPaper, Provider, ProviderUnavailable, RequestRefused

LONGEST = 120.0
"""Seconds that a provider may ask to be left alone; beyond that the run ends. Chosen by hand."""

_PASSING = {408, 425, 429, 500, 502, 503, 504}
_OF_HOST = {429, 503}
_NO_KEY = {401, 403}
HIDDEN = "(key hidden)"


class RetryLater(Exception):
    """A request failed in a way that passes.

    Args:
        reason: Completes "Crossref (host) …".
        seconds: How long the host asks to be left alone.
        is_of_host: Whether any other request would fare no better.
    """

    def __init__(self, reason: str, seconds: float = 0.0, is_of_host: bool = False) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.is_of_host = is_of_host


def build_http_error(provider: Provider, response: Any, body: bytes, seconds: float, key: str) -> Exception:
    """Build the error for a status other than success; ``seconds`` are those of its ``Retry-After``."""
    status, place = response.status_code, f"{provider.LABEL} ({response.url.host})"
    detail = _read_detail(body, key)
    if status in (404, 410):
        return build_no_paper_error(provider)
    if status in _PASSING and seconds > LONGEST:
        return ProviderUnavailable(f"{place} asks to be left alone for {seconds:,.0f} s.", "Run it again after that.")
    if status in _PASSING:
        return RetryLater(f"answers with the error {status}{detail}", seconds, status in _OF_HOST)
    what = f"{place} refuses the request with the error {status}{detail}."
    if status not in _NO_KEY:
        return RequestRefused(what, "Change what is asked.")
    keyed = provider.KEY_HEADER or provider.KEY_PARAM
    return ProviderUnavailable(
        what, f"Check the key that {provider.NAME}_key_env names." if keyed else "Try again later."
    )


def build_no_paper_error(provider: Provider) -> NoSuchPaper:
    """Build the error for what a provider does not have."""
    return NoSuchPaper(f"{provider.LABEL} has no such paper.", "Check the reference, or try another provider.")


def build_unreachable_error(provider: Provider, host: str, fault: Exception) -> ProviderUnavailable:
    """Build the error for a host to which there is no connection."""
    return ProviderUnavailable(
        f"{provider.LABEL} ({host}) cannot be reached: {str(fault) or type(fault).__name__}.",
        "Check the network; then the same command goes on from there.",
    )


def build_retries_error(provider: Provider, host: str, fault: RetryLater, tries: int) -> SourceError:
    """Build the error for what failed each time."""
    what = f"{provider.LABEL} ({host}) {fault}, {tries} times in a row."
    kind = ProviderUnavailable if fault.is_of_host else SourceError
    return kind(what, "Try again later; what was fetched is kept, and not asked for again.")


def _read_detail(body: bytes, key: str) -> str:
    """Read what the body tells of the error, shortened; "" for a page."""
    text = body[:20_000].decode(errors="replace")
    try:
        text = _find_message(json.loads(text))
    except (ValueError, RecursionError):
        text = "" if "<" in text else text
    for secret in {key, quote(key, safe="")} - {""}:
        text = text.replace(secret, HIDDEN)
    text = re.sub(r"\s+", " ", "".join(letter if letter.isprintable() else " " for letter in text)).strip(" .")
    return f" ({text[:200]})" if text else ""


def _find_message(value: Any) -> str:
    """Find the first text under a name that errors have."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _find_message(value[0]) if value else ""
    if isinstance(value, dict):
        return next((_find_message(value[name]) for name in ("message", "error", "detail") if value.get(name)), "")
    return ""
