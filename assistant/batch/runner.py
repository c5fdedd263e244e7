"""A batch by direct requests: jobs at work, several at once.

None of them stops the others, unless nothing can be written any more.
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
from assistant.batch.job import Way, Work, make_files
from assistant.batch.replies import CachedModel
from assistant.batch.sources import PATIENCE, PaidReplySource, Unanswered
from assistant.batch.state import State
from assistant.concurrency import Emit, in_thread, run_tasks
from assistant.types import Usage
from store.errors import ConspectusError, InputError, LibraryError

BUDGET = "the budget of the batch is used up"
OWN_BUDGET = "its own budget is used up"


class Limits(NamedTuple):
    """What a batch may take in all its runs; None for any number."""

    max_tokens: int | None = None
    max_cost: float | None = None


async def run_jobs(
    options: Way, batch_jobs: Sequence[Work], state: State, limits: Limits, patience: Sequence[float] = PATIENCE
) -> AsyncGenerator[BatchEvent, None]:
    """Make what is not finished yet; closing the generator stops it, and what was paid for is kept.

    Args:
        options: How.
        batch_jobs: All jobs of the batch, in order.
        state: What is finished and kept already; taken with its lock.
        limits: What this run and those before it may take.
        patience: Seconds to wait before a busy model is asked again.

    Raises:
        InputError: Requests are at OpenAI's Batch API, and would be paid twice.
        LibraryLocked: Another process is at it.
        LibraryError: The library or what the batch keeps cannot be read.
    """
    with state.lock():
        _check_nothing_sent(state)
        budget = Budget(*limits, await in_thread(state.replies.sum_usage))
        source = PaidReplySource(state.replies, options.at_once, budget, patience)

        def make_model(prepared: Work) -> CachedModel:
            assert prepared.chain
            return CachedModel(prepared.chain.model, source.get_reply, (prepared.make_budget(),))

        runner = JobRunner(options, state, make_model, lambda: source.paid, lambda: budget.spent)
        results = {prepared.job.name: result for prepared in batch_jobs if (result := state.find_result(prepared.key))}
        left = [prepared for prepared in batch_jobs if prepared.job.name not in results]
        yield BatchStarted(jobs=len(batch_jobs), finished=len(results))
        async with aclosing(runner.stream_events(left, len(results), len(batch_jobs))) as events:
            async for event in events:
                if isinstance(event, JobDone):
                    results[event.outcome.name] = event.outcome
                yield event
        outcomes = tuple(results[prepared.job.name] for prepared in batch_jobs)
        yield BatchDone(
            report=BatchReport(folder=str(state.output), outcomes=outcomes, paid=source.paid, taken=budget.taken)
        )


def _check_nothing_sent(state: State) -> None:
    sent = state.sent.read().batches
    if sent:
        ids = ", ".join(batch.batch_id or "one that was about to be sent" for batch in sent[:3])
        raise InputError(
            f"Requests of this batch are at OpenAI's Batch API ({ids}), and would be paid twice.",
            "Go on with --batch-api --resume; cancelled at OpenAI, they can be asked directly after that.",
        )


class JobRunner:
    """Does jobs.

    Args:
        options: How.
        state: Where finished ones are written down.
        make_model: The model of a job that has one.
        paid: What was paid so far in this run.
        over: Whether the budget of the batch is used up: then no job with a model is begun.
    """

    def __init__(
        self,
        options: Way,
        state: State,
        make_model: Callable[[Work], CachedModel],
        paid: Callable[[], Usage] = Usage,
        over: Callable[[], bool] = lambda: False,
    ) -> None:
        self._options = options
        self._state = state
        self._make_model = make_model
        self._paid = paid
        self._over = over
        self._halted = ""
        self._saving = asyncio.Lock()

    async def stream_events(
        self, batch_jobs: Sequence[Work], earlier: int, jobs: int
    ) -> AsyncGenerator[BatchEvent, None]:
        """Do some jobs, and tell how each began and ended. Closing the generator stops those that are under way.

        Args:
            batch_jobs: The jobs.
            earlier: How many others are done.
            jobs: How many there are in all.
        """
        began, ended = monotonic(), 0

        async def run(prepared: Work, emit: Emit[BatchEvent]) -> None:
            nonlocal ended
            if not self._find_obstacle(prepared):
                await emit(JobStarted(name=prepared.job.name))
            outcome = await self._run_job(prepared)
            ended += 1
            left = (monotonic() - began) / ended * (len(batch_jobs) - ended)
            await emit(JobDone(outcome=outcome, done=earlier + ended, jobs=jobs, paid=self._paid(), seconds_left=left))

        async with aclosing(
            run_tasks([partial(run, prepared) for prepared in batch_jobs], self._options.at_once)
        ) as events:
            async for event in events:
                yield event

    def _find_obstacle(self, prepared: Work) -> str:
        """Why a job is not begun, "" for no reason: nothing can be written, or the budget of the batch is used up."""
        return self._halted or (BUDGET if prepared.chain and self._over() else "")

    async def _run_job(self, prepared: Work) -> Outcome:
        if obstacle := self._find_obstacle(prepared):
            return prepared.result(Status.STOPPED, obstacle)
        try:
            ready = prepared.with_model(self._make_model(prepared)) if prepared.chain else prepared
            result = await make_files(self._options, ready, self._state.output, self._saving)
            await in_thread(partial(self._state.put_result, prepared.key, result))
        except OverBudget:
            return prepared.result(Status.STOPPED, BUDGET if self._over() else OWN_BUDGET)
        except Unanswered:
            return prepared.result(Status.WAITING)
        except LibraryError as error:  # What cannot be read or written now cannot be for the others either.
            self._halted = str(error)
            return prepared.result(Status.FAILED, str(error))
        except ConspectusError as error:
            return prepared.result(Status.FAILED, str(error))
        return result
