"""Jobs at work, several at once; none of them stops the others, unless nothing can be written any more."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from time import monotonic

from assistant.batch.budget import OverBudget
from assistant.batch.events import BatchEvent, JobDone, JobStarted, Outcome, Status
from assistant.batch.job import Way, Work, answer, report, with_model
from assistant.batch.recording import Unanswered
from assistant.batch.replies import KeptModel
from assistant.batch.saving import save_answer, save_report
from assistant.batch.state import State
from assistant.bridge import in_thread
from assistant.types import Support, Usage
from store.errors import ConspectusError, LibraryError

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
