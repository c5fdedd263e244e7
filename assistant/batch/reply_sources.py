"""Where the replies to a batch come from: paid for now, each once and within the budget; or only those that are kept.

The first makes a batch, the second tells what making it would ask.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from assistant.batch.budget import Budget
from assistant.batch.job import JobOptions, PreparedJob
from assistant.batch.paid_replies import CachedModel, CachedRequest, ModelReply, Replies, Unanswered
from assistant.llm.judge import RequestBudget
from assistant.types import Usage
from store.errors import LibraryError, ModelBusy, ModelError, ModelStalled

PATIENCE = (2.0, 10.0, 30.0)
"""Seconds before a model that takes no more requests is asked again, after all that its client has waited. Chosen by
hand; not measured."""


class PaidReplySource:
    """The source that asks the model for what is not kept: so many at once, each once, within the budget.

    Attributes:
        paid: What was paid so far in this run.
    """

    def __init__(self, replies: Replies, at_once: int, budget: Budget, patience: Sequence[float] = PATIENCE) -> None:
        self.paid = Usage()
        self._replies = replies
        self._budget = budget
        self._slots = asyncio.Semaphore(at_once)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._patience = patience
        self._disk_error: LibraryError | None = None

    async def get_reply(self, request: CachedRequest) -> ModelReply:
        """Get the reply that is kept, or pay for it now.

        Raises:
            OverBudget: It might take more than is left.
            ModelError: The model gives no answer.
            LibraryError: Replies cannot be kept; none is paid for after that.
        """
        async with self._locks[request.key]:  # Two jobs may want the same.
            cached = await self._replies.get(request)
            if cached is not None:
                return cached
            async with self._slots:
                return await self._pay(request)

    async def _pay(self, request: CachedRequest) -> ModelReply:
        assert isinstance(request.model, CachedModel)
        if self._disk_error:  # What cannot be kept is not paid for.
            raise self._disk_error
        with self._budget.reserve(request.worst):
            reply = await self._ask(request.model, request)
            usage = request.model.with_price(reply.usage)
            reply = reply.model_copy(update={"usage": usage})
            self._budget.take(usage)
            self.paid += usage
            # Here and not in a thread: whoever cancels while a thread is waited for would lose what was paid for. It is
            # a file of a few kilobytes, written in less than a millisecond.
            try:
                self._replies.put(request.key, reply)
            except LibraryError as error:
                self._disk_error = error
                raise
        return reply

    async def _ask(self, model: CachedModel, request: CachedRequest) -> ModelReply:
        """Ask once more where the answer broke off, and after a while where the model has no room."""
        waits, broken = list(self._patience), False
        while True:
            try:
                return await model.ask(request)
            except ModelStalled:
                if broken:
                    raise
                broken = True
            except ModelBusy:
                if not waits:
                    raise
                await asyncio.sleep(waits.pop(0))


class DryRunReplySource:
    """The source of one job that asks nobody: it gives what is kept, and writes down what would be asked.

    Args:
        replies: What is kept.
        failures: Errors of requests that failed for good, by their keys.
        budget: Of the job: what would be asked counts in it at its worst. None for one without limits.

    Attributes:
        requests: Those without a reply, by their keys, with the sentences expected of each.
        parts: The passes that they are of, by the same keys.
    """

    def __init__(
        self,
        replies: Replies,
        failures: Mapping[str, ModelError] = MappingProxyType({}),
        budget: Budget | None = None,
    ) -> None:
        self.requests: dict[str, tuple[CachedRequest, int]] = {}
        self._replies = replies
        self._failures = failures
        self._budget = budget or Budget()
        self.parts: dict[str, str] = {}
        self._sentences = 0
        self._part = ""

    async def get_reply(self, request: CachedRequest) -> ModelReply:
        """Get the reply that is kept.

        Raises:
            Unanswered: There is none; the request is written down.
            ModelError: It failed for good.
        """
        cached = await self._replies.get(request)
        if cached is not None:
            return cached
        if request.key in self._failures:
            raise self._failures[request.key]
        if request.key not in self.requests:
            self._budget.take(request.worst)
            self.requests[request.key] = (request, self._sentences)
            self.parts[request.key] = self._part
        raise Unanswered

    async def record(
        self,
        options: JobOptions,
        prepared: PreparedJob,
        share: float = 1.0,
        judging: Sequence[RequestBudget] | None = None,
        guess: bool = False,
    ) -> None:
        """Go through all that a job with a model asks.

        Args:
            options: How it is done.
            prepared: The job.
            share: Of the list price.
            judging: Where it counts what a second stage takes, which is asked directly; None asks no second stage.
            guess: Whether what depends on replies that are not there is guessed.

        Raises:
            OverBudget: It would be more than the job may take.
            ConspectusError: The job cannot be made at all.
        """
        assert prepared.chain
        model = CachedModel(prepared.chain.model, self.get_reply, (self._budget,), share, judging or ())
        try:
            calls = await prepared.with_model(model, judging is not None).list_model_calls(options, guess)
        except Unanswered:  # Which papers it is about is not judged yet; what asks that is written down.
            return
        for call in calls:
            self._sentences, self._part = call.sentences, call.part
            try:
                await call.run()
            except (Unanswered, ModelError):
                continue  # The job itself meets the error again.
