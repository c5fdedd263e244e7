"""A topic, or words that papers have to hold, as a library's papers say it.

What is known of a topic beside its words are its alternatives ("bandits or queues") and the abbreviations that the
papers define themselves ("LLM" and "large language models").
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.search import term_weights

# Wordings of one alternative that are looked at, and the longest run of its words that may be abbreviated. By hand.
_WORDINGS = 6
_LONGEST_RUN = 6
_OR = re.compile(r"\s+(?:or|and/or)\s+|\s*[,;/]\s+(?:or\s+)?", re.I)
_TOKEN = re.compile(r"\w(?:[\w'’.&+-]*\w)?\+*")


class Wording(NamedTuple):
    """One way to say a topic: its text, the terms of its words in order, and what each weighs."""

    text: str
    terms: tuple[str, ...]
    weights: dict[str, float]

    def measure_share(self, terms: set[str]) -> float:
        """Measure which share of its weight some terms hold, 0–1."""
        total = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in terms) / total if total else 0.0

    def measure_pairs(self, terms: set[str], pairs: set[tuple[str, str]]) -> float:
        """Measure which share of its neighbouring words are neighbours in a text too; of a single word, its share."""
        own = set(pairwise(self.terms))
        return len(own & pairs) / len(own) if own else self.measure_share(terms)


class Topic(NamedTuple):
    """What papers have to be about: its alternatives, each with the wordings that mean the same."""

    text: str
    alternatives: tuple[tuple[Wording, ...], ...]

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """All wordings of all alternatives."""
        return tuple(wording for wordings in self.alternatives for wording in wordings)

    @property
    def search_text(self) -> str:
        """The topic with all its wordings, for the search: a model knows long forms better than short ones."""
        return " ".join(dict.fromkeys((self.text, *(wording.text for wording in self.wordings))))


def read_topic(view: Snapshot, text: str) -> Topic:
    """Read a topic, or words that papers have to hold: its alternatives, and for each its wordings."""
    parts = [part for part in _OR.split(text) if extract_terms(part)] or [text]
    return Topic(text, tuple(tuple(_make_wording(view, words) for words in _word(view, part)) for part in parts))


def _make_wording(view: Snapshot, text: str) -> Wording:
    return Wording(text, tuple(extract_terms(text)), term_weights(view, text))


def _word(view: Snapshot, text: str) -> list[str]:
    """Word a phrase in each way that means the same: as it is, with its abbreviations, and their plural or singular."""
    words = _TOKEN.findall(text)
    wordings = {" ".join(words) or text: None}
    for size in range(min(len(words), _LONGEST_RUN), 0, -1):
        for start in range(len(words) - size + 1):
            run = " ".join(words[start : start + size])
            for other in (*view.find_equivalents(run), *(_inflect(view, run) if size == 1 else ())):
                for form in (other, *_inflect(view, other)):
                    wordings.setdefault(" ".join((*words[:start], form, *words[start + size :])))
    return list(wordings)[:_WORDINGS]


def _inflect(view: Snapshot, word: str) -> tuple[str, ...]:
    """Give the plural or singular that no stem joins with a word: "LLM" and "LLMs"; only where papers use it."""
    other = word[:-1] if word.endswith("s") else f"{word}s"
    terms = extract_terms(other)
    differs = len(terms) == 1 and terms != extract_terms(word)
    return (other,) if differs and " " not in word and view.count_term(terms[0]) else ()


def make_mention_filters(view: Snapshot, words: Sequence[str]) -> Filters:
    """Make the filters for papers in which all of some words stand, or one of the alternatives of each.

    Words stand in a paper in any inflection, and as the abbreviation, or the long form, that the library defines.
    """
    filters = Filters()
    for text in words:
        forms = dict.fromkeys(wording.text for wording in read_topic(view, text).wordings if wording.terms)
        filters = filters.intersect(Filters(either=tuple(Filters(text=form) for form in forms)))
    return filters
