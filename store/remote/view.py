"""A view of a library that is searched in its Chroma server: nothing is copied but what is read.

It is a ``Snapshot`` to whoever asks: names, values and definitions are understood by the same rules, only that the
dictionaries are those of the server. What a view once read of a generation it keeps; where the library changes, the
next view begins anew. Rows, which number the papers of an index, number here those that the view came across.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from math import ceil, log, sqrt
from typing import TYPE_CHECKING, Any

from store.chroma import Chroma
from store.dedup.keys import id_key
from store.errors import LibraryError
from store.filters import Filters
from store.index.dictionary import COUNTED
from store.index.index_schema import extract_terms
from store.index.screening import Screening
from store.index.snapshot import ALIKE, REMEMBERED, Snapshot, find_spelling
from store.index.value_names import SEPARATOR
from store.paper import Paper
from store.record import Record, pack
from store.remote.collection import ServerCollection
from store.remote.conditions import EVERYTHING, NOTHING, Where, build_where, join_all, join_any, match_any, negate
from store.remote.listing import list_in_order
from store.remote.names import MANY, ServerDictionary, ServerNames
from store.remote.statistics import Statistics, draw_statistics, load_statistics
from store.remote.words import RemoteWords
from store.text.roles import RoledSentence, assign_roles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from store.embedding import Vectors

    Rows = NDArray[np.int64]

# Papers that an overview reads from the server, about 4 kB each. Chosen by hand.
MOST_READ = 20_000
# Words of a title by which papers are found; the rarest. Chosen by hand.
_TITLE_WORDS = 4
_SHARE_LIMIT = 400
_COPY = "Give filters that let fewer through, or copy the library once: --server-search local."


class ServerView(Snapshot):
    """The papers on a server, as of one generation.

    Args:
        chroma: The papers.
        names: Their names.
        generation: Of the library.
        dimension: Of the vectors.
        screening: Who looks at the texts of papers; None for nobody.
        earlier: The view of the generation before, whose statistics are taken where they still fit.
    """

    def __init__(
        self,
        chroma: Chroma,
        names: ServerNames,
        generation: str,
        dimension: int,
        screening: Screening | None = None,
        earlier: "ServerView | None" = None,
    ) -> None:
        import numpy as np

        self.collection = ServerCollection(chroma)
        self.words = RemoteWords(chroma)
        super().__init__(
            searcher=None,
            vectors=np.zeros((0, dimension), np.float32),
            generation=generation,
            screening=screening,
            dictionary=ServerDictionary(names, self.collection, lambda: self.statistics),
        )
        self._chroma = chroma
        self._names = names
        self._dimension = dimension
        self._count = -1
        self._all: list[str] | None = None
        self._fitting: dict[Filters, int] = {}
        self._statistics: Statistics | None = earlier._statistics if earlier else None
        self._row_of: dict[str, int] = {}
        self._seen: list[str] = []
        self._records: dict[str, Record] = {}
        self._rare: dict[str, list[tuple[str, Vectors, str]]] = {}

    is_live = True

    @property
    def count(self) -> int:
        """How many papers there are."""
        if self._count < 0:
            self._count = self.collection.count()
        return self._count

    @property
    def statistics(self) -> Statistics:
        """What a sample says of the library; drawn now where nobody kept one that fits."""
        if self._statistics is None or not self._statistics.fits(self.count):
            earlier = load_statistics(self._chroma)
            fits = earlier is not None and earlier.fits(self.count) and len(earlier.mean) == self._dimension
            self._statistics = earlier if fits else draw_statistics(self.collection, self.count, self._dimension)
        assert self._statistics is not None
        return self._statistics

    def check(self) -> None:
        """Check nothing: there is no file."""

    def build_where(self, filters: Filters) -> Where:
        """Build the condition that filters are in the server."""
        return build_where(filters, self)

    def count_fitting(self, filters: Filters) -> int:
        """Count the papers for which the filters hold; the server names each of them for that."""
        if filters not in self._fitting:
            if len(self._fitting) >= REMEMBERED:
                self._fitting.clear()
            self._fitting[filters] = self._count_where(self.build_where(filters))
        return self._fitting[filters]

    def _count_where(self, where: Where) -> int:
        if where in (EVERYTHING, NOTHING):
            return self.count if where == EVERYTHING else 0
        if where == {"retracted": {"$eq": 0}}:  # Nearly all; those that are left out are named more quickly.
            return self.count - len(self.collection.find_ids(negate(where)))
        return len(self.collection.find_ids(where))

    def rows(self, filters: Filters) -> "Rows":
        """Return numbers of the papers for which the filters hold."""
        import numpy as np

        ids = self.collection.find_ids(self.build_where(filters))
        return np.array([self._number(paper_id) for paper_id in ids], dtype=np.int64)

    def _number(self, paper_id: str) -> int:
        row = self._row_of.get(paper_id)
        if row is None:
            row = self._row_of[paper_id] = len(self._seen)
            self._seen.append(paper_id)
        return row

    def ids(self, rows: Iterable[int]) -> list[str]:
        """Return the ids of papers by their numbers."""
        return [self._seen[row] for row in rows]

    def row_of(self, paper_id: str) -> int | None:
        """Return the number of a paper, None where there is no such paper."""
        return self._number(paper_id) if self.collection.keep_ids([paper_id]) else None

    def average_nearest(self, ids: Sequence[str], left_out: Collection[str], count: int) -> dict[str, float]:
        """Average the cosines of papers to the nearest others, those left out that are named, by their ids."""
        averages = {}
        for paper_id, vector in self.vectors_of(ids).items():
            nearest = self.collection.find_near(vector, min(self.count, count + len(left_out) + 1))
            cosines = [near.cosine for near in nearest if near.id != paper_id and near.id not in left_out][:count]
            averages[paper_id] = sum(cosines) / len(cosines) if cosines else 0.0
        return averages

    def draw_ids(self, size: int) -> list[str]:
        """Draw about so many papers of all by lot, and return their ids."""
        return self.collection.find_ids(self._draw_where(size), size)

    def _draw_where(self, size: int) -> Where:
        from store.remote.fields import LOTS

        return EVERYTHING if size >= self.count else {"lot": {"$lt": max(1, round(LOTS * 1.5 * size / self.count))}}

    def read_records(self, ids: Sequence[str]) -> dict[str, Record]:
        """Read records, in the order of the ids, each with a paper that is what was stored or is marked as damaged."""
        missing = [paper_id for paper_id in dict.fromkeys(ids) if paper_id not in self._records]
        if len(self._records) + len(missing) > MANY:
            self._records.clear()
            missing = list(dict.fromkeys(ids))
        read = self.collection.read(missing)
        self._records |= {paper_id: record.mark_damaged() for paper_id, record in read.items()}
        return {paper_id: self._records[paper_id] for paper_id in ids if paper_id in self._records}

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Find papers by their ids, in that order: an id that a paper lost by a merge leads to it, too."""
        papers = {paper_id: record.paper for paper_id, record in self.read_records(ids).items()}
        if lost := [paper_id for paper_id in ids if paper_id not in papers]:
            for paper in self.find_by_keys(list(map(id_key, lost))):
                papers |= {record.id: paper for record in paper.records if record.id in lost}
        return {paper_id: papers[paper_id] for paper_id in ids if paper_id in papers}

    def _find_papers(self, field: str, values: Sequence[str]) -> list[Paper]:
        unique, papers = list(dict.fromkeys(values)), dict[str, Paper]()
        for first in range(0, len(unique), _IN_ONE):
            where = match_any(field, unique[first : first + _IN_ONE])
            papers |= {paper.id: paper for paper in self._find_where(where, ALIKE)}
        return sorted(papers.values(), key=lambda paper: paper.id)

    def _find_where(self, where: Where, limit: int) -> list[Paper]:
        return [record.mark_damaged().paper for record in self.collection.find_records(where, limit)]

    def find_by_words(self, text: str, share: float, filters: Filters, limit: int) -> list[str]:
        """Find the papers that have this share (0-1) of the words of a text, however many rank before them."""
        words = list(dict.fromkeys(extract_terms(text)))
        if not words:
            return []
        need = ceil(share * len(words))
        # Who has so many of them has one of the rarest of so many as may be missing, and one.
        rarest = sorted(words, key=self.count_term)[: len(words) - need + 1]
        where = join_all([match_any("words", rarest), self.build_where(filters)])
        scored = []
        for paper in self._find_where(where, _SHARE_LIMIT):
            there = set(extract_terms(f"{paper.title}\n{paper.abstract}")) & set(words)
            if len(there) >= need:
                scored.append((sum(log(1 + self.count / (1 + self.count_term(word))) for word in there), paper.id))
        return [paper_id for _, paper_id in sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:limit]]

    def find_by_title_words(self, words: Sequence[str], limit: int, typos: bool = False) -> list[Paper]:
        """Find at most so many papers whose titles have all the words; the last may be cut short.

        Without ``typos``, or with: the server compares whole words, so those with a letter wrong are passed over.
        """
        from store.index.index_schema import split_title

        complete = list(words if typos else words[:-1]) or list(words)
        terms = sorted({term for word in complete for term in extract_terms(word)}, key=self.count_term)[:_TITLE_WORDS]
        if not terms:
            return []
        parts: list[Where] = [{"words": {"$contains": term}} for term in terms]
        if typos and len(parts) > 1:  # One of them may be the word with a letter wrong.
            where = join_any([join_all(parts[:place] + parts[place + 1 :]) for place in range(len(parts))])
        else:
            where = join_all(parts)
        fitting = []
        for paper in self._find_where(where, _SHARE_LIMIT):
            titles = {word for record in (paper, *paper.records) for word in split_title(record.title)}
            if all(_has_word(titles, word, typos, word == words[-1]) for word in words):
                fitting.append(paper)
        return fitting[:limit]

    def rank_by_title_words(self, words: Sequence[str], limit: int) -> list[Paper]:
        """Rank the papers whose titles have most of the long words."""
        from store.index.index_schema import split_title

        terms = sorted({term for word in words if len(word) > 4 for term in extract_terms(word)}, key=self.count_term)
        where = match_any("words", [term for term in terms if self.count_term(term)][:2])
        papers = self._find_where(where, _SHARE_LIMIT)
        return sorted(papers, key=lambda paper: -len(set(words) & set(split_title(paper.title))))[:limit]

    def list_shared_keys(self) -> list[str]:
        """List the keys that more than one paper has.

        Raises:
            LibraryError: They are too many to be read from a server.
        """
        if self.count > MOST_READ:
            raise _refuse("Papers that may be twice", "are looked for among all of them", self.count)
        counted = Counter(key for keys in self.collection.page_keys() for key in keys)
        return [key for key, count in counted.items() if count > 1 and not key.startswith(("id:", "fp:"))]

    def all_ids(self) -> list[str]:
        """Return the id of every paper, as they were when that was asked first."""
        if self._all is None:
            self._all = self.collection.find_ids(EVERYTHING)
        return list(self._all)

    def find_ids(self, ids: Sequence[str]) -> list[str]:
        """Return which of these are ids of papers."""
        there = self.collection.keep_ids(list(dict.fromkeys(ids)))
        return [paper_id for paper_id in ids if paper_id in there]

    def vectors_of(self, ids: Sequence[str]) -> "dict[str, Vectors]":
        """Return the vector of each of the papers that are there."""
        return self.collection.read_vectors(ids)

    def hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the content hash of each of the papers that are there."""
        return {paper_id: record.hash for paper_id, record in self.collection.read(ids).items()}

    def records(self, ids: Sequence[str]) -> dict[str, Record]:
        """Return the papers with these ids, each with its hash and its vector."""
        return self._chroma.get(ids, vectors=True)

    def read_fields(self, filters: Filters) -> list[dict[str, Any]]:
        """Read the fields of the papers for which the filters hold, as ``store.record.pack`` writes them.

        Raises:
            LibraryError: They are too many to be read from a server.
        """
        where = self.build_where(filters)
        if self.count > MOST_READ and (count := len(self.collection.find_ids(where))) > MOST_READ:
            raise _refuse("What is counted here", "is read from each paper", count)
        return [
            json.loads(pack(record.mark_damaged().paper))
            for page in self.collection.page_records(where)
            for record in page
        ]

    def roles(self, ids: Sequence[str]) -> dict[str, tuple[RoledSentence, ...]]:
        """Return the roles of the sentences of each of the papers that are there."""
        return {paper_id: assign_roles(record.paper.abstract) for paper_id, record in self.read_records(ids).items()}

    def find_rare(
        self, terms: Sequence[str], limit: int, beside: Sequence[str]
    ) -> "tuple[list[tuple[str, Vectors, str]], dict[str, str]]":
        """Find the papers with one of some rare terms: ids, vectors and words; at most so many, and kept.

        Where words are read for that, those of the papers with the ids ``beside`` are read in the same request; all
        that were read are returned, too, by their ids.
        """
        words: dict[str, str] = {}
        fresh = [term for term in terms if term not in self._rare]
        if fresh:
            if len(self._rare) > COUNTED:
                self._rare.clear()
                fresh = [*dict.fromkeys(terms)]
            vectors = self.collection.find_having(fresh, limit * len(fresh))
            if len(vectors) == limit * len(fresh) and len(fresh) > 1:  # One of them is not so rare, and took the place.
                parts = [self.collection.find_having([term], limit) for term in fresh]
                vectors = {paper_id: vector for part in parts for paper_id, vector in part.items()}
            words = self.words.read(list(dict.fromkeys((*vectors, *beside)))) if vectors else {}
            papers = [(paper_id, vector, words.get(paper_id, "")) for paper_id, vector in vectors.items()]
            self._rare |= {term: [paper for paper in papers if f" {term}:" in paper[2]][:limit] for term in fresh}
        return list({paper[0]: paper for term in terms for paper in self._rare[term]}.values()), words

    def measure_background(self, vector: "Vectors", prior: tuple[float, float, float]) -> tuple[float, float]:
        """Measure mean and spread of the cosines of a question and the library's papers, by what its sample says.

        Args:
            vector: The question's.
            prior: Both for a library of which nothing is known, and as how many papers they count.
        """
        usual_mean, usual_spread, weight = prior
        count = self.statistics.sample
        first, square = self.statistics.measure_cosines(vector)
        mean = (first * count + weight * usual_mean) / (count + weight)
        apart = max(0.0, square - 2 * mean * first + mean**2)
        return mean, sqrt((apart * count + weight * usual_spread**2) / (count + weight))

    def count_damaged(self) -> int:
        """Return how many papers are marked as damaged."""
        return len(self.collection.find_ids({"damaged": {"$eq": 1}}))

    def list_ids(
        self, filters: Filters, oldest_first: bool = False, most_cited: bool = False, limit: int | None = None
    ) -> list[str]:
        """Return ids of the papers for which the filters hold, newest first; undated ones last."""
        ids: list[str] = []
        for paper_id in self.iterate_ids(filters, oldest_first, most_cited):
            if limit is not None and len(ids) >= limit:
                break
            ids.append(paper_id)
        return ids

    def iterate_ids(self, filters: Filters, oldest_first: bool = False, most_cited: bool = False) -> Iterator[str]:
        """Yield the same one after the other; the server is asked as far as they are wanted."""
        years = [int(year) for year in self._names.list_values("year")]
        return list_in_order(self.collection, self.build_where(filters), years, oldest_first, most_cited)

    def count_term(self, term: str) -> int:
        """In how many papers a term stands: estimated where they are many, else as the server counts them."""
        estimate = self.statistics.estimate_count(term, self.count)
        if estimate is not None:
            return estimate
        return self._dictionary.count_papers("words", term)

    def spell_term(self, term: str) -> str:
        """Return the word that a term was made of, as a paper spells it most often; the term where no paper has it."""
        for paper in self._find_where({"words": {"$contains": term}}, 1):
            return find_spelling(term, paper)
        return term

    def _list_definitions(self, words: str) -> Iterable[str]:
        terms = extract_terms(words)
        return self._names.find_by_head(SEPARATOR.join(("abbreviation", terms[-1]))) if len(terms) > 1 else ()

    def count_by_year(self) -> dict[int, int]:
        """Return the years of papers, each with the number of them as far as that is counted; undated ones left out."""
        return dict.fromkeys(sorted(int(year) for year in self._names.list_values("year")), 1)


# Values of one field that are looked up in one request. Chosen by hand.
_IN_ONE = 100


def _has_word(words: set[str], word: str, typos: bool, is_last: bool) -> bool:
    from store.index.spellings import is_one_edit

    if word in words or (is_last and any(title_word.startswith(word) for title_word in words)):
        return True
    return typos and len(word) >= 5 and any(is_one_edit(word, title_word) for title_word in words)


def _refuse(what: str, why: str, count: int) -> LibraryError:
    return LibraryError(f"{what} {why}, and {count:,} are on a server, which is searched there.", _COPY)
