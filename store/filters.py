"""Which papers a search or a listing is about."""

from typing import Annotated

from pydantic import BeforeValidator

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


ANSWERABLE = Filters(retracted=False)
"""What answers and reports draw on unless a caller says otherwise: every paper that was not taken back."""
