"""Replies that are paid for: of the model itself, each once, so many at the same time, within the budget."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from assistant.batch.budget import Budget
from assistant.batch.replies import KeptModel, Replies, Reply, Wanted
from assistant.types import Usage
from store.errors import LibraryError, ModelBusy, ModelStalled

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
