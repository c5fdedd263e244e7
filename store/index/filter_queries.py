"""Filters, words and values as queries of tantivy.

User text is built into a query, never parsed as one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Protocol

from store.filters import Filters
from store.index.index_schema import CUT_OFF, date_number, extract_terms, get_schema
from store.kinds import normalise_kind
from store.text.language import name_to_code

if TYPE_CHECKING:
    import tantivy

# A question of more terms than this is cut: the rest would only cost time. Chosen by hand; not measured.
_MAX_TERMS = 200
# The longest value that the index holds, in bytes: tantivy's limit, 65,535 less 5.
_LONGEST_VALUE = 65_530
_MOST_CITED = 10**9
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_LAST_YEAR = 10_000  # After every year that a paper can have, so that none is meant by it.


class Names(Protocol):
    """What tells what is meant by the names in filters."""

    def find_authors(self, name: str) -> dict[str, str]:
        """Find the authors whom a name fits, by their keys."""
        ...

    def find_values(self, field: str, name: str) -> tuple[str, ...]:
        """Find the venues, keywords, tags or collections that a name means."""
        ...

    def resolve_ids(self, ids: Sequence[str]) -> Sequence[str]:
        """Replace ids in another form by those of the papers."""
        ...


def build_filter_query(filters: Filters, names: Names) -> "tantivy.Query":
    """Build the query for papers for which all filters hold."""
    import tantivy

    query = tantivy.Query
    must = [match_any("author_key", list(names.find_authors(name))) for name in filters.author]
    for place in ("first_author", "last_author"):
        if typed := getattr(filters, place):
            must.append(match_any(place, [key for name in typed for key in names.find_authors(name)]))
    must += build_range_queries(filters)
    must += [match_any(field, getattr(filters, field)) for field in ("category", "source") if getattr(filters, field)]
    for field in ("venue", "keyword", "tag", "collection"):
        if typed := getattr(filters, field):
            must.append(match_any(field, [value for name in typed for value in names.find_values(field, name)]))
    if filters.kind:
        must.append(match_any("kind", list(map(normalise_kind, filters.kind))))
    if filters.language:
        must.append(match_any("language", list(map(name_to_code, filters.language))))
    for field, value in (
        ("code", filters.has_code),
        ("retracted", filters.retracted),
        ("abstract", filters.has_abstract),
    ):
        if value is not None:
            must.append(query.term_query(get_schema(), field, int(value)))
    if counts := list_author_counts(filters):
        must.append(join_any([build_range_query("author_count", *span) for span in counts]))
    if filters.ids is not None:
        must.append(match_any("id", names.resolve_ids(filters.ids) if filters.ids else ()))
    must += [query.term_query(get_schema(), "states", name) for name in filters.states]
    for field, text in (("text", filters.text), ("title_term", filters.title)):
        must += [query.term_query(get_schema(), field, term) for term in extract_terms(text)[:_MAX_TERMS]]
    if filters.either:
        must.append(join_any([build_filter_query(alternative, names) for alternative in filters.either]))
    unwanted = [build_filter_query(exception, names) for exception in filters.without]
    return exclude(join_all(must), unwanted) if unwanted else join_all(must)


def build_words_query(text: str) -> "tantivy.Query":
    """Build the query for papers with any of the words, scored by BM25; a repeated word counts as often."""
    import tantivy

    counted = Counter(extract_terms(text)[:_MAX_TERMS])
    query = tantivy.Query
    return query.boolean_query(
        [
            (tantivy.Occur.Should, query.boost_query(query.term_query(get_schema(), "text", term), float(times)))
            for term, times in counted.items()
        ]
    )


def build_share_query(text: str, share: float) -> "tantivy.Query | None":
    """Build the query for papers that have this share (0–1) of the words, scored by BM25; None where there is none."""
    import tantivy

    words = dict.fromkeys(extract_terms(text)[:_MAX_TERMS])
    if not words:
        return None
    query = tantivy.Query
    return query.boolean_query(
        [(tantivy.Occur.Should, query.term_query(get_schema(), "text", word)) for word in words],
        minimum_number_should_match=ceil(share * len(words)),
    )


def build_range_query(field: str, low: int, high: int) -> "tantivy.Query":
    """Build the query for papers whose number lies within a span."""
    import tantivy

    return tantivy.Query.range_query(get_schema(), field, tantivy.FieldType.Integer, low, high)


def list_author_counts(filters: Filters) -> list[tuple[int, int]]:
    """List the spans of how many authors a paper may have, as the index counts them; empty for no such limit.

    Of a list that is cut off at least one more is there, so that it fits no upper end.
    """
    least, most = filters.min_authors, filters.max_authors
    if filters.single_author is not None:
        least = max(least or 0, 1 if filters.single_author else 2)
        most = min(most or 1, 1) if filters.single_author else most
    if least is None and most is None:
        return []
    least = min(max(least or 1, 1), CUT_OFF - 1)
    if most is not None:
        return [(least, min(max(most, 0), CUT_OFF - 1))]
    return [(least, CUT_OFF - 1), (CUT_OFF + least - 1, 2 * CUT_OFF)]


def build_range_queries(filters: Filters) -> "list[tantivy.Query]":
    """Build the queries for what has an order: years, dates and citations."""
    queries = []
    if filters.year_from is not None or filters.year_to is not None:
        low = 1 if filters.year_from is None else min(max(filters.year_from, 1), _LAST_YEAR)
        high = _LAST_YEAR if filters.year_to is None else min(max(filters.year_to, 0), _LAST_YEAR)
        queries.append(build_range_query("year", low, high))
    if filters.years:
        queries.append(match_any("year", [year for year in filters.years if 0 < year < _LAST_YEAR]))
    if filters.date_from is not None or filters.date_to is not None:
        # A date of which less is known has zeros at its end, so it comes before all that it may mean.
        low = date_number(filters.date_from) if filters.date_from else 1
        high = int((filters.date_to or "9999").replace("-", "").ljust(8, "9"))
        dated = build_range_query("date", low, high)
        queries.append(
            exclude(dated, [match_any("date", vague)]) if (vague := list_vague_dates(filters.date_to)) else dated
        )
    if filters.min_citations is not None or filters.max_citations is not None:
        least = min(max(filters.min_citations or 0, 0), _MOST_CITED)
        most = _MOST_CITED if filters.max_citations is None else min(filters.max_citations, _MOST_CITED)
        queries.append(build_range_query("citations", least, most))
    return queries


def list_vague_dates(end: str | None) -> list[int]:
    """List the dates that may be after an end, because only their year or month is known; none of an end of a year."""
    if end is None or len(end) == len("2018") or end[5:] in ("12", "12-31"):
        return []
    year = date_number(end[:4])
    return [year] if len(end) == len("2018-05") else [year, date_number(end[:7])]


def match_any(field: str, values: Sequence[str] | Sequence[int]) -> "tantivy.Query":
    """Build the query for papers with one of the values in a field; those that no paper can have are passed over."""
    import tantivy

    return tantivy.Query.term_set_query(get_schema(), field, [value for value in values if _is_indexable(value)])


def join_all(queries: "list[tantivy.Query]") -> "tantivy.Query":
    """Build the unscored query for papers for which every query holds; without any query, every paper."""
    import tantivy

    if not queries:
        return tantivy.Query.all_query()
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in queries]
    )


def join_any(queries: "list[tantivy.Query]") -> "tantivy.Query":
    """Build the unscored query for papers for which at least one query holds."""
    import tantivy

    query = tantivy.Query
    return query.boolean_query(
        [(tantivy.Occur.Should, query.const_score_query(alternative, 0.0)) for alternative in queries]
    )


def exclude(base: "tantivy.Query", unwanted: "list[tantivy.Query]") -> "tantivy.Query":
    """Build the unscored query for papers for which one query holds, and none of the others."""
    import tantivy

    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, base), *((tantivy.Occur.MustNot, query) for query in unwanted)]
    )


def _is_indexable(value: str | int) -> bool:
    """Return whether the index can hold a value: no megabytes, and no half of a character."""
    return isinstance(value, int) or (len(value) <= _LONGEST_VALUE and not _HALF_CHARACTER.search(value))
