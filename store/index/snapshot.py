"""One unchanging view of the index, and the queries that it is asked. Safe to share between threads.

User text is built into a query, never parsed as one.
"""

import json
import mmap
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from store.dedup.keys import id_key, list_lookup_keys
from store.filters import Filters
from store.index.copies import Copy, CopyCheck, StoredTexts
from store.index.index_schema import date_number, extract_terms, get_schema
from store.index.pending import PendingRows
from store.index.screening import Screening
from store.index.spellings import fits_name, is_one_edit, list_spellings, make_key, reduce_sound, split_name
from store.index.title_queries import build_near_query, build_title_query
from store.index.value_names import SEPARATOR, fits_abbreviation, name_to_key, reverse_word, select_words
from store.index.vector_file import Ranges
from store.kinds import normalise_kind
from store.paper import Paper
from store.person_name import name_words
from store.record import DAMAGED, Record, unpack
from store.text.abbreviations import get_singular
from store.text.language import name_to_code
from store.text.roles import RoledSentence, assign_roles, unpack_roles

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
# A meaning of an abbreviation counts where so many times its papers are as many as those of the commonest meaning.
# Chosen by hand; not measured.
OF_THE_COMMONEST = 2
# Papers whose fields are compared with the store before they are counted: about a tenth of a second. Chosen by hand.
_COMPARED = 1000
# Papers that the keys of one batch seldom find more of. Chosen by hand; not measured.
ALIKE = 2000
# A question of more terms than this is cut: the rest would only cost time. Chosen by hand; not measured.
_MAX_TERMS = 200
# The longest value that the index holds, in bytes: tantivy's limit, 65,535 less 5.
_LONGEST_VALUE = 65_530
# Values that are each checked to be there still. Chosen by hand; not measured.
_CHECKED = 64
# Letters of a word from which a typing error is told from another word; "Chen" and "Cheng" are both names. By hand.
LONG_ENOUGH = 5
# Letters more or less that a name may have whose consonants alone are those of another. By hand.
_VOWELS = 2
# A word of a name that is one letter.
_INITIAL = re.compile(r"\b\w\b")
# Letters by which an abbreviated word is looked up. Chosen by hand.
_BEGINNING = 3
_MOST_CITED = 10**9
# In characters; a longer name is nobody's. Chosen by hand.
_LONGEST_NAME = 300
# Stands in the record of a paper that has records of its own, as ``pack`` writes it, and in no text of one.
_JOINED = b'"records":['
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
        screening: Who is told what was kept beside the papers that are read; None for nobody.
        stored: What reads the texts that the index is a copy of; None for nothing.
        pending: Which rows are of papers that are not embedded yet, or of none, as ranges.

    Attributes:
        pending: The same, which ``store.index.pending`` tells of.
    """

    def __init__(
        self,
        searcher: Any,
        vectors: "Vectors",
        generation: str,
        screening: Screening | None = None,
        stored: StoredTexts | None = None,
        pending: Ranges = (),
    ) -> None:
        self._searcher = searcher
        self._screening = screening
        self._check = CopyCheck(generation, stored)
        self.vectors = vectors
        self.pending = PendingRows(pending, len(vectors))
        self.generation = generation
        self._rows: dict[Filters, Rows] = {}
        self._counted: dict[tuple[str, str], int] = {}
        self._authors: dict[str, dict[str, str]] = {}
        self._suggested: dict[str, str] = {}
        self._values: dict[tuple[str, str], tuple[str, ...]] = {}

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
        """Return rows of the papers for which the filters hold."""
        rows = self._rows.get(filters)
        if rows is None:
            rows = self._find_rows(self._build_query(filters))
            if len(self._rows) >= REMEMBERED:
                self._rows.clear()
            self._rows[filters] = rows
        return rows

    def count_fitting(self, filters: Filters) -> int:
        """Count the papers for which the filters hold."""
        return int(self._searcher.search(self._build_query(filters), limit=1, count=True).count)

    def draw_ids(self, size: int) -> list[str]:
        """Return the ids of so many papers, spread over the library."""
        rows = sorted(self.rows(Filters()).tolist())  # Their ids take long to read where there are very many.
        return self.ids(rows[:: max(1, len(rows) // size)][:size])

    def iterate_ids(self, filters: Filters, oldest_first: bool = False) -> Iterator[str]:
        """Yield what ``list_ids`` lists."""
        return iter(self.list_ids(filters, oldest_first))

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
        by_row = self.ids_by_row(ordered)
        return [by_row[row] for row in ordered]

    def ids_by_row(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the ids of papers by their rows; rows of which there is no paper any more are left out."""
        addresses = self._find_addresses(_any_of("row", rows), len(rows))
        return dict(zip(self._read_numbers("row", addresses), self._read_texts("id", addresses), strict=True))

    def count_rows(self, rows: Sequence[int]) -> int:
        """Return of how many of the rows there is a paper."""
        return int(self._searcher.search(_any_of("row", rows), limit=1, count=True).count) if rows else 0

    def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Return papers by their ids, in that order; those that are not there are left out."""
        return list({paper.id: paper for paper in self.find_by_ids(ids).values()}.values())

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Find papers by their ids, in that order: an id that a paper lost by a merge leads to it, too."""
        papers = {paper.id: paper for paper in self._read_papers(self._find_addresses(_any_of("id", ids), len(ids)))}
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
        return {str(key): int(count) for key, count in self._searcher.terms_with_prefix("citation_key", "")}

    def match_citation_key(self, key: str, most: int) -> tuple[list[str], list[Paper]]:
        """Find the papers with one of these keys, ``most`` of them at the most, as fast as may be: it may be every key.

        Returns:
            The ids of those that are one record, whose own key it is then, and the others, of which a record may be
            all that has it.
        """
        import tantivy

        found = self._find_addresses(tantivy.Query.term_query(get_schema(), "citation_key", key), most)
        documents = [self._searcher.doc(address) for address in found]
        joined = [_JOINED in (document.get_first("record") or b"") for document in documents]
        single = [
            str(document.get_first("id"))
            for document, is_joined in zip(documents, joined, strict=True)
            if not is_joined
        ]
        return single, self._read_papers(
            [address for address, is_joined in zip(found, joined, strict=True) if is_joined]
        )

    def _find_papers(self, field: str, values: Sequence[str]) -> list[Paper]:
        """Find the papers with any of the values, by their ids in order."""
        query = _any_of(field, values)
        addresses = self._find_addresses(query, ALIKE)
        if len(addresses) == ALIKE:  # Room for every paper is asked for only where it is needed: it costs time.
            addresses = self._find_addresses(query, self.count)
        return sorted(self._read_papers(addresses), key=lambda paper: paper.id)

    def _read_papers(self, addresses: "list[tantivy.DocAddress]") -> list[Paper]:
        documents = [self._searcher.doc(address) for address in addresses]
        papers: list[Paper] = self._searcher.run(lambda: self._check.read(_list_copies(documents)))
        if self._screening:
            for paper, document in zip(papers, documents, strict=True):
                if kept := document.get_first("screened"):
                    self._screening.recall(paper, kept.decode(errors="replace"))
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
        return self.rows_of([paper_id]).get(paper_id)

    def rows_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the row of each of the papers that are there."""
        addresses = self._find_addresses(_any_of("id", ids), len(ids))
        return dict(zip(self._read_texts("id", addresses), self._read_numbers("row", addresses), strict=True))

    def vectors_of(self, ids: Sequence[str]) -> "dict[str, Vectors]":
        """Return the vector of each of the papers that are there and embedded, of shape (dimension,)."""
        return {paper_id: self.vectors[row] for paper_id, row in self.rows_of(ids).items() if row not in self.pending}

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
            paper.id: Record(paper, content, self.vectors[row], row in self.pending)
            for paper, content, row in zip(papers, hashes, rows, strict=True)
        }

    def read_copies(self, ids: Sequence[str]) -> dict[str, tuple[Copy, int]]:
        """Read what the index has of the papers that are there, as it stands there, and the row of each."""
        addresses = self._find_addresses(_any_of("id", ids), len(ids))
        copies = self._searcher.run(_list_copies, [self._searcher.doc(address) for address in addresses])
        rows = self._read_numbers("row", addresses)
        return {copy.id: (copy, row) for copy, row in zip(copies, rows, strict=True)}

    def take_vectors(self, rows: Sequence[int]) -> "Vectors":
        """Return the vectors of some rows, of shape (n, dimension), and keep no more of the file in memory.

        What was read of a file that is mapped stays in memory: whoever reads all of it would hold all of it.
        """
        import numpy as np

        taken = np.array(self.vectors[list(rows)])
        advise = getattr(self.vectors.base, "madvise", None)
        if advise and sys.platform == "linux":
            advise(mmap.MADV_DONTNEED)
        return taken

    def read_fields(self, filters: Filters) -> list[dict[str, Any]]:
        """Read the fields of the papers for which the filters hold, as ``store.record.pack`` writes them.

        They are not made papers, which takes most of the time where there are very many; of more than a thousand only
        the checksums of the files say that they are right.
        """
        addresses = self._find_addresses(self._build_query(filters), self.count)
        copies = self._searcher.run(_list_copies, [self._searcher.doc(address) for address in addresses])
        if len(copies) <= _COMPARED:
            texts = self._searcher.run(self._check.read_texts, copies)
        else:
            texts = [copy.text or b"{}" for copy in copies]
        return [self._searcher.run(json.loads, text) for text in texts]

    def roles(self, ids: Sequence[str]) -> dict[str, tuple[RoledSentence, ...]]:
        """Return the roles of the sentences of each of the papers that are there.

        Those that were not stored, or by an earlier version of the classifier, are assigned now.
        """
        documents = [self._searcher.doc(address) for address in self._find_addresses(_any_of("id", ids), len(ids))]
        return dict(self._searcher.run(_read_roles, documents))

    def count_damaged(self) -> int:
        """Return how many papers are marked as damaged, or were before they were added again."""
        return sum(count for _, count in self._searcher.terms_with_prefix("hash", DAMAGED))

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
            counted = _all_of([self._build_query(filters), *_build_range_queries(Filters(min_citations=0))])
            found = self._searcher.search(
                counted, limit=most, count=False, order_by_field="citations", order=tantivy.Order.Desc
            ).hits
            return [address for _, address in found]
        order = tantivy.Order.Asc if oldest_first else tantivy.Order.Desc
        # Those without a date, 0 in the index, are the last of the newest and the first of the oldest.
        reach = max(1, self.count) if oldest_first else most
        hits = self._searcher.search(
            self._build_query(filters), limit=reach, count=False, order_by_field="date", order=order
        ).hits
        dated = [address for date, address in hits if date]
        return [*dated, *(address for date, address in hits if not date)][:limit]

    def read_ids(self, addresses: "list[tantivy.DocAddress]") -> list[str]:
        """Read the ids of papers that ``list_addresses`` of this view listed."""
        return self._read_texts("id", addresses)

    def read_papers(self, addresses: "list[tantivy.DocAddress]") -> list[Paper]:
        """Read papers that ``list_addresses`` of this view listed."""
        return self._read_papers(addresses)

    def find_authors(self, name: str) -> dict[str, str]:
        """Authors whom a name fits, key → name as first found; "Che", "ethan che" and "E. Che" fit "Ethan Che"."""
        found = self._authors.get(name)
        if found is None:
            found = self._look_up_authors(name)
            if len(self._authors) >= COUNTED:
                self._authors.clear()
            self._authors[name] = found
        return found

    def _look_up_authors(self, name: str) -> dict[str, str]:
        words = list_spellings(name) if len(name) <= _LONGEST_NAME else []
        full = sorted((ways for ways in words if max(map(len, ways)) > 1), key=self._count_spellings)
        names: set[str] = set()
        for n, ways in enumerate(full):
            having = {author for way in ways if len(way) > 1 for author in self._list_named("author", way)}
            # Whoever fits has the rarest word, or an initial in its place.
            names |= {author for author in having if not n or _INITIAL.search(author)}
        if len(words) > 1:  # One word fits all who have it.
            names = {author for author in names if fits_name(words, list_spellings(author))}
        fitting = {make_key(author): author for author in sorted(names)}
        return {key: fitting[key] for key in self._keep_present("author_key", list(fitting))}

    def _count_spellings(self, ways: Iterable[str]) -> int:
        return sum(map(self.count_by_author, ways))

    def suggest_author(self, name: str) -> str:
        """Suggest what a name that fits nobody was meant to be, one letter of one word being wrong, or ""."""
        found = self._suggested.get(name)
        if found is None:
            if len(self._suggested) >= COUNTED:
                self._suggested.clear()
            found = self._suggested[name] = self._look_up_suggestion(name)
        return found

    def _look_up_suggestion(self, name: str) -> str:
        words = split_name(name) if len(name) <= _LONGEST_NAME else []
        options: dict[str, int] = {}
        for place, word in enumerate(words):
            for meant in self._list_similar(word) if len(word) >= LONG_ENOUGH else ():
                corrected = [*words[:place], meant, *words[place + 1 :]]
                if self.find_authors(" ".join(corrected)):
                    options[" ".join(corrected)] = self.count_by_author(meant)
        best = max(options, key=lambda option: options[option], default="")
        if not best:
            return ""
        written = [word for author in self.find_authors(best).values() for word in re.findall(r"\w+", author)]
        forms = {way: word for word in written for ways in list_spellings(word) for way in ways}
        return " ".join(forms.get(word, word.capitalize()) for word in best.split())

    def _list_similar(self, word: str) -> Iterator[str]:
        """List words of authors that are one edit or some vowels away: the first letters are the same, or the last."""
        half, sound = (len(word) - 1) // 2, reduce_sound(word)
        for start, backwards in ((word[:half], False), (reverse_word(word)[: half + 1], True)):
            for term, _ in self._searcher.terms_with_prefix("author_word", start):
                other = term[:0:-1] if backwards else term
                far = abs(len(other) - len(word))
                alike = far <= 1 and is_one_edit(word, other)
                alike = alike or (not backwards and far <= _VOWELS and other != word and reduce_sound(other) == sound)
                if alike and self.count_by_author(other):
                    yield other

    def find_values(self, field: str, name: str) -> tuple[str, ...]:
        """Find what a name means among the venues, keywords, tags or collections of the library, as they are written.

        A name in full and an abbreviation mean just that; any other name all that have its words, or words that begin
        like its own in the same order ("J. Mach. Learn. Res.").
        """
        found = self._values.get((field, name))
        if found is None:
            found = tuple(self._keep_present(field, self._look_up_values(field, name)))
            if len(self._values) >= COUNTED:
                self._values.clear()
            self._values[field, name] = found
        return found

    def _look_up_values(self, field: str, name: str) -> list[str]:
        whole = self._list_named(f"{field}=", name_to_key(name))
        words = select_words(name)
        if whole or not words:
            return sorted(whole)
        longest = max(words, key=len)
        having = [value for value in self._list_named(field, longest) if set(words) <= set(name_words(value))]
        if having:
            return sorted(having)
        prefix = f"{field}{SEPARATOR}{longest[:_BEGINNING]}"
        near = {term.rpartition(SEPARATOR)[2] for term, _ in self._searcher.terms_with_prefix("named", prefix)}
        first = words[0][0]  # What begins otherwise cannot fit, and most of it does.
        return sorted(value for value in near if value[:1].lower() == first and fits_abbreviation(words, value))

    def _list_named(self, field: str, word: str) -> set[str]:
        """List the values of a field that have a word, those of papers that were removed among them."""
        prefix = f"{field}{SEPARATOR}{word}{SEPARATOR}"
        return {term[len(prefix) :] for term, _ in self._searcher.terms_with_prefix("named", prefix)}

    def _keep_present(self, field: str, values: list[str]) -> list[str]:
        """Leave out values that no paper has any more; of very many none, where any is there, for it takes long."""
        if len(values) <= _CHECKED:
            return [value for value in values if self._count_papers(field, value)]
        there = self._searcher.search(_any_of(field, values), limit=1, count=True).count
        return values if there else []

    def count_by_author(self, word: str) -> int:
        """Return how many papers have an author whose name holds this word (as ``name_words`` gives it)."""
        return self._count_papers("author_word", word)

    def has_category(self, category: str) -> bool:
        """Return whether any paper has this category."""
        return self._count_papers("category", category) > 0

    def has_language(self, code: str) -> bool:
        """Return whether the source of any paper says that it is in this language."""
        return self._count_papers("language", code) > 0

    def count_kind(self, kind: str) -> int:
        """Return how many papers are of a kind (as ``store.kinds`` names it)."""
        return self._count_papers("kind", kind)

    def count_term(self, term: str) -> int:
        """In how many papers a term (as ``terms`` gives it) stands."""
        return self._count_papers("text", term)

    def list_terms(self, prefix: str) -> list[str]:
        """List the terms (as ``terms`` gives them) that begin so, the most frequent first; removed papers count on."""
        return [term for term, _ in self._searcher.terms_with_prefix("text", prefix)]

    def spell_term(self, term: str) -> str:
        """Return the word that a term was made of, as a paper spells it most often; the term where no paper has it."""
        import tantivy

        addresses = self._find_addresses(tantivy.Query.term_query(get_schema(), "text", term), 1)
        if not addresses:
            return term
        (paper,) = self._read_papers(addresses)
        words = Counter(word.lower() for word in re.findall(r"\w+", f"{paper.title} {paper.abstract}"))
        return next((word for word, _ in words.most_common() if extract_terms(word) == [term]), term)

    def find_equivalents(self, words: str) -> tuple[str, ...]:
        """Find what words stand for, or what stands for them, as the library's papers define it: "LLM" and back.

        Of several meanings of a short form the rarer ones are passed over, and a short form that mostly stands for
        something else is no equivalent.
        """
        singular = get_singular(words.strip())
        found = self._find_definitions(singular)
        return tuple(form for form in found if _share_terms(singular, self._find_definitions(form)))

    def list_short_forms(self, words: str) -> tuple[str, ...]:
        """List abbreviations of what is a kind of something: "LLM" and "LLMs" of "language models".

        They are those that the library's papers define by words that end in these, whatever stands before.
        """
        terms = extract_terms(words)
        ends = " ".join(terms)
        found: dict[str, None] = {}
        for value, _ in self._searcher.terms_with_prefix("abbreviation", "") if len(terms) > 1 else ():
            long, _, short = str(value).partition("=")
            if (long == ends or long.endswith(f" {ends}")) and len(short.split()) == 1:
                found |= dict.fromkeys((short, f"{short}s"))
        return tuple(form for form in found if any(map(self.count_term, extract_terms(form))))

    def _find_definitions(self, words: str) -> tuple[str, ...]:
        """Find what papers define words by, the most frequent first, each wording of the same terms once."""
        prefix = f"{' '.join(extract_terms(words))}="
        counts: dict[str, int] = {}
        spelling: dict[str, str] = {}
        for value, _ in self._searcher.terms_with_prefix("abbreviation", prefix) if len(prefix) > 1 else ():
            form = str(value).removeprefix(prefix)
            key = " ".join(extract_terms(form))
            counts[key] = counts.get(key, 0) + self._count_papers("abbreviation", str(value))
            spelling.setdefault(key, form)
        most = max(counts.values(), default=0)
        frequent = [key for key in counts if counts[key] and counts[key] * OF_THE_COMMONEST >= most]
        return tuple(spelling[key] for key in sorted(frequent, key=lambda key: (-counts[key], key)))

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

    def _find_rows(self, query: "tantivy.Query") -> "Rows":
        import numpy as np

        return np.array(self._read_numbers("row", self._find_addresses(query, self.count)), dtype=np.int64)

    def _build_query(self, filters: Filters) -> "tantivy.Query":
        """Build the query for papers for which every condition holds."""
        import tantivy

        query = tantivy.Query
        must = [_any_of("author_key", list(self.find_authors(name))) for name in filters.author]
        for place in ("first_author", "last_author"):
            if names := getattr(filters, place):
                must.append(_any_of(place, [key for name in names for key in self.find_authors(name)]))
        must += _build_range_queries(filters)
        must += [_any_of(field, getattr(filters, field)) for field in ("category", "source") if getattr(filters, field)]
        for field in ("venue", "keyword", "tag", "collection"):
            if names := getattr(filters, field):
                must.append(_any_of(field, [value for name in names for value in self.find_values(field, name)]))
        if filters.kind:
            must.append(_any_of("kind", list(map(normalise_kind, filters.kind))))
        if filters.language:
            must.append(_any_of("language", list(map(name_to_code, filters.language))))
        for field, value in (
            ("code", filters.has_code),
            ("retracted", filters.retracted),
            ("abstract", filters.has_abstract),
        ):
            if value is not None:
                must.append(query.term_query(get_schema(), field, int(value)))
        if filters.single_author is not None:
            must.append(query.term_query(get_schema(), "author_count", 1 if filters.single_author else 2))
        if filters.ids is not None:
            must.append(_any_of("id", self._resolve_ids(filters.ids) if filters.ids else ()))
        must += [query.term_query(get_schema(), "text", term) for term in extract_terms(filters.text)[:_MAX_TERMS]]
        if filters.either:
            must.append(_any_query([self._build_query(one) for one in filters.either]))
        unwanted = [self._build_query(one) for one in filters.without]
        return _none_of(_all_of(must), unwanted) if unwanted else _all_of(must)

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


def _read_roles(documents: "list[tantivy.Document]") -> list[tuple[str, tuple[RoledSentence, ...]]]:
    roles = []
    for document in documents:
        stored = unpack_roles((document.get_first("roles") or b"").decode())
        if stored is None:
            stored = assign_roles(unpack(document.get_first("record") or b"").abstract)
        roles.append((str(document.get_first("id")), stored))
    return roles


def _list_copies(documents: "list[tantivy.Document]") -> list[Copy]:
    return [
        Copy(str(document.get_first("id")), str(document.get_first("hash")), document.get_first("record") or b"")
        for document in documents
    ]


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


def _build_range_queries(filters: Filters) -> "list[tantivy.Query]":
    """Build the queries for what has an order: years, dates and citations."""
    import tantivy

    def within(field: str, low: int, high: int) -> "tantivy.Query":
        return tantivy.Query.range_query(get_schema(), field, tantivy.FieldType.Integer, low, high)

    queries = []
    if filters.year_from is not None or filters.year_to is not None:
        low = 1 if filters.year_from is None else min(max(filters.year_from, 1), _LAST_YEAR)
        high = _LAST_YEAR if filters.year_to is None else min(max(filters.year_to, 0), _LAST_YEAR)
        queries.append(within("year", low, high))
    if filters.years:
        queries.append(_any_of("year", [year for year in filters.years if 0 < year < _LAST_YEAR]))
    if filters.date_from is not None or filters.date_to is not None:
        # A date of which less is known has zeros at its end, so it comes before all that it may mean.
        low = date_number(filters.date_from) if filters.date_from else 1
        high = int((filters.date_to or "9999").replace("-", "").ljust(8, "9"))
        dated = within("date", low, high)
        queries.append(
            _none_of(dated, [_any_of("date", vague)]) if (vague := list_vague_dates(filters.date_to)) else dated
        )
    if filters.min_citations is not None or filters.max_citations is not None:
        least = min(max(filters.min_citations or 0, 0), _MOST_CITED)
        most = _MOST_CITED if filters.max_citations is None else min(filters.max_citations, _MOST_CITED)
        queries.append(within("citations", least, most))
    return queries


def list_vague_dates(end: str | None) -> list[int]:
    """List the dates that may be after an end, because only their year or month is known; none of an end of a year."""
    if end is None or len(end) == len("2018") or end[5:] in ("12", "12-31"):
        return []
    year = date_number(end[:4])
    return [year] if len(end) == len("2018-05") else [year, date_number(end[:7])]


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


def _any_query(queries: "list[tantivy.Query]") -> "tantivy.Query":
    """Build the unscored query for papers for which at least one query holds."""
    import tantivy

    query = tantivy.Query
    return query.boolean_query([(tantivy.Occur.Should, query.const_score_query(one, 0.0)) for one in queries])


def _none_of(wanted: "tantivy.Query", unwanted: "list[tantivy.Query]") -> "tantivy.Query":
    """Build the unscored query for papers for which one query holds, and none of the others."""
    import tantivy

    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, wanted), *((tantivy.Occur.MustNot, query) for query in unwanted)]
    )


def _is_indexable(value: str | int) -> bool:
    """Return whether the index can hold a value: no megabytes, and no half of a character."""
    return isinstance(value, int) or (len(value) <= _LONGEST_VALUE and not _HALF_CHARACTER.search(value))


def _share_terms(words: str, forms: Sequence[str]) -> bool:
    """Return whether one of the forms has just the terms of some words."""
    return extract_terms(words) in [extract_terms(form) for form in forms]
