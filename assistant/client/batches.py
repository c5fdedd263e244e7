"""Batches, as the Python API has them: many reports and answers from one file, see docs/batch.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from assistant.batch.batch_events import BatchDone
from assistant.batch.estimate import Estimate
from assistant.batch.job import ModelRegistry
from assistant.batch.pipeline import BatchOptions, estimate_batch, stream_batch

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from typing import Unpack

    from assistant.answer.pipeline import AnswerPipeline
    from assistant.batch.batch_events import BatchEvent, BatchReport
    from assistant.client.reports import Reports
    from assistant.concurrency import Loop
    from assistant.settings import Settings
    from assistant.verify.entailment import SecondStage
    from store.library import Library


class RunOptions(TypedDict, total=False):
    """How a batch is run, beside what its spec says; a limit that is given takes the place of the spec's.

    ``resume`` goes on with what was begun; ``max_tokens`` and ``max_cost`` (US dollars) bound what all runs may take;
    ``batch_api`` sends the requests through OpenAI's Batch API, and returns without waiting.
    """

    resume: bool
    max_tokens: int | None
    max_cost: float | None
    batch_api: bool


class Batches:
    """Running batches on a library; ``Assistant.batches``."""

    def __init__(
        self,
        library: Library,
        chain: AnswerPipeline | None,
        reports: Reports,
        fallback: bool,
        settings: Settings | None,
        loop: Loop,
        stage: SecondStage | None = None,
    ) -> None:
        self._chains = ModelRegistry(library, chain, lambda: reports.writer, settings, stage)
        self._fallback = fallback
        self._loop = loop

    def run(self, spec: str | Path, **options: Unpack[RunOptions]) -> BatchReport:
        """Make the reports and answers of a spec.

        Args:
            spec: A file in TOML.
            **options: See ``RunOptions``.

        Returns:
            What became of each. That one failed is told there, and raises nothing.

        Raises:
            InputError: The spec cannot be used, or the batch was begun before and ``resume`` is not given.
            LibraryLocked: Another process is at it.
            LibraryError: The library cannot be read, or the disk refuses.
            ModelError: With ``batch_api``: the endpoint gives no answer, or does not take the requests.
        """
        return self._loop.run_to_last(self._run(spec, options), BatchDone).report

    async def arun(self, spec: str | Path, **options: Unpack[RunOptions]) -> BatchReport:
        """``run`` without blocking the event loop; cancelling it stops the batch, which can be resumed."""
        return (await self._loop.arun_to_last(self._run(spec, options), BatchDone)).report

    def stream(self, spec: str | Path, **options: Unpack[RunOptions]) -> Generator[BatchEvent, None, None]:
        """Yield the events of a batch as they happen; the last is ``BatchDone``. Closing it stops the batch."""
        return self._loop.iterate(self._run(spec, options))

    def astream(self, spec: str | Path, **options: Unpack[RunOptions]) -> AsyncGenerator[BatchEvent, None]:
        """``stream`` for code with an event loop."""
        return self._loop.aiterate(self._run(spec, options))

    def estimate(self, spec: str | Path, **options: Unpack[RunOptions]) -> Estimate:
        """Estimate what a batch is going to take, without what it finished or kept already; nothing is asked.

        Raises:
            InputError: The spec cannot be used.
            LibraryError: The library cannot be read.
        """
        return self._loop.run_to_last(estimate_batch(self._chains, Path(spec), self._with_fallback(options)), Estimate)

    def _run(self, spec: str | Path, options: RunOptions) -> AsyncGenerator[BatchEvent, None]:
        return stream_batch(self._chains, Path(spec), self._with_fallback(options))

    def _with_fallback(self, options: RunOptions) -> BatchOptions:
        return BatchOptions(fallback=self._fallback, **options)
