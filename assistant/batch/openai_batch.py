"""A batch by OpenAI's Batch API: each run collects what has come, makes what can be made, sends what is missing, ends.

Drafts go in the first round, what the check found wanting in the second, and so on; mostly two are enough.
"""

from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from secrets import token_hex
from typing import NamedTuple

from assistant.batch.budget import Budget, OverBudget
from assistant.batch.collecting import SHARE, Collecting
from assistant.batch.events import BatchDone, BatchEvent, BatchReport, BatchStarted, JobDone, Outcome, Status
from assistant.batch.job import Way, Work
from assistant.batch.recording import Recorder, own_budget
from assistant.batch.replies import KeptModel, Wanted
from assistant.batch.runner import BUDGET, OWN_BUDGET, Crew, outcome_of
from assistant.batch.running import Limits, ordered
from assistant.batch.sent import Sent
from assistant.batch.state import State
from assistant.bridge import in_thread
from store.errors import ConspectusError, LibraryError

MOST = 5000
"""Requests in one of OpenAI's batches; with 20 kB each it is half of what they may weigh."""


class _Left(NamedTuple):
    """A job that lacks replies, and the requests for them."""

    work: Work
    wanted: Mapping[str, Wanted]


class Remote:
    """One run."""

    def __init__(self, way: Way, works: Sequence[Work], state: State, limits: Limits) -> None:
        self._way = way
        self._works = works
        self._state = state
        self._limits = limits
        self._outcomes: dict[str, Outcome] = {}
        models = {work.chain.model.identity: work.chain.model for work in works if work.chain}
        self._collecting = Collecting(state, models)

    async def events(self) -> AsyncGenerator[BatchEvent, None]:
        """The events; the last one says what is waited for.

        Raises:
            InputError: A model is none of OpenAI's interface, or what was sent belongs to one that is gone.
            LibraryLocked: Another process is at it.
            LibraryError: The library or what the batch keeps cannot be read or written.
            ModelError: The endpoint gives no answer, or does not take a batch.
        """
        with self._state.alone():
            under_way = await self._collecting.collect()
            works = {work.job.name: self._state.finished(work.key) for work in self._works}
            self._outcomes = {name: found for name, found in works.items() if found}
            yield BatchStarted(jobs=len(self._works), finished=len(self._outcomes))
            async with aclosing(self._advanced(under_way)) as events:
                async for event in events:
                    if isinstance(event, JobDone):
                        self._outcomes[event.outcome.name] = event.outcome
                    yield event
            sent = tuple(one.batch_id or "" for one in self._state.sent.read().batches)
            taken = await in_thread(self._state.replies.taken)
            outcomes = ordered(self._works, self._outcomes)
            folder = str(self._state.output)
            yield BatchDone(
                report=BatchReport(folder=folder, outcomes=outcomes, paid=self._collecting.paid, taken=taken, sent=sent)
            )

    async def _advanced(self, under_way: str) -> AsyncGenerator[BatchEvent, None]:
        ready: list[Work] = []
        left: list[_Left] = []
        for work in self._works:
            if work.job.name not in self._outcomes:
                await self._sorted(work, ready, left)
        crew = Crew(self._way, self._state, self._model, lambda: self._collecting.paid)
        async with aclosing(crew.events(ready, len(self._outcomes), len(self._works))) as events:
            async for event in events:
                yield event
        if not under_way:
            under_way = await self._send(left)
        for one in left:
            if one.work.job.name not in self._outcomes:
                self._outcomes[one.work.job.name] = outcome_of(one.work, Status.WAITING, under_way)

    def _model(self, work: Work) -> KeptModel:
        assert work.chain
        own = own_budget(work)
        recorder = Recorder(self._state.replies, self._collecting.failures, own)
        return KeptModel(work.chain.model, recorder.reply, (own,), SHARE)

    async def _sorted(self, work: Work, ready: list[Work], left: list[_Left]) -> None:
        """Put a job to those that can be made, to those that lack replies, or to those that have come to their end."""
        recorder = Recorder(self._state.replies, self._collecting.failures, own_budget(work))
        try:
            if work.chain:
                await recorder.record(self._way, work, SHARE)
        except OverBudget:
            self._outcomes[work.job.name] = outcome_of(work, Status.STOPPED, OWN_BUDGET)
        except LibraryError:
            raise
        except ConspectusError as error:
            self._outcomes[work.job.name] = outcome_of(work, Status.FAILED, str(error))
        else:
            wanted = {key: one for key, (one, _) in recorder.wanted.items()}
            if wanted:
                left.append(_Left(work, wanted))
            else:
                ready.append(work)

    async def _send(self, left: Sequence[_Left]) -> str:
        """Send what is missing, as far as the budget goes; jobs that it does not reach are stopped."""
        budget = Budget(*self._limits, await in_thread(self._state.replies.taken))
        chosen: dict[str, Wanted] = {}
        for work, wanted in left:
            fresh = {key: one for key, one in wanted.items() if key not in chosen}
            try:
                for one in fresh.values():
                    budget.check(one.worst)
                    budget.take(one.worst)
            except OverBudget:
                self._outcomes[work.job.name] = outcome_of(work, Status.STOPPED, BUDGET)
                continue
            chosen |= fresh
        for identity, part in _parts(chosen.values()):
            sent = Sent(token=token_hex(8), model=identity, keys=tuple(one.key for one in part))
            await self._collecting.write(sent)  # First, so that it is found again whatever happens then.
            batch_id = await self._collecting.posts[identity].send(part, sent.token)
            await self._collecting.write(sent.model_copy(update={"batch_id": batch_id}))
        return f"{len(chosen):,} requests sent to OpenAI's Batch API"


def _parts(wanted: Iterable[Wanted]) -> Iterator[tuple[str, list[Wanted]]]:
    """Requests by model, in lots that a batch can hold."""
    by_model: defaultdict[str, list[Wanted]] = defaultdict(list)
    for one in wanted:
        by_model[one.model.identity].append(one)
    for identity, every in by_model.items():
        for start in range(0, len(every), MOST):
            yield identity, every[start : start + MOST]
