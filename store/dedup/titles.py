"""Titles as they are compared: without case, accents, spaces and punctuation, and with what they say beside."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

# What publishers put before the title of a paper that was taken back; the paper is the same.
_TAKEN_BACK = re.compile(r"\s*\W?(?:retracted(?: article| paper)?|withdrawn(?: article| paper)?|removed)\W*:\s*", re.I)
_AFTERWARDS = re.compile(r"\s*[(\[](?:preprint|retracted(?: article| paper)?|withdrawn)[)\]]\W*$", re.I)
# Something about a paper, and not the paper.
_NOTICE = re.compile(
    r"""\s*\W*(?P<kind>errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a)|(?:author'?s?\s+|publisher'?s?\s+)?correction
    |expression\ of\ concern|retraction(?:\ note|\ notice)?
    |(?:authors?['’]?s?\s+)?(?:reply|response|comment(?:s|ary)?|letter|rejoinder)
    |discussion|(?:book\ )?review|editorial|preface|supplement(?:ary|al)?\ (?:material|data|information))
    (?:\s*(?:\([^)]*\))?\s*[:–—]|\s+(?:to|on|of|for|regarding)\b)""",
    re.I | re.X,
)
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    "a an and as at by for from in into is of on or the to with der die das und la le el de des et".split()
)
_NUMBERED = frozenset("part parts volume vol chapter paper book section no number teil band partie parte".split())
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_DIGITS = "0123456789"
_FEW, _SHORT = 3, 18
# Letters that a title which was cut has kept at least.
_CUT = 12
# How many of the words of the shorter title have to be in the other.
_SHARED = 0.75


@lru_cache(maxsize=4096)
def normal(title: str) -> str:
    """The letters and digits of a title; "" where there is none.

    Two titles with the same letters and digits are the same title, whatever their case, accents, spaces and signs.
    """
    bare = _AFTERWARDS.sub("", _TAKEN_BACK.sub("", title, count=1))
    letters = "".join(_WORD.findall(plain(bare.replace("&", " and "))))
    return "" if letters == "untitled" else letters


def plain(text: str) -> str:
    """Without case and accents, in compatible characters: ``ﬁ`` is fi, ``H₂O`` h2o, ``ß`` ss."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


def generic(title: str) -> bool:
    """Whether a title says next to nothing of its paper: "Introduction", "Editorial", "Reply"; or there is none."""
    bare = normal(title).lstrip(_DIGITS)
    return not bare or bare in _generic() or bare.rstrip(_DIGITS) in _generic()


def short(title: str) -> bool:
    """Whether a title is so short that other papers may well have it, too."""
    return len(words(title)) < _FEW or len(normal(title)) < _SHORT


def notice(title: str) -> str:
    """What a title says it is about another paper: ``erratum``, ``reply`` …; "" for a paper of its own."""
    match = _NOTICE.match(title)
    return _WORD.findall(match["kind"].lower())[-1] if match else ""


def words(title: str) -> list[str]:
    """The words of a title, without case and accents."""
    return _WORD.findall(plain(title.replace("&", " and ")))


def agree(one: str, other: str) -> bool:
    """Whether two titles can be those of one paper: the same, one cut or with a subtitle, or much the same words."""
    if normal(one) == normal(other) or not normal(one) or not normal(other):
        return True
    if notice(one) != notice(other) or _parts(one) != _parts(other):
        return False
    cut, whole = sorted((normal(one), normal(other)), key=len)
    if len(cut) >= _CUT and whole.startswith(cut):
        return True
    first, second = (frozenset(words(title)) - _SMALL for title in (one, other))
    return len(first & second) >= _SHARED * min(len(first), len(second)) > 0


def _parts(title: str) -> frozenset[str]:
    """What tells parts of one work apart: "Part 2", "II", "Paper 3"."""
    found = words(title)
    numbered = {_ROMAN.get(word, word) for before, word in pairwise(found) if before in _NUMBERED}
    roman = {_ROMAN[word] for word in found if word in _ROMAN}
    last = {found[-1]} if found and found[-1].isdigit() and len(found[-1]) < 3 else set()
    return frozenset({part for part in numbered | roman | last if part.isdigit() or part in "iv"})


@cache
def _generic() -> frozenset[str]:
    """The titles of ``generic_titles.txt``, one a line, as ``normal`` has them."""
    lines = files("store.dedup").joinpath("generic_titles.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(normal(line) for line in lines if line.strip())
