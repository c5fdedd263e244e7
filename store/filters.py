"""Which papers a search or a listing is about."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, ValidationError

from store.errors import InputError
from store.paper import Frozen


def _wrap_single(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_wrap_single)]


class Filters(Frozen):
    """Conditions that all have to hold; an empty one holds for every paper.

    ``author``: each name is found in some author (whole words, any order, case and accents
    ignored). ``year_from`` and ``year_to`` are inclusive. ``category`` and ``source`` (file name
    or format) match one of the values. ``text``: every word stands in title or abstract.
    ``has_code``: whether the source says that code is there. ``retracted``: whether the
    paper was taken back. ``ids``: only these papers. None means no such limit.
    """

    author: Names = ()
    year_from: int | None = None
    year_to: int | None = None
    category: Names = ()
    source: Names = ()
    text: str = ""
    has_code: bool | None = None
    retracted: bool | None = None
    ids: tuple[str, ...] | None = None

    def intersect(self, other: "Filters") -> "Filters":
        """The papers for which both hold; none where they ask for different things. ids keep the order of ``other``."""
        first = [year for year in (self.year_from, other.year_from) if year is not None]
        last = [year for year in (self.year_to, other.year_to) if year is not None]
        code = {value for value in (self.has_code, other.has_code) if value is not None}
        retracted = {value for value in (self.retracted, other.retracted) if value is not None}
        pairs = ((self.category, other.category), (self.source, other.source))
        contradictory = len(code) > 1 or len(retracted) > 1 or any(a and b and not {*a} & {*b} for a, b in pairs)
        ids = self.ids if other.ids is None else other.ids
        if self.ids is not None and other.ids is not None:
            allowed = set(self.ids)
            ids = tuple(paper_id for paper_id in other.ids if paper_id in allowed)
        return Filters(
            author=tuple(dict.fromkeys(self.author + other.author)),
            year_from=max(first, default=None),
            year_to=min(last, default=None),
            category=_allow_both(self.category, other.category),
            source=_allow_both(self.source, other.source),
            text=" ".join(dict.fromkeys(text for text in (self.text, other.text) if text)),
            has_code=next(iter(code), None),
            retracted=next(iter(retracted), None),
            ids=() if contradictory else ids,
        )


def _allow_both(values: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Values that both allow; an empty tuple allows all."""
    if not values or not others:
        return values or others
    return tuple(value for value in values if value in others) or others


ANSWERABLE = Filters(retracted=False)
"""What answers and reports draw on unless a caller says otherwise: every paper that was not taken back."""


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
        raise _make_filter_error(str(first["loc"][0]), first["input"], first["msg"]) from error
    for name, value in filters:
        if name in _YEARS and value is not None and not 1 <= value <= 9999:
            raise _make_filter_error(name, value, "A year has one to four digits")
        if re.search("[\ud800-\udfff]", " ".join(value) if isinstance(value, tuple) else str(value)):
            raise _make_filter_error(name, ascii(value), "It holds half a character")
    return filters


def parse_evidence_filters(options: Mapping[str, object]) -> Filters:
    """Read the filters of what sentences may rest on: without retracted papers unless the caller names ``retracted``.

    Raises:
        InputError: As ``parse_filters``.
    """
    return parse_filters({"retracted": False, **options})


def _make_filter_error(name: str, value: object, reason: str) -> InputError:
    return InputError(f"The filter {name} cannot be {str(value)[:80]!r}.", f"{reason}.")
