"""Answers without a model: the sentences of the abstracts that speak to a question, verbatim.

What gives orders to its reader is never quoted (see ``assistant.verify.injection``).

How the wording of a question hints at the form of its answer: a number for "how many", a cause for "why".
"""

import re
from typing import NamedTuple

from assistant.answer.sufficiency import covered, paper_text
from assistant.verify.injection import evidence_end
from store.index.schema import terms
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.results import Hit, ScoredSentence
from store.search import best_sentences, term_weights


class Form(NamedTuple):
    """Questions that ask for a form, and sentences that have it."""

    asked: re.Pattern[str]
    given: re.Pattern[str]


def _form(asked: tuple[str, ...], given: tuple[str, ...], flags: re.RegexFlag = re.I) -> Form:
    return Form(re.compile("|".join(asked), re.I), re.compile("|".join(given), flags))


_FORMS = {
    "number": _form(
        (
            r"\bhow\s+(?:many|much|large|big|long|fast|accurate|often|far|well)\b",
            r"\b(?:accuracy|speed-?up|percent\w*|factor|rate|size|score|number)\b",
        ),
        (
            r"\d",
            r"\b(?:two|three|four|five|six|seven|eight|nine|ten|half|twice)\b",
            r"\b(?:dozens?|hundreds?|thousands?|millions?)\b",
        ),
    ),
    "cause": _form(
        (r"\bwhy\b", r"\breasons?\b", r"\bcauses?\b"),
        (
            r"\b(?:because|since|due|therefore|thus)\b",
            r"\bas\s+\w+\s+(?:is|are)\b",
            r"\bleads?\b",
            r"\b(?:caus|suffer|shrink)",
        ),
    ),
    "name": _form(
        (r"\bwhere\b", r"\bdeploy", r"\bwhich\s+(?:company|platform|data\s?sets?|systems?|benchmarks?)\b"),
        (r"(?<!^)(?<!\. )\b[A-Z][\w-]+", r"\bdeploy", r"\bat scale\b"),
        re.NOFLAG,
    ),
    "definition": _form(
        (
            r"^\s*what\s+(?:is|are)\s+(?:the\s+|an?\s+)?[\w\s-]+\?*\s*$",
            r"\bdefin",
            r"\bmean(?:s|t)?\b",
            r"\bstand\s+for\b",
        ),
        (
            r"\b(?:is|are)\s+(?:defined|an?|the)\b",
            r"\b(?:defin|propose|introduc|develop|present)",
            r"\b(?:call|called|named|namely|which)\b",
            r"\bi\.e\.",
            r"\(\w+\)",
        ),
    ),
    "means": _form(
        (r"^\s*how\s+(?:do|does|can|is|are|did)\b", r"\b(?:method|approach)\b", r"\bdo\s+differently\b"),
        (
            r"\bby\s+\w+ing\b",
            r"\b(?:propose|introduc|develop|present)",
            r"\bour\s+(?:\w+\s+){0,2}(?:method|approach|framework|algorithm|procedure|model)",
            r"\b(?:use[sd]?|using|via|through)\b",
        ),
    ),
}
_GIST = re.compile(
    r"\b(?:we|our|this (?:paper|work|article|study))\b[^.]{0,60}?\b"
    r"(?:propose|introduce|present|develop|study|studi|show|investigat|design|provide|demonstrat|formulat|analy[sz]"
    r"|build|address|examin|consider|revisit|evaluat)",
    re.I,
)


def form_bonus(question: str, sentence: str) -> float:
    """1.0 where a sentence has a form that the question asks for, else 0.0."""
    return float(any(form.asked.search(question) and form.given.search(sentence) for form in _FORMS.values()))


def gist_bonus(sentence: str) -> float:
    """1.0 for a sentence that says what its paper does, else 0.0."""
    return float(bool(_GIST.search(sentence)))


# A fact: how many sentences in all, from how many papers, and how close to the best paper these have to be.
SENTENCES = 4
PAPERS = 3
CLOSE = 0.7
# What counts beside the words of a sentence: its form, and how well its paper fits.
FORM = 0.15
PAPER = 0.7
# A word of the title says which paper is meant; the other words of a question say what is asked of it.
TITLE = 0.35


class Quote(NamedTuple):
    """A sentence of a paper and how well it answers, the higher the better; None for a paper without an abstract."""

    paper: Paper
    sentence: ScoredSentence | None
    score: float = 0.0


def facts(view: Snapshot, question: str, topic: str, hits: list[Hit]) -> list[Quote]:
    """The sentences that answer best, best first, those of one paper together."""
    weights = term_weights(view, topic)
    best = hits[0].score or 1.0
    quotes = [
        quote
        for hit in hits[:PAPERS]
        if hit.score >= CLOSE * best
        for quote in _scored(question, weights, hit, hit.score / best)
    ]
    chosen = sorted(quotes, key=lambda quote: -quote.score)[:SENTENCES]
    papers = list(dict.fromkeys(quote.paper.id for quote in chosen))
    return sorted(chosen, key=lambda quote: (papers.index(quote.paper.id), -quote.score))


def _scored(question: str, weights: dict[str, float], hit: Hit, fit: float) -> list[Quote]:
    title = set(terms(hit.paper.title))
    asked = {term: weight * (TITLE if term in title else 1.0) for term, weight in weights.items()}
    return [
        Quote(hit.paper, one, covered(asked, one.text) + FORM * form_bonus(question, one.text) + PAPER * fit)
        for one in hit.sentences
        if one.end <= evidence_end(hit.paper.abstract)
    ]


def line(view: Snapshot, topic: str, paper: Paper) -> Quote:
    """The one sentence that says best what a paper has to do with a topic; "" asks for its gist."""
    end = evidence_end(paper.abstract)
    sentences = [one for one in best_sentences(term_weights(view, topic), paper.abstract) if one.end <= end]
    if not sentences:  # What there is of an abstract is none.
        return Quote(paper.model_copy(update={"abstract": ""}), None)
    best = max(sentences, key=lambda one: one.score + (0.3 if topic else 1.0) * gist_bonus(one.text))
    return Quote(paper, best, best.score)


def relevant(view: Snapshot, topic: str, hits: list[Hit]) -> list[Hit]:
    """The papers that are about a topic: close to the best one both in words and in meaning."""
    weights = term_weights(view, topic)
    shares = [covered(weights, paper_text(hit.paper)) for hit in hits]
    top = max(shares, default=0.0)
    cosine = max((hit.cosine for hit in hits), default=0.0)
    return [
        hit
        for hit, share in zip(hits, shares, strict=True)
        if (share >= 0.6 * top and hit.cosine >= 0.4 * cosine) or hit.cosine >= 0.85 * cosine
    ]
