"""Tokens as servers count them: at several places, and in a few servers as floats, text or null."""

import math
from typing import Any, NamedTuple

from assistant.types import Usage

Json = dict[str, Any]


class TokenCounts(NamedTuple):
    """Tokens read and written, and of these those from the cache of prompts and those of thinking."""

    read: int
    written: int
    cached: int = 0
    reasoning: int = 0


NO_COUNTS = TokenCounts(0, 0)


def make_usage(counts: TokenCounts | None) -> Usage:
    """Make the usage of an answer, without a price."""
    read, written, cached, reasoning = counts or NO_COUNTS
    return Usage(input_tokens=read, output_tokens=written, cached_tokens=cached, reasoning_tokens=reasoning)


def read_counts(usage: Json) -> TokenCounts:
    """Read the counts of an answer, wherever a server puts them."""
    usage = round_usage(usage)
    of_input: Json = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    of_output: Json = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    return TokenCounts(
        read=usage.get("prompt_tokens") or usage.get("input_tokens") or 0,
        written=usage.get("completion_tokens") or usage.get("output_tokens") or 0,
        cached=of_input.get("cached_tokens") or usage.get("prompt_cache_hit_tokens") or 0,
        reasoning=of_output.get("reasoning_tokens") or usage.get("reasoning_tokens") or 0,
    )


def round_usage(usage: Json) -> Json:
    """Round the counts in a usage: a few servers send floats, or text, or null."""
    rounded: Json = {}
    for name, value in usage.items():
        if isinstance(value, dict):
            rounded[name] = round_usage(value)
        elif isinstance(value, int | float | str) and not isinstance(value, bool):
            try:
                number = float(value)
            except ValueError:
                continue
            if math.isfinite(number) and number >= 0:
                rounded[name] = round(number)
    return rounded
