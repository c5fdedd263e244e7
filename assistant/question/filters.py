"""Conditions on papers: as callers give them, and joined."""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from store.errors import InputError
from store.filters import Filters

_YEARS = ("year_from", "year_to")


def conditions(given: Mapping[str, object]) -> Filters:
    """The filters that a caller names; None stands for no such limit.

    Raises:
        InputError: There is no such filter, or it cannot have this value.
    """
    unknown = sorted(given.keys() - Filters.model_fields.keys())
    if unknown:
        raise InputError(f"There is no filter {unknown[0]!r}.", f"There are: {', '.join(Filters.model_fields)}.")
    try:
        filters = Filters.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _refused(str(first["loc"][0]), first["input"], first["msg"]) from error
    for name, value in filters:
        if name in _YEARS and value is not None and not 1 <= value <= 9999:
            raise _refused(name, value, "A year has one to four digits")
        if re.search("[\ud800-\udfff]", " ".join(value) if isinstance(value, tuple) else str(value)):
            raise _refused(name, ascii(value), "It holds half a character")
    return filters


def evidence(given: Mapping[str, object]) -> Filters:
    """The filters of what sentences are to rest on: without retracted papers unless the caller names ``retracted``.

    Raises:
        InputError: As ``conditions``.
    """
    return conditions({"retracted": False, **given})


def at_least_one(k: int) -> int:
    """How many papers a caller asks for; raises InputError where it is none."""
    if k < 1:
        raise InputError(f"k, the number of papers, cannot be {k}.", "Ask for 1 or more.")
    return k


def both(one: Filters, other: Filters) -> Filters:
    """The papers for which both hold; no paper where they ask for different things. ids keep the order of ``other``."""
    first = [year for year in (one.year_from, other.year_from) if year is not None]
    last = [year for year in (one.year_to, other.year_to) if year is not None]
    code = {value for value in (one.has_code, other.has_code) if value is not None}
    gone = {value for value in (one.retracted, other.retracted) if value is not None}
    at_odds = (
        len(code) > 1 or len(gone) > 1 or _at_odds(one.category, other.category) or _at_odds(one.source, other.source)
    )
    return Filters(
        author=tuple(dict.fromkeys(one.author + other.author)),
        year_from=max(first, default=None),
        year_to=min(last, default=None),
        category=_common(one.category, other.category),
        source=_common(one.source, other.source),
        text=" ".join(dict.fromkeys(text for text in (one.text, other.text) if text)),
        has_code=next(iter(code), None),
        retracted=next(iter(gone), None),
        ids=() if at_odds else _common_ids(one.ids, other.ids),
    )


def changed(before: Filters, now: Filters) -> Filters:
    """The earlier conditions, with what was asked now in place of the same kind asked before."""
    new = {name: value for name, value in now if value != Filters.model_fields[name].default}
    if new.keys() & set(_YEARS):
        new |= {name: getattr(now, name) for name in _YEARS}
    return before.model_copy(update=new)


def _at_odds(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return bool(one and other) and not set(one) & set(other)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Values that both allow; an empty one allows all."""
    if not one or not other:
        return one or other
    return tuple(value for value in one if value in other) or other


def _common_ids(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if one is None or other is None:
        return one if other is None else other
    allowed = set(one)
    return tuple(paper_id for paper_id in other if paper_id in allowed)


def _refused(name: str, value: object, reason: str) -> InputError:
    return InputError(f"The filter {name} cannot be {str(value)[:80]!r}.", f"{reason}.")
