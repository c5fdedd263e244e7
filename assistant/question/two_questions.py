"""Two questions in one, of which the second asks of what the first finds: "How many …, and which of them …?"."""

import re

from assistant.question.query import MAX_QUESTION

# What joins them: "and" before a word that asks, and behind a comma or a mark before a verb that does.
_JOINT = re.compile(
    r"(?:[,;?.]\s+and\s+(?:also\s+)?(?=(?:are|is|were|was|do|does|did)\b)"
    r"|[,;?.]?\s+and\s+(?:also\s+)?(?=(?:which|what|who|whom|when|where|how)\b))",
    re.I,
)
_POINTS = re.compile(r"\b(?:them|they|these|those|it|its|their)\b", re.I)
# The first is a question of its own: "who wrote it, and when" is not.
_FIRST = re.compile(
    r"^\W*(?:how\s+(?:many|much)|which|what|list|show|give|count|(?:is|are|were)\s+there|do\s+(?:i|we|you)\s+have)\b",
    re.I,
)
_COUNTS = re.compile(r"how\s+many\s+(?P<leads>(?:by|in|from|of|on|about|with|without|since|before|after)\b)?", re.I)
# Words of a first question at least: "which and …" is none.
_SHORTEST = 3


def stands_alone(second: str) -> bool:
    """Return whether a second question asks of no papers of the first: "…, and how many trials?"."""
    counts = _COUNTS.match(second)
    return counts is not None and not counts["leads"] and not _POINTS.search(second)


def split_questions(question: str) -> tuple[str, str]:
    """Split a question in two where the second part asks of what the first finds, or counts, too; else that is ""."""
    if len(question) <= MAX_QUESTION and _FIRST.match(question):
        for joint in _JOINT.finditer(question):
            first, second = question[: joint.start()], question[joint.end() :]
            if len(first.split()) >= _SHORTEST and (_POINTS.search(second) or _COUNTS.match(second)):
                return f"{first.rstrip(' ?')}?", second
    return question, ""
