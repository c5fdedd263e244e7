"""The dictionary of a library: the terms that its papers have, and how many papers have each."""

from collections.abc import Iterable
from typing import Any, Protocol

from store.index.filter_queries import match_any
from store.index.index_schema import get_schema

# Words whose number of papers is kept: each is asked for several times a question, and most by many questions. Chosen
# by hand; not measured.
COUNTED = 10_000
# Values that are each checked to be there still. Chosen by hand; not measured.
_CHECKED = 64


class Dictionary(Protocol):
    """Terms by their fields, as ``store.index.index_schema`` names them."""

    def list_terms(self, field: str, prefix: str) -> Iterable[tuple[str, int]]:
        """List the terms of a field that begin so, each with a count that is at least 1; removed papers may count on.

        Of words of texts the most frequent come first.
        """
        ...

    def count_papers(self, field: str, term: str) -> int:
        """Count the papers that have a term."""
        ...

    def keep_present(self, field: str, values: list[str]) -> list[str]:
        """Leave out values that no paper has any more, as far as that can be told quickly."""
        ...


class IndexDictionary:
    """The dictionary of an index.

    Args:
        searcher: As ``store.index.snapshot.Snapshot`` has it.
    """

    def __init__(self, searcher: Any) -> None:
        self._searcher = searcher
        self._counts: dict[tuple[str, str], int] = {}

    def list_terms(self, field: str, prefix: str) -> Iterable[tuple[str, int]]:
        """List the terms of a field that begin so, the most frequent first; papers that were removed count on."""
        terms: Iterable[tuple[str, int]] = self._searcher.terms_with_prefix(field, prefix)
        return terms

    def count_papers(self, field: str, term: str) -> int:
        """Return papers with a term; tantivy's own figure goes on counting those that were removed."""
        import tantivy

        count = self._counts.get((field, term))
        if count is None:
            query = tantivy.Query.term_query(get_schema(), field, term)
            count = int(self._searcher.search(query, limit=1, count=True).count)
            if len(self._counts) >= COUNTED:
                self._counts.clear()
            self._counts[field, term] = count
        return count

    def keep_present(self, field: str, values: list[str]) -> list[str]:
        """Leave out values that no paper has any more; of very many none, where any is there, for it takes long."""
        if len(values) <= _CHECKED:
            return [value for value in values if self.count_papers(field, value)]
        return values if self._searcher.search(match_any(field, values), limit=1, count=True).count else []
