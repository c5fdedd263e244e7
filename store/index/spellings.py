"""The ways in which a word of a name is written: with its accents, without them, and by two letters for an umlaut."""

import re
import unicodedata

from store.person_name import name_words

_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_LONG = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"})
# Two letters that may stand for an umlaut: not behind another vowel or a q ("Bauer", "Enrique"), not in "Michael", and
# only within a word as long as those in which people drop them; Xue and Xu, Joe and Jo are different names.
_UMLAUT = re.compile(r"(?<![aeiouq])(?:(?<=.)([ou])e|(?<=.)(a)e(?!l))(?=.)")
_LONG_ENOUGH = 5


def list_spellings(name: str) -> list[frozenset[str]]:
    """List for each word of a name how it may be written, without case and accents: Müller is muller and mueller."""
    return [_list_word(word) for word in split_name(name)]


def split_name(name: str) -> list[str]:
    """Split a name into words as it is written, in lower case."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", name.casefold()))


def _list_word(word: str) -> frozenset[str]:
    ways = {_fold(word), _fold(word.translate(_PLAIN)), _fold(word.translate(_LONG))}
    ways |= {_UMLAUT.sub(r"\1\2", way) for way in ways if len(way) >= _LONG_ENOUGH}
    return frozenset(way for way in ways if way)


def _fold(word: str) -> str:
    return "".join(name_words(word))


def fits_name(words: list[frozenset[str]], author_words: list[frozenset[str]]) -> bool:
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
    return any(one[0] == other[0] and 1 in (len(one), len(other)) for one in first for other in second)


def is_one_edit(word: str, other: str) -> bool:
    """Return whether one letter more, less or other, or two changed about, make one word of the other."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = next((i for i, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    if start is None:
        return True  # One is the other and a letter.
    if len(word) != len(other):
        longer, shorter = (word, other) if len(word) > len(other) else (other, word)
        return longer[start + 1 :] == shorter[start:]
    if word[start + 1 :] == other[start + 1 :]:
        return True
    return word[start : start + 2] == other[start : start + 2][::-1] and word[start + 2 :] == other[start + 2 :]


def sounds_alike(word: str, other: str) -> bool:
    """Return whether two names differ in vowels and doubled letters alone: "Namkung" and "Namkoong"."""
    return word != other and abs(len(word) - len(other)) <= 2 and _reduce_sound(word) == _reduce_sound(other)


def _reduce_sound(word: str) -> str:
    """Reduce a word to its consonants, with a mark where vowels are, each once."""
    return re.sub(r"(.)\1+", r"\1", re.sub("[aeiouy]+", "*", word))
