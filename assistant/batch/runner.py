"""Jobs at work, several at once; none of them stops the others, unless nothing can be written any more.

A batch by direct requests, from its jobs to its last event.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from functools import partial
from time import monotonic
from typing import NamedTuple

from assistant.batch.budget import Budget, OverBudget
from assistant.batch.events import (
    BatchDone,
    BatchEvent,
    BatchReport,
    BatchStarted,
    JobDone,
    JobStarted,
    Outcome,
    Status,
)
from assistant.batch.job import Way, Work, answer, report, save_answer, save_report, with_model
from assistant.batch.replies import KeptModel
from assistant.batch.sources import PATIENCE, Paying, Unanswered, own_budget
from assistant.batch.state import State
from assistant.concurrency import in_thread
from assistant.types import Support, Usage
from store.errors import ConspectusError, InputError, LibraryError

BUDGET = "the budget of the batch is used up"
OWN_BUDGET = "its own budget is used up"


class Crew:
    """Does jobs.

    Args:
        way: How.
        state: Where finished ones are written down.
        model_of: The model of a job that has one.
        paid: What was paid so far in this run.
        over: Whether the budget of the batch is used up: then no job with a model is begun.
    """

    def __init__(
        self,
        way: Way,
        state: State,
        model_of: Callable[[Work], KeptModel],
        paid: Callable[[], Usage] = Usage,
        over: Callable[[], bool] = lambda: False,
    ) -> None:
        self._way = way
        self._state = state
        self._model_of = model_of
        self._paid = paid
        self._over = over
        self._halted = ""
        self._saving = asyncio.Lock()  # Pictures and pages take a core each.

    async def events(self, works: Sequence[Work], earlier: int, jobs: int) -> AsyncGenerator[BatchEvent, None]:
        """Do some of so many ``jobs``; ``earlier`` ones are done. Closing it stops those that are under way."""
        events: asyncio.Queue[BatchEvent | None] = asyncio.Queue()  # None ends it
        turn = asyncio.Semaphore(self._way.at_once)
        began, ended = monotonic(), 0

        async def do(work: Work) -> None:
            nonlocal ended
            async with turn:
                if not self._halted and not (work.chain and self._over()):
                    events.put_nowait(JobStarted(name=work.job.name))
                outcome = await self._outcome(work)
                ended += 1
                left = (monotonic() - began) / ended * (len(works) - ended)
                done, paid = earlier + ended, self._paid()
                events.put_nowait(JobDone(outcome=outcome, done=done, jobs=jobs, paid=paid, seconds_left=left))

        tasks = [asyncio.create_task(do(work)) for work in works]
        everything = asyncio.gather(*tasks)
        everything.add_done_callback(lambda _: events.put_nowait(None))
        try:
            while (event := await events.get()) is not None:
                yield event
            await everything
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(everything, *tasks, return_exceptions=True)

    async def _outcome(self, work: Work) -> Outcome:
        if self._halted or (work.chain and self._over()):
            return outcome_of(work, Status.STOPPED, self._halted or BUDGET)
        try:
            return await self._finished(work)
        except OverBudget:
            return outcome_of(work, Status.STOPPED, BUDGET if self._over() else OWN_BUDGET)
        except Unanswered:
            return outcome_of(work, Status.WAITING)
        except LibraryError as error:  # What cannot be read or written now cannot be for the others either.
            self._halted = str(error)
            return outcome_of(work, Status.FAILED, str(error))
        except ConspectusError as error:
            return outcome_of(work, Status.FAILED, str(error))

    async def _finished(self, work: Work) -> Outcome:
        job, library = work.job, self._way.library
        chain = work.chain and with_model(work.chain, self._model_of(work), job.request is not None)
        place = (self._state.output, job.name, job.item.formats)
        if job.request is None:
            answered = await answer(self._way, job, chain)
            usage, claims, note = answered.usage, answered.claims, answered.reason if answered.abstained else ""
            save = partial(save_answer, library, answered, *place)
        else:
            made = await report(self._way, job, chain)
            usage, claims, note = made.usage, made.claims, ""
            save = partial(save_report, library, made, *place)
        async with self._saving:
            files = await in_thread(save)
        doubtful = sum(claim.support is not Support.SUPPORTED for claim in claims)
        names = tuple(file.relative_to(self._state.output).as_posix() for file in files)
        outcome = outcome_of(work, Status.FINISHED, note).model_copy(
            update={"files": names, "usage": usage, "claims": len(claims), "doubtful": doubtful}
        )
        await in_thread(partial(self._state.finish, work.key, outcome))
        return outcome


def outcome_of(work: Work, status: Status, note: str = "") -> Outcome:
    """What became of a job that made no file."""
    return Outcome(name=work.job.name, title=work.job.title, status=status, note=note)


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
