"""What a question compares: the two things that it names, or two papers by what their records say."""

import re

from assistant.question.condition import PAPERS
from assistant.question.query import Order
from store.text.patterns import compile_lazily

# "Which is newer, A or B?": two papers by what their records say.
_RANKED = compile_lazily(
    r"^\W*(?:and\s+)?which\s+(?:(?:one|paper|of\s+(?:the\s+)?two|of\s+(?:these|them))\s+)?(?:is|was|has|came|appeared|got)\s+"
    r"(?:been\s+|the\s+|out\s+|published\s+|cited\s+)*(?:(?P<new>newer|younger|more\s+recent|later|latest|newest)"
    r"|(?P<old>older|earlier|earliest|oldest|first)|(?P<cited>(?:more|most)\s+(?:often|cited|citations)|more))\b"
    r"(?:\s+cited)?(?:\s+out)?\s*[,:–-]?\s*(?P<one>\S.*?)\s+or\s+(?P<two>[^?]+)",
    re.I,
)


def find_ranking(question: str) -> Order:
    """Find by what two papers are ranked ("Which is newer, A or B?"); RELEVANCE where they are not."""
    match = _RANKED.match(question)
    if match is None:
        return Order.RELEVANCE
    return Order.MOST_CITED if match["cited"] else Order.NEWEST if match["new"] else Order.OLDEST


# "Does A or B hold up better?", "Is A or B more accurate?"
_ALTERNATIVES = re.compile(
    r"^\W*(?:does|do|did|is|are|was|were|can|will)\s+(?P<one>.+?)\s+or\s+(?P<two>.+?)\s+"
    r"(?:(?:hold|work|perform|do|fare|last|scale|run|go|cost|help|give|lead|produce|achieve|show|have|need|take)s?\b\s*"
    r"(?:[\w-]+\s+){0,3}?)?"
    r"(?:better|worse|best|more|less|most|least|fewer|longer|faster|higher|lower|cheaper|safer|stronger)\b",
    re.I,
)


# "What is better for rib fractures, A or B?"
_BETTER = re.compile(
    r"^\W*(?:what|which)\b[^,:]*\b(?:better|best|worse|worst|more|most|less|least|safer|safest|cheaper|faster|stronger)\b[^,:]*"
    r"(?:[,:]|\s[–-])\s*(?P<one>.+?)\s+or\s+(?P<two>.+)$",
    re.I,
)


def find_alternatives(question: str) -> tuple[str, ...]:
    """Find the two things of which a question asks which is better ("Does A or B hold up better?"); else nothing."""
    match = _ALTERNATIVES.match(question) or _BETTER.match(re.sub(r"[?.!\s]+$", "", question))
    return (match["one"], match["two"]) if match else ()


_SIDE = r"\s+(?:and|with|to|against|versus|vs\.?|from|or)\s+"
_PAIR = (
    _RANKED,
    _ALTERNATIVES,
    compile_lazily(r"\bdifferences?\s+(?:is\s+there\s+)?between\s+(?P<one>.+?)(?:\s+and\s+|\s*,\s*)(?P<two>.+)", re.I),
    compile_lazily(
        rf"\b(?:compare|contrast|comparing|comparison\s+(?:of|between))\s+(?P<one>.+?){_SIDE}(?P<two>.+)", re.I
    ),
    compile_lazily(
        r"\bhow\s+(?:do|does|did|is|are)\s+(?P<one>.+?)\s+(?:differ(?:ent)?\s+from|compare\s+(?:to|with"
        r"|against))\s+(?P<two>.+)",
        re.I,
    ),
    compile_lazily(r"\b(?:do|does|did)\s+(?P<one>.+?)\s+and\s+(?P<two>.+?)\s+(?:differ|compare)\b", re.I),
    compile_lazily(r"\b(?:do|does|did)\s+(?P<one>.+?)\s+(?:\w+ly\s+)?differ(?:\s+\w+ly)?\s+from\s+(?P<two>.+)", re.I),
    compile_lazily(
        r"^(?:.*?\b(?:is|are|better|:)\s+)?(?P<one>[^?]+?)\s+(?:vs\.?|versus|or|in\s+comparison\s+(?:to"
        r"|with))\s+(?P<two>[^?:]+)",
        re.I,
    ),
)


def find_sides(question: str) -> tuple[str, ...]:
    """Find the two things that are compared; empty where they are not named."""
    for pattern in _PAIR:
        match = pattern.search(re.sub(r"[?.!\s]+$", "", question))
        if match:
            sides = tuple(_trim_side(match[name]) for name in ("one", "two"))
            return sides if all(sides) and not all(_POINTS.fullmatch(side) for side in sides) else ()
    return ()


_POINTS = compile_lazily(
    r"(?:the\s+)?(?:two|both|them|these|those|first|second|third|last|it|that|this|other)(?:\s+(?:papers?|ones?))?",
    re.I,
)


def _trim_side(text: str) -> str:
    text = re.sub(r"\s+(?:in\s+terms\s+of|with\s+respect\s+to|regarding|as\s+to)\s+.*$", "", text, flags=re.I)
    text = re.sub(
        rf"^(?:the|a|an|both)\s+|\s+(?:{PAPERS}|methods?|approach(?:es)?)$", "", text.strip(' ,.?!"“”'), flags=re.I
    )
    return re.sub(r"^(?:the|a|an)\s+", "", text.strip(' "“”'), flags=re.I)
