"""What goes wrong with a provider, in words: what happened, at which host, what to do next. No key stands in them."""

import json
import re
from typing import Any
from urllib.parse import quote

from store.errors import SourceError
from store.providers.base import Closed, Missing, Provider, Refused

LONGEST = 120.0
"""Seconds that a provider may ask to be left alone; beyond that the run ends."""

_PASSING = {408, 425, 429, 500, 502, 503, 504}
_OF_HOST = {429, 503}
_NO_KEY = {401, 403}
HIDDEN = "(key hidden)"


class Again(Exception):
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


def http_error(provider: Provider, response: Any, body: bytes, seconds: float, key: str) -> Exception:
    """The error for a status that is none of success; ``seconds`` are those of its ``Retry-After``."""
    status, place = response.status_code, f"{provider.LABEL} ({response.url.host})"
    said = _said(body, key)
    if status in (404, 410):
        return no_such_paper(provider)
    if status in _PASSING and seconds > LONGEST:
        return Closed(f"{place} asks to be left alone for {seconds:,.0f} s.", "Run it again after that.")
    if status in _PASSING:
        return Again(f"answers with the error {status}{said}", seconds, status in _OF_HOST)
    what = f"{place} refuses the request with the error {status}{said}."
    if status not in _NO_KEY:
        return Refused(what, "Change what is asked.")
    keyed = provider.KEY_HEADER or provider.KEY_PARAM
    return Closed(what, f"Check the key that {provider.NAME}_key_env names." if keyed else "Try again later.")


def no_such_paper(provider: Provider) -> Missing:
    """The error for what a provider does not have."""
    return Missing(f"{provider.LABEL} has no such paper.", "Check the reference, or try another provider.")


def unreachable(provider: Provider, host: str, fault: Exception) -> Closed:
    """The error for a host to which there is no connection."""
    return Closed(
        f"{provider.LABEL} ({host}) cannot be reached: {str(fault) or type(fault).__name__}.",
        "Check the network; then the same command goes on from there.",
    )


def worn_out(provider: Provider, host: str, fault: Again, tries: int) -> SourceError:
    """The error for what failed each time."""
    what = f"{provider.LABEL} ({host}) {fault}, {tries} times in a row."
    kind = Closed if fault.is_of_host else SourceError
    return kind(what, "Try again later; what was fetched is kept, and not asked for again.")


def _said(body: bytes, key: str) -> str:
    """What the body tells of the error, shortened; "" for a page."""
    text = body[:20_000].decode(errors="replace")
    try:
        text = _message(json.loads(text))
    except (ValueError, RecursionError):
        text = "" if "<" in text else text
    for secret in {key, quote(key, safe="")} - {""}:
        text = text.replace(secret, HIDDEN)
    text = re.sub(r"\s+", " ", "".join(letter if letter.isprintable() else " " for letter in text)).strip(" .")
    return f" ({text[:200]})" if text else ""


def _message(value: Any) -> str:
    """The first text under a name that errors have."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _message(value[0]) if value else ""
    if isinstance(value, dict):
        return next((_message(value[name]) for name in ("message", "error", "detail") if value.get(name)), "")
    return ""
