"""A batch by direct requests: jobs at work, several at once.

None of them stops the others, unless nothing can be written any more.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial
from time import monotonic
from typing import NamedTuple

from assistant.batch.batch_events import (
    BatchDone,
    BatchEvent,
    BatchReport,
    BatchStarted,
    JobDone,
    JobResult,
    JobStarted,
    JobStatus,
)
from assistant.batch.budget import Budget, OverBudget
from assistant.batch.job import JobOptions, PreparedJob
from assistant.batch.paid_replies import CachedModel, JudgePayments, Unanswered
from assistant.batch.reply_sources import PaidReplySource
from assistant.batch.state import BatchState
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
    options: JobOptions, batch_jobs: Sequence[PreparedJob], state: BatchState, limits: Limits, emit: Emit[BatchEvent]
) -> None:
    """Make what is not finished yet; cancelling it stops it, and what was paid for is kept.

    Args:
        options: How.
        batch_jobs: All jobs of the batch, in order.
        state: What is finished and kept already; taken with its lock.
        limits: What this run and those before it may take.
        emit: Takes the events.

    Raises:
        InputError: Requests are at OpenAI's Batch API, and would be paid twice.
        LibraryLocked: Another process is at it.
        LibraryError: The library or what the batch keeps cannot be read.
    """
    with state.lock():
        _check_nothing_sent(state)
        budget = Budget(*limits, await in_thread(state.replies.sum_usage))
        source = PaidReplySource(state.replies, options.at_once, budget)
        judging = JudgePayments(state.replies, budget)

        def make_model(prepared: PreparedJob) -> CachedModel:
            assert prepared.chain
            own = prepared.make_budget()
            return CachedModel(prepared.chain.model, source.get_reply, (own,), judging=(own, judging))

        def add_up() -> Usage:
            return source.paid + judging.paid

        runner = JobRunner(options, state, batch_jobs, make_model, add_up, lambda: budget.spent)
        await emit(BatchStarted(jobs=len(batch_jobs), finished=len(runner.results)))
        await runner.run(runner.list_unfinished(), emit)
        await emit(BatchDone(report=runner.build_report(budget.taken)))


def _check_nothing_sent(state: BatchState) -> None:
    sent = state.sent.read().batches
    if sent:
        ids = ", ".join(batch.batch_id or "one that was about to be sent" for batch in sent[:3])
        raise InputError(
            f"Requests of this batch are at OpenAI's Batch API ({ids}), and would be paid twice.",
            "Go on with --batch-api --resume; cancelled at OpenAI, they can be asked directly after that.",
        )


class JobRunner:
    """Does the jobs of a batch, and keeps what became of each.

    Args:
        options: How.
        state: Where finished ones are written down.
        batch_jobs: All jobs of the batch, in order.
        make_model: The model of a job that has one.
        paid: What was paid so far in this run.
        over: Whether the budget of the batch is used up: then no job with a model is begun.

    Attributes:
        results: What became of jobs, by their names; at first of those that earlier runs finished.
    """

    def __init__(
        self,
        options: JobOptions,
        state: BatchState,
        batch_jobs: Sequence[PreparedJob],
        make_model: Callable[[PreparedJob], CachedModel],
        paid: Callable[[], Usage],
        over: Callable[[], bool] = lambda: False,
    ) -> None:
        finished = ((prepared.job.name, state.find_result(prepared.key)) for prepared in batch_jobs)
        self.results = {name: result for name, result in finished if result}
        self._options = options
        self._state = state
        self._jobs = batch_jobs
        self._make_model = make_model
        self._paid = paid
        self._over = over
        self._halted = ""
        self._saving = asyncio.Lock()

    def list_unfinished(self) -> list[PreparedJob]:
        """List the jobs of which nothing became yet, in order."""
        return [prepared for prepared in self._jobs if prepared.job.name not in self.results]

    async def run(self, batch_jobs: Sequence[PreparedJob], emit: Emit[BatchEvent]) -> None:
        """Do some of the jobs, and tell how each began and ended; cancelling it stops those that are under way."""
        began, earlier, ended = monotonic(), len(self.results), 0

        async def run_one(prepared: PreparedJob, emit: Emit[BatchEvent]) -> None:
            nonlocal ended
            if not self._find_obstacle(prepared):
                await emit(JobStarted(name=prepared.job.name))
            outcome = self.results[prepared.job.name] = await self._run_job(prepared)
            ended += 1
            left = (monotonic() - began) / ended * (len(batch_jobs) - ended)
            count, jobs, paid = earlier + ended, len(self._jobs), self._paid()
            await emit(JobDone(outcome=outcome, done=count, jobs=jobs, paid=paid, seconds_left=left))

        tasks = [partial(run_one, prepared) for prepared in batch_jobs]
        async with aclosing(run_tasks(tasks, self._options.at_once)) as events:
            async for event in events:
                await emit(event)

    def build_report(self, usage: Usage, sent: tuple[str, ...] = ()) -> BatchReport:
        """Build the report of all jobs, each of which has come to something.

        Args:
            usage: What was paid in this run and those before it.
            sent: Ids of the batches that are at OpenAI.
        """
        outcomes = tuple(self.results[prepared.job.name] for prepared in self._jobs)
        return BatchReport(folder=str(self._state.output), outcomes=outcomes, paid=self._paid(), taken=usage, sent=sent)

    def _find_obstacle(self, prepared: PreparedJob) -> str:
        """Why a job is not begun, "" for no reason: nothing can be written, or the budget of the batch is used up."""
        return self._halted or (BUDGET if prepared.chain and self._over() else "")

    async def _run_job(self, prepared: PreparedJob) -> JobResult:
        if obstacle := self._find_obstacle(prepared):
            return prepared.make_result(JobStatus.STOPPED, obstacle)
        try:
            ready = prepared.with_model(self._make_model(prepared)) if prepared.chain else prepared
            result = await ready.make_files(self._options, self._state.output, self._saving)
            await in_thread(partial(self._state.put_result, prepared.key, result))
        except OverBudget:
            return prepared.make_result(JobStatus.STOPPED, BUDGET if self._over() else OWN_BUDGET)
        except Unanswered:
            return prepared.make_result(JobStatus.WAITING)
        except LibraryError as error:  # What cannot be read or written now cannot be for the others either.
            self._halted = str(error)
            return prepared.make_result(JobStatus.FAILED, str(error))
        except ConspectusError as error:
            return prepared.make_result(JobStatus.FAILED, str(error))
        return result
