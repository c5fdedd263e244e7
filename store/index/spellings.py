"""The ways in which a word of a name is written: with its accents, without them, and by two letters for an umlaut."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from store.person_name import name_key, name_words

_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_LONG = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"})
# Two letters that may stand for an umlaut: not behind another vowel or a q ("Bauer", "Enrique"), not in "Michael", and
# only within a word as long as those in which people drop them; Xue and Xu, Joe and Jo are different names.
_UMLAUT = re.compile(r"(?<![aeiouq])(?:(?<=.)([ou])e|(?<=.)(a)e(?!l))(?=.)")
_LONG_ENOUGH = 5
_PLAIN_WORD = re.compile(r"\w+")
_VOWELS = re.compile("[aeiouy]+")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=4096)  # A paper that is indexed asks for each of its names twice; chosen by hand.
def list_spellings(name: str) -> tuple[frozenset[str], ...]:
    """List for each word of a name how it may be written, without case and accents: Müller is muller and mueller."""
    return tuple(_list_word(word) for word in split_name(name))


def make_key(name: str) -> str:
    """Make the key of a name, as ``store.person_name.name_key`` does; names of plain letters, nearly all, at once."""
    return " ".join(_PLAIN_WORD.findall(name.lower())) if name.isascii() else name_key(name)


def split_name(name: str) -> list[str]:
    """Split a name into words as it is written, in lower case."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", name.casefold()))


@lru_cache(maxsize=50_000)
def _list_word(word: str) -> frozenset[str]:
    ways = {_fold(word), _fold(word.translate(_PLAIN)), _fold(word.translate(_LONG))}
    ways |= {_UMLAUT.sub(r"\1\2", way) for way in ways if len(way) >= _LONG_ENOUGH}
    return frozenset(way for way in ways if way)


def _fold(word: str) -> str:
    return word if word.isascii() else "".join(name_words(word))


def fits_name(words: Sequence[frozenset[str]], author_words: Sequence[frozenset[str]]) -> bool:
    """Return whether each word typed is a word of the author, or one is the initial of the other.

    At least one word has to be the same in full: "J. D." fits nobody. Words as ``list_spellings`` gives them.
    """
    left = list(author_words)
    in_full = False
    for word in sorted(words, key=lambda ways: max(map(len, ways)), reverse=True):
        same = next((author_word for author_word in left if word & author_word), None)
        match = same or next((author_word for author_word in left if _is_initial(word, author_word)), None)
        if match is None:
            return False
        left.remove(match)
        in_full = in_full or (same is not None and max(map(len, word)) > 1)
    return in_full


def _is_initial(first: frozenset[str], second: frozenset[str]) -> bool:
    return any(
        our_name[0] == their_name[0] and 1 in (len(our_name), len(their_name))
        for our_name in first
        for their_name in second
    )


def is_one_edit(word: str, compared: str) -> bool:
    """Return whether one letter more, less or other, or two changed about, make one word of the other."""
    if abs(len(word) - len(compared)) > 1 or word == compared:
        return False
    start = next((i for i, (letter, two) in enumerate(zip(word, compared, strict=False)) if letter != two), None)
    if start is None:
        return True  # One is the other and a letter.
    if len(word) != len(compared):
        longer, shorter = (word, compared) if len(word) > len(compared) else (compared, word)
        return longer[start + 1 :] == shorter[start:]
    if word[start + 1 :] == compared[start + 1 :]:
        return True
    return word[start : start + 2] == compared[start : start + 2][::-1] and word[start + 2 :] == compared[start + 2 :]


def reduce_sound(word: str) -> str:
    """Reduce a word to its consonants, with a mark where vowels are, each once: "Namkung" is as "Namkoong"."""
    return _DOUBLED.sub(r"\1", _VOWELS.sub("*", word))
