"""What the engine tells while it works. Interfaces match on the class; nothing in the engine prints.

The events of an answer are here, and what runs events of any kind to their last one; ``assistant`` exports those of
imports, reports and batches.
"""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import Any, Literal, TypeVar

from assistant.types import Answer, Claim
from store.paper import Frozen


class Searching(Frozen):
    """The question as it is searched, after what it refers to was filled in.

    ``understood`` is how it was understood, in one line ("papers · 2019 or later · about: transfer").
    """

    event: Literal["searching"] = "searching"
    query: str
    understood: str = ""


class EvidenceFound(Frozen):
    """Ids of the papers that the answer may rest on, best first."""

    event: Literal["evidence_found"] = "evidence_found"
    paper_ids: tuple[str, ...]


class Thinking(Frozen):
    """The model thinks before it writes: so long, and so many tokens, roughly. What it thinks is no answer."""

    event: Literal["thinking"] = "thinking"
    seconds: float
    tokens: int


class RequestRetried(Frozen):
    """The model's server gave no answer, for this reason; it is asked again after so many seconds."""

    event: Literal["request_retried"] = "request_retried"
    reason: str
    seconds: float

    @property
    def words(self) -> str:
        """It in a line, as every interface shows it."""
        return f"{self.reason} It is asked again in {self.seconds:.0f} s"


class TextDelta(Frozen):
    """A further piece of the answer as it is written; a model's words are a draft until ``ClaimChecked`` has them."""

    event: Literal["text_delta"] = "text_delta"
    text: str


class Repairing(Frozen):
    """So many sentences do not hold in their sources; the model is shown them once and writes them again."""

    event: Literal["repairing"] = "repairing"
    claims: int


class ClaimChecked(Frozen):
    """A sentence of the answer was compared with the words of its source."""

    event: Literal["claim_checked"] = "claim_checked"
    claim: Claim


class AnswerDone(Frozen):
    """The last event: the whole answer."""

    event: Literal["answer_done"] = "answer_done"
    answer: Answer


AskEvent = Searching | EvidenceFound | RequestRetried | Thinking | TextDelta | ClaimChecked | Repairing | AnswerDone

Event = TypeVar("Event")
Last = TypeVar("Last")


def last_event(events: Iterator[Event], kind: type[Last], on_event: Callable[[Event], object] | None = None) -> Last:
    """Run events to the last one, which is of a class of its own, and return it; the others are let go.

    Args:
        events: They are closed whatever happens.
        kind: The class of the last one.
        on_event: Called with each of them as it comes.
    """
    try:
        for event in events:
            if on_event:
                on_event(event)
            if isinstance(event, kind):
                return event
    finally:
        close = getattr(events, "close", None)  # An iterator need not be a generator.
        if close:
            close()
    raise AssertionError(f"the events ended without {kind.__name__}")


async def alast_event(events: AsyncGenerator[Any, None], kind: type[Last]) -> Last:
    """``last_event`` for code with an event loop; cancelling it closes the events."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, kind):
                return event
    raise AssertionError(f"the events ended without {kind.__name__}")
