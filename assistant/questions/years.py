"""Years in a question: which span of time its papers are to come from."""

import re
from typing import NamedTuple

_YEAR = r"((?:19|20)\d\d)"
_AFTER_YEAR = 1


class Years(NamedTuple):
    """The span, inclusive at both ends; None where it is open. ``rest`` is the question without it.

    ``plain`` says that only a year was named ("in 2018"), which may as well belong to the topic.
    """

    first: int | None
    last: int | None
    rest: str
    plain: bool = False


def find_years(question: str) -> Years:
    """The span of publication years that a question gives: "since 2020", "between 2018 and 2020", "in 2018"."""
    for pattern, span in _PATTERNS:
        match = pattern.search(question)
        if match:
            first, last = span(*(int(year) for year in match.groups()))
            rest = question[: match.start()] + " " + question[match.end() :]
            return Years(first, last, rest, plain=pattern is _PATTERNS[-1][0])
    return Years(None, None, question)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\b(?:published|appeared|written|released|dated)\s+)?\b{pattern}\b", re.I)


_PATTERNS = (
    (
        _compiled(
            rf"(?:between|from|in|during)?\s*(?:the years\s+)?{_YEAR}\s*(?:and|to|through|until|till|[-–—])\s*{_YEAR}"
        ),
        lambda a, b: (min(a, b), max(a, b)),
    ),
    (_compiled(rf"(?:since|starting(?: in| from)?|as of)\s+{_YEAR}"), lambda a: (a, None)),
    (
        _compiled(rf"(?:from|in)?\s*{_YEAR}\s+(?:on|onwards?|or later|or newer|and later|and after)"),
        lambda a: (a, None),
    ),
    (_compiled(rf"(?:after|later than|newer than)\s+{_YEAR}"), lambda a: (a + _AFTER_YEAR, None)),
    (_compiled(rf"(?:before|earlier than|older than|prior to)\s+{_YEAR}"), lambda a: (None, a - _AFTER_YEAR)),
    (_compiled(rf"(?:until|till|up to|through|by(?: the end of)?)\s+{_YEAR}"), lambda a: (None, a)),
    (_compiled(rf"{_YEAR}\s+(?:or earlier|or before|and earlier|and before)"), lambda a: (None, a)),
    (_compiled(rf"(?:in|during|of|for|year|from)?\s*(?:the year\s+)?{_YEAR}"), lambda a: (a, a)),
)
