"""Where the words of a claim stand in a sentence of the source: same stem, a stand-in, or another ending."""

from typing import NamedTuple

from assistant.verify.source import Sentence
from assistant.verify.text import Word
from assistant.verify.tokens import groups, opposites

SAME, AKIN, STAND_IN = 1.0, 0.9, 0.7
_SHARED = 5


class Match(NamedTuple):
    """How well a word is matched, 0–1, and at which words of the sentence."""

    level: float
    places: tuple[int, ...]


NONE = Match(0.0, ())


def match(word: Word, sentence: Sentence) -> Match:
    """The best match of a word in a sentence."""
    same = sentence.stems.get(word.stem)
    if same:
        return Match(SAME, tuple(same))
    akin = [place for place in sentence.beginnings.get(word.stem[:4], ()) if _akin(word, sentence.words[place])]
    if akin:
        return Match(AKIN, tuple(akin))
    found = {place for group in groups(word.stem) for place in sentence.stand_ins.get(group, ())}
    return Match(STAND_IN, tuple(sorted(found))) if found else NONE


def _akin(word: Word, other: Word) -> bool:
    """Whether two stems are of one family: acquir and acquisit, analysi and analyz."""
    one, two = word.stem, other.stem
    if word.stop or two in opposites(one):
        return False
    shared = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        shared += 1
    shorter, longer = sorted((len(one), len(two)))
    return (shared >= _SHARED and longer - shared <= 3 and shorter - shared <= 2) or (shared == shorter == longer - 1)
