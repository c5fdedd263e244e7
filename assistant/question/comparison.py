"""What a question compares: the two things that it names, or two papers by what their records say."""

import re
from collections.abc import Sequence

from assistant.question.condition import PAPERS
from assistant.question.query import Order
from store.text.patterns import compile_lazily

# "Which is newer, A or B?": two papers by what their records say.
_RANKED = compile_lazily(
    r"^\W*(?:and\s+)?which\s+(?:(?:one|paper|of\s+(?:the\s+)?two|of\s+(?:these|them))\s+)?(?:is|was|has|came|appeared|got)\s+"
    r"(?:been\s+|the\s+|out\s+|published\s+|cited\s+)*(?:(?P<new>newer|younger|more\s+recent|later|latest|newest)"
    r"|(?P<old>older|earlier|earliest|oldest|first)|(?P<cited>(?:more|most)\s+(?:often|cited|citations)|(?<=\bcited\s)more))\b"
    r"(?:\s+cited)?(?:\s+out)?\s*[,:–-]?\s*(?P<one>\S.*?)\s+or\s+(?P<two>[^?]+)",
    re.I,
)

# "Is A newer than B?", "Did A come out before B?"
_RANKED_OR_NOT = compile_lazily(
    r"^\W*(?:is|was|did|has|does)\s+(?P<one>.+?)\s+(?:(?P<new>newer\s+than|more\s+recent\s+than"
    r"|(?:published|come\s+out|written)\s+(?:later\s+than|after))"
    r"|(?P<old>(?:published|come\s+out|written)\s+(?:earlier\s+than|before))"
    r"|(?P<cited>(?:been\s+)?(?:cited\s+more(?:\s+often)?|more\s+(?:often\s+)?cited)\s+than))\s+(?P<two>[^?]+)(?<!\d{4})\W*$",
    re.I,
)


def find_ranking(question: str) -> Order:
    """Find by what two papers are ranked ("Which is newer, A or B?"); RELEVANCE where they are not."""
    match = _RANKED.match(question) or _RANKED_OR_NOT.match(question)
    if match is None:
        return Order.RELEVANCE
    return Order.MOST_CITED if match["cited"] else Order.NEWEST if match["new"] else Order.OLDEST


# How one thing is more than another; most adjectives that measure take an ending, others stand behind "more".
_MORE = (
    r"(?:better|best|worse|worst|more|most|less|least|fewe(?:r|st)|(?:great|larg|small|bigg|high|low|long|short|slow|quick|fast"
    r"|strong|weak|cheap|saf|mild|gentl|deep|wid|hard|eas[iy]|costli)e(?:r|st))"
)
# "Does A or B hold up better?", "Is A or B more accurate?"
_ALTERNATIVES = re.compile(
    r"^\W*(?:does|do|did|is|are|was|were|can|will)\s+(?P<one>.+?)\s+or\s+(?P<two>.+?)\s+"
    r"(?:(?:hold|work|perform|do|fare|last|scale|run|go|cost|help|give|lead|produce|achieve|show|have|need|take)s?\b\s*"
    r"(?:[\w-]+\s+){0,3}?)?"
    rf"{_MORE}\b",
    re.I,
)


# Papers are not asked which is better: "Which papers have more authors, …?"; in "which works better" none are.
_WHICH = rf"\b(?:what|which)\b(?!\s+(?:[\w-]+\s+)?(?!works\b){PAPERS}\b)"
_BETTER = (
    # "What is better for rib fractures, A or B?"
    re.compile(rf"^\W*{_WHICH}[^,:]*\b{_MORE}\b[^,:]*(?:[,:]|\s[–-])\s*(?P<one>.+?)\s+or\s+(?P<two>.+)$", re.I),
    # "A or B: which had fewer side effects?"
    re.compile(
        rf"^\W*(?P<one>[^,:?]+?)\s+or\s+(?P<two>[^,:?]+?)\s*(?:[,:?]|\s[–-])\s*{_WHICH}.*?\b{_MORE}\b",
        re.I,
    ),
)


def asks_which(question: str) -> bool:
    """Tell whether a question asks which of two things is better, so that it asks for no list of papers."""
    return _match_better(question) is not None


def find_alternatives(question: str) -> tuple[str, ...]:
    """Find the two things of which a question asks which is better ("Does A or B hold up better?"); else nothing."""
    match = _ALTERNATIVES.match(question) or _match_better(question)
    return (match["one"], match["two"]) if match else ()


def _match_better(question: str) -> re.Match[str] | None:
    whole = re.sub(r"[?.!\s]+$", "", question)
    return next((match for pattern in _BETTER if (match := pattern.match(whole))), None)


# "From" joins two sides but before a year, which is a condition: "compare the two papers of Duchi from 2016".
_SIDE = r"\s+(?:and|with|to|against|versus|vs\.?|from(?!\s+(?:19|20)\d\d\b)|or)\s+"
_PAIR = (
    _RANKED,
    _RANKED_OR_NOT,
    _ALTERNATIVES,
    compile_lazily(r"\bdifferences?\s+(?:is\s+there\s+)?between\s+(?P<one>.+?)(?:\s+and\s+|\s*,\s*)(?P<two>.+)", re.I),
    compile_lazily(
        rf"\b(?:compare|contrast|comparing|comparison\s+(?:of|between))\s+(?P<one>.+?){_SIDE}(?P<two>.+)", re.I
    ),
    compile_lazily(rf"^\W*(?P<one>.+?){_SIDE}(?P<two>.+?)\s+compared$", re.I),
    compile_lazily(
        r"\bhow\s+(?:do|does|did|is|are)\s+(?P<one>.+?)\s+(?:differ(?:ent)?\s+from|compare\s+(?:to|with"
        r"|against))\s+(?P<two>.+)",
        re.I,
    ),
    compile_lazily(
        r"\b(?:do|does|did)\s+(?P<one>.+?)\s+and\s+(?P<two>.+?)\s+(?:differ|compare|have\s+in\s+common)\b", re.I
    ),
    compile_lazily(r"\bdistinguish(?:es|ed)?\s+(?P<one>.+?)\s+from\s+(?P<two>.+)", re.I),
    compile_lazily(r"\b(?:do|does|did)\s+(?P<one>.+?)\s+(?:\w+ly\s+)?differ(?:\s+\w+ly)?\s+from\s+(?P<two>.+)", re.I),
    compile_lazily(
        r"^(?:.*?\b(?:is|are|better|:)\s+)?(?P<one>[^?]+?)\s+(?:vs\.?|versus|or|in\s+comparison\s+(?:to"
        r"|with))\s+(?P<two>[^?:]+)",
        re.I,
    ),
)


def find_sides(question: str) -> tuple[str, ...]:
    """Find the two things that are compared; empty where they are not named, or are figures of one thing."""
    sides = _read_sides(question)
    pointed = all(_POINTS.fullmatch(side) for side in sides)
    return sides if all(sides) and not pointed and not _hold_figure(sides) else ()


def compares_figures(question: str) -> bool:
    """Tell whether a question compares years, doses or shares of one thing: "statin use, 1995 vs 2015"."""
    return _hold_figure(_read_sides(question))


_YEAR = re.compile(r"(?:(?:the\s+)?(?:papers|ones|those)\s+(?:from|of|in)\s+|in\s+)?(?:19|20)\d\d", re.I)


def compares_years(question: str) -> bool:
    """Tell whether a question compares two years, of which nothing else is said: "compare 2019 and 2024"."""
    sides = _read_sides(question)
    return bool(sides) and all(_YEAR.fullmatch(side) for side in sides)


def _read_sides(question: str) -> tuple[str, ...]:
    for pattern in _PAIR:
        match = pattern.search(re.sub(r"[?.!\s]+$", "", question))
        if match:
            return _share_lead(*(_trim_side(match[name]) for name in ("one", "two")))
    return ()


def _hold_figure(sides: Sequence[str]) -> bool:
    return any(_FIGURE.fullmatch(side) for side in sides)


# A year, a dose, a share: no thing that papers are about.
_FIGURE = re.compile(r"(?:in\s+)?\d[\d.,–-]*\s*(?:%|[a-zµ]{1,3})?")


def _share_lead(one: str, two: str) -> tuple[str, str]:
    """Give the second side what it shares with the first: "the toad papers by Che and by Mittal"."""
    by = re.match(r"(?:by|from|on|about|of|in)\s", two, re.I)
    lead, phrase, _ = one.partition(f" {by[0].lower()}") if by else ("", "", "")
    return (one, f"{lead} {two}") if phrase else (one, two)


_POINTS = compile_lazily(
    r"(?:the\s+)?(?:two|both|them|these|those|first|second|third|last|it|that|this|other)(?:\s+(?:papers?|ones?))?",
    re.I,
)


# What is asked of two things behind them: ", which response suffers more", ", do they find the same?"
_ASKED_OF_THEM = compile_lazily(
    r"\s*(?:[,;:]|\s[-–])\s*(?:which|what|who|where|how|do|does|did|is|are|was|were|has|have|can)\b.*$", re.I
)


def _trim_side(text: str) -> str:
    text = _ASKED_OF_THEM.sub("", text)
    text = re.sub(r"\s+(?:in\s+terms\s+of|with\s+respect\s+to|regarding|as\s+to)\s+.*$", "", text, flags=re.I)
    text = re.sub(
        rf"^(?:the|a|an|both)\s+|\s+(?:{PAPERS}|methods?|approach(?:es)?)$", "", text.strip(' ,.?!"“”'), flags=re.I
    )
    return re.sub(r"^(?:the|a|an)\s+", "", text.strip(' "“”'), flags=re.I)
