"""The parts of a person's name, as bibliographies need them."""

import re
import unicodedata
from typing import NamedTuple

from store.paper import Author, Paper

_SUFFIX = re.compile(r"(?:jr|sr)\.?|i{2,3}|iv", re.IGNORECASE)
_BODY = re.compile(
    r"""\b(?:agency|association|cent(?:er|re)|collaboration|committee|consortium|council|foundation|group|initiative
    |institute|laboratory|ministry|network|organi[sz]ation|project|society|team|university)\b|\s(?:and|&)\s""",
    re.IGNORECASE | re.VERBOSE,
)


class PersonName(NamedTuple):
    """``family`` with its particles ("van der Berg"), ``given`` names and ``suffix`` ("Jr."); a body is all family."""

    family: str
    given: str = ""
    suffix: str = ""


def person_name(name: str) -> PersonName:
    """The parts of "Ann B. Poe", "Poe, Ann B.", "John Roe, Jr." or "Ludwig van Beethoven".

    A name that says nothing else ends in the family name, with the particles in lower case before it: so BibTeX reads
    names, too. Bodies ("The ATLAS Collaboration") are taken whole.
    """
    line = " ".join(name.split())
    if is_body(line):
        return PersonName(line)
    first, *rest = [part for part in (part.strip() for part in line.split(",")) if part] or [""]
    suffix = next((part for part in rest if _SUFFIX.fullmatch(part)), "")
    given = " ".join(part for part in rest if part != suffix)
    if given:
        return PersonName(first, given, suffix)
    words = first.split()
    if not suffix and len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    at = _family_at(words)
    return PersonName(" ".join(words[at:]), " ".join(words[:at]), suffix)


def listed_authors(paper: Paper) -> tuple[Author, ...]:
    """The authors whose place among them is known, in that order; all where it is known of none."""
    placed = [(author.position, author) for author in paper.authors if author.position is not None]
    return tuple(author for _, author in sorted(placed, key=lambda one: one[0])) or paper.authors


def is_body(name: str) -> bool:
    """Whether a name is that of a group or an institution."""
    return "," not in name and _BODY.search(name) is not None


def is_suffix(part: str) -> bool:
    """Whether a part of a name is one like "Jr." or "III"."""
    return _SUFFIX.fullmatch(part) is not None


def name_words(name: str) -> list[str]:
    """The words of a person's name without case and accents: ``José M. Núñez`` is jose, m, nunez."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"\w+", "".join(mark for mark in plain if not unicodedata.combining(mark)))


def name_key(name: str) -> str:
    """The words of a name as one term."""
    return " ".join(name_words(name))


def fits(asked: list[str], author: list[str]) -> bool:
    """Whether each word asked for is a word of the author, or one is the initial of the other.

    At least one word has to be the same in full: "J. D." fits nobody. Words as ``name_words`` gives them.
    """
    left = list(author)
    whole = False
    for word in sorted(asked, key=len, reverse=True):
        match = word if word in left else next((other for other in left if _initial(word, other)), None)
        if match is None:
            return False
        left.remove(match)
        whole = whole or (match == word and len(word) > 1)
    return whole


def _family_at(words: list[str]) -> int:
    last = max(len(words) - 1, 0)
    return next((at for at in range(1, last) if words[at][0].islower()), last)


def _initial(one: str, other: str) -> bool:
    return one[0] == other[0] and 1 in (len(one), len(other))
