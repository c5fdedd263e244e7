"""Which sentences of papers answer a question: those of the role that it asks for, that hold its words.

What was found comes before what was sought: a question of outcome is answered by results and conclusions, and one of
aims, methods, limitations or availability by sentences that are for that.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.answer.replies import Quote
from assistant.answer.sufficiency import measure_share, score_form
from assistant.verify.injection import find_injection_start
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.results import Hit, ScoredSentence
from store.search import term_weights
from store.text.roles import Role, RoledSentence, assign_roles

# Sentences in all, of how many papers, and how close to the best paper these have to be. Chosen by hand; not measured.
SENTENCES = 5
PAPERS = 3
CLOSE = 0.7
# Sentences that the answer opens with, and the share of the first one's score that a second one needs. Chosen by hand.
OPENING = 2
SECOND = 0.75
# What counts beside the words of a sentence: its form, how well its paper fits, and how much more a sentence counts
# whose role is asked for. Chosen by hand on part dev; see benchmarks/README.md.
FORM = 0.15
PAPER = 0.7
ASKED = 1.0
# A word of the title says which paper is meant; the other words of a question say what is asked of it.
TITLE = 0.35

_OUTCOME = {Role.CONCLUSION: 1.0, Role.RESULT: 0.7, Role.LIMITATION: 0.3}
# What the roles are worth to a question, 0 to 1; a role that is not named is worth 0.
_WORTH: dict[str, dict[Role, float]] = {
    "background": {Role.BACKGROUND: 1.0},
    "aim": {Role.AIM: 1.0, Role.METHOD: 0.5},
    "method": {Role.METHOD: 1.0, Role.AIM: 0.3},
    "result": {Role.RESULT: 1.0, Role.CONCLUSION: 0.9, Role.LIMITATION: 0.3},
    "conclusion": _OUTCOME,
    "limitation": {Role.LIMITATION: 1.0},
    "availability": {Role.AVAILABILITY: 1.0},
}
# What a paper states in one sentence or not at all: another sentence is no answer.
STATED = ("limitation", "availability")
# To a question that does not say what it asks for.
_OPEN = {Role.CONCLUSION: 0.1, Role.RESULT: 0.1, Role.METHOD: 0.1, Role.LIMITATION: 0.05}

_CLAUSE = r"(?:^|[:?.;–—]\s+|\s-\s+|,\s+)\W*"
_YES_OR_NO = re.compile(
    rf"{_CLAUSE}(?:is|are|was|were|do|does|did|can|could|will|would|should|may|might|must|has|have|had)(?:n['’]t)?\b",
    re.I,
)
_ASKS_WHICH = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.I)
# What "this" and "these" mean where they mean the paper itself, and all that it found.
_ITSELF = (
    "study|studies|paper|work|article|review|trial|report|analysis|analyses|survey|investigation|research|letter|thesis"
    "|results?|findings?|data|observations?|evidence|experiments?|meta-analysis|series|cohort"
)
_DANGLING = re.compile(
    r"^\W*(?:(?:however|thus|therefore|hence|moreover|furthermore|consequently|accordingly|additionally|finally|instead"
    r"|similarly|specifically|and|but|yet|so|in addition|in contrast|as a result|for this|to this end),?\s+)*"
    rf"(?:(?:this|these|such|those)\b(?!\s+(?:[\w-]+\s+){{0,2}}(?:{_ITSELF})\b)"
    r"|(?:they|their|its|he|she|his|her)\b"
    r"|it\b(?!\s+(?:is|was|has|seems?|appears?|remains?|may|might|can|could|should|would|will)\b[^.;,]{0,60}?\b(?:that|to"
    r"|whether|if|how|why)\b))",
    re.I,
)


class Selection(NamedTuple):
    """The sentences that an answer opens with, in the order of their abstract, and more of the same papers."""

    opening: Sequence[Quote]
    further: Sequence[Quote]


class _Candidate(NamedTuple):
    quote: Quote
    role: Role
    place: int


def select_sentences(view: Snapshot, question: str, topic: str, hits: Sequence[Hit], wanted: str = "") -> Selection:
    """Select the sentences that answer a question.

    Args:
        view: The library.
        question: What is asked.
        topic: What was searched for.
        hits: The papers that were found, best first.
        wanted: The role that is asked for, or "" (see ``Query``).
    """
    weights = term_weights(view, topic)
    worth = _choose_worth(question, wanted)
    papers = [hit for hit in hits if has_abstract(hit.paper)]
    if not papers:
        return Selection((), ())
    best = papers[0].score or 1.0
    near = [hit for hit in papers[:PAPERS] if hit.score >= CLOSE * best]
    roles = view.roles([hit.paper.id for hit in near])
    candidates = {hit.paper.id: _rate_sentences(question, weights, worth, hit, hit.score / best, roles) for hit in near}
    ranked = sorted((one for each in candidates.values() for one in each), key=lambda one: -one.quote.score)
    if wanted in STATED:
        ranked = [one for one in ranked if one.role == wanted]
    if not ranked:
        return Selection((), ())
    opening = _choose_opening(ranked, candidates)
    chosen = ranked[:SENTENCES]
    others = [one for one in chosen if not any(one.quote.sentence is other.quote.sentence for other in opening)]
    order = list(dict.fromkeys(one.quote.paper.id for one in [*opening, *others]))
    further = _complete(others, candidates, opening)
    further = sorted(further, key=lambda one: (order.index(one.quote.paper.id), one.place))
    return Selection([one.quote for one in opening], [one.quote for one in further])


def _choose_worth(question: str, wanted: str) -> dict[Role, float]:
    """Choose what the roles are worth to a question."""
    if wanted in _WORTH:
        return {role: ASKED * worth for role, worth in _WORTH[wanted].items()}
    if asks_whether(question):
        return {role: ASKED * worth for role, worth in _OUTCOME.items()}
    return _OPEN


def asks_whether(question: str) -> bool:
    """Whether a question is answered by yes or no: "Is …?", "Robots at work: do they help?"."""
    if _ASKS_WHICH.search(question):
        first = _YES_OR_NO.match(question)
        return first is not None
    return bool(_YES_OR_NO.search(question)) or question.rstrip().endswith("?")


def _rate_sentences(
    question: str,
    weights: dict[str, float],
    worth: dict[Role, float],
    hit: Hit,
    fit: float,
    stored: dict[str, tuple[RoledSentence, ...]],
) -> list[_Candidate]:
    """Rate the sentences of a paper, those before anything that gives orders."""
    title = set(extract_terms(hit.paper.title))
    telling = {term: weight * (TITLE if term in title else 1.0) for term, weight in weights.items()}
    end = find_injection_start(hit.paper.abstract)
    roles = stored.get(hit.paper.id) or assign_roles(hit.paper.abstract)
    candidates = []
    for place, one in enumerate(roles):
        if one.end > end:
            break
        text = hit.paper.abstract[one.start : one.end]
        share = measure_share(telling, text)
        score = share + FORM * score_form(question, text) + PAPER * fit + worth.get(one.role, 0.0)
        sentence = ScoredSentence(text=text, start=one.start, end=one.end, score=share)
        candidates.append(_Candidate(Quote(hit.paper, sentence, score), one.role, place))
    return candidates


def _choose_opening(ranked: Sequence[_Candidate], candidates: dict[str, list[_Candidate]]) -> list[_Candidate]:
    """Choose the best sentence, and a second one of its role; one that dangles follows the sentence before it."""
    first = ranked[0]
    chosen = [first]
    if not dangles(first):
        second = (
            one
            for one in ranked[1:]
            if one.quote.paper is first.quote.paper
            and one.role is first.role
            and one.quote.score >= SECOND * first.quote.score
            and (not dangles(one) or one.place == first.place + 1)
        )
        chosen += list(second)[: OPENING - 1]
    return sorted(_complete(chosen, candidates, ()), key=lambda one: one.place)


def _complete(
    chosen: Sequence[_Candidate], candidates: dict[str, list[_Candidate]], shown: Sequence[_Candidate]
) -> list[_Candidate]:
    """Add the sentence before each that points back, unless it is there or shown already."""
    there = {(one.quote.paper.id, one.place): one for one in chosen}
    seen = {(one.quote.paper.id, one.place) for one in shown}
    for one in chosen:
        while dangles(one) and one.place and (one.quote.paper.id, one.place - 1) not in there.keys() | seen:
            one = candidates[one.quote.paper.id][one.place - 1]
            there[one.quote.paper.id, one.place] = one
    return list(there.values())


def dangles(candidate: _Candidate) -> bool:
    """Whether a sentence begins with a word that points at the one before it."""
    return bool(candidate.quote.sentence and points_back(candidate.quote.sentence.text))


def points_back(text: str) -> bool:
    """Whether a sentence begins with *this*, *it*, *these* or *such* that stands for something said before it."""
    return bool(_DANGLING.match(text))


def has_abstract(paper: Paper) -> bool:
    """Whether there is something of a paper to quote."""
    return bool(paper.abstract) and find_injection_start(paper.abstract) > 0
