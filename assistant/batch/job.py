"""One report or answer of a batch: what it asks of a model, and the whole of it.

Who writes each report and answer of a batch.

Reports and answers as files; each is there whole or not at all.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from assistant.answer.factory import chain_from
from assistant.answer.model import Model
from assistant.answer.pipeline import Chain, answer_alone, asked
from assistant.answer.pipeline import Request as Question
from assistant.batch.spec import Item, Job
from assistant.concurrency import in_thread
from assistant.export.bibtex import bibtex
from assistant.export.conversation import answer_markdown, remembered
from assistant.report.pipeline import planned, report_alone, summarizing
from assistant.report.render.files import save
from assistant.report.requests import Ask, asks
from assistant.report.schema import Report
from assistant.report.writer import pen_of
from assistant.sessions import Sessions
from assistant.settings import Settings
from assistant.types import Answer
from store.citation_keys import keys_in
from store.errors import InputError
from store.files import put
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
    """The report of a job; raises as ``assistant.report.pipeline`` does."""
    request = job.request
    assert request
    written = summarizing(way.library, chain, request, way.fallback, way.at_once)
    async with aclosing(report_alone(written)) as events:
        async for event in events:
            return event.report
    raise AssertionError("the report ended without its last event")


async def answer(way: Way, job: Job, chain: Chain | None) -> Answer:
    """The answer of a job, the same whenever and however often; raises as ``assistant.answer.pipeline`` does."""
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


class Chains:
    """Models by what an item says of them, each made once; what it does not say is that of the settings.

    Args:
        library: What may be cited.
        chat: Who answers questions where an item names nobody.
        writer: Gives who writes reports then.
        settings: Of the two roles.
    """

    def __init__(
        self, library: Library, chat: Chain | None, writer: Callable[[], Chain | None], settings: Settings | None
    ) -> None:
        self.library = library
        self._chat = chat
        self._writer = writer
        self._settings = settings or Settings()
        self._made: dict[tuple[bool, str | None, str | None, str | None], Chain | None] = {}

    def of(self, item: Item) -> Chain | None:
        """The model of an item, None where it is to be quoted.

        Raises:
            InputError: It is not named in full, or its key or its package is missing.
        """
        if item.model is None and item.base_url is None:
            return self._writer() if item.report else self._chat
        named = (item.report is not None, item.model, item.base_url, item.api_key_env)
        if named not in self._made:
            self._made[named] = self._connected(item) if item.model != "" else None
        return self._made[named]

    def _connected(self, item: Item) -> Chain | None:
        role = self._settings.report if item.report else self._settings.chat
        # A key stays with its address, a context with its model.
        told = {"model": item.model or role.model, "base_url": item.base_url, "api_key_env": item.api_key_env or ""}
        try:
            chosen = type(role)(**{**role.model_dump(), **told, "context": role.context if not item.model else None})
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]["loc"][0]
            allowed = type(role).model_fields[str(wrong)].description
        else:
            return chain_from(self.library, self._settings.model_copy(update={"chat": chosen}))
        raise InputError(f"The {wrong} of a model in the batch is not allowed.", f"Allowed: {allowed}.")


def save_report(library: Library, report: Report, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """Write a report in each format, and its manifest unless one of them holds it; returns the files.

    Raises:
        InputError: A format is of no use for it, or what makes it is not installed.
        LibraryError: The disk refuses.
        ConspectusError: pandoc failed.
    """
    return save(library, report, {folder / f"{name}.{format}": format for format in formats})


def save_answer(library: Library, answer: Answer, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """Write an answer in each format; returns the files.

    Raises:
        LibraryError: The disk refuses.
    """
    there = {paper.id: paper for paper in library.get([one.paper_id for one in answer.references])}
    papers = [there.get(one.paper_id) or remembered(one) for one in answer.references]
    keys = keys_in(library, papers)
    texts = {
        "json": lambda: f"{answer.model_dump_json(indent=2)}\n",
        "bib": lambda: bibtex(papers, keys),
        "md": lambda: answer_markdown(answer, papers, keys),
    }
    files = [folder / f"{name}.{format}" for format in formats]
    for file, format in zip(files, formats, strict=True):
        put(file, texts[format]().encode())
    return files
