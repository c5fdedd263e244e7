"""The parts of a person's name, as bibliographies need them."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from store.paper import Author, Paper
from store.text.patterns import compile_lazily

UNSPACED = compile_lazily("[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff·・]+")
"""Scripts whose names are written without a space, family name first: Han, kana, Hangul."""
_SUFFIX = compile_lazily(r"(?:jr|sr)\.?|i{2,3}|iv", re.IGNORECASE)
# Two or three capitals as a given name are initials.
_INITIALS = compile_lazily("[A-ZÀ-ÖØ-Þ]{2,3}")
_BODY = compile_lazily(
    r"""\b(?:agency|association|cent(?:er|re)|collaboration|committee|consortium|council|foundation|group|initiative
    |institute|laboratory|ministry|network|organi[sz]ation|project|society|team|university)\b|\s(?:and|&)\s""",
    re.IGNORECASE | re.VERBOSE,
)


class PersonName(NamedTuple):
    """``family`` with its particles ("van der Berg"), ``given`` names and ``suffix`` ("Jr."); a body is all family."""

    family: str
    given: str = ""
    suffix: str = ""


# Names whose parts are kept: each is asked for by keys, fingerprints and citations of its paper. Chosen by hand.
_KEPT = 1 << 15


@lru_cache(maxsize=_KEPT)
def parse_name(name: str) -> PersonName:
    """Parse "Ann B. Poe", "Poe, Ann B.", "John Roe, Jr." or "Ludwig van Beethoven" into its parts.

    A name that says nothing else ends in the family name, with the particles in lower case before it: so BibTeX reads
    names, too. Bodies ("The ATLAS Collaboration") are taken whole.
    """
    line = " ".join(name.split())
    if is_body(line):
        return PersonName(line)
    first, suffix = line, ""
    if "," in line:
        first, *rest = [part for part in (part.strip() for part in line.split(",")) if part] or [""]
        suffix = next((part for part in rest if _SUFFIX.fullmatch(part)), "")
        given_names = " ".join(part for part in rest if part != suffix)
        if given_names:
            return PersonName(first, given_names, suffix)
    words = first.split()
    if len(words) == 2 and not first.isascii() and all(map(UNSPACED.fullmatch, words)):
        return PersonName(words[0], words[1])
    if not suffix and len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    start = _find_family(words)
    return PersonName(" ".join(words[start:]), " ".join(words[:start]), suffix)


def parse_author(author: Author) -> PersonName:
    """Return the parts of a name as the source gives them, particles with the family name; else guess them."""
    if author.literal:
        return PersonName(author.name)
    if not author.family:
        return parse_name(author.name)
    family = " ".join(filter(None, (author.dropping_particle, author.particle, author.family)))
    return PersonName(family, author.given, author.suffix)


def compose_name(family: str, given: str = "", suffix: str = "") -> str:
    """Write a name as it is shown: "Ann Poe", "John Roe, Jr.", and "杨育伟" without a space.

    ``family`` is with its particles; any part may be empty.
    """
    if family and given and UNSPACED.fullmatch(family) and UNSPACED.fullmatch(given):
        return f"{family}{given}"
    name = " ".join(filter(None, (given, family)))
    return f"{name}, {suffix}" if suffix and name else name


def spell_straight(author: Author) -> str:
    """Write a name given names first in any script, as records were compared before they had parts."""
    parts = parse_author(author)
    return join_parts(parts) if author.family else author.name


def join_parts(parts: PersonName) -> str:
    """Join the parts of a name with given names first."""
    return f"{parts.given} {parts.family}".strip() + (f", {parts.suffix}" if parts.suffix else "")


def format_initials(given_names: str) -> str:
    """Write given names as initials: "Jean-Paul M." is J.-P. M., "JR" is J. R.; none of scripts without capitals.

    Particles behind them ("W.M.P. van der", as Dutch names are sorted) stay as they are.
    """
    names = given_names.split()
    end = len(names)
    while end > 1 and names[end - 1].islower() and not names[0].islower():
        end -= 1
    words = re.sub(r"\.(?!-)", " ", " ".join(names[:end])).split()  # "E.B." are two names, "J.-P." is one.
    spread = (" ".join(word) if _INITIALS.fullmatch(word) else word for word in words)
    initials = ("-".join(map(_format_initial, word.split("-"))).strip("-") for word in " ".join(spread).split())
    return " ".join(filter(None, (*initials, *names[end:])))


def _format_initial(name: str) -> str:
    letter = next(filter(str.isalpha, name), "")
    return f"{letter.upper()}." if letter and not UNSPACED.match(letter) else ""


def sort_authors(paper: Paper) -> tuple[Author, ...]:
    """Sort the authors whose place is known by it, and leave out the others; all where it is known of none."""
    places = [author.position for author in paper.authors if author.position is not None]
    if len(places) == len(paper.authors) and places == sorted(places):  # nearly always
        return paper.authors
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
    plain = name.casefold()
    if not plain.isascii():
        plain = "".join(mark for mark in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(mark))
    return re.findall(r"\w+", plain)


@lru_cache(maxsize=4096)  # A paper that is indexed asks for each of its names up to three times; chosen by hand.
def name_key(name: str) -> str:
    """Join the words of a name to one term."""
    return " ".join(name_words(name))


def _find_family(words: list[str]) -> int:
    last = max(len(words) - 1, 0)
    return next((place for place in range(1, last) if words[place][0].islower()), last)
