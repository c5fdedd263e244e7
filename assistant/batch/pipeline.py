"""Batches for the Python API: from the file of a spec to the events that make it."""

from collections.abc import AsyncGenerator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from assistant.answer.generative import describe_stage
from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.batch.batch_events import BatchEvent
from assistant.batch.estimate import Estimate, estimate_jobs
from assistant.batch.job import JobOptions, ModelRegistry, PreparedJob
from assistant.batch.openai_batch import SHARE, OpenAIBatchRun
from assistant.batch.runner import Limits, run_jobs
from assistant.batch.spec import BatchJob, read_spec
from assistant.batch.state import BatchState
from assistant.cache import cache_key
from assistant.concurrency import Emit, EventStream, in_thread
from assistant.llm.judge import ModelJudge
from assistant.retries import emit_retries
from assistant.types import Usage
from store.errors import InputError


class BatchOptions(NamedTuple):
    """How a batch is run, beside what its spec says.

    Attributes:
        resume: Go on with what was begun.
        batch_api: Send the requests through OpenAI's Batch API, and do not wait.
        max_tokens: Takes the place of the spec's.
        max_cost: The same, in US dollars.
        fallback: Whether quotes stand in for a model that fails.
    """

    resume: bool = False
    batch_api: bool = False
    max_tokens: int | None = None
    max_cost: float | None = None
    fallback: bool = False


class _PreparedBatch(NamedTuple):
    """A batch that can begin."""

    job_options: JobOptions
    batch_jobs: list[PreparedJob]
    state: BatchState
    limits: Limits


def stream_batch(chains: ModelRegistry, path: Path, options: BatchOptions) -> EventStream[BatchEvent]:
    """Stream the events of a batch; closing them stops it, and what was paid for is kept.

    Args:
        chains: The models.
        path: The file of the spec.
        options: How it is run.

    Raises:
        InputError: The spec cannot be used, or the batch was begun before and is not to be resumed.
        LibraryLocked: Another process is at it.
        LibraryError: The library cannot be read, or the disk refuses.
        ModelError: With ``batch_api``: the endpoint gives no answer, or does not take the requests.
    """

    async def run(emit: Emit[BatchEvent]) -> None:
        batch = await in_thread(partial(_prepare_batch, chains, path, options))
        batch.state.check_fresh(options.resume)
        if options.batch_api:
            await OpenAIBatchRun(*batch).run(emit)
        else:
            with emit_retries(emit):
                await run_jobs(*batch, emit)

    return EventStream(run)


async def estimate_batch(chains: ModelRegistry, path: Path, options: BatchOptions) -> AsyncGenerator[Estimate, None]:
    """Yield what a batch is going to take; raises as ``stream_batch``, but never for what was begun."""
    batch = await in_thread(partial(_prepare_batch, chains, path, options))
    share = SHARE if options.batch_api else 1.0
    yield await estimate_jobs(batch.job_options, batch.batch_jobs, batch.state, share)


def _prepare_batch(chains: ModelRegistry, path: Path, options: BatchOptions) -> _PreparedBatch:
    spec = read_spec(path)
    assert spec.output
    limits = Limits(
        spec.max_tokens if options.max_tokens is None else options.max_tokens,
        spec.max_cost if options.max_cost is None else options.max_cost,
    )
    view = chains.library.view()
    batch_jobs = []
    state = BatchState(spec.output)
    for job in spec.expand_jobs(chains.library, state.form):
        chain = chains.get_chain(job.item)
        batch_jobs.append(PreparedJob(job, chain, _build_key(job, chain, view.generation if view else "")))
    for prepared in batch_jobs:
        _check_price(prepared, limits)
    return _PreparedBatch(JobOptions(chains.library, spec.at_once, options.fallback), batch_jobs, state, limits)


def _build_key(job: BatchJob, chain: AnswerPipeline | None, generation: str) -> str:
    """What a job comes to hangs on all this; where some of it changed, it is made again."""
    writer = {"model": chain.model.identity, "prompts": chain.prompts.hash} if chain else {}
    about = {"job": job.model_dump(mode="json"), "generation": generation, "version": version("conspectus")}
    return cache_key(about | writer | describe_stage(chain.stage if chain else None))


def _check_price(prepared: PreparedJob, limits: Limits) -> None:
    bounded = limits.max_cost is not None or prepared.job.item.max_cost is not None
    models: list[Model | ModelJudge] = [prepared.chain.model] if prepared.chain else []
    if prepared.chain and isinstance(prepared.chain.stage, ModelJudge):
        models.append(prepared.chain.stage)
    for model in models if bounded else ():
        if model.with_price(Usage(input_tokens=1)).dollars is None:
            what = f"What {model.name} costs is not known, so max_cost cannot bound it."
            raise InputError(what, "Bound its tokens with max_tokens.")
