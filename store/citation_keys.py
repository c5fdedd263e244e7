"""Keys to cite papers by, such as ``wortsman2022model``."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from store.paper import Author, Paper
from store.person_name import person_name

NOBODY = "anon"
_LONGEST = 24
_DIGITS = 6
# Letters that are no letter with an accent.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"})
_SMALL = frozenset(
    """a an and are as at beyond by can do does for from how if in into is it its not of on or over the their to
    toward towards under via what when where which who why with without""".split()
)


def citation_key(paper: Paper) -> str:
    """Family name of the first author, year, first word of the title that says something: ``[a-z0-9]+``.

    It depends on the paper alone, and others may have the same. Letters that ASCII has no likeness of are left out;
    a paper without a usable name is by ``anon``.
    """
    first = next(iter(listed_authors(paper)), None)
    family = "".join(word for word in person_name(first.name).family.split() if not word[0].islower()) if first else ""
    words = re.findall("[a-z0-9]+", _ascii(paper.title))
    telling = next((word for word in words if word not in _SMALL), "")
    name = re.sub("[^a-z0-9]", "", _ascii(family))[:_LONGEST]
    return f"{name or NOBODY}{paper.year or ''}{telling[:_LONGEST]}"


def citation_keys(papers: Iterable[Paper]) -> dict[str, str]:
    """A key for each paper by its id, no two the same: ``[a-z0-9]+(-[0-9a-f]{6})?``.

    Papers of one ``citation_key`` get a piece of their id's hash behind it, so neither the order nor a paper of
    another key changes a key.
    """
    keys = {paper.id: citation_key(paper) for paper in papers}
    shared = {key for key, count in Counter(keys.values()).items() if count > 1}
    return {paper_id: f"{key}-{_digest(paper_id)}" if key in shared else key for paper_id, key in keys.items()}


def listed_authors(paper: Paper) -> tuple[Author, ...]:
    """The authors whose place among them is known, in that order; all where it is known of none."""
    placed = [(author.position, author) for author in paper.authors if author.position is not None]
    return tuple(author for _, author in sorted(placed, key=lambda one: one[0])) or paper.authors


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return plain.encode("ascii", "ignore").decode()


def _digest(paper_id: str) -> str:
    return hashlib.sha256(paper_id.encode()).hexdigest()[:_DIGITS]
