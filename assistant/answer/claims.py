"""A model's drafts, each checked against the abstracts, and what is left of them as an answer.

Sentences that tell nothing are sorted out before: they would pass the check, for nothing contradicts them.
"""

import re
from collections.abc import Collection, Sequence

from assistant.answer.parsing import Draft
from assistant.answer.replies import AnswerBody, format_sentences, number_references
from assistant.escaping import escape_markdown
from assistant.types import Claim, Support
from assistant.verify import verify
from assistant.verify.injection import strip_injections
from store.index.index_schema import extract_terms
from store.paper import Paper

NOTHING = "The abstracts that were found do not state this."
UNFOUNDED = "Nothing of what the model wrote is worded as in the abstracts that were found."
ORDERED = "the source says this only where it gives orders to whoever reads it, and orders are no evidence"
LOADS = "a link or an image is no statement"
_LOADS = re.compile(r"!?\[[^\]]*\]\(|<\s*(?:a|img|script|iframe|svg)\b", re.IGNORECASE)
_ORDER = (Support.SUPPORTED, Support.PARTIAL, Support.UNSUPPORTED)


def check_drafts(drafts: Sequence[Draft], papers: Sequence[Paper]) -> list[Claim]:
    """Check each draft against the papers that it cites or, where it cites none of them, against all.

    A citation of the model is only a hint: where a claim rests is found again. Numbers that stand for no paper are
    said to be so, and sentences that state nothing are left out. What a paper orders its reader to say is no evidence
    (see ``assistant.verify.injection``).
    """
    sound = [strip_injections(paper) for paper in papers]
    stating = {draft.text: draft for draft in drafts if states_something(draft.text)}
    return [_check_draft(draft, papers, sound) for draft in stating.values()]


def _check_draft(draft: Draft, papers: Sequence[Paper], sound: Sequence[Paper]) -> Claim:
    claim = _verify_draft(draft, sound)
    if _LOADS.search(draft.text):  # What a viewer would load tells a stranger that the answer was read.
        return claim.model_copy(update={"support": Support.UNSUPPORTED, "reasons": (*claim.reasons, LOADS)})
    if claim.is_supported:
        return claim
    reasons = []
    if sound != papers and _rank_support(_verify_draft(draft, papers)) < _rank_support(claim):
        reasons.append(ORDERED)
    invented = [n for n in draft.sources if not 1 <= n <= len(papers)]
    if invented:
        reasons.append(f"it cites {', '.join(f'[{n}]' for n in invented)}, which is no abstract that was given")
    return claim.model_copy(update={"reasons": (*claim.reasons, *reasons)})


def _verify_draft(draft: Draft, papers: Sequence[Paper]) -> Claim:
    cited = [papers[n - 1] for n in dict.fromkeys(draft.sources) if 1 <= n <= len(papers)]
    claim = verify(draft.text, cited).to_claim() if cited else None
    if claim is None or claim.support is Support.UNSUPPORTED:
        elsewhere = min((verify(draft.text, [paper]).to_claim() for paper in papers), key=_rank_support)
        claim = elsewhere if claim is None or elsewhere.is_supported else claim
    return claim


def _rank_support(claim: Claim) -> int:
    """How badly a claim is supported; of two alike the first counts, for papers come by relevance."""
    return _ORDER.index(claim.support)


def compose_answer(claims: Sequence[Claim], papers: Sequence[Paper], nothing: str = NOTHING) -> AnswerBody:
    """Compose checked claims to an answer; it abstains where there is none, or where none is carried by a source.

    Args:
        claims: What the model wrote, as checked.
        papers: The papers that they cite, and perhaps others.
        nothing: What to say where there is no claim.
    """
    if not claims:
        return AnswerBody(text=escape_markdown(nothing), abstained=True, reason=nothing)
    by_id = {paper.id: paper for paper in papers}
    used = number_references([by_id[citation.paper_id] for claim in claims for citation in claim.citations])
    numbers = {reference.paper_id: reference.n for reference in used}
    numbered = tuple(_number_citations(claim, numbers, by_id) for claim in claims)
    text = format_sentences(numbered)
    unfounded = all(claim.support is Support.UNSUPPORTED for claim in claims)
    return AnswerBody(
        text=f"{escape_markdown(UNFOUNDED)}\n\n{text}" if unfounded else text,
        claims=numbered,
        references=used,
        abstained=unfounded,
        reason=UNFOUNDED if unfounded else "",
    )


def _number_citations(claim: Claim, numbers: dict[str, int], papers: dict[str, Paper]) -> Claim:
    citations = tuple(
        citation.model_copy(update={"n": numbers[citation.paper_id], "title": papers[citation.paper_id].marked_title})
        for citation in claim.citations
    )
    return claim.model_copy(update={"citations": citations})


def states_something(text: str) -> bool:
    """Whether a sentence states something; that the sources do not say it is no statement, but no answer."""
    return bool(set(extract_terms(text)) - _EMPTY) and not _NO_ANSWER.search(text)


def says_something(text: str, question: str, titles: Collection[str]) -> bool:
    """Whether a sentence says more than what was asked for, a title, or that something is not said or not there.

    Args:
        text: The sentence.
        question: What the model was to tell.
        titles: Of the papers that it was given.
    """
    words = extract_terms(text)
    if any(form.search(text) for form in (_ABSENCE, _NOT_FOUND, _BY_ORDER)):
        return False
    if not set(words) - set(extract_terms(question)) - _EMPTY:
        return False
    return all(words != extract_terms(title) for title in titles)


# What no abstract can carry: that others do not say something.
_ABSENCE = re.compile(
    r"\b(?:papers?|abstracts?|stud(?:y|ies)|authors?|texts?|sources?|it|they|none|neither)\b[^.]{0,40}?"
    r"\b(?:(?:do|does|did)(?: not|n't)|never|no longer)\s+(?:explicitly\s+|directly\s+)?"
    r"(?:state|mention|report|specify|provide|say|tell|address|discuss|describe|indicate|give|name|list)\b"
    r"|\bnot (?:explicitly |directly )?(?:stated|mentioned|specified|reported|provided)\b",
    re.IGNORECASE,
)
# Nor that something is missing; and "the second paper" is one in an order that no reader sees.
_NOT_FOUND = re.compile(r"\b(?:is|are|was|were) (?:missing|absent|lacking)\W*$", re.IGNORECASE)
_BY_ORDER = re.compile(
    r"\bthe (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|\d+(?:st|nd|rd|th)) "
    r"(?:paper|abstract|study|article|source)\b",
    re.IGNORECASE,
)
# The same said of the sources alone: how a model says that it has no answer.
_NO_ANSWER = re.compile(
    r"\b(?:abstracts?|papers?|sources?|evidence|documents?)\b[^.]{0,40}?\b(?:do|does|did)(?: not|n't)\s+"
    r"(?:explicitly\s+|directly\s+)?(?:state|mention|specify|say|tell|discuss|describe|contain|provide|address|indicate)\b"
    r"|\bnot (?:explicitly |directly )?(?:stated|mentioned|specified|provided) in\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    term
    for term in extract_terms("papers paper abstract study authors various several different many use used uses work")
)
