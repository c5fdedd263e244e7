"""One unchanging view of the index, and the queries that it is asked. Safe to share between threads.

User text is built into a query, never parsed as one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from store.dedup.keys import id_key, list_lookup_keys
from store.filters import Filters
from store.index.index_schema import extract_terms, get_schema
from store.index.title_queries import build_near_query, build_title_query
from store.paper import Paper
from store.person_name import name_key, name_words
from store.record import DAMAGED, Record, unpack

if TYPE_CHECKING:
    import numpy as np
    import tantivy
    from numpy.typing import NDArray

    from store.embedding import Vectors

    Rows = NDArray[np.int64]


# Filters whose rows are kept: a chat stays within one for many questions. Chosen by hand; not measured.
REMEMBERED = 16
# Words whose number of papers is kept: each is asked for several times a question, and most by many questions. Chosen
# by hand; not measured.
COUNTED = 10_000
# Papers that the keys of one batch seldom find more of. Chosen by hand; not measured.
ALIKE = 2000
# A question of more terms than this is cut: the rest would only cost time. Chosen by hand; not measured.
_MAX_TERMS = 200
# The longest value that the index holds, in bytes: tantivy's limit, 65,535 less 5.
_LONGEST_VALUE = 65_530
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_LAST_YEAR = 10_000  # After every year that a paper can have, so that none is meant by it.


class Ranked(NamedTuple):
    """Rows of the file of vectors and their scores, best first."""

    rows: "Rows"
    scores: "Vectors"


class Snapshot:
    """The catalogue, the words and the vectors as they were when the view was taken.

    Args:
        searcher: tantivy's, inside a ``DamageGuard`` of ``store.index.index``.
        vectors: All rows of the file of vectors.
        generation: That of the library that the index was made from.
    """

    def __init__(self, searcher: Any, vectors: "Vectors", generation: str) -> None:
        self._searcher = searcher
        self.vectors = vectors
        self.generation = generation
        self._rows: dict[Filters, Rows] = {}
        self._counted: dict[tuple[str, str], int] = {}

    @property
    def count(self) -> int:
        """How many papers there are."""
        return int(self._searcher.num_docs)

    def check(self) -> None:
        """Raise ValueError where a paper points behind the end of the file of vectors."""
        import tantivy

        last = self._searcher.aggregate(tantivy.Query.all_query(), {"last": {"max": {"field": "row"}}})["last"]["value"]
        if last is not None and last >= len(self.vectors):
            raise ValueError("the file of vectors is too short")

    def rows(self, filters: Filters) -> "Rows":
        """Return rows of the papers for which the filters hold."""
        rows = self._rows.get(filters)
        if rows is None:
            rows = self._rows_of(self._build_query(filters))
            if len(self._rows) >= REMEMBERED:
                self._rows.clear()
            self._rows[filters] = rows
        return rows

    def rank_by_words(self, text: str, filters: Filters, limit: int) -> Ranked:
        """Rank the papers with the best BM25 score for the words of ``text``."""
        return self._rank_rows(_words_query(text), self._build_query(filters), limit)

    def score_words(self, text: str, rows: "Rows") -> Ranked:
        """Score just these rows by BM25, those without any of the words left out."""
        return self._rank_rows(_words_query(text), _all_of([_any_of("row", rows.tolist())]), len(rows))

    def find_by_words(self, text: str, share: float, filters: Filters, limit: int) -> list[str]:
        """Find the papers that have this share (0–1) of the words of ``text``, however many rank before them.

        Returns:
            Their ids, the best BM25 score first; at most ``limit``. None where ``text`` has no word that is searched.
        """
        import tantivy

        words = dict.fromkeys(extract_terms(text)[:_MAX_TERMS])
        if not words:
            return []
        query = tantivy.Query
        having = query.boolean_query(
            [(tantivy.Occur.Should, query.term_query(get_schema(), "text", word)) for word in words],
            minimum_number_should_match=ceil(share * len(words)),
        )
        return self.ids(self._rank_rows(having, self._build_query(filters), limit).rows.tolist())

    def ids(self, rows: Iterable[int]) -> list[str]:
        """Return the ids of papers by their rows, in the order of the rows."""
        ordered = list(rows)
        addresses = self._find_addresses(_any_of("row", ordered), len(ordered))
        by_row = dict(zip(self._read_numbers("row", addresses), self._read_texts("id", addresses), strict=True))
        return [by_row[row] for row in ordered]

    def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Return papers by their ids, in that order; those that are not there are left out."""
        return list({paper.id: paper for paper in self.find_by_ids(ids).values()}.values())

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Find papers by their ids, in that order: an id that a paper lost by a merge leads to it, too."""
        documents = [self._searcher.doc(address) for address in self._find_addresses(_any_of("id", ids), len(ids))]
        papers = {paper.id: paper for paper in self._searcher.run(_unpack_papers, documents)}
        if lost := [paper_id for paper_id in ids if paper_id not in papers]:
            for paper in self.find_by_keys(list(map(id_key, lost))):
                papers |= {record.id: paper for record in paper.records if record.id in lost}
        return {paper_id: papers[paper_id] for paper_id in ids if paper_id in papers}

    def find_by_keys(self, keys: Sequence[str]) -> list[Paper]:
        """Find the papers with any of these keys of ``store.dedup.keys``, by their ids in order."""
        return self._find_papers("keys", keys)

    def find_by_citation_keys(self, keys: Sequence[str]) -> list[Paper]:
        """Find the papers with any of these keys of ``store.citation_keys.list_own_keys``, by their ids in order."""
        return self._find_papers("citation_key", keys)

    def _find_papers(self, field: str, values: Sequence[str]) -> list[Paper]:
        """Find the papers with any of the values, by their ids in order."""
        query = _any_of(field, values)
        addresses = self._find_addresses(query, ALIKE)
        if len(addresses) == ALIKE:  # Room for every paper is asked for only where it is needed: it costs time.
            addresses = self._find_addresses(query, self.count)
        return sorted(self._read_papers(addresses), key=lambda paper: paper.id)

    def _read_papers(self, addresses: "list[tantivy.DocAddress]") -> list[Paper]:
        papers: list[Paper] = self._searcher.run(_unpack_papers, [self._searcher.doc(address) for address in addresses])
        return papers

    def find_by_title_words(self, words: Sequence[str], limit: int, typos: bool = False) -> list[Paper]:
        """Find at most ``limit`` papers whose titles have all the words, in any order; the last may be cut short.

        Args:
            words: As ``split_title`` gives them.
            limit: How many papers are read.
            typos: Whether long words may differ by a letter.
        """
        return self._read_papers(self._find_addresses(build_title_query(get_schema(), words, typos), limit))

    def rank_by_title_words(self, words: Sequence[str], limit: int) -> list[Paper]:
        """Rank the papers whose titles have most of the long words, or ones like them."""
        return self._read_papers(self._find_addresses(build_near_query(get_schema(), words), limit))

    def list_shared_keys(self) -> list[str]:
        """List the keys that more than one paper has, or had before one was removed; not the ids of records."""
        kinds = ("doi:", "arxiv:", "pmid:", "pmcid:", "openalex:", "s2:", "wos:", "title:")
        counted = [term for kind in kinds for term in self._searcher.terms_with_prefix("keys", kind)]
        return [key for key, count in counted if count > 1]

    def all_ids(self) -> list[str]:
        """Return the id of every paper."""
        return self._read_texts("id", self._find_addresses(_all_of([]), self.count))

    def find_ids(self, ids: Sequence[str]) -> list[str]:
        """Return which of these are ids of papers; where all are, as nearly always, none is read, however many."""
        query = _any_of("id", ids)
        there = int(self._searcher.search(query, limit=1, count=True).count)
        if there == len(set(ids)):
            return list(ids)
        return self._read_texts("id", self._find_addresses(query, there))

    def row_of(self, paper_id: str) -> int | None:
        """Return the row of a paper, None where there is no such paper."""
        rows = self._read_numbers("row", self._find_addresses(_any_of("id", [paper_id]), 1))
        return rows[0] if rows else None

    def vectors_of(self, ids: Sequence[str]) -> "dict[str, Vectors]":
        """Return the vector of each of the papers that are there, of shape (dimension,)."""
        addresses = self._find_addresses(_any_of("id", ids), len(ids))
        return {
            paper_id: self.vectors[row]
            for paper_id, row in zip(
                self._read_texts("id", addresses), self._read_numbers("row", addresses), strict=True
            )
        }

    def hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the content hash of each of the papers that are there."""
        addresses = self._find_addresses(_any_of("id", ids), len(ids))
        return dict(zip(self._read_texts("id", addresses), self._read_texts("hash", addresses), strict=True))

    def records(self, ids: Sequence[str]) -> dict[str, Record]:
        """Return the papers with these ids as they are in the index, each with its hash there and its vector."""
        addresses = self._find_addresses(_any_of("id", ids), len(ids))
        papers = self._searcher.run(_unpack_papers, [self._searcher.doc(address) for address in addresses])
        rows, hashes = self._read_numbers("row", addresses), self._read_texts("hash", addresses)
        return {
            paper.id: Record(paper, content, self.vectors[row])
            for paper, content, row in zip(papers, hashes, rows, strict=True)
        }

    def count_damaged(self) -> int:
        """Return how many papers are marked as damaged, or were before they were added again."""
        return sum(count for _, count in self._searcher.terms_with_prefix("hash", DAMAGED))

    def list_ids(self, filters: Filters, oldest_first: bool = False) -> list[str]:
        """Return ids of the papers for which the filters hold, newest first; undated ones last."""
        import tantivy

        order = tantivy.Order.Asc if oldest_first else tantivy.Order.Desc
        hits = self._searcher.search(
            self._build_query(filters), limit=max(1, self.count), count=False, order_by_field="date", order=order
        ).hits
        dated = [address for date, address in hits if date]
        return self._read_texts("id", dated + [address for date, address in hits if not date])

    def find_authors(self, name: str) -> dict[str, str]:
        """Authors whom a name fits, key → name as first found; "Che", "ethan che" and "E. Che" fit "Ethan Che"."""
        full = [word for word in name_words(name) if len(word) > 1]
        if not full:
            return {}
        addresses = self._find_addresses(
            _all_of([_any_of("author_word", [word, word[0]]) for word in full]), self.count
        )
        names = {author for address in addresses for author in self._searcher.doc(address).get_all("author")}
        return {
            name_key(author): author for author in sorted(names) if _name_fits(name_words(name), name_words(author))
        }

    def count_by_author(self, word: str) -> int:
        """Return how many papers have an author whose name holds this word (as ``name_words`` gives it)."""
        return self._count_papers("author_word", word)

    def has_category(self, category: str) -> bool:
        """Return whether any paper has this category."""
        return self._count_papers("category", category) > 0

    def count_term(self, term: str) -> int:
        """In how many papers a term (as ``terms`` gives it) stands."""
        return self._count_papers("text", term)

    def count_by_year(self) -> dict[int, int]:
        """Return papers a year, undated ones left out."""
        return {int(year): n for year, n in sorted(self._count_values("year")) if year}

    def count_by_category(self) -> dict[str, int]:
        """Return papers a category, the most frequent first."""
        names = [name for name, _ in self._searcher.terms_with_prefix("category", "")]
        counts = [(name, count) for name in names if (count := self._count_papers("category", name))]
        return dict(sorted(counts, key=lambda item: (-item[1], item[0])))

    def _count_papers(self, field: str, term: str) -> int:
        """Return papers with a term; tantivy's own figure goes on counting those that were removed."""
        import tantivy

        count = self._counted.get((field, term))
        if count is None:
            query = tantivy.Query.term_query(get_schema(), field, term)
            count = int(self._searcher.search(query, limit=1, count=True).count)
            if len(self._counted) >= COUNTED:
                self._counted.clear()
            self._counted[field, term] = count
        return count

    def _count_values(self, field: str) -> list[tuple[int, int]]:
        import tantivy

        aggregation = {"counts": {"terms": {"field": field, "size": 65_000}}}
        buckets = self._searcher.aggregate(tantivy.Query.all_query(), aggregation)["counts"]["buckets"]
        return [(int(bucket["key"]), bucket["doc_count"]) for bucket in buckets]

    def _rows_of(self, query: "tantivy.Query") -> "Rows":
        import numpy as np

        return np.array(self._read_numbers("row", self._find_addresses(query, self.count)), dtype=np.int64)

    def _build_query(self, filters: Filters) -> "tantivy.Query":
        resolved = filters.model_copy(update={"ids": self._resolve_ids(filters.ids)}) if filters.ids else filters
        return _filter_query(resolved, [list(self.find_authors(name)) for name in filters.author])

    def _resolve_ids(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Replace ids in another form (see ``store.dedup.keys.list_lookup_keys``) by those of the papers."""
        present = self.find_ids(ids)
        if len(present) == len(set(ids)):
            return tuple(ids)
        lost = [key for paper_id in set(ids).difference(present) for key in list_lookup_keys(paper_id)]
        return (*present, *(paper.id for paper in self.find_by_keys(lost)))

    def _rank_rows(self, scored: "tantivy.Query", condition: "tantivy.Query", limit: int) -> Ranked:
        import numpy as np
        import tantivy

        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, scored), (tantivy.Occur.Must, condition)])
        hits = self._searcher.search(both, limit=max(1, limit), count=False).hits
        rows = self._read_numbers("row", [address for _, address in hits])
        return Ranked(np.array(rows, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float32))

    def _find_addresses(self, query: "tantivy.Query", limit: int) -> "list[tantivy.DocAddress]":
        return [address for _, address in self._searcher.search(query, limit=max(1, limit), count=False).hits]

    def _read_numbers(self, field: str, addresses: "list[tantivy.DocAddress]") -> list[int]:
        return [int(value or 0) for value in self._searcher.fast_field_values(field, addresses)]

    def _read_texts(self, field: str, addresses: "list[tantivy.DocAddress]") -> list[str]:
        return [str(self._searcher.doc(address).get_first(field)) for address in addresses]


def _unpack_papers(documents: "list[tantivy.Document]") -> list[Paper]:
    return [unpack(document.get_first("record") or b"") for document in documents]


def _words_query(text: str) -> "tantivy.Query":
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


def _filter_query(filters: Filters, author_keys: list[list[str]]) -> "tantivy.Query":
    """Build the query for papers for which every condition holds.

    Args:
        filters: The conditions.
        author_keys: For each name of ``filters.author`` the keys of the authors whom it fits.
    """
    import tantivy

    query = tantivy.Query
    must = [_any_of("author_key", keys) for keys in author_keys]
    if filters.year_from is not None or filters.year_to is not None:
        low = 1 if filters.year_from is None else min(max(filters.year_from, 1), _LAST_YEAR)
        high = _LAST_YEAR if filters.year_to is None else min(max(filters.year_to, 0), _LAST_YEAR)
        must.append(query.range_query(get_schema(), "year", tantivy.FieldType.Integer, low, high))
    for field, values in (("category", filters.category), ("source", filters.source)):
        if values:
            must.append(_any_of(field, values))
    if filters.has_code is not None:
        must.append(query.term_query(get_schema(), "code", int(filters.has_code)))
    if filters.retracted is not None:
        must.append(query.term_query(get_schema(), "retracted", int(filters.retracted)))
    if filters.ids is not None:
        must.append(_any_of("id", filters.ids))
    must += [query.term_query(get_schema(), "text", term) for term in extract_terms(filters.text)[:_MAX_TERMS]]
    return _all_of(must)


def _any_of(field: str, values: Sequence[str] | Sequence[int]) -> "tantivy.Query":
    """Build the query for papers with one of the values in a field; those that no paper can have are passed over."""
    import tantivy

    return tantivy.Query.term_set_query(get_schema(), field, [value for value in values if _is_indexable(value)])


def _all_of(queries: "list[tantivy.Query]") -> "tantivy.Query":
    """Build the unscored query for papers for which every query holds; without any query, every paper."""
    import tantivy

    if not queries:
        return tantivy.Query.all_query()
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in queries]
    )


def _is_indexable(value: str | int) -> bool:
    """Return whether the index can hold a value: no megabytes, and no half of a character."""
    return isinstance(value, int) or (len(value) <= _LONGEST_VALUE and not _HALF_CHARACTER.search(value))


def _name_fits(words: list[str], author_words: list[str]) -> bool:
    """Return whether each word typed is a word of the author, or one is the initial of the other.

    At least one word has to be the same in full: "J. D." fits nobody. Words as ``name_words`` gives them.
    """
    left = list(author_words)
    in_full = False
    for word in sorted(words, key=len, reverse=True):
        match = (
            word
            if word in left
            else next((author_word for author_word in left if _is_initial(word, author_word)), None)
        )
        if match is None:
            return False
        left.remove(match)
        in_full = in_full or (match == word and len(word) > 1)
    return in_full


def _is_initial(first: str, second: str) -> bool:
    return first[0] == second[0] and 1 in (len(first), len(second))
