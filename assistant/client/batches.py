"""Batches, as the Python API has them."""

from __future__ import annotations

from abc import ABC
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.client import late
from assistant.client.reports import Reporting

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from assistant.batch.estimate import Estimate
    from assistant.batch.events import BatchEvent, BatchReport
    from assistant.batch.job import Chains
    from assistant.batch.pipeline import BatchOptions


class Batching(Reporting, ABC):
    """Many reports and answers from one file; ``Assistant`` adds the questions."""

    def batch(self, spec: str | Path, **options: Any) -> BatchReport:
        """Make the reports and answers of a spec: see docs/batch.md.

        Args:
            spec: A file in TOML.
            **options: ``resume`` goes on with what was begun; ``max_tokens`` and ``max_cost`` bound what all runs may
                take; ``batch_api`` sends the requests through OpenAI's Batch API, and returns without waiting.

        Returns:
            What became of each. That one failed is told there, and raises nothing.

        Raises:
            InputError: The spec cannot be used, or the batch was begun before and ``resume`` is not given.
            LibraryLocked: Another process is at it.
            LibraryError: The library cannot be read, or the disk refuses.
            ModelError: With ``batch_api``: the endpoint gives no answer, or does not take the requests.
        """
        for event in self._loop.blocking(late.batch_alone(self._batching(spec, options))):
            return event.report
        raise AssertionError("the batch ended without its last event")

    async def abatch(self, spec: str | Path, **options: Any) -> BatchReport:
        """``batch`` without blocking the event loop; cancelling it stops the batch, which can be resumed."""
        alone = late.batch_alone(self._batching(spec, options))
        async with aclosing(self._loop.streaming(alone)) as events:
            async for event in events:
                return event.report
        raise AssertionError("the batch ended without its last event")

    def batching(self, spec: str | Path, **options: Any) -> Generator[BatchEvent, None, None]:
        """The events of a batch as they happen; the last is ``BatchDone``. Closing it stops the batch."""
        return self._loop.blocking(self._batching(spec, options))

    def estimate(self, spec: str | Path, **options: Any) -> Estimate:
        """What a batch is going to take, without what it finished or kept already; nothing is asked.

        Raises:
            InputError: The spec cannot be used.
            LibraryError: The library cannot be read.
        """
        for estimate in self._loop.blocking(late.estimated(self._chains(), Path(spec), self._options(options))):
            return estimate
        raise AssertionError("the estimate ended without its only event")

    def _batching(self, spec: str | Path, options: dict[str, Any]) -> AsyncGenerator[BatchEvent, None]:
        return late.batching(self._chains(), Path(spec), self._options(options))

    def _options(self, options: dict[str, Any]) -> BatchOptions:
        return late.BatchOptions(fallback=self.fallback, **options)

    def _chains(self) -> Chains:
        return late.Chains(self.library, self.chain, lambda: self.writer, self._settings)
