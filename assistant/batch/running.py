"""A batch by direct requests, from its jobs to its last event."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import NamedTuple

from assistant.batch.budget import Budget
from assistant.batch.events import BatchDone, BatchEvent, BatchReport, BatchStarted, JobDone, Outcome
from assistant.batch.job import Way, Work
from assistant.batch.recording import own_budget
from assistant.batch.replies import KeptModel
from assistant.batch.runner import Crew
from assistant.batch.sources import PATIENCE, Paying
from assistant.batch.state import State
from assistant.bridge import in_thread
from store.errors import InputError


class Limits(NamedTuple):
    """What a batch may take in all its runs; None for any number."""

    max_tokens: int | None = None
    max_cost: float | None = None


async def running(
    way: Way, works: Sequence[Work], state: State, limits: Limits, patience: Sequence[float] = PATIENCE
) -> AsyncGenerator[BatchEvent, None]:
    """Make what is not finished yet; closing the generator stops it, and what was paid for is kept.

    Raises:
        InputError: Requests are at OpenAI's Batch API, and would be paid twice.
        LibraryLocked: Another process is at it.
        LibraryError: The library or what the batch keeps cannot be read.
    """
    with state.alone():
        _check_nothing_sent(state)
        budget = Budget(*limits, await in_thread(state.replies.taken))
        paying = Paying(state.replies, way.at_once, budget, patience)

        def model_of(work: Work) -> KeptModel:
            assert work.chain
            return KeptModel(work.chain.model, paying.reply, (own_budget(work),))

        crew = Crew(way, state, model_of, lambda: paying.paid, lambda: budget.spent)
        outcomes = {work.job.name: found for work in works if (found := state.finished(work.key))}
        left = [work for work in works if work.job.name not in outcomes]
        yield BatchStarted(jobs=len(works), finished=len(outcomes))
        async with aclosing(crew.events(left, len(outcomes), len(works))) as events:
            async for event in events:
                if isinstance(event, JobDone):
                    outcomes[event.outcome.name] = event.outcome
                yield event
        report = BatchReport(
            folder=str(state.output), outcomes=ordered(works, outcomes), paid=paying.paid, taken=budget.taken
        )
        yield BatchDone(report=report)


def ordered(works: Sequence[Work], outcomes: dict[str, Outcome]) -> tuple[Outcome, ...]:
    """What became of each, in the order of the spec."""
    return tuple(outcomes[work.job.name] for work in works)


def _check_nothing_sent(state: State) -> None:
    sent = state.sent.read().batches
    if sent:
        named = ", ".join(one.batch_id or "one that was about to be sent" for one in sent[:3])
        raise InputError(
            f"Requests of this batch are at OpenAI's Batch API ({named}), and would be paid twice.",
            "Go on with --batch-api --resume; cancelled at OpenAI, they can be asked directly after that.",
        )
