"""What of a paper a question asks for: a role of its sentences, the gist of it all, or a field of its record."""

import re

from assistant.question.query import Intent
from store.text.patterns import compile_lazily

LIMITS = (
    r"(?:limitations?|weakness(?:es)?|shortcomings?|drawbacks?|caveats?|downsides?|disadvantages?|flaws?|pitfalls?"
    r"|trade-?offs?|(?:(?<=\ba\s)|(?<=\bthe\s))catch|weakens?|undermines?|limits(?=\s+(?:the|this|that|its?|their)\b)"
    r"|threats?\s+to\s+(?:the\s+)?(?:\w+\s+)?validity)"
)
"""What falls short of a paper, as people ask for it."""

_WHAT_ACTS = (
    r"^\W*what\s+(?:helps?|works?|causes?|predicts?|improves?|reduces?|increases?|affects?|influences?|determines?"
    r"|explains?|leads?|prevents?|drives?|happens|matters|makes?)\b"
)
# What of a paper is asked for, by how people ask for it; the first that fits counts.
_ASPECTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, compile_lazily(pattern, re.I))
    for name, pattern in (
        (
            "limitation",
            rf"\b(?:{LIMITS}|limited\s+by|future\s+work|open\s+questions)\b",
        ),
        (
            "availability",
            r"\b(?:code|data|software|implementation|source)\b.*\b(?:available|released?|public|download|open)\b"
            r"|\bwhere\s+(?:can|is|are)\b.*\b(?:code|data|software|repository)\b|\bgithub\b"
            r"|\bwhere\s+(?:can|do|could)\s+(?:i|we|one)\b.*\b(?:code|data|software|repository|package|tool|library|benchmark)\b"
            r"|\bis\s+there\s+(?:any\s+)?code\b|\bis\s+there\s+(?:an?\s+|any\s+)?(?:web\s*|online\s+)?(?:site|address|url|link|page|repository)\b|\bopen(?:ly)?[\s-]+sourced?\b"
            r"|^\s*(?:is|are|was|were)\b.*\b(?:(?:publicly|freely|openly)\s+\w+|available|accessible|downloadable|public|free|online)"
            r"(?:\s+(?:to|for)\s+(?:use|download|anyone|everyone|all))?\s*(?:[?.!]*$|,?\s+and\b)"
            r"|\b(?:at|under|on)\s+(?:what|which)\s+(?:web\s+)?(?:address|url|website|link)\b"
            r"|\b(?:can|may|could)\s+(?:i|we|one|anyone)\s+(?:download|get|access|obtain)\b",
        ),
        (
            "conclusion",
            r"\bconclu\w+|\btake-?\s?(?:away|home)\b|\bbottom\s+lines?\b|\brecommend(?!er)\w*\b|\bimplications?\b",
        ),
        (
            "aim",
            r"\b(?:aims?|goals?|purposes?|objectives?|research\s+questions?|hypothes[ie]s)\b"
            r"|\bwhat\s+(?:problems?|questions?|challenges?)\b|\b(?:tries|try|trying|want|wants|seeks?"
            r"|set\s+out)\s+to\b|\bwhy\s+(?:was|were|did)\s+(?:the\s+|this\s+)?(?:study|paper|work|they|it)\b",
        ),
        (
            "data",
            r"\b(?:what|which|how\s+many)\s+(?:\w+\s+)?(?:data\s?sets?|data|corpora|corpus|benchmarks|samples?"
            r"|participants|patients|subjects)\b|\b(?:sample|cohort)\s+size\b|\bdata\s?sets?\s+(?:was|were|is|are"
            r"|does|do|did)\b",
        ),
        (
            "background",
            r"\b(?:motivation|motivated|background)\b|\bwhy\s+(?:is|are)\b.*\b(?:important|needed|necessary"
            r"|relevant|hard|difficult|a\s+problem)\b",
        ),
        (
            "result",
            r"\b(?:results?|findings?|outcomes?|evidence|accuracy|effects?\s+(?:of|on))\b"
            r"|\bhow\s+(?!many|often|long|old|do|does|did|is|are|was|were|can|could|would|should|will|has|have|had|to|come|about|else"
            r"|exactly|recent)[a-z]+\b"
            rf"|{_WHAT_ACTS}"
            r"|^\W*(?:what|which)\b.*\b(?:best|worst|most|least)\b|\bwhat\s+(?:do|can)\s+(?:we|you|i)\s+(?:know|say)\b"
            r"|\bwhat\s+is\s+(?:known|said)\b"
            r"|\bwhat\s+(?:did|does|do|has|have|was|were)\b.*\b(?:find|found|show|shown|achieve|attain|reach"
            r"|discover|learn)"
            r"|\bwhat\b.*\b(?:paper|study|authors?|trial)\s+(?:find|found|show|report|achieve|discover)"
            r"|^\s*(?:does|do|did|is|are|was|were|can|could|has|have)\b.*\b(?:work|improv|reduc|increas|help"
            r"|better|worse"
            r"|effective|outperform|useful|beneficial|any\s+good)|^\s*how\s+(?:do|does|did)\b.*\b(?:perform|fare|do)\s*[?.!]*$",
        ),
        (
            "method",
            r"^\s*how\s+(?:do|does|did|is|are|was|were|can|could)\b|\b(?:methods?|methodology|approach(?:es)?"
            r"|techniques?|algorithms?|procedure|study\s+design|proposed?|proposes)\b",
        ),
    )
)
_SUMMARY = compile_lazily(
    r"\bsummar\w+|\btl;?dr\b|\bgist\b|\bin\s+a\s+nutshell\b|\bmain\s+(?:contributions?|points?|ideas?)\b"
    r"|\bkey\s+(?:points?|contributions?|ideas?)\b|\bcontributions?\s+of\b",
    re.I,
)
_RECORDED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, compile_lazily(pattern, re.I))
    for name, pattern in (
        ("first author", r"\b(?:first|lead)\s+author\b"),
        ("last author", r"\b(?:last|senior)\s+author\b"),
        ("authors", r"\bwho\b|\bauthors?\b"),
        ("venue", r"\bwhere\b|\b(?:journal|venue|conference)\b"),
        ("date", r"\bwhen\b|\byear\b|\bdate\b"),
    )
)


# What is counted beside keywords; the fields of ``assistant.catalogue.tallies``.
_TALLIED = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("languages", r"\blanguages\b"),
        ("kinds", r"\b(?:kinds|types)\s+of\b"),
        ("categories", r"\bcategories\b"),
        ("collections", r"\b(?:collections|folders)\b"),
    )
)


def find_aspect(question: str, intent: Intent) -> str:
    """Find what of a paper is asked for; "" where the question leaves it open."""
    if intent is Intent.RECORD:
        return next((name for name, pattern in _RECORDED if pattern.search(question)), "")
    if intent is Intent.SHOW:
        return "abstract" if re.search(r"\babstract\b", question, re.I) else ""
    if intent is Intent.AUTHORS:
        return "co-authors" if re.search(r"co-?author|collaborat|\bwith\b", question, re.I) else ""
    if intent is Intent.YEARS:
        return "months" if re.search(r"\bmonths?\b", question, re.I) else ""
    if intent is Intent.KEYWORDS:
        return next((name for name, pattern in _TALLIED if pattern.search(question)), "")
    if intent is not Intent.FACT and intent is not Intent.COMPARE:
        return ""
    role = next((name for name, pattern in _ASPECTS if pattern.search(question)), "")
    return role if role or not _SUMMARY.search(question) else "summary"


# Roles that a question names by the noun that it asks for. Behind the others a detail may be wanted: "what accuracy".
_NAMED_ROLES = ("limitation", "availability", "conclusion", "aim", "background")


# Words that name a part of a paper, or what is done to find it, and no topic.
_OF_ANY_PAPER = re.compile(
    r"(?:limitations?|weakness(?:es)?|shortcomings?|drawbacks?|caveats?|downsides?|conclu\w+|implications?|code|software"
    r"|implementation|repository|aims?|goals?|purposes?|objectives?|hypothes[ie]s|motivation|background|results?|findings?"
    r"|outcomes?|evidence|methods?|methodology|approach|data|datasets?|package|tool|main|key|overall|tested|evaluated|validated|measured|done)",
    re.I,
)


_ACTS = re.compile(_WHAT_ACTS, re.I)


def asks_what_acts(question: str) -> bool:
    """Tell whether a question asks what has some effect, and for no detail: "what reduces infarct size?"."""
    return _ACTS.match(question) is not None


def names_aspect_alone(topic: str, aspect: str) -> bool:
    """Tell whether the words left of a question only name what it asks for of any paper: "what did it conclude?"."""
    return bool(aspect) and all(_OF_ANY_PAPER.fullmatch(word) for word in topic.split())


def names_role(phrase: str, role: str) -> bool:
    """Tell whether a question asks for a role of sentences by its name ("limitations"), and for no detail."""
    return role in _NAMED_ROLES and find_aspect(phrase, Intent.FACT) == role
