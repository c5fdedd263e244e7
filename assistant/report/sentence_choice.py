"""Which sentences of an abstract may tell something in a report: by their roles, and only where they stand alone.

The role of a sentence is that of ``store.text.roles``. A sentence that points back ("this procedure", "they") is left
out: out of its abstract nobody knows at what. How often the sentences chosen tell what they are shown as is measured by
``python -m benchmarks.report_roles``.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from assistant.answer.sufficiency import score_gist
from store.index.index_schema import extract_terms
from store.text.roles import Role, RoledSentence, assign_roles

Abstract = tuple[RoledSentence, ...]


class Telling(StrEnum):
    """What a sentence of an abstract can tell in a report."""

    GIST = "gist"
    METHOD = "method"
    RESULT = "result"
    DATA = "data"
    LIMITATION = "limitation"
    OPEN = "open question"
    AVAILABILITY = "availability"


class RatedSentence(NamedTuple):
    """A sentence by its place in an abstract, and how well it tells what is wanted; 0 not at all."""

    start: int
    end: int
    score: float


# What a paper does is said best by its aim or its method in the words of its authors ("we propose …"), then by what
# came of it; the order was chosen by hand on the 45 papers of the sample.
_GIST = {Role.AIM: 2.0, Role.METHOD: 2.0, Role.RESULT: 1.5, Role.CONCLUSION: 1.0, Role.BACKGROUND: 0.5}
_SAID = 1.0
# A result with a figure, or by comparison, tells more.
_FIGURE = re.compile(r"(?<![\w.-])\d[\d,.]*\s?(?:%|×|x\b|percent|points?|times|fold)|\bp\s?[=<>]|\d\.\d", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:than|compared|outperform\w*|higher|lower|more|less|fewer|better|increas\w+|reduc\w+|improv\w+)\b", re.I
)
# What stands at the end of an abstract and is still to be found out.
_OPEN = re.compile(
    r"\b(?:future|further|additional|more)\s+(?:\w+\s+)?(?:work|research|stud(?:y|ies)|investigations?|trials?|efforts?|directions?)\b"
    r"|\bremains?\s+(?:\w+\s+)?(?:unclear|unknown|open|unresolved|to\s+be|elusive|controversial|uncertain)\b"
    r"|\b(?:open|unanswered|unresolved)\s+(?:questions?|problems?)\b"
    r"|\b(?:is|are)\s+(?:still\s+|urgently\s+)?(?:needed|required|lacking)\b|\bwarrants?\b|\bgaps?\s+in\b",
    re.IGNORECASE,
)
_OPEN_ROLES = (Role.CONCLUSION, Role.LIMITATION)
# What the data are: so many of something, or data that have a name, which is no word that begins the sentence.
_DATA = re.compile(
    r"\b\d[\d,.]*\s+(?:[\w-]+\s+){0,3}?(?:data ?sets?|patients|participants|subjects|studies|trials|papers|articles"
    r"|images|samples|users|people|adults|children|women|men|countries|documents|records|cases)\b"
    r"|(?<=\w )(?-i:[A-Z][\w-]+)\s+(?:data ?sets?|data|benchmarks?|corpus|corpora|cohorts?|databases?)\b"
    r"|\b(?:data ?sets?|benchmarks?|corpus|corpora|cohorts?|databases?)\s+(?:of|from|with|comprising|containing)"
    r"\s+(?:\w+\s+){0,2}\d",
    re.IGNORECASE,
)
_DATA_ROLES = (Role.METHOD, Role.RESULT)
# Where something is to be had.
_AVAILABLE = re.compile(
    r"https?://|\bwww\.|\b(?:github|gitlab|zenodo|osf|prospero|registr\w+)\b"
    r"|\b(?:available|released?|releasing|open[- ]sourced?|published|accessible)\b",
    re.IGNORECASE,
)
# A result says that something was found, or how much of it.
_FOUND = re.compile(
    r"\b(?:show(?:s|ed|n|ing)?|find(?:s|ings?)?|found|demonstrat\w+|prov(?:e|es|ed|en)|observ\w+|reveal\w*|achiev\w+"
    r"|attain\w*|establish\w*|indicat(?:e|es|ed)|suggest\w*|associated|correlat\w+|significant\w*|substantially"
    r"|consistently|confirm\w*|increased|decreased|reduced|improved|enhanced|outperform\w*|surpass\w*|better|worse)\b",
    re.IGNORECASE,
)
# Words that tie a sentence to the one before; as the gist of a paper another is better.
_TIED = re.compile(
    r"(?:consequently|however|moreover|furthermore|thus|hence|therefore|instead|otherwise|nevertheless|then|yet|but|and|finally"
    r"|in particular|in addition|as a result|fortunately|specifically|essentially)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def _read_roles(abstract: str) -> Abstract:
    return assign_roles(abstract)


def rate_sentences(telling: Telling, abstract: str, end: int) -> list[RatedSentence]:
    """Rate each sentence of an abstract up to a place by how well it tells what is wanted."""
    sentences = [sentence for sentence in _read_roles(abstract) if sentence.end <= end]
    return [
        RatedSentence(
            sentence.start, sentence.end, _rate(telling, abstract[sentence.start : sentence.end], sentence.role)
        )
        for sentence in sentences
    ]


def _rate(telling: Telling, text: str, role: Role) -> float:
    """Rate a sentence; one that does not stand alone tells nothing."""
    if not stands_alone(text):
        return 0.0
    match telling:
        case Telling.GIST:
            tied = _SAID * bool(_TIED.match(text))
            return max(0.1, _GIST[role] + _SAID * score_gist(text) - tied) if role in _GIST else 0.0
        case Telling.METHOD:
            return float(role is Role.METHOD) * (1 + score_gist(text))
        case Telling.RESULT:
            is_result = role is Role.RESULT and bool(_FIGURE.search(text) or _FOUND.search(text))
            return float(is_result) * (1 + bool(_FIGURE.search(text)) + bool(_COMPARED.search(text)))
        case Telling.DATA:
            return float(role in _DATA_ROLES and bool(_DATA.search(text))) * (1 + bool(re.search(r"\d", text)))
        case Telling.LIMITATION:
            return float(role is Role.LIMITATION and not _OPEN.search(text))
        case Telling.OPEN:
            return float(role in _OPEN_ROLES and bool(_OPEN.search(text)))
        case Telling.AVAILABILITY:
            return float(role is Role.AVAILABILITY and bool(_AVAILABLE.search(text)))


# Words that stand for something said before: at the beginning of a sentence, and anywhere before a noun.
_OPENS_BACK = re.compile(
    r"(?:(?:and|but|so|then|thus|hence|also|moreover|furthermore|therefore|additionally)\b,?\s+)*"
    r"(?:it|they|he|she|its|their|such|both|the\s+(?:former|latter|same)|here|there|these|those|this|that)\b(?!\s+(?:is|are|was|were)\s+no)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:this|these|those|such)\s+(?!as\b|that\b|a\b|an\b)((?:[\w-]+\s+){0,2}?[\w-]+)", re.IGNORECASE
)
# What "this" may be without anything before: what is being read.
_ITSELF = frozenset(
    "paper article work study research review survey thesis report chapter investigation note end".split()
)


def stands_alone(sentence: str) -> bool:
    """Whether a sentence can be understood without those before it: it points at nothing that it does not name."""
    opening = _OPENS_BACK.match(sentence)
    if opening and not _points_at_itself(sentence):
        return False
    return all(
        _is_itself(match[1]) or _is_named(match[1], sentence[: match.start()])
        for match in _POINTS_BACK.finditer(sentence)
    )


def _points_at_itself(sentence: str) -> bool:
    match = _POINTS_BACK.match(sentence)
    return match is not None and _is_itself(match[1])


def _is_itself(words: str) -> bool:
    return any(word.lower() in _ITSELF for word in words.split())


def _is_named(words: str, before: str) -> bool:
    """Whether one of some words was said before."""
    return bool({*extract_terms(words)} & {*extract_terms(before)})


def are_alike(first: str, second: str) -> bool:
    """Whether two sentences say nearly the same in the same words, as those of a preprint and its article do."""
    first_terms, second_terms = {*extract_terms(first)}, {*extract_terms(second)}
    return bool(first_terms and second_terms) and len(first_terms & second_terms) >= ALIKE * len(
        first_terms | second_terms
    )


ALIKE = 0.8
"""The share of the words of two sentences that both have, from which one is left out; chosen by hand, not measured."""


def drop_repeated(texts: Sequence[str]) -> list[int]:
    """Return the places of those of some sentences that repeat none before."""
    places: list[int] = []
    for place, text in enumerate(texts):
        if not any(are_alike(text, texts[earlier]) for earlier in places):
            places.append(place)
    return places
