"""Whether what was kept of an answer still rests on its papers: a copy in a file is compared anew when it is read.

A quote has to stand in the abstract where it says, and a sentence that was found to be worded as in its source must not
turn out to be none of it.
"""

import re
from collections.abc import Mapping, Sequence

from assistant.answer.replies import format_sentences
from assistant.escaping import escape_markdown
from assistant.types import EXTRACTIVE, Answer, Citation, Claim, Decision, Support
from assistant.verify import FindingKind, verify
from store.paper import Paper

UNQUOTED = "its quote does not stand in the paper as it is now"
GONE = "its paper is not in the library any more, so it was compared with nothing"
OTHER_TEXT = "its text is not that of its sentences"
UNSAID = "it is not what its quote says"


def find_fault(claim: Claim, papers: Mapping[str, Paper]) -> str:
    """Find why a claim does not rest on what it cites, in words; "" where it does.

    Args:
        claim: As it was kept.
        papers: Those of the library, by the ids that the claim cites.
    """
    for citation in claim.citations:
        paper = papers.get(citation.paper_id)
        if paper is None or paper.damage:
            return GONE
        if not _is_bound(citation, paper):
            return UNQUOTED
    if claim.support.rank > Support.WORDED.rank or not any(citation.quote for citation in claim.citations):
        return ""
    cited = list({citation.paper_id: papers[citation.paper_id] for citation in claim.citations}.values())
    if _stands_in(claim, cited):
        return ""
    if claim.support is Support.QUOTED:
        return UNSAID
    return UNSAID if verify(claim.text, cited).support.fails else ""


def _is_bound(citation: Citation, paper: Paper) -> bool:
    if not citation.quote:
        return citation.start == citation.end == 0
    return 0 <= citation.start < citation.end and paper.abstract[citation.start : citation.end] == citation.quote


def _stands_in(claim: Claim, papers: Sequence[Paper]) -> bool:
    """Return whether a claim is word for word one of its quotes, or the title of a paper."""
    texts = [*(citation.quote for citation in claim.citations), *(paper.title for paper in papers)]
    words = _fold(claim.text)
    if any(words == _fold(text) for text in texts):
        return True
    return claim.support is Support.QUOTED and verify(claim.text, papers).support is Support.QUOTED


def _fold(text: str) -> str:
    return " ".join(text.split()).removesuffix(".")


def bind_claims(claims: Sequence[Claim], papers: Mapping[str, Paper]) -> list[Claim]:
    """Return claims as they may be shown: one that rests on nothing is said not to, and has no quote that is none."""
    return [_mark(claim, fault, papers) if (fault := find_fault(claim, papers)) else claim for claim in claims]


def _mark(claim: Claim, fault: str, papers: Mapping[str, Paper]) -> Claim:
    support = Support.DOUBTFUL if fault == GONE else Support.ABSENT
    citations = tuple(
        citation
        if (paper := papers.get(citation.paper_id)) is not None and _is_bound(citation, paper)
        else citation.model_copy(update={"quote": "", "start": 0, "end": 0})
        for citation in claim.citations
    )
    return claim.model_copy(
        update={
            "support": max(claim.support, support, key=lambda support: support.rank),
            "reasons": (*claim.reasons, fault),
            "citations": citations,
            "decision": Decision(by=FindingKind.SOURCE),
        }
    )


def bind_answer(answer: Answer, papers: Mapping[str, Paper]) -> Answer:
    """Return a kept answer as it may be shown; the same object where all of it rests on its papers.

    Args:
        answer: As it was kept.
        papers: Those of the library, by the ids that the answer cites.
    """
    claims = tuple(bind_claims(answer.claims, papers))
    if claims == answer.claims and _says_its_claims(answer):
        return answer
    opening = [claim for claim in claims if not claim.further]
    return answer.model_copy(update={"claims": claims, "text": format_sentences(opening) or answer.reason})


def find_answer_fault(answer: Answer, papers: Mapping[str, Paper], gone_counts: bool = False) -> str:
    """Find why a kept answer is not what was written, in words; "" where it is.

    That a paper was removed since is a fault only where ``gone_counts``.
    """
    faults = (find_fault(claim, papers) for claim in answer.claims)
    fault = next((fault for fault in faults if fault and (gone_counts or fault != GONE)), "")
    return fault or ("" if _says_its_claims(answer) else OTHER_TEXT)


def _says_its_claims(answer: Answer) -> bool:
    """Return whether the text of an answer has the sentences of its claims, and of a model's nothing else.

    Marks and signs are passed over: they had other forms in earlier versions.
    """
    if not answer.claims or answer.of_the_catalogue:
        return True
    left = answer.text
    for claim in answer.shown:
        if not any(citation.quote for citation in claim.citations) and answer.mode == EXTRACTIVE:
            continue
        text = next((text for text in (escape_markdown(claim.text), claim.text) if text in left), None)
        if text is None:
            return False
        left = left.replace(text, " ", 1)
    left = left.removeprefix(escape_markdown(answer.reason))
    return answer.mode == EXTRACTIVE or not re.search(r"\w", _MARKS.sub(" ", left))


# Numbers of references, and signs or words of signs between asterisks.
_MARKS = re.compile(r"\[\d+\]|\*[^*]*\*")
