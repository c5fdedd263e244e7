"""A model's drafts against the abstracts, and what is left of them as an answer."""

import re
from collections.abc import Sequence

from assistant.answer.compose import references, sentences
from assistant.answer.parsing import Draft
from assistant.answer.replies import Reply
from assistant.answer.saying import states
from assistant.escaping import escape
from assistant.types import Claim, Support
from assistant.verify import verify
from assistant.verify.injection import trusted
from store.paper import Paper

NOTHING = "The abstracts that were found do not state this."
UNFOUNDED = "Nothing of what the model wrote is worded as in the abstracts that were found."
ORDERED = "the source says this only where it gives orders to whoever reads it, and orders are no evidence"
LOADS = "a link or an image is no statement"
_LOADS = re.compile(r"!?\[[^\]]*\]\(|<\s*(?:a|img|script|iframe|svg)\b", re.IGNORECASE)
_ORDER = (Support.SUPPORTED, Support.PARTIAL, Support.UNSUPPORTED)


def check_drafts(drafts: Sequence[Draft], papers: Sequence[Paper]) -> list[Claim]:
    """Each draft checked against the papers that it cites, or, where it cites none of them, against all.

    A citation of the model is only a hint: where a claim rests is found anew. Numbers that stand for no paper are
    said to be so, and sentences that state nothing are left out. What a paper orders its reader to say is no evidence
    (see ``assistant.verify.injection``).
    """
    sound = [trusted(paper) for paper in papers]
    stating = {draft.text: draft for draft in drafts if states(draft.text)}
    return [_checked(draft, papers, sound) for draft in stating.values()]


def _checked(draft: Draft, papers: Sequence[Paper], sound: Sequence[Paper]) -> Claim:
    claim = _claim(draft, sound)
    if _LOADS.search(draft.text):
        return claim.model_copy(update={"support": Support.UNSUPPORTED, "reasons": (*claim.reasons, LOADS)})
    if claim.support is Support.SUPPORTED:
        return claim
    reasons = []
    if sound != papers and _rank(_claim(draft, papers)) < _rank(claim):
        reasons.append(ORDERED)
    invented = [n for n in draft.sources if not 1 <= n <= len(papers)]
    if invented:
        reasons.append(f"it cites {', '.join(f'[{n}]' for n in invented)}, which is no abstract that was given")
    return claim.model_copy(update={"reasons": (*claim.reasons, *reasons)})


def _claim(draft: Draft, papers: Sequence[Paper]) -> Claim:
    cited = [papers[n - 1] for n in dict.fromkeys(draft.sources) if 1 <= n <= len(papers)]
    claim = verify(draft.text, cited).claim() if cited else None
    if claim is None or claim.support is Support.UNSUPPORTED:
        elsewhere = min((verify(draft.text, [paper]).claim() for paper in papers), key=_rank)
        claim = elsewhere if claim is None or elsewhere.support is Support.SUPPORTED else claim
    return claim


def _rank(claim: Claim) -> int:
    """How badly a claim is supported; of two alike the first counts, for papers come by relevance."""
    return _ORDER.index(claim.support)


def composed(claims: Sequence[Claim], papers: Sequence[Paper], nothing: str = NOTHING) -> Reply:
    """Checked claims as an answer; it abstains where there is none, or where none is carried by a source.

    Args:
        claims: What the model wrote, as checked.
        papers: The papers that they cite, and perhaps others.
        nothing: What to say where there is no claim.
    """
    if not claims:
        return Reply(text=escape(nothing), abstained=True, reason=nothing)
    by_id = {paper.id: paper for paper in papers}
    used = references([by_id[citation.paper_id] for claim in claims for citation in claim.citations])
    numbers = {reference.paper_id: reference.n for reference in used}
    numbered = tuple(_numbered(claim, numbers, by_id) for claim in claims)
    text = sentences(numbered)
    unfounded = all(claim.support is Support.UNSUPPORTED for claim in claims)
    return Reply(
        text=f"{escape(UNFOUNDED)}\n\n{text}" if unfounded else text,
        claims=numbered,
        references=used,
        abstained=unfounded,
        reason=UNFOUNDED if unfounded else "",
    )


def _numbered(claim: Claim, numbers: dict[str, int], papers: dict[str, Paper]) -> Claim:
    citations = tuple(
        one.model_copy(update={"n": numbers[one.paper_id], "title": papers[one.paper_id].marked_title})
        for one in claim.citations
    )
    return claim.model_copy(update={"citations": citations})
