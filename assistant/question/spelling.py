"""Words of a question that the library does not have, read as words that it has: "accurracy" as "accuracy".

A word is corrected where nothing else explains it: it is no word of the library, no author, no name or abbreviation, no
word of English as the tokenizer of the default embedder knows it, and the question is in English. British and American
spellings of one word are read as each other where the library has only one of them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.question.topic_words import FRAME
from store.embedding.minilm import share_minilm
from store.embedding.minilm_package import TOKENIZER
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.text.language import tell_language

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Letters of a word from which one edit may be a slip, and two may be. Of shorter words too many others are one edit
# away ("wine", "line"). Chosen on part dev of benchmarks/spelling.py; test was looked at once.
SHORTEST = 5
LONG = 12
# Letters of a word from which one of them may have been replaced: of shorter words too many are words of their own.
REPLACED = 7
# Words of a question that are looked up: a question with more that nobody knows is in no language that can be mended.
MOST = 8
_WORD = re.compile(r"(?<![\w'’.])[^\W\d_]+(?:-[^\W\d_]+)*(?!\w)")
_PART = re.compile(r"[^\W\d_]+")
_INNER_CAPITAL = re.compile(r"\w[A-Z]")
# The longest of these that a word ends in is taken off to find what it is made of.
_ENDINGS = re.compile(
    r"(?:ations?|ities|ity|ional|ions?|ings?|ators?|[eo]rs?|ians?|ists?|ment|ness|ically|ally|ily|ly|ical|ives?|able"
    r"|ics?|als?|ed|es|s)$"
)
# Endings and letters in which British and American spelling differ, each way round.
_VARIANTS = (
    ("our", "or"),
    ("isation", "ization"),
    ("ise", "ize"),
    ("ising", "izing"),
    ("yse", "yze"),
    ("ysing", "yzing"),
    ("lling", "ling"),
    ("lled", "led"),
    ("ae", "e"),
    ("oe", "e"),
    ("tre", "ter"),
    ("ogue", "og"),
    ("ence", "ense"),
)


class Spelling(NamedTuple):
    """A text with its words corrected, and pairs of a word as typed and as it was read."""

    text: str
    corrections: tuple[tuple[str, str], ...] = ()


def correct_spelling(text: str, view: Snapshot) -> Spelling:
    """Correct the words of a text that the library does not have where it has one that was meant.

    Args:
        text: What is searched for, without the names of authors.
        view: What the library holds.
    """
    is_english = tell_language(text) in ("", "en")
    unknown = [match for match in _find_parts(text) if is_english and _is_unknown(match[0], view)]
    corrections = _find_other_spellings(text, view) if is_english else {}
    if not unknown and not corrections:
        return Spelling(text)
    for word in list(dict.fromkeys(match[0] for match in unknown))[:MOST]:
        if meant := _find_meant(word, view):
            corrections[word] = meant
    return Spelling(_replace_parts(text, corrections), tuple(corrections.items()))


# Words that ask or join, beside those of the frame: no paper is about them, so that no topic has them.
_ASKING = frozenset(
    """which what where when whom whose there between about before after since until without except besides difference
    differences compare compared published written oldest newest latest earliest cited journal journals does""".split()
)


def correct_asking(question: str, view: Snapshot) -> Spelling:
    """Correct the words that ask, which no topic holds: "wich papers", "betwen".

    Args:
        question: The whole question.
        view: What the library holds; a word of a paper or of a name is none of them.
    """
    corrections = {}
    for match in _find_parts(question):
        word, lower = match[0], match[0].lower()
        is_name = word[0].isupper() and question[: match.start()].strip() != ""
        if is_name or len(word) < SHORTEST - 1 or not word.isascii() or lower in FRAME or lower in _ASKING:
            continue
        if any(map(view.count_term, extract_terms(lower))) or view.count_by_author(lower) or _is_english(lower):
            continue
        near = sorted(_measure_edits(lower, sorted(FRAME | _ASKING), 1))
        if len(near) == 1:
            corrections[word] = _like(word, near[0][0])
    return Spelling(_replace_parts(question, corrections), tuple(corrections.items()))


def _replace_parts(text: str, corrections: Mapping[str, str]) -> str:
    for match in reversed(list(_find_parts(text))):
        if match[0] in corrections:
            text = f"{text[: match.start()]}{corrections[match[0]]}{text[match.end() :]}"
    return text


def _find_other_spellings(text: str, view: Snapshot) -> dict[str, str]:
    """Find words that the library spells otherwise in more papers: "colour" as "color"."""
    corrections = {}
    for word in dict.fromkeys(match[0] for match in _find_parts(text)):
        lower = word.lower()
        if len(word) < SHORTEST or not word.isascii() or lower in FRAME or not (own := _count(lower, view)):
            continue
        variant = max(list_variants(lower), key=lambda variant: _count(variant, view), default="")
        if variant and extract_terms(variant) != extract_terms(lower) and _count(variant, view) > own:
            corrections[word] = _like(word, variant)
    return corrections


def _find_parts(text: str) -> Iterator[re.Match[str]]:
    """Find the words of a text, each part of a word with hyphens by itself; none of a name such as WiSE-FT."""
    for word in _WORD.finditer(text):
        if not _INNER_CAPITAL.search(word[0]):
            yield from _PART.finditer(text, word.start(), word.end())


def _is_unknown(word: str, view: Snapshot) -> bool:
    """Whether a word stands in no paper, and is no name of an author and no word of the frame of a question."""
    lower = word.lower()
    if len(word) < SHORTEST or not word.isascii() or lower in FRAME:
        return False
    terms = extract_terms(lower)
    return bool(terms) and not any(map(view.count_term, terms)) and not view.count_by_author(lower)


def _find_meant(word: str, view: Snapshot) -> str:
    """Find the word of the library that was meant, "" where there is none."""
    lower = word.lower()
    if variant := next((variant for variant in list_variants(lower) if _count(variant, view)), ""):
        return _like(word, variant)
    if _is_english(lower):
        return ""
    most = 2 if len(lower) >= LONG else 1
    near = [_Candidate(similar, edits) for similar, edits in _find_english(lower, most)]
    near += [_Candidate(similar, edits) for similar, edits in _find_library_words(lower, most, view)]
    # The word that was meant may be one that the library lacks: then another one that is as near is not it.
    ranked = sorted(near, key=lambda candidate: _rank_candidate(candidate, lower, view))
    return _like(word, ranked[0].word) if ranked and _count(ranked[0].word, view) else ""


def _is_english(word: str) -> bool:
    """Tell whether a word is one of English, or is made of one by an ending: "predictors" of "predict"."""
    if _is_known(word):
        return True
    ending = _ENDINGS.search(word)
    base = word[: ending.start()] if ending else ""
    return len(base) >= SHORTEST - 1 and any(_is_known(f"{base}{letter}") for letter in ("", "e", "y"))


def list_slips(word: str) -> list[str]:
    """List the words of English that are one slip away from a word that is none: "happened" of "happend"."""
    return [] if not word.isascii() or _is_english(word) else [near for near, _ in _find_english(word, 1)]


def _is_known(word: str) -> bool:
    return _is_whole(word) and share_minilm().knows_word(word)


class _Candidate(NamedTuple):
    """A word that may have been meant, and how many edits it is away."""

    word: str
    edits: int


def _rank_candidate(candidate: _Candidate, typed: str, view: Snapshot) -> tuple[int, bool, bool, int, str]:
    """Rank words by how likely they were meant: few edits, the same first letter, in the library, and often there."""
    count = _count(candidate.word, view)
    return candidate.edits, candidate.word[0] != typed[0], not count, -count, candidate.word


def _find_library_words(word: str, most: int, view: Snapshot) -> Iterator[tuple[str, int]]:
    """Find the words of the library that are at most so many edits away, by their stems: it holds no others."""
    stem = extract_terms(word)[0]
    if len(stem) < SHORTEST - 1:
        return
    for term, _ in _measure_edits(stem, _list_near_terms(stem, view), most):
        spelt = view.spell_term(term)
        edits = min(count_edits(word, form, most) for form in (spelt, spelt.removesuffix("s")))
        if edits <= most:
            yield spelt, edits


def _like(typed: str, word: str) -> str:
    """Write a word with a capital where the typed one has one."""
    return word.capitalize() if typed[0].isupper() else word


def _count(word: str, view: Snapshot) -> int:
    """In how many papers a word stands."""
    terms = extract_terms(word)
    return min(map(view.count_term, terms)) if terms else 0


@lru_cache(maxsize=1 << 12)
def list_variants(word: str) -> tuple[str, ...]:
    """List a word as it is spelt on the other side of the Atlantic."""
    variants = []
    for british, american in _VARIANTS:
        for here, there in ((british, american), (american, british)):
            start = word.find(here)
            while start >= 0:
                end = start + len(here)
                if start:
                    variants.append(f"{word[:start]}{there}{word[end:]}")
                start = word.find(here, end)
    return tuple(variants)


class _Words(NamedTuple):
    """Words of English in a row, and of each its letters, as bits, and how many they are."""

    ordered: list[str]
    letters: "NDArray[np.int64]"
    lengths: "NDArray[np.int64]"


@cache
def _load_vocabulary() -> frozenset[str]:
    """Load the words that the tokenizer knows: 23,000 whole ones, the most frequent of English, and parts of words."""
    return frozenset(json.loads(TOKENIZER.read_text(encoding="utf-8"))["model"]["vocab"])


def _is_whole(word: str) -> bool:
    return len(word) > 2 and word.isascii() and word.isalpha()


@cache
def _arrange_words() -> _Words:
    """Arrange the whole words of English for a search by letters; few questions have a word that needs it."""
    import numpy as np

    ordered = sorted(filter(_is_whole, _load_vocabulary()))
    letters, lengths = (np.array(list(map(of, ordered)), dtype=np.int64) for of in (_bits, len))
    return _Words(ordered, letters, lengths)


def _bits(word: str) -> int:
    """The letters of a word as bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def _find_english(word: str, most: int) -> Iterator[tuple[str, int]]:
    """Find the words of English that are at most so many edits away, each with their number."""
    import numpy as np

    words = _arrange_words()
    like = np.bitwise_count(words.letters ^ _bits(word)) <= 2 * most
    near = np.flatnonzero(like & (abs(words.lengths - len(word)) <= most))
    yield from _measure_edits(word, (words.ordered[i] for i in near.tolist()), most)


def _list_near_terms(stem: str, view: Snapshot) -> Iterator[str]:
    """List the terms of the library that begin as a stem does, or would but for a slip in its first two letters."""
    yield from view.list_terms(stem[:2])
    heads = {stem[1] + stem[0] + stem[2:], stem[0] + stem[2:], stem[0] + stem[2] + stem[1] + stem[3:]}
    for letter in "abcdefghijklmnopqrstuvwxyz":
        heads |= {stem[0] + letter + stem[1:], stem[0] + letter + stem[2:]}
    yield from (head for head in heads if head[:2] != stem[:2] and view.count_term(head))


def _measure_edits(word: str, others: Iterable[str], most: int) -> Iterator[tuple[str, int]]:
    """Yield of other words those that may have been meant, each with the number of edits that it is away."""
    bits = _bits(word)
    for candidate in others:
        if (
            abs(len(candidate) - len(word)) <= most
            and candidate.isascii()
            and (_bits(candidate) ^ bits).bit_count() <= 2 * most
        ):
            edits = count_edits(word, candidate, most)
            if 0 < edits <= most and _is_likely_slip(word, candidate, edits):
                yield candidate, edits


def _is_likely_slip(typed: str, meant: str, edits: int) -> bool:
    """Tell whether somebody may have slipped so: in the first letter only by swapping it; see ``REPLACED``."""
    swapped = len(typed) == len(meant) and sorted(typed) == sorted(meant)
    if typed[0] != meant[0]:
        return edits == 1 and swapped
    replaced = edits == 1 and len(typed) == len(meant) and not swapped
    return not replaced or len(typed) >= REPLACED


def count_edits(a: str, b: str, most: int) -> int:
    """Count the letters to put in, leave out, replace or swap with their neighbour, to make one word of the other.

    Optimal string alignment, see Boytsov, "Indexing methods for approximate dictionary searching" (2011).

    Returns:
        The number, or ``most + 1`` where it is larger than ``most``.
    """
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    last: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, last, row = last, row, [i]
        for j, other_letter in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other_letter))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other_letter:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(last) > most:
            return most + 1
    return min(row[-1], most + 1)
