"""Which papers a search or a listing is about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationError

from store.errors import InputError
from store.paper import Frozen


def _wrap_single(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Value = TypeVar("Value")
Names = Annotated[tuple[str, ...], BeforeValidator(_wrap_single)]
IsoDate = Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
"""A year, a month or a day: ``2018``, ``2018-05``, ``2018-05-31``."""


Statement = Literal["doi", "pmid", "arxiv", "link", "authors", "date", "venue", "keywords", "citations"]
"""What a record may state or leave out."""
Statements = Annotated[tuple[Statement, ...], BeforeValidator(_wrap_single)]


class Filters(Frozen):
    """Conditions that all have to hold; an empty one holds for every paper, None means no such limit.

    ``author``: each name is found in some author (whole words, any order, case and accents ignored). ``first_author``
    and ``last_author``: one of the names is found in the author there, ``single_author``: whether there is just one.
    ``min_authors`` and ``max_authors`` are inclusive; of a list that its source cuts off only the least is known.
    ``year_from`` and ``year_to`` are inclusive, ``years`` a list of which one matches. ``date_from`` and ``date_to``
    are inclusive, too, and as precise as they are written (``2020``, ``2020-05``, ``2020-05-31``); a paper whose date
    is not known as exactly fits where all of its year or month does.

    ``category`` and ``source`` (file name or format) match one of the values. So do ``venue`` (a name in full, its
    abbreviation, or words of it), ``keyword``, ``tag``, ``collection``, ``kind`` ("preprint", "systematic review") and
    ``language`` (ISO 639-1). ``text``: every word stands in title or abstract. ``has_code``: whether the source says
    that code is there, ``has_abstract`` whether an abstract is, ``states`` what else the record has to state.
    ``title``: every word stands in the title. ``retracted``: whether the paper was taken back.
    ``min_citations`` and ``max_citations`` hold for papers whose source says how often they are cited. ``ids``: only
    these papers.

    ``without``: none of these fits. ``either``: at least one of these fits, where there are any.
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
    first_author: Names = ()
    last_author: Names = ()
    single_author: bool | None = None
    years: tuple[int, ...] = ()
    date_from: IsoDate | None = None
    date_to: IsoDate | None = None
    venue: Names = ()
    keyword: Names = ()
    tag: Names = ()
    collection: Names = ()
    kind: Names = ()
    language: Names = ()
    has_abstract: bool | None = None
    min_citations: int | None = None
    max_citations: int | None = None
    min_authors: int | None = None
    max_authors: int | None = None
    states: Statements = ()
    title: str = ""
    without: "tuple[Filters, ...]" = ()
    either: "tuple[Filters, ...]" = ()

    def intersect(self, other: "Filters") -> "Filters":
        """The papers for which both hold; none where they ask for different things. ids keep the order of ``other``."""
        joined: dict[str, object] = {name: _find_bound(name, self, other) for name in _BOUNDS}
        contradictory = False
        for name in _SWITCHES:
            values = {value for value in (getattr(self, name), getattr(other, name)) if value is not None}
            contradictory = contradictory or len(values) > 1
            joined[name] = next(iter(values), None)
        for name in _LISTS:
            ours, theirs = getattr(self, name), getattr(other, name)
            contradictory = contradictory or bool(ours and theirs and not {*ours} & {*theirs})
            joined[name] = _allow_both(ours, theirs)
        either = _intersect_each(self.either, other.either)
        for name in _LOOSE:  # Two names may mean one thing, so both lists are kept, the second beside the first.
            ours, theirs = getattr(self, name), getattr(other, name)
            joined[name] = ours or theirs
            if ours and theirs and {*ours} != {*theirs}:
                either = _intersect_each((Filters.model_validate({name: theirs}),), either)
        ids = self.ids if other.ids is None else other.ids
        if self.ids is not None and other.ids is not None:
            allowed = set(self.ids)
            ids = tuple(paper_id for paper_id in other.ids if paper_id in allowed)
        return Filters.model_validate(
            joined
            | {
                "author": tuple(dict.fromkeys(self.author + other.author)),
                "states": tuple(dict.fromkeys(self.states + other.states)),
                **{name: _join_texts(getattr(self, name), getattr(other, name)) for name in ("text", "title")},
                "ids": () if contradictory else ids,
                "without": tuple(dict.fromkeys(self.without + other.without)),
                "either": either,
            }
        )


_SWITCHES = ("has_code", "retracted", "single_author", "has_abstract")
_LISTS = ("category", "source", "years")
_LOOSE = ("first_author", "last_author", "venue", "keyword", "tag", "collection", "kind", "language")
# Fields with an end of a span, by whether the higher of two holds for both. A date stands for all that begins with it,
# so of two upper ends that begin alike the longer is the lower.
_BOUNDS = {
    "year_from": True,
    "date_from": True,
    "min_citations": True,
    "min_authors": True,
    "year_to": False,
    "date_to": False,
    "max_citations": False,
    "max_authors": False,
}


def _find_bound(name: str, first: Filters, second: Filters) -> object:
    values = [value for value in (getattr(first, name), getattr(second, name)) if value is not None]
    if name == "date_to":
        return min(values, key=lambda date: f"{date}~", default=None)
    return (max if _BOUNDS[name] else min)(values, default=None)


def _join_texts(text: str, other: str) -> str:
    return " ".join(dict.fromkeys(part for part in (text, other) if part))


def _intersect_each(ours: tuple[Filters, ...], theirs: tuple[Filters, ...]) -> tuple[Filters, ...]:
    """Alternatives that hold where one of each holds."""
    if not ours or not theirs or ours == theirs:
        return ours or theirs
    return tuple(
        dict.fromkeys(our_filters.intersect(their_filters) for our_filters in ours for their_filters in theirs)
    )


def _allow_both(values: tuple[Value, ...], others: tuple[Value, ...]) -> tuple[Value, ...]:
    """Values that both allow; an empty tuple allows all."""
    if not values or not others:
        return values or others
    return tuple(value for value in values if value in others) or others


ANSWERABLE = Filters(retracted=False)
"""What answers and reports draw on unless a caller says otherwise: every paper that was not taken back."""


_YEARS = ("year_from", "year_to")


# Put before the name of a filter: none of the values may fit.
NOT = "not_"
EXCLUDABLE = ("author", "category", "source", "text", "title", *_LOOSE)
"""Filters that can be asked for with ``not_`` before their names."""


def parse_filters(options: Mapping[str, object]) -> Filters:
    """Read the filters that a caller names; None stands for no such limit.

    ``not_`` before one of ``EXCLUDABLE`` shuts out the papers that one of its values fits.

    Raises:
        InputError: There is no such filter, or it cannot have this value.
    """
    excluded = {f"{NOT}{name}" for name in EXCLUDABLE}
    unknown = sorted(options.keys() - Filters.model_fields.keys() - excluded)
    if unknown:
        names = f"{', '.join(Filters.model_fields)}; and not_ before {', '.join(EXCLUDABLE)}"
        raise InputError(f"There is no filter {unknown[0]!r}.", f"There are: {names}.")
    chosen = {name: value for name, value in options.items() if value is not None}
    filters = _build_filters({name: value for name, value in chosen.items() if name not in excluded})
    without = [
        _build_filters({key.removeprefix(NOT): value}, key)
        for key in chosen.keys() & excluded
        for value in _list_values(chosen[key])
    ]
    return filters.intersect(Filters(without=tuple(without))) if without else filters


def _list_values(value: object) -> tuple[object, ...]:
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return tuple(value)
    return (value,)


def _build_filters(options: Mapping[str, object], called: str = "") -> Filters:
    """Build filters; ``called`` is the name of the option where it is not that of the filter."""
    try:
        filters = Filters.model_validate(options)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _make_filter_error(called or str(first["loc"][0]), first["input"], first["msg"]) from error
    for name, value in filters:
        if name in _YEARS and value is not None and not 1 <= value <= 9999:
            raise _make_filter_error(called or name, value, "A year has one to four digits")
        if any(re.search("[\ud800-\udfff]", text) for text in _list_texts(value)):
            raise _make_filter_error(called or name, ascii(value), "It holds half a character")
    return filters


def _list_texts(value: object) -> Iterator[str]:
    """List the texts in the value of a filter, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _list_texts(part)
    elif isinstance(value, Filters):
        for _, part in value:
            yield from _list_texts(part)


def parse_evidence_filters(options: Mapping[str, object]) -> Filters:
    """Read the filters of what sentences may rest on: without retracted papers unless the caller names ``retracted``.

    Raises:
        InputError: As ``parse_filters``.
    """
    return parse_filters({"retracted": False, **options})


def _make_filter_error(name: str, value: object, reason: str) -> InputError:
    return InputError(f"The filter {name} cannot be {str(value)[:80]!r}.", f"{reason}.")
