"""Years in a question: which span of time its papers are to come from."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_YEAR = r"((?:19|20)\d\d)"
_END = r"(?=\s*(?:$|[?.!,;]))"


class Years(NamedTuple):
    """The span, inclusive at both ends; None where it is open. ``rest`` is the question without it.

    ``plain`` says that only a year was named ("in 2018", "2018"), which may as well belong to the topic; ``named`` that
    it stands behind a capital word, as in "ImageNet 2012".
    """

    first: int | None
    last: int | None
    rest: str
    plain: bool = False
    named: bool = False


def find_years(question: str) -> Years:
    """Find the span of publication years in a question: "since 2020", "after 2017 and before 2020", "in 2018"."""
    span = _RANGE.search(question)
    if span:
        first, last = sorted(map(int, span.groups()))
        return Years(first, last, _cut_out(question, span))
    since, rest = _find_bound(_FIRST, question)
    until, rest = _find_bound(_LAST, rest)
    if since or until:
        return Years(since, until, rest)
    plain = _IN.search(question) or _BARE.search(question)
    if plain:
        year = int(plain[1])
        named = plain.re is _BARE and _NAME_BEFORE.search(question, 0, plain.start(1)) is not None
        return Years(year, year, _cut_out(question, plain), plain=True, named=named)
    return Years(None, None, question)


def _find_bound(patterns: Sequence[tuple[re.Pattern[str], int]], text: str) -> tuple[int | None, str]:
    """Find one end of the span, None where it is open; returns it and the text without it."""
    for pattern, offset in patterns:
        match = pattern.search(text)
        if match:
            return int(match[1]) + offset, _cut_out(text, match)
    return None, text


def _cut_out(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _compile_years(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\b(?:published|appeared|written|released|dated)\s+)?\b{pattern}", re.I)


_RANGE = _compile_years(
    rf"(?:(?:between|from|in|during)\s+)?(?:the\s+years\s+)?{_YEAR}\s*(?:and|or|to|through|until|till|[-–—])\s*{_YEAR}\b"
)
_FIRST = (
    (_compile_years(rf"(?:since|starting(?:\s+in|\s+from)?|as\s+of)\s+{_YEAR}\b"), 0),
    (_compile_years(rf"(?:(?:from|in)\s+)?{_YEAR}\s+(?:on{_END}|onwards?\b|(?:or|and)\s+(?:later|newer|after)\b)"), 0),
    (_compile_years(rf"(?:after|later\s+than|newer\s+than)\s+{_YEAR}\b"), 1),
)
_LAST = (
    (_compile_years(rf"(?:before|earlier\s+than|older\s+than|prior\s+to)\s+{_YEAR}\b"), -1),
    (_compile_years(rf"(?:until|till|up\s+to|through|by(?:\s+the\s+end\s+of)?)\s+{_YEAR}\b"), 0),
    (_compile_years(rf"{_YEAR}\s+(?:or|and)\s+(?:earlier|older|before)\b"), 0),
)
_IN = _compile_years(rf"(?:in|during|of|for|from|year)\s+(?:the\s+year\s+)?{_YEAR}\b")
_BARE = _compile_years(rf"{_YEAR}\b")
_NAME_BEFORE = re.compile(r"\b[A-Z][\w-]*\s*$")
