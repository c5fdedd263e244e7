"""The names of a library on a Chroma server: its authors, venues, keywords, tags, folders, categories and years.

They are in a collection of their own beside the papers, ``…-names``, one record each. A name is written before the
first paper that has it and never taken away, so neither a crash nor two clients at once can lose one; whether a paper
still has it is asked of the papers. Its vector says nothing: Chroma wants one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from store.chroma import Chroma
from store.index.dictionary import COUNTED
from store.index.value_names import BACKWARDS, SEPARATOR
from store.remote.collection import ServerCollection
from store.remote.fields import NamedValue, draw_lot, list_named_values, make_vector

# Letters by which beginnings of words are looked up: the index asks for two of short words, three or more of long ones.
_BEGINNINGS = (2, 3)
# Letters of a word from which its beginnings are written: shorter ones are no slip of another (``NameLookup``).
_LONG_ENOUGH = 4
# Names that are read for one word. Chosen by hand: "Wang" fits thousands of authors of a large library.
MOST = 5000
# Papers that are counted one by one: more of a name or a kind are "many", which is all that is asked of them. By hand.
MANY = 3000
# Values of which each is looked up whether a paper has it still. Chosen by hand.
_CHECKED = 4
# Names written in one request.
_PAGE = 1000
# Names that a writer remembers having written. Chosen by hand; about 100 bytes each.
_REMEMBERED = 500_000


class ServerNames:
    """Names as a server has them; written and looked up.

    Args:
        chroma: The library's.
    """

    def __init__(self, chroma: Chroma) -> None:
        self._chroma = chroma
        self._written: set[int] = set()

    def write(self, papers: Iterable[Mapping[str, Any]]) -> None:
        """Write the names in papers, given by their fields in an index, but those that this process wrote before."""
        fresh = {hash(value): value for value in list_named_values(papers)}
        fresh = {key: value for key, value in fresh.items() if key not in self._written}
        values = list(fresh.values())
        for first in range(0, len(values), _PAGE):
            self._write_page(values[first : first + _PAGE])
        if len(self._written) > _REMEMBERED:
            self._written.clear()
        self._written.update(fresh)

    def forget(self) -> None:
        """Forget which names were written: the collection is another one."""
        self._written.clear()

    def _write_page(self, values: Sequence[NamedValue]) -> None:
        self._chroma.ask_names(
            "upsert",
            ids=[_make_id(value) for value in values],
            embeddings=[make_vector(value.id) for value in values],
            metadatas=[
                {
                    "field": value.field,
                    "value": value.value,
                    "heads": sorted({term.rpartition(SEPARATOR)[0] for term in value.terms}),
                    "begins": sorted(_list_beginnings(value)) or [""],
                }
                for value in values
            ],
        )

    def find_by_head(self, head: str) -> list[str]:
        """Find the values with a term ``field⟨sep⟩word`` or ``field=⟨sep⟩key``."""
        return self._find({"heads": {"$contains": head}})

    def find_by_beginning(self, field: str, beginning: str) -> list[str]:
        """Find the values of which a word begins so, in two or three letters, or ends so where a ``<`` is before it."""
        return self._find({"begins": {"$contains": SEPARATOR.join((field, beginning))}})

    def list_values(self, field: str) -> list[str]:
        """List the values of a field that has few: the categories, the years."""
        return self._find({"field": {"$eq": field}})

    def _find(self, where: dict[str, Any]) -> list[str]:
        answer = self._chroma.ask_names("get", where=where, limit=MOST, include=[])
        return sorted({str(name_id).split(SEPARATOR, 2)[1] for name_id in answer["ids"]})


def _make_id(value: NamedValue) -> str:
    """Make the id of a name: one value may be called other things by other papers."""
    return SEPARATOR.join((value.field, value.value, format(_hash(value.terms), "x")))


def _hash(terms: Iterable[str]) -> int:
    return draw_lot(SEPARATOR.join(terms))


def _list_beginnings(value: NamedValue) -> set[str]:
    """List the beginnings of the words of a value, and of an author's their ends, written backwards."""
    beginnings: set[str] = set()
    for term in value.terms:
        field, word, _ = term.split(SEPARATOR, 2)
        if field.endswith("=") or field in ("category", "year", "abbreviation") or len(word) < _LONG_ENOUGH:
            continue
        ways = (word, f"{BACKWARDS}{word[::-1]}") if field == "author" else (word,)
        for way in ways:
            sign = BACKWARDS if way[0] == BACKWARDS else ""
            letters = way.removeprefix(BACKWARDS)
            beginnings.update(SEPARATOR.join((field, sign + letters[:count])) for count in _BEGINNINGS)
    return beginnings


class Vocabulary(Protocol):
    """The terms of the texts of a library, each with in how many papers it was seen."""

    def list_terms(self, prefix: str) -> list[tuple[str, int]]:
        """List those that begin so, the most frequent first."""
        ...


class ServerDictionary:
    """The dictionary of a library on a server (``store.index.dictionary.Dictionary``); what was read is kept.

    Args:
        names: Where names are.
        collection: Where the papers are, which are counted there.
        vocabulary: Returns what lists the terms of the library's texts, as far as they are known.
    """

    def __init__(self, names: ServerNames, collection: ServerCollection, vocabulary: Callable[[], Vocabulary]) -> None:
        self._names = names
        self._collection = collection
        self._vocabulary = vocabulary
        self._terms: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def list_terms(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """List the terms of a field that begin so, each with a count that is at least 1."""
        terms = self._terms.get((field, prefix))
        if terms is None:
            terms = self._terms[field, prefix] = list(self._list(field, prefix))
        return terms

    def count_papers(self, field: str, term: str) -> int:
        """Count the papers that have a term, up to ``MANY``."""
        count = self._counts.get((field, term))
        if count is None:
            count = len(self._collection.find_ids({field: {"$contains": term}}, MANY)) if term else 0
            if len(self._counts) >= COUNTED:
                self._counts.clear()
            self._counts[field, term] = count
        return count

    def keep_present(self, field: str, values: list[str]) -> list[str]:
        """Leave out values that no paper has any more; of more than a few all are taken to be there."""
        if len(values) > _CHECKED:
            return values
        return [value for value in values if self.count_papers(field, value)]

    def _list(self, field: str, prefix: str) -> Iterable[tuple[str, int]]:
        if field == "text":
            return self._vocabulary().list_terms(prefix)
        if field == "category":
            return [(value, 1) for value in self._names.list_values(field)]
        if field == "abbreviation":
            return [(value, 1) for value in self._find_definitions(prefix)]
        if field == "author_word":
            return [(word, 1) for word in self._find_words(prefix)]
        if field == "named":
            return [(f"{self._complete(prefix)}{value}", 1) for value in self._find_named(prefix)]
        return []

    def _find_definitions(self, prefix: str) -> list[str]:
        last = prefix.removesuffix("=").rpartition(" ")[2]
        values = self._names.find_by_head(SEPARATOR.join(("abbreviation", last))) if last else []
        return [value for value in values if value.startswith(prefix)]

    def _find_words(self, prefix: str) -> list[str]:
        backwards = prefix.startswith(BACKWARDS)
        letters = prefix.removeprefix(BACKWARDS)
        count = min(len(letters), max(_BEGINNINGS))
        if count < min(_BEGINNINGS):
            return []
        sign = BACKWARDS if backwards else ""
        words = set()
        for value in self._names.find_by_beginning("author", sign + letters[:count]):
            for way in _list_ways(value):
                if backwards and way[::-1].startswith(letters):
                    words.add(f"{BACKWARDS}{way[::-1]}")
                elif not backwards and way.startswith(letters):
                    words.add(way)
        return sorted(words)

    def _find_named(self, prefix: str) -> list[str]:
        if prefix.endswith(SEPARATOR):
            return self._names.find_by_head(prefix.removesuffix(SEPARATOR))
        field, _, letters = prefix.partition(SEPARATOR)
        return self._names.find_by_beginning(field, letters[: max(_BEGINNINGS)])

    def _complete(self, prefix: str) -> str:
        """Complete the beginning of a term by the sign before its value."""
        return prefix if prefix.endswith(SEPARATOR) else f"{prefix}{SEPARATOR}"


def _list_ways(name: str) -> set[str]:
    from store.index.spellings import list_spellings

    return {way for ways in list_spellings(name) for way in ways}
