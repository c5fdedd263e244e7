"""A source of replies that asks nobody: it gives what is kept, and writes down what would be asked."""

from collections.abc import Mapping
from types import MappingProxyType

from assistant.batch.budget import Budget
from assistant.batch.job import Way, Work, units, with_model
from assistant.batch.replies import KeptModel, Replies, Reply, Wanted
from store.errors import ModelError


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
