"""``strict``: claims that the check did not find supported are left out, and said to be."""

from collections.abc import Iterator

from assistant.answers.compose import prose
from assistant.events import AnswerDone, AskEvent, ClaimChecked
from assistant.types import Answer, Claim, Support


def supported_only(events: Iterator[AskEvent]) -> Iterator[AskEvent]:
    """The same events without unsupported claims; an answer that loses all of them abstains."""
    for event in events:
        if isinstance(event, ClaimChecked) and not _holds(event.claim):
            continue
        yield AnswerDone(answer=_strict(event.answer)) if isinstance(event, AnswerDone) else event


def _strict(answer: Answer) -> Answer:
    kept = tuple(claim for claim in answer.claims if _holds(claim))
    if len(kept) == len(answer.claims):
        return answer
    if not kept:
        reason = "No claim of the answer was supported by its source."
        return answer.model_copy(
            update={"text": reason, "claims": (), "references": (), "abstained": True, "reason": reason}
        )
    return answer.model_copy(update={"claims": kept, "text": prose(kept)})


def _holds(claim: Claim) -> bool:
    return claim.support is Support.SUPPORTED
