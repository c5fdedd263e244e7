"""In which order papers are asked for, and how many: "the two oldest papers", "…, newest first", "… sorted by year"."""

import re

from assistant.question.condition import PAPERS, PLEASE, compile_any
from assistant.question.date_conditions import NUMBERS
from assistant.question.query import Order

_OLD = r"(?:earliest|oldest|first)"
_NEW = r"(?:latest|newest|most\s+recent|last)"
_LISTED = rf"(?:{PAPERS}|things?)"
# Papers of a kind by their rank: "the most recent randomised trial".
KIND = r"(?:trial|review|survey|report|guideline|editorial|letter|thesis|meta-?analysis|study)"
_OLDEST, _NEWEST = r"(?:oldest|earliest)", r"(?:newest|latest|most\s+recent)"
OF_KIND = (
    rf"\b(?:{_OLDEST}|{_NEWEST}|most[\s-]+cited)\s+(?:[\w-]+\s+){{0,2}}?{KIND}"
    r"(?=\s+(?:on|about|of|by|in|with|from|for|that)\b|\W*$)"
)
NUMBER = rf"(\d{{1,3}}|{'|'.join(NUMBERS)})"
# "The second most cited paper" is the last of the two that are listed.
_PLACES = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
# "Since when …?", "Who first …?": the oldest paper of the library answers that, as far as it can.
SINCE_WHEN = r"^\W*(?:since\s+when\b|who\s+(?:first\s+(?!author)\w+|(?:was|were)\s+(?:the\s+)?first\s+(?:to|who)\b))"

_ITSELF = r"(?:\s+ones?)?\s*(?:[?.!,]*$|of\s+(?:them|these|those|all|the|my)\b)"
# "Which one is newer?", "which came out first?" behind a list: no two things are named, so those shown are ranked.
_RANKED_ALONE = (
    r"^\W*(?:and\s+)?which(?:\s+(?:ones?|papers?|study|studies))?(?:\s+of\s+(?:the\s+(?:two|three)|them|these|those))?\s+"
    r"(?:is|are|was|were|came|appeared)\s+(?:(?:the|out|published)\s+)*"
)
_OLDER, _NEWER = r"(?:older|earlier|first)\W*$", r"(?:newer|later|younger|more\s+recent|most\s+recent|last)\W*$"
# "Which of Che's papers came first?"
_CAME = rf"\b{PAPERS}\b(?:\s+\S+){{0,4}}?\s+(?:came|appeared|published|written)\s+(?:out\s+)?"
OLDEST = compile_any(
    rf"\b{_OLD}\s+(?:\w+\s+)??(?={_LISTED}\b)",
    rf"\b(?:earliest|oldest){_ITSELF}",
    rf"(?=\b{_OLDEST}){OF_KIND}",
    rf"{_CAME}(?:first|earliest)\s*[?.!]*$",
    SINCE_WHEN,
    rf"\b(?:earliest|oldest)\s+{NUMBER}\b",
    rf"{_RANKED_ALONE}{_OLDER}",
)
NEWEST = compile_any(
    rf"\b{_NEW}\s+(?:\w+\s+)??(?={_LISTED}\b)",
    rf"\b(?:latest|newest|most\s+recent){_ITSELF}",
    rf"(?=\b{_NEWEST}){OF_KIND}",
    rf"{_CAME}(?:last|latest|most\s+recently)\s*[?.!]*$",
    rf"\b(?:latest|newest|most\s+recent)\s+{NUMBER}\b",
    rf"{_RANKED_ALONE}{_NEWER}",
)
MOST_CITED = compile_any(
    rf"\b(?:most|highly|best|top|well)(?:\s+{NUMBER}\s+(?:most\s+)?|[\s-]+)cited\b",
    r"\bmost\s+(?:citations|influential|impactful)\b",
    r"\bcited\s+(?:the\s+)?most(?:\s+often)?\b",
    r"\b(?:sorted|ordered|ranked|order|sort|rank)\s+by\s+citations?\b",
    r"\bby\s+(?:number\s+of\s+)?citations?\b",
)
ONE = compile_any(
    OF_KIND,
    rf"\b(?:{_OLD}|{_NEW}|most[\s-]+cited)\s+(?:\w+\s+)?(?:paper|article|publication|abstract|one|thing)\b",
    rf"{_CAME}(?:first|earliest|last|latest|most\s+recently)\s*[?.!]*$",
    rf"(?:\bis|^)\s*the\s+(?:{_OLD}|{_NEW}|most[\s-]+cited){_ITSELF}",
    SINCE_WHEN,
    rf"{_RANKED_ALONE}(?:{_OLDER}|{_NEWER})",
    r"\bwhich\s+(?:paper|article|publication|one)\s+(?:is|was)\s+(?:the\s+)?(?:most[\s-]+)?cited\b",
)
MANY = compile_any(
    rf"\b{NUMBER}\s+(?:{_OLD}|{_NEW}|most[\s-]+cited)\b",
    rf"\b(?:{_OLD}|{_NEW}|most[\s-]+cited)\s+{NUMBER}\b(?!\s*(?:years|months|decades))",
    rf"\b(?:top|best|most)\s+{NUMBER}\s+(?:most\s+)?cited\b",
    rf"\b(?P<place>{'|'.join(_PLACES)})[\s-]+(?:{_NEW.replace('|last', '')}|earliest|oldest|most[\s-]+cited)\b",
)
MANY_PAPERS = compile_any(
    rf"{PLEASE}(?:list|show(?:\s+me)?|give(?:\s+me)?|find(?:\s+me)?"
    rf"|the)?\s*(?:top\s+)?{NUMBER}\s+(?:\w+\s+)?{PAPERS}\b",
    rf"\btop\s+{NUMBER}\s+(?:\w+\s+)?{PAPERS}\b",
    rf"\b(?:top|first|main|which|what)\s+{NUMBER}\s+(?:\w+\s+)?(?:authors|researchers|journals|venues|conferences|keywords|tags|years)\b",
    rf"(?<!\w)(?:the\s+)?{NUMBER}\s+(?:most\s+\w+|main|top|leading)\s+(?:authors|researchers|journals|venues|conferences|keywords|tags|years)\b",
)

_DATE = r"(?:(?:the\s+)?(?:publication\s+)?(?:date|year|time|age)(?:\s+of\s+publication)?)"
_SORTED = r"(?:sorted|ordered|arranged|ranked|listed|sort(?:\s+them)?|order(?:\s+them)?)"
SORTING = re.compile(
    rf"[\s,;(]*\b(?:and\s+)?(?:{_SORTED}\s+)?(?:with\s+)?(?:the\s+)?(?:"
    rf"(?P<old>{_OLDEST}(?:\s+(?:ones?|papers?))?\s+first|(?:from\s+)?{_OLDEST}\s+to\s+{_NEWEST}"
    rf"|chronologically|(?:in|by)\s+chronological\s+order)"
    rf"|(?P<new>{_NEWEST}(?:\s+(?:ones?|papers?))?\s+first|(?:from\s+)?{_NEWEST}\s+to\s+{_OLDEST}"
    r"|(?:in\s+)?(?:reverse|reversed|inverse)[\s-]+chronological(?:ly|\s+order)))\b\)?"
    rf"|^\W*(?:please\s+)?(?:sort|order|rank|arrange)\b(?=.*\bby\s+{_DATE}(?P<rising>,?\s+ascending)?)"
    rf"|(?<=\w)\s+by\s+(?:(?:date|age)|{_DATE},?\s+(?:ascending|descending))\s*[?.!]*$"
    rf"|[\s,;(]*\b(?:and\s+)?{_SORTED}\s+by\s+{_DATE}(?P<up>,?\s+(?:ascending|upwards?))?(?:,?\s+descending)?\b\)?",
    re.I,
)


RANKED_ALONE = re.compile(rf"{_RANKED_ALONE}(?:{_OLDER}|{_NEWER})", re.I)
"""A question that ranks what was shown, and names no topic: "which of the two is newer?"."""


def find_sorting(question: str) -> Order | None:
    """Find how a list is to be sorted in time; None where a question does not say. Dates alone sort newest first."""
    match = SORTING.search(question)
    if match is None:
        return None
    return Order.OLDEST if match["old"] or match["up"] or match["rising"] else Order.NEWEST


def find_order(question: str) -> Order:
    """Find in which order papers are asked for."""
    if MOST_CITED.search(question):
        return Order.MOST_CITED
    if sorting := find_sorting(question):
        return sorting
    if OLDEST.search(question):
        return Order.OLDEST
    return Order.NEWEST if NEWEST.search(question) else Order.RELEVANCE


def find_limit(question: str, order: Order) -> int | None:
    """Find how many papers are asked for; None where the question does not say."""
    ordered = order is not Order.RELEVANCE
    match = (MANY.search(question) if ordered else None) or MANY_PAPERS.search(question)
    if match:
        word = next(group for group in match.groups() if group).lower()
        return NUMBERS.get(word) or _PLACES.get(word) or int(word)
    return 1 if ordered and ONE.search(question) else None
