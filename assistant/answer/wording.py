"""How the wording of a question hints at the form of its answer: a number for "how many", a cause for "why"."""

import re
from typing import NamedTuple


class Form(NamedTuple):
    """Questions that ask for a form, and sentences that have it."""

    asked: re.Pattern[str]
    given: re.Pattern[str]


def _form(asked: tuple[str, ...], given: tuple[str, ...], flags: re.RegexFlag = re.I) -> Form:
    return Form(re.compile("|".join(asked), re.I), re.compile("|".join(given), flags))


_FORMS = {
    "number": _form(
        (
            r"\bhow\s+(?:many|much|large|big|long|fast|accurate|often|far|well)\b",
            r"\b(?:accuracy|speed-?up|percent\w*|factor|rate|size|score|number)\b",
        ),
        (
            r"\d",
            r"\b(?:two|three|four|five|six|seven|eight|nine|ten|half|twice)\b",
            r"\b(?:dozens?|hundreds?|thousands?|millions?)\b",
        ),
    ),
    "cause": _form(
        (r"\bwhy\b", r"\breasons?\b", r"\bcauses?\b"),
        (
            r"\b(?:because|since|due|therefore|thus)\b",
            r"\bas\s+\w+\s+(?:is|are)\b",
            r"\bleads?\b",
            r"\b(?:caus|suffer|shrink)",
        ),
    ),
    "name": _form(
        (r"\bwhere\b", r"\bdeploy", r"\bwhich\s+(?:company|platform|data\s?sets?|systems?|benchmarks?)\b"),
        (r"(?<!^)(?<!\. )\b[A-Z][\w-]+", r"\bdeploy", r"\bat scale\b"),
        re.NOFLAG,
    ),
    "definition": _form(
        (
            r"^\s*what\s+(?:is|are)\s+(?:the\s+|an?\s+)?[\w\s-]+\?*\s*$",
            r"\bdefin",
            r"\bmean(?:s|t)?\b",
            r"\bstand\s+for\b",
        ),
        (
            r"\b(?:is|are)\s+(?:defined|an?|the)\b",
            r"\b(?:defin|propose|introduc|develop|present)",
            r"\b(?:call|called|named|namely|which)\b",
            r"\bi\.e\.",
            r"\(\w+\)",
        ),
    ),
    "means": _form(
        (r"^\s*how\s+(?:do|does|can|is|are|did)\b", r"\b(?:method|approach)\b", r"\bdo\s+differently\b"),
        (
            r"\bby\s+\w+ing\b",
            r"\b(?:propose|introduc|develop|present)",
            r"\bour\s+(?:\w+\s+){0,2}(?:method|approach|framework|algorithm|procedure|model)",
            r"\b(?:use[sd]?|using|via|through)\b",
        ),
    ),
}
_GIST = re.compile(
    r"\b(?:we|our|this (?:paper|work|article|study))\b[^.]{0,60}?\b"
    r"(?:propose|introduce|present|develop|study|studi|show|investigat|design|provide|demonstrat|formulat|analy[sz]"
    r"|build|address|examin|consider|revisit|evaluat)",
    re.I,
)


def form_bonus(question: str, sentence: str) -> float:
    """1.0 where a sentence has a form that the question asks for, else 0.0."""
    return float(any(form.asked.search(question) and form.given.search(sentence) for form in _FORMS.values()))


def gist_bonus(sentence: str) -> float:
    """1.0 for a sentence that says what its paper does, else 0.0."""
    return float(bool(_GIST.search(sentence)))
