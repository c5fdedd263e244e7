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


def parse_name(name: str) -> PersonName:
    """Parse "Ann B. Poe", "Poe, Ann B.", "John Roe, Jr." or "Ludwig van Beethoven" into its parts.

    A name that says nothing else ends in the family name, with the particles in lower case before it: so BibTeX reads
    names, too. Bodies ("The ATLAS Collaboration") are taken whole.
    """
    line = " ".join(name.split())
    if is_body(line):
        return PersonName(line)
    first, *rest = [part for part in (part.strip() for part in line.split(",")) if part] or [""]
    suffix = next((part for part in rest if _SUFFIX.fullmatch(part)), "")
    given_names = " ".join(part for part in rest if part != suffix)
    if given_names:
        return PersonName(first, given_names, suffix)
    words = first.split()
    if not suffix and len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    start = _find_family(words)
    return PersonName(" ".join(words[start:]), " ".join(words[:start]), suffix)


def sort_authors(paper: Paper) -> tuple[Author, ...]:
    """Sort the authors whose place is known by it, and leave out the others; all where it is known of none."""
    placed = [author for author in paper.authors if author.position is not None]
    return tuple(sorted(placed, key=lambda author: author.position or 0)) or paper.authors


def is_body(name: str) -> bool:
    """Return whether a name is that of a group or an institution."""
    return "," not in name and _BODY.search(name) is not None


def is_suffix(part: str) -> bool:
    """Return whether a part of a name is one like "Jr." or "III"."""
    return _SUFFIX.fullmatch(part) is not None


def name_words(name: str) -> list[str]:
    """Split a person's name into words without case and accents: ``José M. Núñez`` is jose, m, nunez."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"\w+", "".join(mark for mark in plain if not unicodedata.combining(mark)))


def name_key(name: str) -> str:
    """Join the words of a name to one term."""
    return " ".join(name_words(name))


def _find_family(words: list[str]) -> int:
    last = max(len(words) - 1, 0)
    return next((place for place in range(1, last) if words[place][0].islower()), last)
