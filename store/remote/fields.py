"""What is written beside a paper in a Chroma server, so that the server can search and filter by it.

The fields have the names and values of those of the index (``store.index.index_schema``), so that a condition means
the same in both. A list of strings is asked with ``$contains``; one without a value has an empty string in it, for
Chroma keeps no empty list, and what replaces a record leaves behind what the new one does not name.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from store.index.index_schema import extract_terms
from store.index.value_names import BACKWARDS, SEPARATOR
from store.paper import Paper
from store.record import DAMAGED

# Of the fields; a collection that has those of another version is not searched in the server until they are renewed.
FIELDS = 3
# Papers are drawn by lot for a sample: each has a number below this by the hash of its id.
LOTS = 65_536
NUMBERS = ("year", "date", "code", "retracted", "abstract", "author_count", "citations")
LISTS = (
    *("author_key", "author_word", "first_author", "last_author", "category", "source", "kind", "venue", "keyword"),
    *("tag", "collection", "language", "keys", "citation_key", "abbreviation", "title_term", "states"),
)
# Terms of one paper by which it is found; a whole book has more. Chosen by hand; not measured.
_MOST_TERMS = 2000
# Values of a list that are written: a paper of a collaboration has 3000 authors. Chosen by hand; not measured.
_MOST_VALUES = 1000
# The longest value of a field in characters; longer ones are noise. Chosen by hand.
_LONGEST = 600

Value = str | int | list[str]


class SearchedPaper(NamedTuple):
    """What a server is given of a paper, so that it can be searched there.

    Attributes:
        fields: By what it is found and filtered.
        words: What a search reads of it, as ``build_words`` writes it.
    """

    fields: dict[str, Value]
    words: str


def build_words(text: str) -> str:
    """Write down the words of a text: how many terms it has, then each with how often it is there."""
    terms = extract_terms(text)
    return f"{len(terms)} {' '.join(f'{term}:{times}' for term, times in Counter(terms).most_common(_MOST_TERMS))} "


def build_searched(paper: Paper, content_hash: str, index_fields: Mapping[str, Any]) -> SearchedPaper:
    """Build what a server is given of a paper, by its fields in an index."""
    text_words = build_words(index_fields["text"])
    length, *counted = text_words.split()
    names = [word for word in index_fields["author_word"] if not word.startswith(BACKWARDS)]
    lists = {**{name: index_fields[name] for name in LISTS}, "author_word": names}
    fields: dict[str, Value] = {
        "paper": paper.id,
        "lot": draw_lot(paper.id),
        "length": int(length),
        "damaged": int(content_hash.startswith(DAMAGED)),
        "words": _fill(sorted(term.rpartition(":")[0] for term in counted), _MOST_TERMS),
        **{name: int(index_fields[name]) for name in NUMBERS},
        **{name: _fill(values, _MOST_VALUES) for name, values in lists.items()},
    }
    return SearchedPaper(fields, text_words)


def count_words(words: str, terms: Iterable[str]) -> tuple[int, dict[str, int]]:
    """Read from what ``build_words`` wrote how many terms there are, and how often each of some."""
    counts = {}
    for term in terms:
        place = words.find(f" {term}:")
        if place >= 0:
            counts[term] = int(words[place + len(term) + 2 : words.index(" ", place + 1)])
    return int(words.partition(" ")[0] or 0), counts


def _fill(values: Iterable[str], most: int) -> list[str]:
    unique = [value for value in dict.fromkeys(values) if value and len(value) <= _LONGEST]
    return unique[:most] or [""]


def draw_lot(paper_id: str) -> int:
    """Draw the number by which a paper is in a sample or not, from 0 to below ``LOTS``."""
    return int.from_bytes(hashlib.blake2b(paper_id.encode(errors="replace"), digest_size=2).digest(), "big")


def make_vector(text: str) -> list[float]:
    """Make the vector of a record that is looked up by other things: it says nothing, but Chroma wants one."""
    angle = draw_lot(text) / 10_000
    return [math.cos(angle), math.sin(angle)]


class NamedValue(NamedTuple):
    """A value of a field by whose words it is looked up: an author, a venue, a keyword, a category, a year.

    ``terms`` are those that the index has of it in its field ``named``: of a word, or of all that it is called.
    """

    field: str
    value: str
    terms: tuple[str, ...]

    @property
    def id(self) -> str:
        """By what its record is told from others."""
        return f"{self.field}{SEPARATOR}{self.value}"


def list_named_values(papers: Iterable[Mapping[str, Any]]) -> list[NamedValue]:
    """List the values by which others are looked up, each once, of the fields of papers in an index."""
    terms_of: dict[tuple[str, str], dict[str, None]] = {}
    for fields in papers:
        for term in _list_terms(fields):
            head, _, value = term.rpartition(SEPARATOR)
            field = head.partition(SEPARATOR)[0].rstrip("=")
            if value and len(term) <= _LONGEST:
                terms_of.setdefault((field, value), {})[term] = None
    return [NamedValue(field, value, tuple(terms)) for (field, value), terms in terms_of.items()]


def _list_terms(fields: Mapping[str, Any]) -> Iterator[str]:
    yield from fields["named"]
    yield from (SEPARATOR.join(("category", "", value)) for value in fields["category"])
    yield from (SEPARATOR.join(("year", "", str(year))) for year in [fields["year"]] if year)
    for definition in fields["abbreviation"]:
        # By the last of the terms that it defines, for short forms are looked up by the end of what they stand for.
        yield SEPARATOR.join(("abbreviation", definition.partition("=")[0].rpartition(" ")[2], definition))
