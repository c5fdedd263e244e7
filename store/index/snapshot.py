"""One unchanging view of the index, and what it is asked. Safe to share between threads."""

import mmap
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from store.dedup.keys import id_key, list_lookup_keys
from store.filters import Filters
from store.index.copies import Copy, CopyCheck, StoredTexts
from store.index.definitions import find_equivalents, select_short_forms
from store.index.dictionary import Dictionary, IndexDictionary
from store.index.documents import Documents
from store.index.filter_queries import (
    build_filter_query,
    build_range_queries,
    build_share_query,
    build_words_query,
    join_all,
    match_any,
)
from store.index.index_schema import extract_terms, get_schema
from store.index.name_lookup import NameLookup
from store.index.pending import PendingRows
from store.index.projection import Projection
from store.index.screening import Screening
from store.index.title_queries import build_near_query, build_title_query
from store.index.vector_file import Ranges
from store.paper import Paper
from store.record import DAMAGED, Record
from store.text.roles import RoledSentence

if TYPE_CHECKING:
    import numpy as np
    import tantivy
    from numpy.typing import NDArray

    from store.embedding import Vectors

    Rows = NDArray[np.int64]


# Filters whose rows are kept: a chat stays within one for many questions. Chosen by hand; not measured.
REMEMBERED = 16
# Papers on which the background of a question is measured. Chosen by hand.
_SAMPLE = 2000
# Papers that the keys of one batch seldom find more of. Chosen by hand; not measured.
ALIKE = 2000


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
        screening: Who is told what was kept beside the papers that are read; None for nobody.
        stored: What reads the texts that the index is a copy of; None for nothing.
        pending: Which rows are of papers that are not embedded yet, or of none, as ranges.
        dictionary: The terms that the papers have, where they are not looked up in the index.
        projection: What tells which of very many rows are worth an exact comparison; None where all are compared.

    Attributes:
        pending: The same, which ``store.index.pending`` tells of.
        projection: As given.
    """

    def __init__(
        self,
        searcher: Any,
        vectors: "Vectors",
        generation: str,
        screening: Screening | None = None,
        stored: StoredTexts | None = None,
        pending: Ranges = (),
        dictionary: Dictionary | None = None,
        projection: Projection | None = None,
    ) -> None:
        self._searcher = searcher
        self._documents = Documents(searcher, CopyCheck(generation, stored), screening)
        self._dictionary = dictionary or IndexDictionary(searcher)
        self._lookup = NameLookup(self._dictionary)
        self.vectors = vectors
        self.pending = PendingRows(pending, len(vectors))
        self.projection = projection
        self.generation = generation
        self._rows: dict[Filters, Rows] = {}
        self._sample: Vectors | None = None

    is_live = False
    """Whether what is read later is of a later generation where the library has changed: of a server."""

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
        """Return rows of the papers for which the filters hold, in order."""
        rows = self._rows.get(filters)
        if rows is None:
            rows = self._find_rows(filters)
            if len(self._rows) >= REMEMBERED:
                self._rows.clear()
            self._rows[filters] = rows
        return rows

    def count_fitting(self, filters: Filters) -> int:
        """Count the papers for which the filters hold."""
        return self._documents.count(build_filter_query(filters, self))

    def draw_ids(self, size: int) -> list[str]:
        """Return the ids of so many papers, spread over the library."""
        rows = self.rows(Filters()).tolist()  # Their ids take long to read where there are very many.
        return self.ids(rows[:: max(1, len(rows) // size)][:size])

    def iterate_ids(self, filters: Filters, oldest_first: bool = False) -> Iterator[str]:
        """Yield what ``list_ids`` lists."""
        return iter(self.list_ids(filters, oldest_first))

    def rank_by_words(self, text: str, filters: Filters, limit: int) -> Ranked:
        """Rank the papers with the best BM25 score for the words of ``text``."""
        return self._rank_rows(build_words_query(text), build_filter_query(filters, self), limit)

    def score_words(self, text: str, rows: "Rows") -> Ranked:
        """Score just these rows by BM25, those without any of the words left out."""
        return self._rank_rows(build_words_query(text), join_all([match_any("row", rows.tolist())]), len(rows))

    def find_by_words(self, text: str, share: float, filters: Filters, limit: int) -> list[str]:
        """Find the papers that have this share (0–1) of the words of ``text``, however many rank before them.

        Returns:
            Their ids, the best BM25 score first; at most ``limit``. None where ``text`` has no word that is searched.
        """
        query = build_share_query(text, share)
        if query is None:
            return []
        return self.ids(self._rank_rows(query, build_filter_query(filters, self), limit).rows.tolist())

    def measure_background(self, vector: "Vectors", prior: tuple[float, float, float]) -> tuple[float, float]:
        """Measure mean and standard deviation of the cosines of a question and the library's papers, on a sample.

        Args:
            vector: The question's, of shape (dimension,) and length 1.
            prior: Both for a library of which nothing is known, and as how many papers they count.
        """
        usual_mean, usual_spread, weight = prior
        cosines = (self.draw_vectors() @ vector).clip(-1.0, 1.0)
        count = len(cosines)
        mean = (float(cosines.sum()) + weight * usual_mean) / (count + weight)
        variance = (float(((cosines - mean) ** 2).sum()) + weight * usual_spread**2) / (count + weight)
        return mean, sqrt(variance)

    def draw_vectors(self) -> "Vectors":
        """Return the vectors of papers spread over the library, 2,000 to 4,000 where there are so many."""
        if self._sample is None:
            import numpy as np

            step = max(1, self.count // _SAMPLE)
            if len(self.vectors) == self.count and not self.pending:
                self._sample = self.vectors[::step]
            else:  # Rows of papers that were removed or changed since are of none; anything may stand there.
                self._sample = self.vectors[self.pending.leave_out(self.rows(Filters()))[::step]]
            if step > 1:  # In one piece, 3 to 6 MB: of a large file each row would be looked for at each question.
                self._sample = np.array(self._sample)
        return self._sample

    def ids(self, rows: Iterable[int]) -> list[str]:
        """Return the ids of papers by their rows, in the order of the rows."""
        ordered = list(rows)
        by_row = self.ids_by_row(ordered)
        return [by_row[row] for row in ordered]

    def ids_by_row(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the ids of papers by their rows; rows of which there is no paper any more are left out."""
        addresses = self._documents.find(match_any("row", rows), len(rows))
        ids = self._documents.read_texts("id", addresses)
        return dict(zip(self._documents.read_numbers("row", addresses), ids, strict=True))

    def count_rows(self, rows: Sequence[int]) -> int:
        """Return of how many of the rows there is a paper."""
        return self._documents.count(match_any("row", rows)) if rows else 0

    def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Return papers by their ids, in that order; those that are not there are left out."""
        return list({paper.id: paper for paper in self.find_by_ids(ids).values()}.values())

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Find papers by their ids, in that order: an id that a paper lost by a merge leads to it, too."""
        papers = {paper.id: paper for paper in self._documents.read_papers(self._documents.find_by_ids(ids))}
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

    def count_citation_keys(self) -> dict[str, int]:
        """Return these keys, and of how many papers each is; those that were removed count on."""
        return {str(key): int(count) for key, count in self._dictionary.list_terms("citation_key", "")}

    def match_citation_key(self, key: str, most: int) -> tuple[list[str], list[Paper]]:
        """Find the papers with one of these keys, ``most`` of them at the most, as fast as may be: it may be every key.

        Returns:
            The ids of those that are one record, whose own key it is then, and the others, of which a record may be
            all that has it.
        """
        import tantivy

        query = tantivy.Query.term_query(get_schema(), "citation_key", key)
        return self._documents.split_joined(self._documents.find(query, most))

    def _find_papers(self, field: str, values: Sequence[str]) -> list[Paper]:
        """Find the papers with any of the values, by their ids in order."""
        query = match_any(field, values)
        addresses = self._documents.find(query, ALIKE)
        if len(addresses) == ALIKE:  # Room for every paper is asked for only where it is needed: it costs time.
            addresses = self._documents.find(query, self.count)
        return sorted(self._documents.read_papers(addresses), key=lambda paper: paper.id)

    def find_by_title_words(self, words: Sequence[str], limit: int, typos: bool = False) -> list[Paper]:
        """Find at most ``limit`` papers whose titles have all the words, in any order; the last may be cut short.

        Args:
            words: As ``split_title`` gives them.
            limit: How many papers are read.
            typos: Whether long words may differ by a letter.
        """
        return self._documents.read_papers(self._documents.find(build_title_query(get_schema(), words, typos), limit))

    def rank_by_title_words(self, words: Sequence[str], limit: int) -> list[Paper]:
        """Rank the papers whose titles have most of the long words, or ones like them."""
        return self._documents.read_papers(self._documents.find(build_near_query(get_schema(), words), limit))

    def list_shared_keys(self) -> list[str]:
        """List the keys that more than one paper has, or had before one was removed; not the ids of records."""
        kinds = ("doi:", "arxiv:", "pmid:", "pmcid:", "openalex:", "s2:", "wos:", "title:")
        counted = [term for kind in kinds for term in self._dictionary.list_terms("keys", kind)]
        return [key for key, count in counted if count > 1]

    def all_ids(self) -> list[str]:
        """Return the id of every paper."""
        return self._documents.read_texts("id", self._documents.find(join_all([]), self.count))

    def find_ids(self, ids: Sequence[str]) -> list[str]:
        """Return which of these are ids of papers; where all are, as nearly always, none is read, however many."""
        query = match_any("id", ids)
        count = self._documents.count(query)
        if count == len(set(ids)):
            return list(ids)
        return self._documents.read_texts("id", self._documents.find(query, count))

    def row_of(self, paper_id: str) -> int | None:
        """Return the row of a paper, None where there is no such paper."""
        return self.rows_of([paper_id]).get(paper_id)

    def rows_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the row of each of the papers that are there."""
        addresses = self._documents.find_by_ids(ids)
        rows = self._documents.read_numbers("row", addresses)
        return dict(zip(self._documents.read_texts("id", addresses), rows, strict=True))

    def vectors_of(self, ids: Sequence[str]) -> "dict[str, Vectors]":
        """Return the vector of each of the papers that are there and embedded, of shape (dimension,)."""
        return {paper_id: self.vectors[row] for paper_id, row in self.rows_of(ids).items() if row not in self.pending}

    def hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the content hash of each of the papers that are there."""
        addresses = self._documents.find_by_ids(ids)
        hashes = self._documents.read_texts("hash", addresses)
        return dict(zip(self._documents.read_texts("id", addresses), hashes, strict=True))

    def records(self, ids: Sequence[str]) -> dict[str, Record]:
        """Return the papers with these ids as they are in the index, each with its hash there and its vector."""
        addresses = self._documents.find_by_ids(ids)
        papers = self._documents.read_unchecked(addresses)
        rows, hashes = self._documents.read_numbers("row", addresses), self._documents.read_texts("hash", addresses)
        return {
            paper.id: Record(paper, content, self.vectors[row], row in self.pending)
            for paper, content, row in zip(papers, hashes, rows, strict=True)
        }

    def read_copies(self, ids: Sequence[str]) -> dict[str, tuple[Copy, int]]:
        """Read what the index has of the papers that are there, as it stands there, and the row of each."""
        addresses = self._documents.find_by_ids(ids)
        copies = self._documents.read_copies(addresses)
        rows = self._documents.read_numbers("row", addresses)
        return {copy.id: (copy, row) for copy, row in zip(copies, rows, strict=True)}

    def take_vectors(self, rows: Sequence[int]) -> "Vectors":
        """Return the vectors of some rows, of shape (n, dimension), and keep no more of the file in memory.

        What was read of a file that is mapped stays in memory: whoever reads all of it would hold all of it.
        """
        import numpy as np

        vectors = np.array(self.vectors[list(rows)])
        advise = getattr(self.vectors.base, "madvise", None)
        if advise and sys.platform == "linux":
            advise(mmap.MADV_DONTNEED)
        return vectors

    def read_fields(self, filters: Filters) -> list[dict[str, Any]]:
        """Read the fields of the papers for which the filters hold, as ``store.record.pack`` writes them.

        They are not made papers, which takes most of the time where there are very many; of more than a thousand only
        the checksums of the files say that they are right.
        """
        addresses = self._documents.find(build_filter_query(filters, self), self.count)
        return self._documents.read_fields(addresses)

    def roles(self, ids: Sequence[str]) -> dict[str, tuple[RoledSentence, ...]]:
        """Return the roles of the sentences of each of the papers that are there.

        Those that were not stored, or by an earlier version of the classifier, are assigned now.
        """
        return self._documents.read_roles(self._documents.find_by_ids(ids))

    def count_damaged(self) -> int:
        """Return how many papers are marked as damaged, or were before they were added again."""
        return sum(count for _, count in self._dictionary.list_terms("hash", DAMAGED))

    def list_ids(
        self, filters: Filters, oldest_first: bool = False, most_cited: bool = False, limit: int | None = None
    ) -> list[str]:
        """Return ids of the papers for which the filters hold, in the order of ``list_addresses``.

        Reading ids takes most of the time: ``limit`` says how many are wanted.
        """
        return self.read_ids(self.list_addresses(filters, oldest_first, most_cited, limit))

    def list_addresses(
        self, filters: Filters, oldest_first: bool = False, most_cited: bool = False, limit: int | None = None
    ) -> "list[tantivy.DocAddress]":
        """List where this view has the papers for which the filters hold, newest first; undated ones last.

        With ``most_cited`` the most cited come first; those of which the source does not say it are left out. Nothing
        of the papers is read; ``limit`` says how many are wanted.
        """
        import tantivy

        most = max(1, self.count if limit is None else min(limit, self.count))
        if most_cited:
            cited = join_all([build_filter_query(filters, self), *build_range_queries(Filters(min_citations=0))])
            hits = self._searcher.search(
                cited, limit=most, count=False, order_by_field="citations", order=tantivy.Order.Desc
            ).hits
            return [address for _, address in hits]
        order = tantivy.Order.Asc if oldest_first else tantivy.Order.Desc
        # Those without a date, 0 in the index, are the last of the newest and the first of the oldest.
        reach = max(1, self.count) if oldest_first else most
        hits = self._searcher.search(
            build_filter_query(filters, self), limit=reach, count=False, order_by_field="date", order=order
        ).hits
        dated = [address for date, address in hits if date]
        return [*dated, *(address for date, address in hits if not date)][:limit]

    def read_ids(self, addresses: "list[tantivy.DocAddress]") -> list[str]:
        """Read the ids of papers that ``list_addresses`` of this view listed."""
        return self._documents.read_texts("id", addresses)

    def read_papers(self, addresses: "list[tantivy.DocAddress]") -> list[Paper]:
        """Read papers that ``list_addresses`` of this view listed."""
        return self._documents.read_papers(addresses)

    def find_authors(self, name: str) -> dict[str, str]:
        """Authors whom a name fits, key → name as first found; "Che", "ethan che" and "E. Che" fit "Ethan Che"."""
        return self._lookup.find_authors(name)

    def suggest_author(self, name: str) -> str:
        """Suggest what a name that fits nobody was meant to be, one letter of one word being wrong, or ""."""
        return self._lookup.suggest_author(name)

    def find_values(self, field: str, name: str) -> tuple[str, ...]:
        """Find what a name means among the venues, keywords, tags or collections of the library, as they are written.

        A name in full and an abbreviation mean just that; any other name all that have its words, or words that begin
        like its own in the same order ("J. Mach. Learn. Res.").
        """
        return self._lookup.find_values(field, name)

    def count_by_author(self, word: str) -> int:
        """Return how many papers have an author whose name holds this word (as ``name_words`` gives it)."""
        return self._dictionary.count_papers("author_word", word)

    def has_category(self, category: str) -> bool:
        """Return whether any paper has this category."""
        return self._dictionary.count_papers("category", category) > 0

    def has_language(self, code: str) -> bool:
        """Return whether the source of any paper says that it is in this language."""
        return self._dictionary.count_papers("language", code) > 0

    def count_kind(self, kind: str) -> int:
        """Return how many papers are of a kind (as ``store.kinds`` names it)."""
        return self._dictionary.count_papers("kind", kind)

    def count_term(self, term: str) -> int:
        """In how many papers a term (as ``terms`` gives it) stands."""
        return self._dictionary.count_papers("text", term)

    def list_terms(self, prefix: str) -> list[str]:
        """List the terms (as ``terms`` gives them) that begin so, the most frequent first; removed papers count on."""
        return [term for term, _ in self._dictionary.list_terms("text", prefix)]

    def spell_term(self, term: str) -> str:
        """Return the word that a term was made of, as a paper spells it most often; the term where no paper has it."""
        import tantivy

        addresses = self._documents.find(tantivy.Query.term_query(get_schema(), "text", term), 1)
        if not addresses:
            return term
        (paper,) = self._documents.read_papers(addresses)
        return find_spelling(term, paper)

    def find_equivalents(self, words: str) -> tuple[str, ...]:
        """Find what words stand for, or what stands for them, as the library's papers define it: "LLM" and back.

        Of several meanings of a short form the rarer ones are passed over, and a short form that mostly stands for
        something else is no equivalent.
        """
        return find_equivalents(self._dictionary, words)

    def list_short_forms(self, words: str) -> tuple[str, ...]:
        """List abbreviations of what is a kind of something: "LLM" and "LLMs" of "language models".

        They are those that the library's papers define by words that end in these, whatever stands before.
        """
        forms = select_short_forms(self._list_definitions(words), words)
        return tuple(form for form in forms if any(map(self.count_term, extract_terms(form))))

    def _list_definitions(self, words: str) -> Iterable[str]:
        """List the definitions in which words may end the long form: here all of them."""
        return (definition for definition, _ in self._dictionary.list_terms("abbreviation", ""))

    def count_by_year(self) -> dict[int, int]:
        """Return papers a year, undated ones left out."""
        return {int(year): n for year, n in sorted(self._count_values("year")) if year}

    def count_by_category(self) -> dict[str, int]:
        """Return papers a category, the most frequent first."""
        names = [name for name, _ in self._dictionary.list_terms("category", "")]
        counts = [(name, count) for name in names if (count := self._dictionary.count_papers("category", name))]
        return dict(sorted(counts, key=lambda item: (-item[1], item[0])))

    def _count_values(self, field: str) -> list[tuple[int, int]]:
        import tantivy

        aggregation = {"counts": {"terms": {"field": field, "size": 65_000}}}
        buckets = self._searcher.aggregate(tantivy.Query.all_query(), aggregation)["counts"]["buckets"]
        return [(int(bucket["key"]), bucket["doc_count"]) for bucket in buckets]

    def _find_rows(self, filters: Filters) -> "Rows":
        import numpy as np

        addresses = self._documents.find(build_filter_query(filters, self), self.count)
        return np.sort(np.array(self._documents.read_numbers("row", addresses), dtype=np.int64))

    def resolve_ids(self, ids: Sequence[str]) -> tuple[str, ...]:
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
        rows = self._documents.read_numbers("row", [address for _, address in hits])
        return Ranked(np.array(rows, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float32))


def find_spelling(term: str, paper: Paper) -> str:
    """Find the word that a term was made of, as a paper spells it most often; the term where it has none."""
    words = Counter(word.lower() for word in re.findall(r"\w+", f"{paper.title} {paper.abstract}"))
    return next((word for word, _ in words.most_common() if extract_terms(word) == [term]), term)
