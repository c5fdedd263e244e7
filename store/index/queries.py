"""Filters and words as tantivy queries. User text is built into a query, never parsed as one."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.filters import Filters
from store.index.schema import schema, terms

if TYPE_CHECKING:
    import tantivy

# A question of more terms than this is cut: the rest would only cost time.
MAX_TERMS = 200
# The longest value that the index holds, in bytes.
LONGEST_VALUE = 65_530
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
LAST_YEAR = 10_000  # After every year that a paper can have, so that none is meant by it.


def words_query(text: str) -> "tantivy.Query":
    """Papers with any of the words, scored by BM25; a word said twice counts twice."""
    import tantivy

    counted = Counter(terms(text)[:MAX_TERMS])
    query = tantivy.Query
    return query.boolean_query(
        [
            (tantivy.Occur.Should, query.boost_query(query.term_query(schema(), "text", term), float(times)))
            for term, times in counted.items()
        ]
    )


def filter_query(filters: Filters, author_keys: list[list[str]]) -> "tantivy.Query":
    """Papers for which every condition holds.

    Args:
        filters: The conditions.
        author_keys: For each name of ``filters.author`` the keys of the authors whom it fits.
    """
    import tantivy

    query = tantivy.Query
    must = [any_of("author_key", keys) for keys in author_keys]
    if filters.year_from is not None or filters.year_to is not None:
        low = 1 if filters.year_from is None else min(max(filters.year_from, 1), LAST_YEAR)
        high = LAST_YEAR if filters.year_to is None else min(max(filters.year_to, 0), LAST_YEAR)
        must.append(query.range_query(schema(), "year", tantivy.FieldType.Integer, low, high))
    for field, values in (("category", filters.category), ("source", filters.source)):
        if values:
            must.append(any_of(field, values))
    if filters.has_code is not None:
        must.append(query.term_query(schema(), "code", int(filters.has_code)))
    if filters.retracted is not None:
        must.append(query.term_query(schema(), "retracted", int(filters.retracted)))
    if filters.ids is not None:
        must.append(any_of("id", filters.ids))
    must += [query.term_query(schema(), "text", term) for term in terms(filters.text)[:MAX_TERMS]]
    return all_of(must)


def any_of(field: str, values: Sequence[str] | Sequence[int]) -> "tantivy.Query":
    """Papers with one of the values in a field; those that no paper can have are passed over."""
    import tantivy

    return tantivy.Query.term_set_query(schema(), field, [value for value in values if _possible(value)])


def all_of(queries: "list[tantivy.Query]") -> "tantivy.Query":
    """Papers for which every query holds, unscored; without any query, every paper."""
    import tantivy

    if not queries:
        return tantivy.Query.all_query()
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in queries]
    )


def _possible(value: str | int) -> bool:
    """Whether the index can hold a value: no megabytes, and no half of a character."""
    return isinstance(value, int) or (len(value) <= LONGEST_VALUE and not HALF_CHARACTER.search(value))
