"""Whether a question is answered by yes or no."""

import re

# Signs before the verb, a quotation mark above all; of any number each mark would be a beginning of all others.
_CLAUSE = r"(?:^|[:?.;–—]\s+|\s-\s+|,\s+)\W{0,10}+"
_YES_OR_NO = re.compile(
    rf"{_CLAUSE}(?:is|are|was|were|do|does|did|can|could|will|would|should|may|might|must|has|have|had)(?:n['’]t)?\b",
    re.I,
)
_ASKS_WHICH = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.I)


def asks_whether(question: str) -> bool:
    """Whether a question is answered by yes or no: "Is …?", "Robots at work: do they help?"."""
    if _ASKS_WHICH.search(question):
        first = _YES_OR_NO.match(question)
        return first is not None
    return bool(_YES_OR_NO.search(question)) or question.rstrip().endswith("?")
