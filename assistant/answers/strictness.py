"""``strict``: claims that the check did not find supported are left out, and said to be."""

from collections.abc import Iterator

from assistant.answers.compose import prose, renumbered
from assistant.events import AnswerDone, AskEvent, ClaimChecked, TextDelta
from assistant.types import Answer, Claim, Support


def supported_only(events: Iterator[AskEvent]) -> Iterator[AskEvent]:
    """The same events without unsupported claims; an answer that loses all of them abstains."""
    for event in events:
        if isinstance(event, AnswerDone):
            answer = _strict(event.answer)
            yield TextDelta(text=answer.text)
            yield AnswerDone(answer=answer)
        elif not isinstance(event, TextDelta) and not (isinstance(event, ClaimChecked) and not _holds(event.claim)):
            yield event


def _strict(answer: Answer) -> Answer:
    kept = [claim for claim in answer.claims if _holds(claim)]
    if len(kept) == len(answer.claims):
        return answer
    if not kept:
        reason = "No claim of the answer was supported by its source."
        gone = {"text": reason, "claims": (), "references": (), "abstained": True, "reason": reason}
        return answer.model_copy(update=gone)
    claims, references = renumbered(kept, answer.references)
    return answer.model_copy(update={"claims": claims, "references": references, "text": prose(claims)})


def _holds(claim: Claim) -> bool:
    return claim.support is Support.SUPPORTED
