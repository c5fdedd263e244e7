"""Names in a text: coined words, acronyms and capitalised words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.verify.tokens import Word, is_plain

_TOKEN = re.compile(r"[^\W_]+(?:[-.+/&'|][^\W_]+)*\+*")
# Two letters are the first of too many pairs of words.
_SHORTEST_SPELLED = 2
# By stems.
_WELL_KNOWN = {"llm": "larg languag model"}
# Names that are read of a sentence; no sentence has more.
_MOST = 60
_JOINTS = re.compile(r"[-.+/&|]")
_OPENS = re.compile(r"(?:^|[.:!?]\s|[\"(])\s*$")


class Name(NamedTuple):
    """A name as written, and the character where it starts."""

    text: str
    start: int

    def covers_character(self, character: int) -> bool:
        """Tell whether a character belongs to the name."""
        return self.start <= character < self.start + len(self.text)


def find_names(folded: str) -> tuple[Name, ...]:
    """Find the first names of a folded sentence; a capitalised first word counts only where its form betrays it."""
    names_found = []
    for match in _TOKEN.finditer(folded):
        if match[0].islower() or match[0].isdigit():
            continue
        opens = bool(_OPENS.search(folded[max(0, match.start() - 4) : match.start()]))
        if is_name(match[0], opens):
            names_found.append(Name(match[0], match.start()))
    return tuple(names_found[:_MOST])


def is_name(token: str, opens: bool) -> bool:
    """Tell whether a word looks like a name: capitals or digits inside, or a capital where no sentence ``opens``."""
    bare = token.removesuffix("'s")
    if len(bare) == 1:
        return bare.isupper() and not opens and bare not in "AI"
    if not any(char.isupper() for char in bare):
        return False
    if any(char.isdigit() for char in bare) and bare[0].isalpha():
        return True
    first, *others = re.split(r"[-.+/&'|]", bare)
    if any(char.isupper() for char in "".join([first[1:], *others])):
        return True
    if others and len(first) == 1 and first.isupper() and first not in "AI":
        return True  # "X-shifts"
    return bare[0].isupper() and not opens and not is_plain(bare.lower())


def list_forms(folded: str) -> Iterator[str]:
    """List every form by which something in a text may be named, of all its words."""
    return (form for match in _TOKEN.finditer(folded) for form in forms_of(match[0]))


@lru_cache(maxsize=1 << 14)
def forms_of(token: str) -> tuple[str, ...]:
    """List the forms of a word without case: in one piece, that without a plural's s, then its pieces."""
    bare = token.casefold().removesuffix("'s").removesuffix("'")
    joined = _JOINTS.sub("", bare)
    return joined, joined.removesuffix("s"), *(piece for piece in _JOINTS.split(bare) if piece)


def find_acronyms(folded: str) -> Iterator[str]:
    """Find the acronyms of a text in lower case, without the s of a plural."""
    for match in _TOKEN.finditer(folded):
        for piece in () if match[0].islower() else _JOINTS.split(match[0]):
            bare = piece.removesuffix("s")
            if len(bare) > 1 and bare.isupper() and bare.isalpha():
                yield bare.lower()


def find_spelled_acronyms(words: Sequence[Word], known_acronyms: Iterable[str]) -> Iterator[int]:
    """Find the words that spell out an acronym of a source of three letters or more, or one that all of the field know.

    Of the latter the first word may be left out ("language models").
    """
    letters = "".join(word.low[0] for word in words)
    for acronym in known_acronyms:
        if len(acronym) > _SHORTEST_SPELLED and (start := letters.find(acronym)) >= 0:
            yield from range(start, start + len(acronym))
        for start in _find_runs(words, _WELL_KNOWN.get(acronym, "").split()[1:]):
            yield from range(start, start + len(acronym) - 1)


def _find_runs(words: Sequence[Word], stems: Sequence[str]) -> Iterator[int]:
    return (
        start
        for start in range(len(words) if stems else 0)
        if [word.stem for word in words[start : start + len(stems)]] == list(stems)
    )
