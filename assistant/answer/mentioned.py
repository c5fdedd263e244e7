"""Questions whether something is mentioned ("is the software Snoopy mentioned?"): answered by the papers that do."""

import re

from assistant.question.query import Intent, Query

# What a name may be said to be the name of; it is no part of what has to be mentioned.
_KINDS = "software|tool|program|package|library|method|algorithm|database|drug|gene|protein|term|word|phrase|name"
_MENTIONED = re.compile(
    rf"^\W*(?:is|are|was|were)\s+(?:the\s+)?(?:(?:{_KINDS})\s+)?(?P<words>[^\s,;?]+(?:\s+[^\s,;?]+){{0,3}}?)\s+"
    r"(?:ever\s+|even\s+|also\s+)?mentioned\b(?:\s+(?:anywhere|at\s+all|in\s+(?:here|any|the|this|these|my|our)\b[^,;]*?))?"
    r"\s*[?.!]*$",
    re.I,
)
_POINTS = re.compile(r"(?:it|this|that|these|those|they|there|any|anything)\b", re.I)


def read_mentioned(query: Query) -> Query:
    """Read a question whether something is mentioned as one for the papers that do; any other stays as it is."""
    asked = _MENTIONED.match(query.question) if query.intent is Intent.FACT else None
    if asked is None or _POINTS.match(asked["words"]):
        return query
    words = asked["words"].strip("\"'“”‘’")
    return query.model_copy(update={"intent": Intent.MENTIONS, "exact": (words,)}) if words else query
