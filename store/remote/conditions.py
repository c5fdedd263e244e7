"""Filters as the ``where`` of a Chroma server, on the fields that ``store.remote.fields`` writes beside each paper.

A condition is a dictionary as Chroma takes it. It has no negation of its own, so what is left out is turned round
(``negate``): every field is there in every paper, and so each paper fits a condition or its opposite.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from store.filters import Filters
from store.index.filter_queries import Names, list_author_counts, list_vague_dates
from store.index.index_schema import date_number, extract_terms
from store.kinds import normalise_kind
from store.person_name import name_words
from store.text.language import name_to_code

Where = dict[str, Any]

# Holds for no paper, and its opposite for every one.
NOTHING: Where = {"lot": {"$lt": 0}}
EVERYTHING: Where = {"lot": {"$gte": 0}}
# Authors of one name up to whom each is an alternative: 300 take the server .06 s of CPU, 5,000 take 1 s. By hand.
MOST_AUTHORS = 300
# Conditions that are joined at once; more are joined in groups. Chroma makes a chain of those that are joined, and
# SQLite takes expressions of a depth of 1000.
_AT_ONCE = 100
# Terms of a text that all have to be there. Chosen by hand.
_MOST_TERMS = 60
_LAST_YEAR = 10_000
_MOST_CITED = 10**9
_OPPOSITES = {
    "$eq": "$ne",
    "$gt": "$lte",
    "$lt": "$gte",
    "$in": "$nin",
    "$contains": "$not_contains",
}
_OPPOSITES |= {opposite: operator for operator, opposite in _OPPOSITES.items()}


def build_where(filters: Filters, names: Names) -> Where:
    """Build the condition for papers for which all filters hold."""
    parts = [_build_author("author_key", [name], names) for name in filters.author]
    for place in ("first_author", "last_author"):
        if typed := getattr(filters, place):
            parts.append(_build_author(place, typed, names))
    parts += _build_ranges(filters)
    for field in ("category", "source"):
        if values := getattr(filters, field):
            parts.append(match_any(field, values))
    for field in ("venue", "keyword", "tag", "collection"):
        if typed := getattr(filters, field):
            parts.append(match_any(field, [value for name in typed for value in names.find_values(field, name)]))
    if filters.kind:
        parts.append(match_any("kind", map(normalise_kind, filters.kind)))
    if filters.language:
        parts.append(match_any("language", map(name_to_code, filters.language)))
    for field, value in (
        ("code", filters.has_code),
        ("retracted", filters.retracted),
        ("abstract", filters.has_abstract),
    ):
        if value is not None:
            parts.append({field: {"$eq": int(value)}})
    if counts := list_author_counts(filters):
        parts.append(join_any([join_all(_within("author_count", *span)) for span in counts]))
    parts += [{"states": {"$contains": name}} for name in filters.states]
    if filters.ids is not None:
        ids = list(names.resolve_ids(filters.ids)) if filters.ids else []
        parts.append({"paper": {"$in": ids}} if ids else NOTHING)
    for field, text in (("words", filters.text), ("title_term", filters.title)):
        parts += [{field: {"$contains": term}} for term in dict.fromkeys(extract_terms(text)[:_MOST_TERMS])]
    if filters.either:
        parts.append(join_any([build_where(alternative, names) for alternative in filters.either]))
    parts += [negate(build_where(exception, names)) for exception in filters.without]
    return join_all(parts)


def match_any(field: str, values: Iterable[str]) -> Where:
    """Build the condition that a list has one of some values."""
    return join_any([{field: {"$contains": value}} for value in dict.fromkeys(values) if value])


def join_all(parts: Sequence[Where]) -> Where:
    """Join conditions that all have to hold."""
    limits = [part for part in parts if part != EVERYTHING]
    if NOTHING in limits:
        return NOTHING
    return _join("$and", limits) if limits else EVERYTHING


def join_any(parts: Sequence[Where]) -> Where:
    """Join conditions of which one has to hold."""
    alternatives = [part for part in parts if part != NOTHING]
    if EVERYTHING in alternatives:
        return EVERYTHING
    return _join("$or", alternatives) if alternatives else NOTHING


def _join(operator: str, parts: Sequence[Where]) -> Where:
    while len(parts) > 1:
        groups = [list(parts[first : first + _AT_ONCE]) for first in range(0, len(parts), _AT_ONCE)]
        parts = [{operator: group} if len(group) > 1 else group[0] for group in groups]
    return parts[0]


def negate(where: Where) -> Where:
    """Turn a condition round."""
    ((key, value),) = where.items()
    if key == "$and":
        return join_any([negate(part) for part in value])
    if key == "$or":
        return join_all([negate(part) for part in value])
    ((operator, operand),) = value.items()
    return {key: {_OPPOSITES[operator]: operand}}


def _build_author(field: str, typed: Sequence[str], names: Names) -> Where:
    """Build the condition that an author has one of the names; of a name that very many have, that all words are there.

    "Wang" fits thousands of authors. Papers by a Wang and a Wei then fit "Wei Wang":
    the client looks at these again (``store.remote.view``).
    """
    parts = []
    for name in typed:
        keys = list(names.find_authors(name))
        if len(keys) > MOST_AUTHORS and field == "author_key":
            words = [word for word in name_words(name) if len(word) > 1]
            parts.append(join_all([{"author_word": {"$contains": word}} for word in words]))
        else:
            parts.append(match_any(field, keys))
    return join_any(parts)


def _build_ranges(filters: Filters) -> list[Where]:
    """Build the conditions on what has an order: years, dates and citations."""
    parts: list[Where] = []
    if filters.year_from is not None or filters.year_to is not None:
        low = 1 if filters.year_from is None else min(max(filters.year_from, 1), _LAST_YEAR)
        high = _LAST_YEAR if filters.year_to is None else min(max(filters.year_to, 0), _LAST_YEAR)
        parts += _within("year", low, high)
    if filters.years:
        years = [year for year in filters.years if 0 < year < _LAST_YEAR]
        parts.append({"year": {"$in": years}} if years else NOTHING)
    if filters.date_from is not None or filters.date_to is not None:
        low = date_number(filters.date_from) if filters.date_from else 1
        high = int((filters.date_to or "9999").replace("-", "").ljust(8, "9"))
        parts += _within("date", low, high)
        if vague := list_vague_dates(filters.date_to):
            parts.append({"date": {"$nin": vague}})
    if filters.min_citations is not None or filters.max_citations is not None:
        least = min(max(filters.min_citations or 0, 0), _MOST_CITED)
        most = _MOST_CITED if filters.max_citations is None else min(filters.max_citations, _MOST_CITED)
        parts += _within("citations", least, most)
    return parts


def _within(field: str, low: int, high: int) -> list[Where]:
    return [{field: {"$eq": low}}] if low == high else [{field: {"$gte": low}}, {field: {"$lte": high}}]
