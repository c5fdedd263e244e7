"""Filters as callers give them: checked, with an error that names what cannot be."""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from store.errors import InputError
from store.filters import Filters

_YEARS = ("year_from", "year_to")


def parse_filters(options: Mapping[str, object]) -> Filters:
    """Read the filters that a caller names; None stands for no such limit.

    Raises:
        InputError: There is no such filter, or it cannot have this value.
    """
    unknown = sorted(options.keys() - Filters.model_fields.keys())
    if unknown:
        raise InputError(f"There is no filter {unknown[0]!r}.", f"There are: {', '.join(Filters.model_fields)}.")
    try:
        filters = Filters.model_validate({name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _make_error(str(first["loc"][0]), first["input"], first["msg"]) from error
    for name, value in filters:
        if name in _YEARS and value is not None and not 1 <= value <= 9999:
            raise _make_error(name, value, "A year has one to four digits")
        if re.search("[\ud800-\udfff]", " ".join(value) if isinstance(value, tuple) else str(value)):
            raise _make_error(name, ascii(value), "It holds half a character")
    return filters


def parse_evidence_filters(options: Mapping[str, object]) -> Filters:
    """Read the filters of what sentences may rest on: without retracted papers unless the caller names ``retracted``.

    Raises:
        InputError: As ``conditions``.
    """
    return parse_filters({"retracted": False, **options})


def check_count(k: int) -> int:
    """Return how many papers a caller asks for; raises InputError where that is none."""
    if k < 1:
        raise InputError(f"k, the number of papers, cannot be {k}.", "Ask for 1 or more.")
    return k


def _make_error(name: str, value: object, reason: str) -> InputError:
    return InputError(f"The filter {name} cannot be {str(value)[:80]!r}.", f"{reason}.")
