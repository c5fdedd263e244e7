"""Word lists of the checks, and what they say of a word: its stem, its stand-ins and its opposites."""

import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from store.index.schema import stop_words, terms

LONGEST = 40
_SHORTEST_VERB = 3
_ENDINGS = [
    ("'s", ""),
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("d", ""),
    ("ed", ""),
    ("ied", "y"),
    ("ing", ""),
    ("ing", "e"),
]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem of a word in lower case; a stop word, or what is too long to be one, stands for itself."""
    low = word.lower()
    found = terms(low) if len(low) <= LONGEST else []
    return found[0] if found else _bare_stop(low)


def _bare_stop(low: str) -> str:
    """A stop word without the s of its other form: "works", "needs"."""
    bare = low.removesuffix("s")
    return bare if len(bare) > _SHORTEST_VERB and bare in stop_words() else low


@lru_cache(maxsize=1 << 16)
def is_stop(word: str) -> bool:
    """Whether a word in lower case says nothing of a topic."""
    return word in stop_words() or (len(word) < 2 and not word.isdigit())


@lru_cache(maxsize=1 << 16)
def is_plain(word: str) -> bool:
    """Whether a word is plain prose, which a paraphrase may add or swap."""
    return any(form in _plain() for form in _inflected_from(word)) or (word.endswith("ly") and len(word) > 5)


@lru_cache(maxsize=1 << 16)
def is_telling(word: str) -> bool:
    """Whether a word in lower case can be affirmed or denied: all but the mere joints of a sentence."""
    return not is_stop(word) or cue("verbs", word) or cue("denies", word) or bool(opposites(stem(word)))


@lru_cache(maxsize=1 << 16)
def groups(stemmed: str) -> frozenset[int]:
    """The groups of words that stand in for a stem; empty for most."""
    return _groups().get(stemmed, frozenset())


@lru_cache(maxsize=1 << 16)
def opposites(stemmed: str) -> frozenset[str]:
    """The stems that turn a statement round when they stand for this one."""
    return _opposites().get(stemmed, frozenset())


def cue(name: str, word: str) -> bool:
    """Whether a word in lower case is one of the named cues, as written."""
    return word in _cues("words")[name]


def cue_stem(name: str, stemmed: str) -> bool:
    """Whether a stem is one of the named cues."""
    return stemmed in _cues("stems")[name]


@cache
def _cues(table: str) -> dict[str, frozenset[str]]:
    lists = tomllib.loads(_read("cues.toml"))[table]
    form = stem if table == "stems" else str
    return {name: frozenset(form(word) for word in text.split()) for name, text in lists.items()}


@cache
def _plain() -> frozenset[str]:
    return frozenset(word for line in _lines("plain.txt") for word in line.split())


def _inflected_from(word: str) -> Iterator[str]:
    """The words of which this one may be an inflection; "conditional" is none of "condition"."""
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            base = word.removesuffix(ending)
            yield base + instead
            if len(base) > 2 and base[-1] == base[-2]:
                yield base[:-1]


@cache
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_lines("synonyms.txt")):
        for word in line.split():
            found.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


@cache
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _lines("opposites.txt"):
        left, right = ([stem(word) for word in side.split()] for side in line.split("|"))
        for here, there in ((left, right), (right, left)):
            for word in here:
                found.setdefault(word, set()).update(there)
    return {word: frozenset(others - {word}) for word, others in found.items()}


def _lines(name: str) -> Iterator[str]:
    return (line for line in _read(name).splitlines() if line.strip() and not line.startswith("#"))


def _read(name: str) -> str:
    return files("assistant.verify").joinpath(name).read_text(encoding="utf-8")
