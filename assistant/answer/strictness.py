"""``strict``: claims that are not worded as in their sources are left out, and said to be."""

from assistant.answer.compose import prose, renumbered, sentences
from assistant.events import AnswerDone, AskEvent, ClaimChecked, TextDelta
from assistant.phrases import WORDED
from assistant.types import EXTRACTIVE, Answer, Claim, Support


def supported_only(event: AskEvent) -> tuple[AskEvent, ...]:
    """What becomes of an event when unsupported claims are left out; an answer that loses all of them abstains."""
    if isinstance(event, AnswerDone):
        answer = _strict(event.answer)
        return TextDelta(text=answer.text), AnswerDone(answer=answer)
    if isinstance(event, TextDelta) or (isinstance(event, ClaimChecked) and not _holds(event.claim)):
        return ()
    return (event,)


def _strict(answer: Answer) -> Answer:
    kept = [claim for claim in answer.claims if _holds(claim)]
    if len(kept) == len(answer.claims):
        return answer
    if not kept:
        reason = f"No sentence of the answer is {WORDED}."
        gone = {"text": reason, "claims": (), "references": (), "abstained": True, "reason": reason}
        return answer.model_copy(update=gone)
    claims, references = renumbered(kept, answer.references)
    text = prose(claims) if answer.mode == EXTRACTIVE else sentences(claims)
    return answer.model_copy(update={"claims": claims, "references": references, "text": text})


def _holds(claim: Claim) -> bool:
    return claim.support is Support.SUPPORTED
