"""One report or answer of a batch: what it asks of a model, who writes it, and its files.

Each file is there whole or not at all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from assistant.answer.pipeline import AnswerPipeline, stream_answer
from assistant.answer.pipeline import AnswerRequest as Question
from assistant.answer.pipeline_factory import build_pipeline
from assistant.batch.batch_events import JobResult, JobStatus
from assistant.batch.budget import Budget
from assistant.batch.paid_replies import CachedModel, Unanswered
from assistant.batch.spec import BatchJob, SpecItem
from assistant.concurrency import in_thread
from assistant.events import AnswerDone
from assistant.export.bibtex_writer import format_bibtex
from assistant.export.conversation import rebuild_paper, write_answer
from assistant.llm.judge import ModelJudge
from assistant.report.fact_writer import FactWriter, open_fact_writer
from assistant.report.facts import PaperFacts
from assistant.report.outline import SectionPlan
from assistant.report.pipeline import FACTS, NAMES, OUTLINE, RELEVANCE, SECTIONS, ReportPlan, plan_report
from assistant.report.relevance_judge import (
    UNJUDGED,
    ScopeJudgements,
    judge_scope,
    list_near_papers,
    open_relevance_judge,
)
from assistant.report.render.output import save_files
from assistant.report.report_writer import GeneratedText, ReportWriter, open_writer
from assistant.report.requests import list_requests
from assistant.report.schema import TABLES, Report, ReportDone, ReportSpec
from assistant.report.theme_requests import list_turns
from assistant.report.theme_sections import list_comparisons
from assistant.sessions import Sessions
from assistant.settings import Settings, find_openai_address
from assistant.table.cell_writer import open_cell_writer
from assistant.table.pipeline import as_table_spec, list_model_rows, stream_any_report
from assistant.table.render import FORMATS as TABLE_FORMATS
from assistant.table.render import render_table
from assistant.types import Answer, Claim
from assistant.verify.entailment import SecondStage
from store.citation_keys import keys_in
from store.errors import InputError, ModelError
from store.files import write_atomic
from store.library import Library

ANSWER, CELLS = "answer", "cells"
FACTS_EXPECTED, COMPARED_EXPECTED = 4, 3
"""Facts of a typical abstract, and sentences of a comparison of two papers; chosen by hand."""
SENTENCES = 3
"""Of a typical answer to a question; chosen by hand, the estimate of a whole batch is right within a fifth with it."""


class JobOptions(NamedTuple):
    """How jobs are done: from which library, how many sections at once, and whether quotes stand in for a model."""

    library: Library
    at_once: int = 4
    fallback: bool = False


class PreparedJob(NamedTuple):
    """A job, who writes it (None quotes), and the key of what it comes to: another where anything differs."""

    job: BatchJob
    chain: AnswerPipeline | None
    key: str

    def with_model(self, model: CachedModel, judged: bool = True) -> "PreparedJob":
        """Have the same job written by another model; only for one that has a model.

        Args:
            model: Who writes; what a second stage takes counts where the model says.
            judged: Whether a second stage looks at it; it is asked directly.

        An answer that the library keeps says "from the cache", so none is taken: a batch makes the same files whenever.
        """
        assert self.chain
        cache = self.chain.cache if self.job.request else None
        stage = self.chain.stage if judged else None
        if isinstance(stage, ModelJudge):
            stage = stage.with_budgets(model.judging)
        return self._replace(chain=AnswerPipeline(self.chain.library, model, self.chain.prompts, cache, stage))

    def make_budget(self) -> Budget:
        """Make a fresh budget with the item's own limits."""
        return Budget(self.job.item.max_tokens, self.job.item.max_cost)

    def make_result(self, status: JobStatus, note: str = "") -> JobResult:
        """Make the result of a job that made no file."""
        return JobResult(name=self.job.name, title=self.job.title, status=status, note=note)

    async def list_model_calls(self, options: JobOptions, guess: bool = False) -> "list[ModelCall]":
        """List all that it asks of its model, as far as it is known.

        What is asked for facts comes before what is made of them.

        Args:
            options: How it is done.
            guess: Whether what is not known yet is guessed, for an estimate: facts that the model did not list are
                those of the rules.

        Raises:
            InputError: No paper is left to report on.
            LibraryError: The library cannot be read.
        """
        request = self.job.request
        if request is None or self.chain is None:
            return [ModelCall(partial(_make_answer, options, self), SENTENCES, ANSWER)]
        first, judged = await _judge_scope(options, self.chain, request, guess)
        if request.kind in TABLES:
            filler = open_cell_writer(options.library, self.chain)
            rows = await in_thread(partial(list_model_rows, options.library, as_table_spec(request), judged))
            cells = [ModelCall(partial(filler.fill, row.paper, row.columns), len(row.columns), CELLS) for row in rows]
            return [*first, *cells]
        plan = await in_thread(partial(plan_report, options.library, request, judged=judged))
        writer = open_writer(options.library, self.chain)
        requests = [
            ask for section in plan.outline.plans for ask in list_requests(section, request.topic, writer.budget)
        ]
        drafts = [ModelCall(partial(writer.write, ask), min(ask.most, len(ask.context.papers))) for ask in requests]
        names = [ModelCall(partial(writer.name_theme, theme), 0, NAMES) for theme in plan.outline.themes]
        reader = open_fact_writer(options.library, self.chain, writer.identity, writer.failed)
        if guess:
            passes = await _guess_passes(plan, writer, reader)
        else:
            passes = await _list_passes(plan, writer, reader, options.fallback)
        return [*first, *drafts, *passes, *names]

    async def make_files(self, options: JobOptions, folder: Path, saving: asyncio.Lock) -> JobResult:
        """Make the report or answer, and save it.

        Args:
            options: How.
            folder: Where its files go; the result names them relative to it.
            saving: Held while files are written: pictures and pages take a core each.

        Raises:
            ConspectusError: As ``assistant.report.pipeline``, ``assistant.answer.pipeline`` and ``save_report``.
        """
        job, note = self.job, ""
        claims: Sequence[Claim]
        if job.request is None:
            answer = await _make_answer(options, self)
            usage, claims, note = answer.usage, answer.claims, answer.reason if answer.abstained else ""
            write = partial(_save_answer, options.library, answer, folder, job.name, job.item.formats)
        else:
            report = await _make_report(options, self)
            usage, claims = report.usage, report.claims
            write = partial(save_report, options.library, report, folder, job.name, job.item.formats)
        async with saving:
            files = await in_thread(write)
        return self.make_result(JobStatus.FINISHED, note).model_copy(
            update={
                "files": tuple(file.relative_to(folder).as_posix() for file in files),
                "usage": usage,
                "claims": len(claims),
                "doubtful": sum(not claim.holds for claim in claims),
            }
        )


class ModelCall(NamedTuple):
    """What is asked of a model on its own, whatever the others come to.

    Attributes:
        run: Asks it.
        sentences: How many are expected.
        part: The pass that it is of: relevance, facts, outline, sections, names; ``cells`` of a table, ``answer``.
    """

    run: Callable[[], Awaitable[Any]]
    sentences: int
    part: str = SECTIONS


async def _judge_scope(
    options: JobOptions, chain: AnswerPipeline, request: ReportSpec, guess: bool
) -> tuple[list[ModelCall], ScopeJudgements]:
    """Have papers near the cut judged; for a guess list what that asks, as if the cut decided."""
    if not guess:
        return [], await judge_scope(options.library, chain, request, options.fallback)
    papers = await in_thread(partial(list_near_papers, options.library, request))
    judge = open_relevance_judge(options.library, chain)
    batches = await in_thread(partial(judge.list_batches, request.topic, papers))
    calls = [ModelCall(partial(judge.judge_batch, request.topic, batch), len(batch), RELEVANCE) for batch in batches]
    return calls, UNJUDGED


async def _guess_passes(plan: ReportPlan, writer: ReportWriter, reader: FactWriter) -> list[ModelCall]:
    """List what is asked for facts, and for sections as if the facts that are not kept were those of the rules."""
    facts: dict[str, PaperFacts] = {}
    calls = []
    for paper in plan.outline.sources:
        stored_facts = await reader.read_kept(paper)
        calls += [] if stored_facts else [ModelCall(partial(reader.read, paper), FACTS_EXPECTED, FACTS)]
        facts[paper.id] = stored_facts or await reader.read_by_rules(paper)
    sections = [_list_turns(plan, section, writer, facts) for section in plan.outline.plans if section.sources]
    compared = [
        ModelCall(partial(writer.compare, pair), COMPARED_EXPECTED)
        for section in plan.outline.plans
        if section.sources
        for pair in await in_thread(partial(list_comparisons, section, facts, writer, ()))
    ]
    return [*calls, *(call for turns in sections for turn in turns for call in turn), *compared]


async def _list_passes(plan: ReportPlan, writer: ReportWriter, reader: FactWriter, fallback: bool) -> list[ModelCall]:
    """Ask for facts, and list what is asked for the sections of which all facts are there."""
    facts: dict[str, PaperFacts] = {}
    for paper in plan.outline.sources:
        try:
            facts[paper.id] = await reader.read(paper, fallback)
        except (Unanswered, ModelError):
            continue  # It is written down by now, or the job itself meets the error again.
    calls = []
    for section in plan.outline.plans:
        if section.sources and all(paper.id in facts for paper in section.sources):
            calls += await _list_section_calls(plan, section, writer, facts)
    return calls


async def _list_section_calls(
    plan: ReportPlan, section: SectionPlan, writer: ReportWriter, facts: Mapping[str, PaperFacts]
) -> list[ModelCall]:
    """Ask what later turns of a section depend on, and list the rest of what is asked for it, as far as it is known."""
    freely, apart, undone = _list_turns(plan, section, writer, facts)
    written = [await _ask_early(call.run) for call in freely]
    if None in written:
        return undone
    told = [reply for reply in written if reply]
    pairs = await in_thread(partial(list_comparisons, section, facts, writer, told))
    compared = [await _ask_early(partial(writer.compare, pair)) for pair in pairs]
    settled = None in compared or any(reply.contrasts for reply in compared if reply)
    return undone if settled else [*apart, *undone]


async def _ask_early(ask: Callable[[], Awaitable[GeneratedText]]) -> GeneratedText | None:
    """Ask what others depend on; None where there is no reply yet, or none for good: the job meets the error again."""
    try:
        return await ask()
    except (Unanswered, ModelError):
        return None


def _list_turns(
    plan: ReportPlan, section: SectionPlan, writer: ReportWriter, facts: Mapping[str, PaperFacts]
) -> list[list[ModelCall]]:
    part = OUTLINE if section.related else SECTIONS
    return [
        [ModelCall(partial(writer.write, ask), min(ask.most, len(ask.context.papers)), part) for _, ask in turn]
        for turn in list_turns(section, plan.request.topic, facts, writer.budget)
    ]


async def _make_report(options: JobOptions, prepared: PreparedJob) -> Report:
    request = prepared.job.request
    assert request
    event = await stream_any_report(options.library, prepared.chain, request, options.fallback, options.at_once).last()
    assert isinstance(event, ReportDone)
    return event.report


async def _make_answer(options: JobOptions, prepared: PreparedJob) -> Answer:
    """The answer of a job, the same whenever and however often: how long it took is left out."""
    item = prepared.job.item
    question = Question(
        question=item.question, strict=bool(item.strict), fallback=options.fallback, filters=item.filters
    )
    sessions = Sessions(options.library.folder / "sessions")
    event = await stream_answer(options.library, prepared.chain, sessions, question).last()
    assert isinstance(event, AnswerDone)
    trace = event.answer.trace.model_copy(update={"seconds": 0.0})
    return event.answer.model_copy(update={"trace": trace})


def save_report(library: Library, report: Report, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """Write a report in each format, and its manifest unless one of them holds it; return the files.

    Raises:
        InputError: A format is of no use for it, or what makes it is not installed.
        LibraryError: The disk refuses.
        ConspectusError: pandoc failed.
    """
    own = {format: partial(render_table, format=format) for format in TABLE_FORMATS} if report.kind in TABLES else {}
    return save_files(library, report, {folder / f"{name}.{format}": format for format in formats}, own=own)


def _save_answer(library: Library, answer: Answer, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    stored = {paper.id: paper for paper in library.get([reference.paper_id for reference in answer.references])}
    papers = [stored.get(reference.paper_id) or rebuild_paper(reference) for reference in answer.references]
    keys = keys_in(library, papers)
    texts = {
        "json": lambda: f"{answer.model_dump_json(indent=2)}\n",
        "bib": lambda: format_bibtex(papers, keys),
        "md": lambda: write_answer(answer, papers, keys),
    }
    files = [folder / f"{name}.{format}" for format in formats]
    for file, format in zip(files, formats, strict=True):
        write_atomic(file, texts[format]().encode())
    return files


class ModelRegistry:
    """Models by what an item says of them, each made once; what it does not say is that of the settings.

    Args:
        library: What may be cited.
        chat: Who answers questions where an item names nobody.
        writer: Gives who writes reports then.
        settings: Of the two roles.
        stage: Who looks at the sense of what models write; None for nobody.
    """

    def __init__(
        self,
        library: Library,
        chat: AnswerPipeline | None,
        writer: Callable[[], AnswerPipeline | None],
        settings: Settings | None,
        stage: SecondStage | None = None,
    ) -> None:
        self.library = library
        self._chat = chat
        self._writer = writer
        self._settings = settings or Settings()
        self._stage = stage
        self._chains: dict[tuple[bool, str | None, str | None, str | None], AnswerPipeline | None] = {}

    def get_chain(self, item: SpecItem) -> AnswerPipeline | None:
        """Get the model of an item, None where it is to be quoted.

        Raises:
            InputError: It is not named in full, or its key or its package is missing.
        """
        if item.model is None and item.base_url is None:
            return self._writer() if item.report else self._chat
        key = (item.report is not None, item.model, item.base_url, item.api_key_env)
        if key not in self._chains:
            self._chains[key] = self._connect(item) if item.model != "" else None
        return self._chains[key]

    def _connect(self, item: SpecItem) -> AnswerPipeline | None:
        role = self._settings.report if item.report else self._settings.chat
        # A key stays with its address, a context with its model.
        named = {"model": item.model or role.model, "base_url": item.base_url, "api_key_env": item.api_key_env or ""}
        if item.base_url is None:
            named |= find_openai_address(named["model"] or "", item.api_key_env or "")
        try:
            chosen = type(role)(**{**role.model_dump(), **named, "context": role.context if not item.model else None})
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]["loc"][0]
            allowed = type(role).model_fields[str(wrong)].description
        else:
            return build_pipeline(self.library, self._settings.model_copy(update={"chat": chosen}), stage=self._stage)
        # Not chained: the cause would hold what was given, and that may be a key.
        raise InputError(f"The {wrong} of a model in the batch is not allowed.", f"Allowed: {allowed}.")
