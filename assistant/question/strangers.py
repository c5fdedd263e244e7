"""Names of people in a question whom the library does not hold, so that it can say so instead of guessing."""

import re

from store.index.schema import name_words, terms
from store.index.snapshot import Snapshot

_PARTICLE = r"(?:van|von|de[lnr]?|la|le|di|da|du|bin)"
# Capital letters in the manner of names: Hinton, LeCun, O'Kelly, J. R. R.; but not NeurIPS, BERT or GPT-4. Letters
# without case pass for either case, so nothing here may backtrack.
_WORD = (
    r"(?:(?:[^\W\d_a-z]\.)+|[^\W\d_a-z](?![\w'’])"
    r"|(?:[^\W\d_a-z]['’])?[^\W\d_a-z][^\W\d_A-Z]++(?:[-'’]?+[^\W\d_a-z][^\W\d_A-Z]++)*+(?!\w))"
)
_NAME = rf"(?:{_PARTICLE}\s+)*{_WORD}(?:\s+(?:{_PARTICLE}\s+)*{_WORD}){{0,3}}"
_AND = r"\s*(?:,|&|\band\b|\bor\b)\s*"
_NAMES = rf"(?:(?i:prof|professor|dr)\.?\s+)?(?P<names>{_NAME}(?:{_AND}{_NAME})*)"
_PAPERS = (
    r"\b(?i:papers?|works?|articles?|publications?|studies|abstracts?|research|anything|everything|what\s+is\s+there)"
    r"\s+(?:\w+\s+){0,2}?"
)
_CALLED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_PAPERS}(?i:by)\s+{_NAMES}",
        rf"{_PAPERS}(?i:from|of)\s+{_NAMES}(?=\s*(?:$|[?.!,;])|\s+(?:in|since|after|before|between)\b)",
        rf"\b(?i:what|which\s+\w+)\s+(?i:did|does|has|have)\s+{_NAMES}"
        r"(?=\s*[?.!]*$|\s+(?:write|wrote|written|publish\w*|work\w*|stud\w*|propos\w*|author\w*|done)\b)",
    )
)


def find_stranger(question: str, view: Snapshot) -> str:
    """The first name in the place of an author ("papers by …", "what did … work on") that fits none; "" without."""
    for pattern in _CALLED:
        for match in pattern.finditer(question):
            for name in re.split(_AND, match["names"]):
                if _is_stranger(name, view):
                    return name
    return ""


def _is_stranger(name: str, view: Snapshot) -> bool:
    """Whether no author fits, and it is no topic: a word of it stands nowhere, or all are names, of several people."""
    words = [word for word in name_words(name) if len(word) > 1]
    if not words or view.authors(name):
        return False
    others = [word for word in words if not view.papers_by(word)]
    if not others:
        return True
    return any(terms(word) and not any(map(view.frequency, terms(word))) for word in others)
