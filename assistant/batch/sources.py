"""Replies that are paid for: of the model itself, each once, so many at the same time, within the budget.

A source of replies that asks nobody: it gives what is kept, and writes down what would be asked.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from assistant.batch.budget import Budget
from assistant.batch.job import Way, Work, units, with_model
from assistant.batch.replies import KeptModel, Replies, Reply, Wanted
from assistant.types import Usage
from store.errors import LibraryError, ModelBusy, ModelError, ModelStalled

PATIENCE = (2.0, 10.0, 30.0)
"""Seconds before a model that takes no more requests is asked again, after all that its client has waited."""


class Paying:
    """The source that asks the model for what is not kept: so many at once, each once, within the budget."""

    def __init__(self, replies: Replies, at_once: int, budget: Budget, patience: Sequence[float] = PATIENCE) -> None:
        self.paid = Usage()
        self._replies = replies
        self._budget = budget
        self._turn = asyncio.Semaphore(at_once)
        self._one: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._patience = patience
        self._refused: LibraryError | None = None

    async def reply(self, wanted: Wanted) -> Reply:
        """The reply that is kept, or is paid for now.

        Raises:
            OverBudget: It might take more than is left.
            ModelError: The model gives no answer.
            LibraryError: Replies cannot be kept; none is paid for after that.
        """
        async with self._one[wanted.key]:  # Two jobs may want the same.
            kept = await self._replies.get(wanted)
            if kept is not None:
                return kept
            async with self._turn:
                return await self._paid(wanted)

    async def _paid(self, wanted: Wanted) -> Reply:
        assert isinstance(wanted.model, KeptModel)
        if self._refused:  # What cannot be kept is not paid for.
            raise self._refused
        with self._budget.holding(wanted.worst):
            reply = await self._asked(wanted.model, wanted)
            used = wanted.model.priced(reply.usage)
            reply = reply.model_copy(update={"usage": used})
            self._budget.take(used)
            self.paid += used
            # Here and not in a thread: whoever cancels while a thread is waited for would lose what was paid for. It is
            # a file of a few kilobytes, written in less than a millisecond.
            self._keep(wanted.key, reply)
        return reply

    def _keep(self, key: str, reply: Reply) -> None:
        try:
            self._replies.put(key, reply)
        except LibraryError as error:
            self._refused = error
            raise

    async def _asked(self, model: KeptModel, wanted: Wanted) -> Reply:
        """Once more where the answer broke off, and after a while where the model has no room."""
        waits, broken = list(self._patience), False
        while True:
            try:
                return await model.ask(wanted)
            except ModelStalled:
                if broken:
                    raise
                broken = True
            except ModelBusy:
                if not waits:
                    raise
                await asyncio.sleep(waits.pop(0))


class Unanswered(Exception):
    """There is no reply yet; never leaves the batch."""


class Recorder:
    """The source of one job.

    Attributes:
        wanted: The requests without a reply, by their keys, with the sentences expected of each.
    """

    def __init__(
        self,
        replies: Replies,
        failures: Mapping[str, ModelError] = MappingProxyType({}),
        own: Budget | None = None,
    ) -> None:
        self.wanted: dict[str, tuple[Wanted, int]] = {}
        self._replies = replies
        self._failures = failures
        self._own = own or Budget()
        self._sentences = 0

    async def reply(self, wanted: Wanted) -> Reply:
        """The reply that is kept.

        Raises:
            Unanswered: There is none; the request is written down.
            ModelError: It failed for good.
        """
        kept = await self._replies.get(wanted)
        if kept is not None:
            return kept
        if wanted.key in self._failures:
            raise self._failures[wanted.key]
        if wanted.key not in self.wanted:
            self._own.take(wanted.worst)
            self.wanted[wanted.key] = (wanted, self._sentences)
        raise Unanswered

    async def record(self, way: Way, work: Work, share: float = 1.0) -> None:
        """Go through all that a job asks.

        Raises:
            OverBudget: It would be more than the job may take.
            ConspectusError: The job cannot be made at all.
        """
        assert work.chain
        model = KeptModel(work.chain.model, self.reply, (self._own,), share)
        chain = with_model(work.chain, model, work.job.request is not None)
        for unit in await units(way, work.job, chain):
            self._sentences = unit.sentences
            try:
                await unit.run()
            except (Unanswered, ModelError):
                continue  # The job itself meets the error again.


def own_budget(work: Work) -> Budget:
    """The budget of a job."""
    return Budget(work.job.item.max_tokens, work.job.item.max_cost)
