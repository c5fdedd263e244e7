"""Batches for the Python API: from the file of a spec to the events that make it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from assistant.answer.pipeline import Chain
from assistant.batch.estimate import Estimate, estimating
from assistant.batch.events import BatchEvent
from assistant.batch.job import Chains, Way, Work
from assistant.batch.openai_batch import SHARE, Remote
from assistant.batch.runner import Limits, running
from assistant.batch.spec import Job, Spec, jobs_of, read_spec
from assistant.batch.state import State, check_fresh
from assistant.cache import cache_key
from assistant.concurrency import in_thread
from assistant.types import Usage
from store.errors import InputError


class BatchOptions(NamedTuple):
    """How a batch is run, beside what its spec says; a limit that is given takes the place of the spec's."""

    resume: bool = False
    batch_api: bool = False
    max_tokens: int | None = None
    max_cost: float | None = None
    fallback: bool = False


class _Ready(NamedTuple):
    """A batch that can begin."""

    way: Way
    works: list[Work]
    state: State
    limits: Limits


async def batching(chains: Chains, path: Path, options: BatchOptions) -> AsyncGenerator[BatchEvent, None]:
    """The events of a batch; closing them stops it, and what was paid for is kept.

    Raises:
        InputError: The spec cannot be used, or the batch was begun before and is not to be gone on with.
        LibraryLocked: Another process is at it.
        LibraryError: The library cannot be read, or the disk refuses.
        ModelError: With ``batch_api``: the endpoint gives no answer, or does not take the requests.
    """
    way, works, state, limits = await in_thread(partial(_ready, chains, path, options))
    check_fresh(state, options.resume)
    remote = options.batch_api
    made = Remote(way, works, state, limits).events() if remote else running(way, works, state, limits)
    async with aclosing(made) as events:
        async for event in events:
            yield event


async def estimated(chains: Chains, path: Path, options: BatchOptions) -> AsyncGenerator[Estimate, None]:
    """What a batch is going to take, as one item; raises as ``batching`` does, but never for what was begun."""
    way, works, state, _ = await in_thread(partial(_ready, chains, path, options))
    async for estimate in estimating(way, works, state, SHARE if options.batch_api else 1.0):
        yield estimate


def _ready(chains: Chains, path: Path, options: BatchOptions) -> _Ready:
    spec = read_spec(path)
    assert spec.output
    works = _works(chains, spec)
    limits = Limits(
        spec.max_tokens if options.max_tokens is None else options.max_tokens,
        spec.max_cost if options.max_cost is None else options.max_cost,
    )
    for work in works:
        _check_priced(work, limits)
    return _Ready(Way(chains.library, spec.at_once, options.fallback), works, State(spec.output), limits)


def _works(chains: Chains, spec: Spec) -> list[Work]:
    view = chains.library.view()
    generation = view.generation if view else ""
    made = []
    for job in jobs_of(spec, chains.library):
        chain = chains.of(job.item)
        made.append(Work(job, chain, _key(job, chain, generation)))
    return made


def _key(job: Job, chain: Chain | None, generation: str) -> str:
    """What a job comes to hangs on all this; where some of it changed, it is made anew."""
    writer = {"model": chain.model.identity, "prompts": chain.prompts.hash} if chain else {}
    about = {"job": job.model_dump(mode="json"), "generation": generation, "version": version("conspectus")}
    return cache_key(about | writer)


def _check_priced(work: Work, limits: Limits) -> None:
    bounded = limits.max_cost is not None or work.job.item.max_cost is not None
    if bounded and work.chain and work.chain.model.priced(Usage(input_tokens=1)).dollars is None:
        what = f"What {work.chain.model.name} costs is not known, so max_cost cannot bound it."
        raise InputError(what, "Bound its tokens with max_tokens.")
