"""Abbreviations that a text defines itself: "large language models (LLMs)", "DRO (distributionally robust …)".

By Schwartz & Hearst (2003): the letters of the short form stand, in their order, in the words before its bracket, the
first of them at the beginning of a word. Time is linear in the text: a bracket looks back over a bounded window.
"""

import re
from typing import NamedTuple

# A short form has 2 to 10 characters; so Schwartz & Hearst.
SHORTEST, LONGEST = 2, 10
# Definitions that are read of one text; chosen by hand: an abstract has few.
_MOST = 30
# Characters before a bracket that are looked at: the longest window of words, 15, of 20 letters each; chosen by hand.
_WINDOW = 300
_BRACKET = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]]")
_SHORT = re.compile(r"[^\W_](?:[\w.&/+-]|\s(?=\S)){0,8}[\w+]")


class Abbreviation(NamedTuple):
    """A short form and what it stands for, both as the text has them."""

    short: str
    long: str


def find_abbreviations(text: str) -> list[Abbreviation]:
    """Find the abbreviations that a text defines, in its order, each once."""
    abbreviations: dict[Abbreviation, None] = {}
    for match in _BRACKET.finditer(text):
        inside = re.split(r"[;,]", match[1])[0].strip()
        before = text[max(0, match.start() - _WINDOW) : match.start()].rstrip()
        definition = _read_short_inside(inside, before) or _read_long_inside(inside, before)
        if definition:
            abbreviations[definition] = None
        if len(abbreviations) == _MOST:
            break
    return list(abbreviations)


def _read_short_inside(short: str, before: str) -> Abbreviation | None:
    """Read "large language models (LLMs)"."""
    if not is_short_form(short):
        return None
    most = _count_words(short)
    words = before.rsplit(maxsplit=most)
    long = _find_long_form(short, before[len(words[0]) if len(words) > most else 0 :].lstrip()) if words else None
    return Abbreviation(short, long) if long else None


def _read_long_inside(inside: str, before: str) -> Abbreviation | None:
    """Read "LLM (large language model)"."""
    short = before.rpartition(" ")[2].lstrip("([“\"'")
    if not is_short_form(short) or sum(letter.isupper() for letter in short) < SHORTEST:
        return None
    if not 1 < len(inside.split()) <= _count_words(short):
        return None
    return Abbreviation(short, inside) if _find_long_form(short, inside) == inside else None


def is_short_form(text: str) -> bool:
    """Tell whether a text may be a short form: one or two words, with a capital, of few characters."""
    return (
        SHORTEST <= len(text) <= LONGEST
        and len(text.split()) <= 2
        and bool(_SHORT.fullmatch(text))
        and any(letter.isupper() for letter in text)
    )


def get_singular(short: str) -> str:
    """Return a short form without the "s" of its plural: "LLMs" is one of "LLM"."""
    return short[:-1] if len(short) > SHORTEST and short.endswith("s") and short[-2].isupper() else short


def _count_words(short: str) -> int:
    """Count the words that a long form may have at the most; so Schwartz & Hearst."""
    return min(len(short) + 5, len(short) * 2)


def _find_long_form(short: str, text: str) -> str | None:
    """Find the shortest end of a text in which the letters of a short form stand in their order, None for none."""
    letters = [letter for letter in short.lower() if letter.isalnum()]
    if get_singular(short) != short:  # Its plural may not be spelt out: "artificial pancreata (APs)".
        plural = _find_end(letters, text.lower())
        place = plural if plural is not None else _find_end(letters[:-1], text.lower())
    else:
        place = _find_end(letters, text.lower())
    if place is None:
        return None
    long = text[place:].strip(" -–—,.;:\"'“”")
    words = {word.strip(".,;:").lower() for word in long.split()}
    return long if len(long) > len(short) and short.lower() not in words else None


def _find_end(letters: list[str], text: str) -> int | None:
    """Find where the last place of these letters in a text begins; the first letter has to begin a word."""
    place = len(text)
    for index in range(len(letters) - 1, -1, -1):
        place = text.rfind(letters[index], 0, place)
        while index == 0 and place > 0 and text[place - 1].isalnum():
            place = text.rfind(letters[index], 0, place)
        if place < 0:
            return None
    return place
