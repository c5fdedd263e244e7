"""The wording that tells what a question asks for. English only; what none of it fits is taken as asking for a fact."""

import re
from importlib.resources import files

PAPERS = r"(?:papers?|works?|articles?|publications?|studies|abstracts?|preprints?|research|literature)"
_OLD = r"(?:earliest|oldest|first)"
_NEW = r"(?:latest|newest|most\s+recent|last)"
_SOME = r"(?:\w+\s+){0,2}?"
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_NUMBER = rf"(\d{{1,3}}|{'|'.join(NUMBERS)})"


def _any(*alternatives: str, flags: re.RegexFlag = re.I) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), flags)


LIST = _any(
    rf"^\s*(?:and\s+)?(?:which|what)\s+{_SOME}{PAPERS}\b",
    r"^\s*(?:please\s+)?(?:list|show|find|give|compare|contrast|summari[sz]e|survey|review)\b",
    rf"\b(?:any|all|the|of|are|recent)\s+{PAPERS}\s+(?:\w+\s+)?"
    r"(?:on|about|that|which|using|with|by|in|from|since|deal)",
    r"\bwhat\s+(?:is|has been|was)\s+(?:there|done|said|known|written)\b",
    r"\b(?:overview|survey|comparison)\s+of\b",
    rf"^\s*{PAPERS}\b",
    r"\bdifferences?\s+between\b",
    r"\bhow\s+(?:do|does)\s+.+\s+(?:compare|differ)\b",
    r"\bwhich\s+of\s+(?:the|these|those|them)\b",
)
COUNT = _any(rf"\bhow\s+many\s+{_SOME}{PAPERS}\b", rf"\bnumber\s+of\s+{PAPERS}\b")
RECORD = _any(
    r"^\s*who\s+(?:wrote|authored|published|(?:is|are|were)\s+(?:the|its|their)\s+(?:co-?|first\s+)?authors?|is\s+behind)\b",
    r"\bauthors?\s+of\b",
    r"^\s*when\s+(?:was|were|did)\b.*\b(?:publish|appear|written|released|come\s+out)",
    r"\b(?:what|which)\s+year\s+(?:was|were|did)\b",
    r"\bin\s+(?:what|which)\s+year\b",
    rf"\bdate\s+of\s+(?:the\s+)?{PAPERS}",
)
COMPARE = _any(r"\bcompare", r"\bcontrast", r"\bdifferences?\s+between", r"\bdiffer\b", r"\bversus\b", r"\bvs\b")
_ITSELF = r"(?:\s+ones?)?\s*(?:[?.!]*$|of\s+(?:them|these|those)\b)"
OLDEST = _any(rf"\b{_OLD}\s+(?:\w+\s+)??(?={PAPERS}\b)", rf"\b(?:earliest|oldest){_ITSELF}")
NEWEST = _any(rf"\b{_NEW}\s+(?:\w+\s+)??(?={PAPERS}\b)", rf"\b(?:latest|newest|most\s+recent){_ITSELF}")
ONE = _any(
    rf"\b(?:{_OLD}|{_NEW})\s+(?:\w+\s+)?(?:paper|article|publication|abstract|one)\b",
    rf"(?:\bis|^)\s*the\s+(?:{_OLD}|{_NEW}){_ITSELF}",
)
MANY = _any(rf"\b{_NUMBER}\s+(?:{_OLD}|{_NEW})\b", rf"\b(?:{_OLD}|{_NEW})\s+{_NUMBER}\b")
CODE = _any(
    r"\b(?:with|have|has|having|release[sd]?|provide[sd]?|comes?\s+with|share)\s+(?:\w+\s+)??(?:source\s+)?code\b"
)
TIME = _any(rf"\b{PAPERS}\b", r"\bpublish", r"\bappear", r"\bwritten\b", r"\bwhat\s+happened\b", r"\bwhat\s+is\s+new\b")
_CODE = r"[\w-]+\.[A-Z]{2}|[A-Z]{2}"
_AND = r"\s*(?:,|/|\band\b|\bor\b)\s*"
CATEGORY = _any(
    rf"\b[cC]ategor(?:y|ies)\s+([\w.-]+(?:{_AND}[\w.-]+)*)",
    rf"\b([A-Z][\w.-]*(?:{_AND}[A-Z][\w.-]*)*)\s+(?:category|{PAPERS})\b",
    rf"\bin\s+((?:{_CODE})\b(?:{_AND}(?:{_CODE})\b)*)",
    flags=re.NOFLAG,
)
FRAME = frozenset(files("assistant.question").joinpath("frame_words.txt").read_text(encoding="utf-8").split())
"""Words of the question itself, which say nothing of its topic; in lower case."""
