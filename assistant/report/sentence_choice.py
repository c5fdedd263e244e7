"""Which sentences of an abstract may tell something in a report: by their roles, and only where they stand alone.

The role of a sentence is that of ``store.text.roles``. A sentence that points back ("this procedure", "they") is left
out: out of its abstract nobody knows at what. How often the sentences chosen tell what they are shown as is measured by
``python -m benchmarks.report_roles``.
"""

import re
from collections.abc import Sequence, Set
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from assistant.answer.sufficiency import score_gist
from assistant.report import sentence_cues as cues
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
_DATA_ROLES = (Role.METHOD, Role.RESULT)
# Where a paper says what it does not show, or what is still to be found out.
_CLOSING_ROLES = (Role.CONCLUSION, Role.LIMITATION)
# A limit also among results and methods: the classifier takes half of them for such. What an abstract begins with is
# more often what others could not do, so only from ``_LATE`` of it on; chosen by hand, not measured.
_LIMIT_ROLES = (*_CLOSING_ROLES, Role.RESULT, Role.METHOD)
_LATE = 0.5
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
            sentence.start,
            sentence.end,
            _rate(
                telling,
                abstract[sentence.start : sentence.end],
                sentence,
                is_late=sentence.start >= _LATE * len(abstract),
            ),
        )
        for sentence in sentences
    ]


def _rate(telling: Telling, text: str, sentence: RoledSentence, *, is_late: bool) -> float:
    """Rate a sentence; one that does not stand alone tells nothing.

    A role that its authors wrote before it is believed; one that was assigned has to show in what the sentence says.
    """
    role, labelled = sentence.role, sentence.labelled
    is_alone = _speaks_of_paper(text) if telling is Telling.LIMITATION else stands_alone(text)
    if not is_alone:
        return 0.0
    match telling:
        case Telling.GIST:
            tied = _SAID * bool(_TIED.match(text))
            return max(0.1, _GIST[role] + _SAID * score_gist(text) - tied) if role in _GIST else 0.0
        case Telling.METHOD:
            is_method = role is Role.METHOD and (labelled or cues.tells_method(text))
            return float(is_method) * (1 + score_gist(text))
        case Telling.RESULT:
            is_result = role is Role.RESULT and cues.tells_result(text)
            return float(is_result) * (1 + bool(cues.FIGURE.search(text)) + bool(cues.COMPARED.search(text)))
        case Telling.DATA:
            is_data = role in _DATA_ROLES and cues.tells_data(text, as_method=role is Role.METHOD)
            return float(is_data) * (1 + bool(re.search(r"\d", text)))
        case Telling.LIMITATION:
            # What goes on below such a label may be a result again: not every abstract labels all its parts.
            is_labelled = role is Role.LIMITATION and labelled and not cues.tells_result(text)
            is_limit = is_labelled or (is_late and role in _LIMIT_ROLES and cues.tells_limit(text))
            return float(is_limit and not cues.tells_open(text))
        case Telling.OPEN:
            return float(role in _CLOSING_ROLES and cues.tells_open(text))
        case Telling.AVAILABILITY:
            return float(role is Role.AVAILABILITY and cues.tells_availability(text))


# Words that stand for something said before: at the beginning of a sentence, and anywhere before a noun.
_OPENS_BACK = re.compile(
    r"(?:(?:and|but|so|then|thus|hence|also|moreover|furthermore|therefore|additionally)\b,?\s+)*"
    r"(?:it|they|he|she|its|their|such|both|the\s+(?:former|latter|same)|here|there(?!\s+(?:is|are|was|were)\b)"
    r"|these|those|this|that)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:this|these|those|such)\s+(?!as\b|that\b|a\b|an\b)((?:[\w-]+\s+){0,2}?[\w-]+)", re.IGNORECASE
)
# By itself at the end of what opens a sentence: "To address this, we introduce …".
_OPENS_WITH = re.compile(r"[^,;:]{0,40}\b(?:this|these|those)\s*[,;:]", re.IGNORECASE)
# What "this" may be without anything before: what is being read.
_ITSELF = frozenset(
    "paper article work study research review survey thesis report chapter investigation note end".split()
)
# What a limit of a paper is said of, and may be pointed at where it stands as such beside the paper: "these results".
_OF_THE_PAPER = _ITSELF | frozenset(
    "results result findings finding evidence data conclusions conclusion analyses analysis estimates observations"
    " trial comparison comparisons sample experiment experiments model method approach".split()
)


# The paper itself with what is said of it before its name: "this single-center retrospective study", "this is a small
# trial"; and "it" where what follows is what it stands for.
_PAPER_ITSELF = re.compile(
    r"\b(?:this|these)\s+(?:(?:is|was)\s+an?\s+)?(?:(?!(?:of|in|is|was|are|were|that|and|from|by|to|for|with|on|at|as|which"
    r"|may|can)\b)[\w-]+\s+){0,4}?(?:"
    + "|".join(sorted(_OF_THE_PAPER | {"studies", "series", "cohort", "limitations"}))
    + r"|associations?|effects?|estimation|design)\b",
    re.IGNORECASE,
)
_IT_IS = re.compile(
    r"^(?:however,?\s+)?it\s+(?:is|was|cannot|could|can|has|should|may|would)\b(?=[^.]{0,60}\b(?:to|that|whether|from|be)\b)",
    re.IGNORECASE,
)


def _speaks_of_paper(sentence: str) -> bool:
    """Whether a sentence can be understood alone by one who knows that it tells a limit of its paper."""
    if stands_alone(sentence, _OF_THE_PAPER):
        return True
    spelled = _IT_IS.sub("There is", _PAPER_ITSELF.sub("the paper", sentence))
    return stands_alone(spelled, _OF_THE_PAPER)


def stands_alone(sentence: str, known: Set[str] = _ITSELF) -> bool:
    """Whether a sentence can be understood without those before it: it points at nothing that it does not name.

    Args:
        sentence: The sentence.
        known: Words for what the sentence may point at without a name.
    """
    opening = _OPENS_BACK.match(sentence)
    if (opening and not _points_at(sentence, known)) or _OPENS_WITH.match(sentence):
        return False
    return all(
        _is_among(match[1], known) or _is_named(match[1], sentence[: match.start()])
        for match in _POINTS_BACK.finditer(sentence)
    )


def _points_at(sentence: str, known: Set[str]) -> bool:
    match = _POINTS_BACK.match(sentence)
    return match is not None and _is_among(match[1], known)


def _is_among(words: str, known: Set[str]) -> bool:
    return any(word.lower() in known for word in words.split())


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
