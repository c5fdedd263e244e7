"""How a list is to be sorted, where a question says so behind all else: "…, newest first", "… sorted by year"."""

import re

from assistant.question.query import Order

_DATE = r"(?:(?:the\s+)?(?:publication\s+)?(?:date|year|time|age)(?:\s+of\s+publication)?)"
_SORTED = r"(?:sorted|ordered|arranged|ranked|listed|sort(?:\s+them)?|order(?:\s+them)?)"
_OLD, _NEW = r"(?:oldest|earliest)", r"(?:newest|latest|most\s+recent)"
SORTING = re.compile(
    rf"[\s,;(]*\b(?:and\s+)?(?:{_SORTED}\s+)?(?:with\s+)?(?:the\s+)?(?:"
    rf"(?P<old>{_OLD}(?:\s+(?:ones?|papers?))?\s+first|(?:from\s+)?{_OLD}\s+to\s+{_NEW}"
    rf"|chronologically|(?:in|by)\s+chronological\s+order)"
    rf"|(?P<new>{_NEW}(?:\s+(?:ones?|papers?))?\s+first|(?:from\s+)?{_NEW}\s+to\s+{_OLD}"
    r"|(?:in\s+)?(?:reverse|reversed|inverse)[\s-]+chronological(?:ly|\s+order)))\b\)?"
    rf"|[\s,;(]*\b(?:and\s+)?{_SORTED}\s+by\s+{_DATE}(?P<up>,?\s+(?:ascending|upwards?))?(?:,?\s+descending)?\b\)?",
    re.I,
)


def find_sorting(question: str) -> Order | None:
    """Find how a list is to be sorted in time; None where a question does not say. Dates alone sort newest first."""
    match = SORTING.search(question)
    if match is None:
        return None
    return Order.OLDEST if match["old"] or match["up"] else Order.NEWEST
