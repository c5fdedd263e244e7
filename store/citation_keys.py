"""Keys to cite papers by, such as ``wortsman2022model``."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from store.paper import Paper
from store.person_name import parse_author, sort_authors

NOBODY = "anon"
# Letters of a name and of a word of the title that a key has at most. Chosen by hand; not measured.
_LONGEST = 24
# Digits of a hash that tell papers of one key apart; all of them where these are not enough.
_DIGITS = 6
# Letters that are no letter with an accent.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"})
_WORD, _NO_LETTER = re.compile("[a-z0-9]+"), re.compile("[^a-z]")
_SMALL = frozenset(
    """a an and are as at beyond by can do does for from how if in into is it its not of on or over the their to
    toward towards under via what when where which who why with without""".split()
)


def citation_key(paper: Paper) -> str:
    """Build ``[a-z]+[a-z0-9]*``: family name of the first author, year, first word of the title with a meaning.

    It depends on the paper alone, and others may have the same. Letters that ASCII has no likeness of are left out;
    a paper without a usable name is by ``anon``.
    """
    first = next(iter(sort_authors(paper)), None)
    words = parse_author(first).family.split() if first else []
    family = "".join([word for word in words if not word[0].islower()] or words)
    title = (match[0] for match in _WORD.finditer(_fold_to_ascii(paper.title)))
    telling = next((word for word in title if word not in _SMALL), "")
    name = _NO_LETTER.sub("", _fold_to_ascii(family))[:_LONGEST]  # Its digits would read as a year.
    return f"{name or NOBODY}{paper.year or ''}{telling[:_LONGEST]}"


def citation_keys(papers: Iterable[Paper]) -> dict[str, str]:
    """Build a key for each paper by its id, no two the same: ``[a-z]+[a-z0-9]*(-[0-9a-f]{6,})?``.

    Papers of one ``citation_key`` get a piece of their id's hash behind it, so neither the order nor a paper of
    another key changes a key.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for paper_id, key in {paper.id: citation_key(paper) for paper in papers}.items():
        groups[key].append(paper_id)
    return _join_suffixes(groups)


def _join_suffixes(groups: Mapping[str, list[str]]) -> dict[str, str]:
    return {paper_id: f"{key}{tail}" for key, ids in groups.items() for paper_id, tail in _build_suffixes(ids).items()}


class KeyedPapers(Protocol):
    """What finds papers by ``list_own_keys``: a library, or a view of one."""

    def find_by_citation_keys(self, keys: Sequence[str]) -> list[Paper]:
        """Find the papers with any of these keys."""
        ...


class KeyedLibrary(KeyedPapers, Protocol):
    """What also tells which of these keys there are."""

    def count_citation_keys(self) -> Mapping[str, int]:
        """Return each key of ``list_own_keys`` that a paper has or had, and of how many papers it is at the most."""
        ...

    def match_citation_key(self, key: str, most: int) -> tuple[list[str], list[Paper]]:
        """Find the ids of the papers of one record with a key, and the papers of several of which one may have it."""
        ...


class PaperKeys(Protocol):
    """The keys of papers, no two the same."""

    def find(self, paper: Paper) -> str:
        """Return the key of a paper."""
        ...

    def is_taken(self, key: str) -> bool:
        """Return whether any paper has this key."""
        ...


class ListedKeys:
    """Keys that are known: of each paper by its id."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = keys
        self._taken = frozenset(keys.values())

    def find(self, paper: Paper) -> str:
        """Return the key of a paper."""
        return self._keys[paper.id]

    def is_taken(self, key: str) -> bool:
        """Return whether any paper has this key."""
        return key in self._taken


class LibraryKeys:
    """The keys that ``citation_keys`` builds for a whole library, of which only those papers are read that share one.

    Args:
        library: A view of it.
    """

    def __init__(self, library: KeyedLibrary) -> None:
        self._library = library
        self._counts = library.count_citation_keys()
        self._parted = self._part({key: count for key, count in self._counts.items() if count > 1})
        self._taken = frozenset(self._parted.values())

    def _part(self, shared: Mapping[str, int]) -> dict[str, str]:
        """Build the keys of the papers of whose ``citation_key`` there are others, by their ids."""
        groups: dict[str, list[str]] = {}
        for key, most in shared.items():
            single, joined = self._library.match_citation_key(key, most)
            ids = [*single, *(paper.id for paper in joined if citation_key(paper) == key)]
            if len(ids) > 1:
                groups[key] = ids
        return _join_suffixes(groups)

    def find(self, paper: Paper) -> str:
        """Return the key of a paper."""
        return self._parted.get(paper.id) or citation_key(paper)

    def is_taken(self, key: str) -> bool:
        """Return whether any paper has this key."""
        if key in self._taken or key not in self._counts:
            return key in self._taken
        # It may be that of a record, or of a paper that was removed.
        return any(self.find(paper) == key for paper in self._library.find_by_citation_keys([key]))


def keys_in(library: KeyedPapers, papers: Iterable[Paper]) -> dict[str, str]:
    """Build the keys that papers have among all those of a library, by their ids; they need not be in it."""
    chosen = {paper.id: paper for paper in papers}
    namesakes = library.find_by_citation_keys(list({citation_key(paper) for paper in chosen.values()}))
    keys = citation_keys((*namesakes, *chosen.values()))
    return {paper_id: keys[paper_id] for paper_id in chosen}


def list_own_keys(paper: Paper) -> list[str]:
    """List the ``citation_key`` of a paper, and those that its records had before they were joined."""
    return list(dict.fromkeys(citation_key(record) for record in (paper, *paper.records)))


def _fold_to_ascii(text: str) -> str:
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return plain.encode("ascii", "ignore").decode()


def _build_suffixes(ids: list[str]) -> dict[str, str]:
    """Build what tells papers of one key apart: nothing where there is but one."""
    if len(ids) == 1:
        return {ids[0]: ""}
    hashes = {paper_id: hashlib.sha256(paper_id.encode()).hexdigest() for paper_id in ids}
    digits = _DIGITS if len({digest[:_DIGITS] for digest in hashes.values()}) == len(ids) else None
    return {paper_id: f"-{digest[:digits]}" for paper_id, digest in hashes.items()}
