"""One report or answer of a batch: what it asks of a model, and the whole of it."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import NamedTuple

from assistant.answer.asking import Request as Question
from assistant.answer.asking import answer_alone, asked
from assistant.answer.chain_answering import Chain
from assistant.answer.model import Model
from assistant.batch.jobs import Job
from assistant.bridge import in_thread
from assistant.report.asks import Ask, asks
from assistant.report.building import planned
from assistant.report.door import report_alone
from assistant.report.making import making
from assistant.report.pipeline import How
from assistant.report.schema import Report
from assistant.report.writer import pen_of
from assistant.sessions import Sessions
from assistant.types import Answer
from store.library import Library

SENTENCES = 3
"""Of a typical answer to a question."""


class Work(NamedTuple):
    """A job, who writes it (None quotes), and the key of what it comes to: another where anything differs."""

    job: Job
    chain: Chain | None
    key: str


class Way(NamedTuple):
    """How jobs are done: from which library, how many sections at once, and whether quotes stand in for a model."""

    library: Library
    at_once: int = 4
    fallback: bool = False


class Unit(NamedTuple):
    """What is asked of a model on its own, whatever the others come to, and how many sentences are expected of it."""

    run: Callable[[], Awaitable[object]]
    sentences: int


def with_model(chain: Chain, model: Model, is_report: bool) -> Chain:
    """The chain with another model. An answer that the library keeps says "from the cache"; so none is taken."""
    return Chain(chain.library, model, chain.prompts, chain.cache if is_report else None)


async def units(way: Way, job: Job, chain: Chain) -> list[Unit]:
    """All that a job asks of its model.

    Raises:
        InputError: No paper is left to report on.
        LibraryError: The library cannot be read.
    """
    request = job.request
    if request is None:
        return [Unit(partial(answer, way, job, chain), SENTENCES)]
    plan = await in_thread(partial(planned, way.library, request))
    pen = pen_of(way.library, chain)
    every = [ask for section in plan.outline.plans for ask in asks(section, request.topic, pen.room)]
    names = [Unit(partial(pen.name, theme), 0) for theme in plan.outline.themes]
    return [*(Unit(partial(pen.write, ask), _sentences(ask)) for ask in every), *names]


async def report(way: Way, job: Job, chain: Chain | None) -> Report:
    """The report of a job; raises as ``assistant.report.making`` does."""
    request = job.request
    assert request
    how = How(pen_of(way.library, chain) if chain else None, way.at_once, way.fallback)
    async with aclosing(report_alone(making(way.library, request, how))) as events:
        async for event in events:
            return event.report
    raise AssertionError("the report ended without its last event")


async def answer(way: Way, job: Job, chain: Chain | None) -> Answer:
    """The answer of a job, the same whenever and however often it is made; raises as ``assistant.answer.asking`` does."""
    item = job.item
    question = Question(question=item.question, strict=bool(item.strict), fallback=way.fallback, filters=item.filters)
    sessions = Sessions(way.library.folder / "sessions")
    async with aclosing(answer_alone(asked(way.library, chain, sessions, question))) as events:
        async for event in events:
            trace = event.answer.trace.model_copy(update={"seconds": 0.0})
            return event.answer.model_copy(update={"trace": trace})
    raise AssertionError("the answer ended without its last event")


def _sentences(ask: Ask) -> int:
    return min(ask.most, len(ask.given.papers))
