"""The pipeline of a report: papers → outline → sections, quoted or by a model → references, ledger and manifest.

``stream_report`` makes a report, ``stream_replay`` makes one again, each by a coroutine whose events become a stream.
``build_report`` makes a report without a model and without an event loop.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.answer.replies import number_references
from assistant.concurrency import Emit, EventStream, in_thread, run_tasks
from assistant.report.extractive import CLOSING, OPENING, quote_section
from assistant.report.fact_writer import FactWriter, open_fact_writer, read_all_facts
from assistant.report.facts import PaperFacts
from assistant.report.generative import SectionDraft, join_notes, write_section
from assistant.report.kinds import build_outline
from assistant.report.manifest import (
    REVISIONS,
    build_manifest,
    check_same,
    compute_digest,
    read_manifest,
    read_request,
    restore_scope,
)
from assistant.report.outline import NUMBERS, OPEN, Outline, SectionPlan
from assistant.report.relevance_judge import UNJUDGED, ScopeJudgements, judge_scope
from assistant.report.report_writer import GeneratedText, ReportWriter, open_writer
from assistant.report.requests import choose_names, rename_themes
from assistant.report.schema import (
    Cell,
    Manifest,
    Paragraph,
    Report,
    ReportDone,
    ReportEvent,
    ReportKind,
    ReportSpec,
    ReportStarted,
    Section,
    SectionDone,
    SectionStarted,
    list_claims,
)
from assistant.report.scope import ReportScope, choose_papers, close_ledger
from assistant.report.theme_sections import write_theme_section
from assistant.report.themes import Theme
from assistant.retries import emit_retries
from assistant.types import Claim, Reference, Usage
from store.errors import InputError, ModelError
from store.filters import parse_evidence_filters
from store.library import Library
from store.paper import Paper
from store.text.clean import clean_text

if TYPE_CHECKING:
    from assistant.answer.pipeline import AnswerPipeline

AT_ONCE = 4
"""Sections that a model writes at the same time; chosen by hand, not measured."""
_NOTHING = Usage()
RELEVANCE, FACTS, OUTLINE, SECTIONS, NAMES = "relevance", "facts", "outline", "sections", "names"
"""Passes of a model over a report on themes, by the names that manifests and estimates have for them."""


class ReportPlan(NamedTuple):
    """A report before anything of it is written: which papers, and what to tell of them."""

    request: ReportSpec
    scope: ReportScope
    outline: Outline
    judged: ScopeJudgements = UNJUDGED


LONGEST_TOPIC = 2000
"""Characters of a topic; chosen by hand: a page of text, which is longer than any question."""


def build_request(
    kind: str,
    topic: str,
    *,
    filters: Mapping[str, Any],
    seed: int = 0,
    strict: bool = False,
    least: float | None = None,
    most: int | None = None,
) -> ReportSpec:
    """Check what a caller gives, and make a request of it.

    Raises:
        InputError: There is no such kind or filter, or a value that it cannot have.
    """
    if kind not in list(ReportKind):
        near = ReportKind.find_near(kind)
        meant = f" Did you mean {near}?" if near else ""
        raise InputError(f"There is no report {kind!r}.{meant}", f"Choose one of {', '.join(ReportKind)}.")
    if not isinstance(seed, int) or seed < 0:
        raise InputError(f"The seed is {seed!r}.", "Give a whole number from 0.")
    if len(topic) > LONGEST_TOPIC:
        raise InputError(
            f"The topic has {len(topic):,} characters.", f"Give at most {LONGEST_TOPIC:,}: a topic, or a question."
        )
    if least is not None and not 0 <= least <= 1:
        raise InputError(f"The least relevance is {least!r}.", "Give a number from 0 to 1.")
    if most is not None and most < 1:
        raise InputError(f"{most!r} papers are none.", "Give 1 or more.")
    # numpy takes seeds of 32 bits.
    return ReportSpec(
        kind=ReportKind(kind),
        topic=clean_text(topic),
        filters=parse_evidence_filters(filters),
        seed=seed % 2**32,
        strict=strict,
        least=least,
        most=most,
    )


def stream_report(
    library: Library,
    chain: "AnswerPipeline | None",
    request: ReportSpec,
    fallback: bool = False,
    at_once: int = AT_ONCE,
) -> EventStream[ReportEvent]:
    """Make a report; closing the generator cancels what is being written, and what was written is kept.

    Args:
        library: Where the papers are.
        chain: Whose model writes; None for quotes.
        request: What to tell of which papers.
        fallback: Whether excerpts stand in where the model gives no answer.
        at_once: Sections that are written at the same time.

    Raises:
        InputError: ``at_once`` is below 1, or no paper is left to report on.
        LibraryError: The library cannot be read.
        ModelError: The model gives no answer, and there is no ``fallback``.
        ConspectusError: The ledger does not add up.
    """
    if at_once < 1:
        raise InputError(f"{at_once} sections at once are none.", "Give 1 or more.")
    writer = open_writer(library, chain) if chain else None

    async def make(emit: Emit[ReportEvent]) -> None:
        with emit_retries(emit):
            judged = await judge_scope(library, chain, request, fallback)
            plan = await in_thread(partial(plan_report, library, request, judged=judged))
            identity = writer.identity if writer else None
            manifest = await in_thread(partial(build_manifest, library, request, plan.scope, identity))
            facts = open_fact_writer(library, chain, writer.identity, writer.failed) if chain and writer else None
            done = await _SectionRunner(plan, writer, facts, fallback).run(manifest, at_once, emit)
        await emit(done)

    return EventStream(make)


def stream_replay(library: Library, manifest: Manifest | Report | str | Path) -> EventStream[ReportEvent]:
    """Make a report again, byte for byte, from what was kept of it; no model is asked.

    Args:
        library: The library that it was made of.
        manifest: What made it, the report itself, or a JSON file with one of them.

    Raises:
        InputError: The file cannot be read, papers are gone or differ, or what the model wrote is not kept any more.
        ConspectusError: It came out otherwise.
    """
    if isinstance(manifest, Report):
        manifest = manifest.manifest
    original = manifest if isinstance(manifest, Manifest) else read_manifest(Path(manifest))
    if REVISIONS in original.settings:
        raise InputError(
            "A report of which a section was written again is not made again from its manifest.",
            "Its JSON holds it as it is: conspectus report diff A.json B.json",
        )

    async def make(emit: Emit[ReportEvent]) -> None:
        chosen = await in_thread(partial(restore_scope, library, original))
        judged = ScopeJudgements(usage=original.passes.get(RELEVANCE, Usage()))
        plan = await in_thread(partial(plan_report, library, read_request(original), chosen, judged))
        writer = ReportWriter.reopen(library, original)
        facts = FactWriter.reopen(library, writer) if writer else None
        runner = _SectionRunner(plan, writer, facts, fallback=bool(original.failed))
        result = await runner.run(original, AT_ONCE, emit)
        await emit(result.model_copy(update={"report": check_same(result.report, original)}))

    return EventStream(make)


def build_report(library: Library, request: ReportSpec) -> Report:
    """Make a report without a model: every sentence is one of an abstract.

    Raises:
        InputError: No paper is left to report on.
        LibraryError: The library cannot be read.
        ConspectusError: The ledger does not add up.
    """
    plan = plan_report(library, request)
    sections = [quote_section(section) for section in plan.outline.plans]
    return assemble_report(plan, sections, build_manifest(library, request, plan.scope))


def plan_report(
    library: Library,
    request: ReportSpec,
    chosen: ReportScope | None = None,
    judged: ScopeJudgements = UNJUDGED,
) -> ReportPlan:
    """Plan a report.

    Args:
        library: Where the papers are.
        request: What to tell.
        chosen: The papers of the report where they are known; else they are looked for.
        judged: What a model judged of papers near the cut of its topic.

    Raises:
        InputError: No paper is left to report on.
        LibraryError: The library cannot be read.
    """
    if chosen is None:
        limits = (request.least, request.most, judged.by_paper)
        chosen = choose_papers(library, request.filters, request.topic, *limits)
    return ReportPlan(request, chosen, build_outline(library, chosen, request), judged)


def assemble_report(
    plan: ReportPlan, sections: Sequence[Section], manifest: Manifest, usage: Usage = _NOTHING
) -> Report:
    """Assemble the written sections of a plan: strictness, ledger, overview and conclusion, references, digest.

    Raises:
        ConspectusError: The ledger does not add up.
    """
    if plan.request.strict:
        sections = [_drop_doubtful(section) for section in sections]
    entries = close_ledger(plan.scope, sections)
    with_edges = add_overview(sections) if plan.outline.framed else tuple(sections)
    numbered_sections, references = number_sections(with_edges, plan.scope.papers)
    report = Report(
        kind=plan.request.kind,
        title=plan.outline.title,
        sections=numbered_sections,
        references=references,
        ledger=entries,
        manifest=manifest,
        usage=usage,
    )
    return with_digest(report)


def with_digest(report: Report) -> Report:
    """Write into the manifest of a report what it cost and what it came to."""
    manifest = report.manifest.model_copy(update={"cost": report.usage, "digest": compute_digest(report)})
    return report.model_copy(update={"manifest": manifest})


def _drop_doubtful(section: Section) -> Section:
    """Leave out the claims that do not hold; those in cells of tables all do."""
    paragraphs = [
        Paragraph(label=part.label, claims=tuple(claim for claim in part.claims if claim.holds))
        for part in section.paragraphs
    ]
    return section.model_copy(update={"paragraphs": tuple(part for part in paragraphs if part.claims)})


class _SectionRunner:
    """Writes the sections of a plan and names its themes: facts of the papers first, where sections are made of them.

    Args:
        plan: What to write.
        writer: Whose model writes, None for quotes.
        facts: Who lists facts, None for quotes.
        fallback: Whether excerpts and labels stand in where the model gives no answer.
    """

    def __init__(self, plan: ReportPlan, writer: ReportWriter | None, facts: FactWriter | None, fallback: bool) -> None:
        self._plan = plan
        self._writer = writer
        self._fact_writer = facts
        self._fallback = fallback
        self._facts: dict[str, PaperFacts] = {}
        self._drafts: dict[int, SectionDraft] = {}
        self._names: dict[int, GeneratedText | None] = {}  # None where the model failed

    async def run(self, manifest: Manifest, at_once: int, emit: Emit[ReportEvent]) -> ReportDone:
        """Write the report, and return the event that ends it."""
        plan, writer = self._plan, self._writer
        outline = plan.outline
        headings = tuple(section.heading for section in outline.plans)
        await emit(ReportStarted(title=outline.title, papers=len(plan.scope.papers), headings=headings))
        await self._read_facts(at_once, emit)
        sections = [partial(self._write_section, n, section) for n, section in enumerate(outline.plans)]
        names = [partial(self._name_theme, n, theme, writer) for n, theme in enumerate(outline.themes) if writer]
        async with aclosing(run_tasks([*sections, *names], at_once)) as events:
            async for event in events:
                await emit(event)
        if writer:
            manifest = manifest.model_copy(update={"failed": dict(sorted(writer.failed.items()))})
        drafts = [self._drafts[n] for n in range(len(outline.plans))]
        passes = self._add_up_passes(drafts)
        usage = sum(passes.values(), Usage())
        if self._facts or RELEVANCE in passes:
            manifest = manifest.model_copy(update={"passes": passes})
        report = await in_thread(partial(assemble_report, plan, self._rename_sections(drafts), manifest, usage))
        if writer is None:
            return ReportDone(report=report)
        facts = self._fact_writer
        return ReportDone(
            report=report,
            paid=writer.paid + plan.judged.paid + (facts.paid if facts else Usage()),
            cached=writer.cached + (facts.cached if facts else 0),
        )

    async def _read_facts(self, at_once: int, emit: Emit[ReportEvent]) -> None:
        """Read the facts of all papers that sections are made of."""
        sources = self._plan.outline.sources
        if self._fact_writer and sources:
            self._facts = await read_all_facts(self._fact_writer, sources, self._fallback, at_once, emit)

    def _add_up_passes(self, drafts: Sequence[SectionDraft]) -> dict[str, Usage]:
        """Add up what each pass took, now or earlier; a pass that took nothing is left out."""
        plans = self._plan.outline.plans
        passes = {
            RELEVANCE: [self._plan.judged.usage],
            FACTS: [facts.usage for facts in self._facts.values()],
            OUTLINE: [draft.usage for plan, draft in zip(plans, drafts, strict=True) if plan.related],
            SECTIONS: [draft.usage for plan, draft in zip(plans, drafts, strict=True) if not plan.related],
            NAMES: [reply.usage for _, reply in sorted(self._names.items()) if reply],
        }
        sums = {name: sum(usages, Usage()) for name, usages in passes.items()}
        return {name: usage for name, usage in sums.items() if usage != Usage()}

    def _rename_sections(self, drafts: Sequence[SectionDraft]) -> list[Section]:
        """Put the names of themes in the place of their labels, and the note on judging to the first section."""
        sections = [draft.section for draft in drafts]
        if self._plan.judged.note:
            note = join_notes(sections[0].note, self._plan.judged.note)
            sections[0] = sections[0].model_copy(update={"note": note})
        if not self._names:
            return sections
        themes = self._plan.outline.themes
        replies = {n: reply.name for n, reply in self._names.items() if reply}
        names = choose_names(themes, replies, [section.heading for section in sections])
        failed = [themes[n].label for n, reply in self._names.items() if not reply]
        return [rename_themes(section, themes, names, failed) for section in sections]

    async def _write_section(self, n: int, plan: SectionPlan, emit: Emit[ReportEvent]) -> None:
        await emit(SectionStarted(n=n + 1, heading=plan.heading))
        self._drafts[n] = draft = await self._draft_section(plan)
        await emit(SectionDone(n=n + 1, section=draft.section, done=len(self._drafts)))

    async def _draft_section(self, plan: SectionPlan) -> SectionDraft:
        note = ""
        spent: list[Usage] = []
        if self._writer and (plan.requested_parts or (self._facts and plan.sources)):
            topic = self._plan.request.topic
            try:
                if plan.sources:
                    return await write_theme_section(plan, topic, self._facts, self._writer, spent)
                return await write_section(plan, topic, self._writer, spent)
            except ModelError as error:
                if not self._fallback:
                    raise
                note = f"{error.what} Excerpts are quoted instead."
        section = await in_thread(partial(quote_section, plan))
        notes = "; ".join(part for part in (section.note, note) if part)
        # Reports of the first form did not count what a section took that came to nothing.
        counted = sum(spent, Usage()) if self._plan.request.form != 1 else Usage()
        return SectionDraft(section.model_copy(update={"note": notes}), counted)

    async def _name_theme(self, n: int, theme: Theme, writer: ReportWriter, emit: Emit[ReportEvent]) -> None:
        try:
            self._names[n] = await writer.name_theme(theme)
        except ModelError:
            if not self._fallback:
                raise
            self._names[n] = None  # the section's note says so


def add_overview(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Put an overview before the sections and a conclusion behind them; without what neither would hold.

    The overview has the first claim of each section that holds, the conclusion those of its numbers and open questions.
    """
    overview, *conclusion = (
        Paragraph(label=label, claims=tuple(claim for section in sections for claim in _first_sound(section, label)))
        for label in ("", NUMBERS.label, OPEN.label)
    )
    closing = tuple(paragraph for paragraph in conclusion if paragraph.claims)
    return (
        *([Section(heading=OPENING, paragraphs=(overview,))] if overview.claims else []),
        *sections,
        *([Section(heading=CLOSING, paragraphs=closing)] if closing else []),
    )


def number_sections(
    sections: Sequence[Section], papers: Iterable[Paper]
) -> tuple[tuple[Section, ...], tuple[Reference, ...]]:
    """Give the citations of all sections their ``[n]``, and list the references that these point into."""
    by_id = {paper.id: paper for paper in papers}
    cited = [
        citation.paper_id for section in sections for claim in list_claims(section) for citation in claim.citations
    ]
    listed = number_references([by_id[paper_id] for paper_id in dict.fromkeys(cited)])
    numbers = {reference.paper_id: reference.n for reference in listed}
    return tuple(_number_section(section, numbers) for section in sections), listed


def _first_sound(section: Section, label: str) -> list[Claim]:
    claims = [claim for paragraph in section.paragraphs if paragraph.label == label for claim in paragraph.claims]
    return [claim for claim in claims if claim.holds][:1]


def _number_section(section: Section, numbers: dict[str, int]) -> Section:
    paragraphs = tuple(
        Paragraph(label=paragraph.label, claims=_number_claims(paragraph.claims, numbers))
        for paragraph in section.paragraphs
    )
    table = section.table
    if table:
        rows = tuple(
            tuple(Cell(text=cell.text, claims=_number_claims(cell.claims, numbers)) for cell in row)
            for row in table.rows
        )
        table = table.model_copy(update={"rows": rows})
    return section.model_copy(update={"paragraphs": paragraphs, "table": table})


def _number_claims(claims: Sequence[Claim], numbers: dict[str, int]) -> tuple[Claim, ...]:
    return tuple(
        claim.model_copy(
            update={
                "citations": tuple(
                    citation.model_copy(update={"n": numbers[citation.paper_id]}) for citation in claim.citations
                )
            }
        )
        for claim in claims
    )
