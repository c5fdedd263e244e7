"""The pipeline of a table: papers → cells by rules, the rest by a model → corrections → rows, ledger, manifest.

A table is a report: ``stream_table`` makes one, ``stream_table_replay`` makes one again, byte for byte.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.concurrency import Emit, EventStream, in_thread, run_tasks
from assistant.report.manifest import build_manifest, check_same, read_manifest, read_request, restore_scope
from assistant.report.pipeline import (
    AT_ONCE,
    RELEVANCE,
    build_request,
    number_sections,
    stream_replay,
    stream_report,
    with_digest,
)
from assistant.report.relevance_judge import UNJUDGED, ScopeJudgements, judge_scope
from assistant.report.schema import (
    TABLES,
    Manifest,
    Report,
    ReportDone,
    ReportEvent,
    ReportKind,
    ReportSpec,
    ReportStarted,
    RowsDone,
    Section,
    SectionDone,
    SectionStarted,
)
from assistant.report.scope import ReportScope, choose_papers, close_ledger
from assistant.retries import emit_retries
from assistant.table.cell_corrections import Corrections, correct_cells, read_corrections, select_corrections
from assistant.table.cell_writer import CellWriter, open_cell_writer
from assistant.table.cells import CellState, CellValue, fill_cells, is_keyless, is_of_role
from assistant.table.columns import Column, ColumnType, parse_columns
from assistant.table.schema import (
    TableReport,
    TableRow,
    TableSpec,
    arrange_rows,
    find_column,
    make_report_table,
    parse_condition,
)
from assistant.types import EXTRACTIVE, Usage
from store.errors import InputError
from store.library import Library
from store.paper import Paper

if TYPE_CHECKING:
    from assistant.answer.pipeline import AnswerPipeline

COMPARISON = tuple(Column(name=name, type=ColumnType.TEXT) for name in ("Problem", "Method", "Data", "Result"))
"""The columns of ``compare``."""


def build_table_request(
    kind: str,
    topic: str,
    columns: Sequence[str | Column] = (),
    *,
    strict: bool = False,
    seed: int = 0,
    sort: str = "",
    where: Sequence[str] = (),
    filters: Mapping[str, Any] | None = None,
    least: float | None = None,
    most: int | None = None,
) -> TableSpec:
    """Check what a caller gives for a table, and make a request of it.

    Raises:
        InputError: There are no columns, or some that cannot be; no such filter; an order or a condition that names no
            column.
    """
    request = build_request(kind, topic, filters=filters or {}, seed=seed, strict=strict, least=least, most=most)
    if request.kind is ReportKind.COMPARE:
        if columns:
            raise InputError(
                "A comparison has columns of its own: problem, method, data, result.",
                'Give others with: conspectus report table --column "NAME: TYPE"',
            )
        parsed = COMPARISON
    else:
        parsed = parse_columns(columns)
    conditions = (where,) if isinstance(where, str) else tuple(where)
    for condition in conditions:
        parse_condition(parsed, condition)
    if sort:
        find_column(parsed, sort.removeprefix("-"))
    return TableSpec(**dict(request), columns=parsed, sort=sort, where=conditions)


def stream_any_report(
    library: Library,
    chain: "AnswerPipeline | None",
    request: ReportSpec,
    fallback: bool = False,
    at_once: int = AT_ONCE,
) -> EventStream[ReportEvent]:
    """Make a report of any kind; raises as ``stream_report`` and ``stream_table`` do."""
    if request.kind in TABLES:
        return stream_table(library, chain, as_table_spec(request), fallback, at_once)
    return stream_report(library, chain, request, fallback, at_once)


def stream_any_replay(library: Library, manifest: Manifest | Report | str | Path) -> EventStream[ReportEvent]:
    """Make a report of any kind again; raises as ``stream_replay`` does."""
    if isinstance(manifest, Report):
        manifest = manifest.manifest
    original = manifest if isinstance(manifest, Manifest) else read_manifest(Path(manifest))
    # A comparison that was made before it was a table has no columns in its manifest.
    is_table = "columns" in original.settings
    return stream_table_replay(library, original) if is_table else stream_replay(library, original)


def as_table_spec(request: ReportSpec) -> TableSpec:
    """Give the request of a table; that of a comparison gets its columns.

    Raises:
        InputError: It names no columns.
    """
    if isinstance(request, TableSpec):
        return request
    if request.kind is not ReportKind.COMPARE:
        raise InputError("The table has no column.", 'Name some: --column "sample size: number".')
    return TableSpec(**dict(request), columns=COMPARISON)


def stream_table(
    library: Library,
    chain: "AnswerPipeline | None",
    request: TableSpec,
    fallback: bool = False,
    at_once: int = AT_ONCE,
) -> EventStream[ReportEvent]:
    """Make a table; closing the generator cancels it, and the cells that a model filled are kept.

    Args:
        library: Where the papers are.
        chain: Whose model fills what no rule does; None for nobody.
        request: What to ask of which papers.
        fallback: Whether cells are not sure where the model gives no answer.
        at_once: Papers that a model is asked about at the same time.

    Raises:
        InputError: ``at_once`` is below 1, or no paper is left.
        LibraryError: The library, or its corrections, cannot be read.
        ModelError: The model gives no answer, and there is no ``fallback``.
        ConspectusError: The ledger does not add up.
    """
    if at_once < 1:
        raise InputError(f"{at_once} papers at once are none.", "Give 1 or more.")
    writer = open_cell_writer(library, chain) if chain and list_model_columns(request.columns) else None

    async def make(emit: Emit[ReportEvent]) -> None:
        with emit_retries(emit):
            judged = await judge_scope(library, chain, request, fallback)
        scope = await in_thread(partial(_choose_rows, library, request, judged))
        corrections = await in_thread(
            lambda: select_corrections(read_corrections(library), [paper.id for paper in scope.papers], request.columns)
        )
        manifest = await in_thread(
            partial(build_manifest, library, request, scope, writer.identity if writer else None)
        )
        manifest = manifest.model_copy(
            update={"settings": {**manifest.settings, **_describe_request(request, corrections)}}
        )
        run = _TableRun(request, scope, writer, corrections, fallback, at_once, judged)
        with emit_retries(emit):
            done = await run.make(manifest, emit)
        await emit(done)

    return EventStream(make)


def stream_table_replay(library: Library, original: Manifest) -> EventStream[ReportEvent]:
    """Make a table again, byte for byte, from what was kept of it; no model is asked.

    Raises:
        InputError: Papers are gone or differ, or what the model filled is not kept any more.
        ConspectusError: It came out otherwise.
    """

    async def make(emit: Emit[ReportEvent]) -> None:
        scope = await in_thread(partial(restore_scope, library, original))
        settings = original.settings
        request = TableSpec(
            **dict(read_request(original)),
            columns=parse_columns(_read_list(settings["columns"])),
            sort=str(settings.get("sort", "")),
            where=tuple(_read_list(settings.get("where", []))),
        )
        corrections = json.loads(str(settings.get("corrections", "{}")))
        writer = CellWriter.reopen(library, original)
        judged = ScopeJudgements(usage=original.passes.get(RELEVANCE, Usage()))
        run = _TableRun(request, scope, writer, corrections, bool(original.failed), AT_ONCE, judged)
        event = await run.make(original, emit)
        await emit(event.model_copy(update={"report": check_same(event.report, original)}))

    return EventStream(make)


def _read_list(value: object) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else []


def _describe_request(request: TableSpec, corrections: Corrections) -> dict[str, str | list[str]]:
    """Describe what makes a table beside what makes every report, for its manifest."""
    settings: dict[str, str | list[str]] = {"columns": [column.spec for column in request.columns]}
    settings |= {"sort": request.sort} if request.sort else {}
    settings |= {"where": list(request.where)} if request.where else {}
    if corrections:
        settings["corrections"] = json.dumps(corrections, ensure_ascii=False, sort_keys=True)
    return settings


def list_model_columns(columns: Sequence[Column]) -> list[Column]:
    """List the columns that a model fills where there is one: those that no rule fills, and free text."""
    return [
        column
        for column in columns
        if not is_keyless(column) or (is_of_role(column) and column.type is ColumnType.TEXT)
    ]


class ModelRow(NamedTuple):
    """What a table asks a model about one paper."""

    paper: Paper
    columns: list[Column]


def list_model_rows(library: Library, request: TableSpec, judged: ScopeJudgements = UNJUDGED) -> list[ModelRow]:
    """List what a table asks of a model, for estimates and batches.

    Args:
        library: Where the papers are.
        request: What to ask.
        judged: What a model judged of papers near the cut of its topic.

    Raises:
        InputError: No paper is left.
        LibraryError: The library cannot be read.
    """
    columns = list_model_columns(request.columns)
    if not columns:
        return []
    return [ModelRow(paper, columns) for paper in _choose_rows(library, request, judged).papers]


def _choose_rows(library: Library, request: TableSpec, judged: ScopeJudgements) -> ReportScope:
    """Choose the papers of a table."""
    limits = (request.least, request.most, judged.by_paper)
    return choose_papers(library, request.filters, request.topic, *limits)


class _TableRun:
    """One making of a table.

    Args:
        request: What to ask.
        scope: The papers.
        writer: Whose model fills what no rule does, None for nobody.
        corrections: What was corrected by hand.
        fallback: Whether cells are not sure where the model gives no answer.
        at_once: Papers that it is asked about at the same time.
        judged: What it judged of papers near the cut.
    """

    def __init__(
        self,
        request: TableSpec,
        scope: ReportScope,
        writer: CellWriter | None,
        corrections: Corrections,
        fallback: bool,
        at_once: int,
        judged: ScopeJudgements,
    ) -> None:
        self._judged = judged
        self._request = request
        self._scope = scope
        self._writer = writer
        self._corrections = corrections
        self._fallback = fallback
        self._at_once = at_once
        self._by_model: dict[str, dict[Column, CellValue]] = {}

    async def make(self, manifest: Manifest, emit: Emit[ReportEvent]) -> ReportDone:
        """Make the table, and return the event that ends it."""
        what = "Comparison" if self._request.kind is ReportKind.COMPARE else "Table"
        title = self._request.format_title(what)
        await emit(ReportStarted(title=title, papers=len(self._scope.papers), headings=("",)))
        await emit(SectionStarted(n=1, heading=""))
        if self._writer:
            await self._ask_model(self._writer, emit)
        rows = await in_thread(self._fill_rows)
        report = await in_thread(partial(self._assemble, title, manifest, rows))
        await emit(SectionDone(n=1, section=report.sections[0], done=1))
        if self._writer is None:
            return ReportDone(report=report)
        return ReportDone(report=report, paid=self._writer.paid + self._judged.paid, cached=self._writer.cached)

    async def _ask_model(self, writer: CellWriter, emit: Emit[ReportEvent]) -> None:
        columns = list_model_columns(self._request.columns)
        papers = self._scope.papers

        def make_task(paper: Paper) -> Callable[[Emit[ReportEvent]], Awaitable[None]]:
            async def ask(tell: Emit[ReportEvent]) -> None:
                cells = await writer.fill(paper, columns, self._fallback)
                self._by_model[paper.id] = dict(zip(columns, cells, strict=True))
                await tell(RowsDone(done=len(self._by_model), total=len(papers)))

            return ask

        async with aclosing(run_tasks([make_task(paper) for paper in papers], self._at_once)) as events:
            async for event in events:
                await emit(event)

    def _fill_rows(self) -> list[TableRow]:
        return [self._fill_row(paper) for paper in self._scope.papers]

    def _fill_row(self, paper: Paper) -> TableRow:
        columns = self._request.columns
        cells = fill_cells(paper, columns)
        model_cells = self._by_model.get(paper.id, {})
        # Where a model states nothing, the sentence that has the role may stand.
        chosen = [
            model_cells[column]
            if column in model_cells and (model_cells[column].state is CellState.STATED or not cell.quote)
            else cell
            for column, cell in zip(columns, cells, strict=True)
        ]
        corrected = correct_cells(paper, columns, chosen, self._corrections.get(paper.id, {}))
        return TableRow(paper_id=paper.id, title=paper.marked_title, year=paper.year, cells=corrected)

    def _assemble(self, title: str, manifest: Manifest, filled: Sequence[TableRow]) -> TableReport:
        """Assemble the rows to a report: those that are shown, ledger, references, digest.

        Raises:
            ConspectusError: The ledger does not add up.
        """
        rows = arrange_rows(self._request, filled)
        section = Section(
            heading="",
            table=make_report_table(self._request.columns, rows),
            papers=tuple(row.paper_id for row in rows if any(cell.quote for cell in row.cells)),
            mode=self._writer.identity.model if self._writer else EXTRACTIVE,
            note=self._describe_gaps(),
        )
        entries = close_ledger(self._scope, [section])
        sections, references = number_sections([section], self._scope.papers)
        update: dict[str, object] = {"failed": dict(sorted(self._writer.failed.items()))} if self._writer else {}
        update |= {"passes": {RELEVANCE: self._judged.usage}} if self._judged.usage != Usage() else {}
        return _with_digest(
            TableReport(
                kind=self._request.kind,
                title=title,
                sections=sections,
                references=references,
                ledger=entries,
                manifest=manifest.model_copy(update=update),
                usage=(self._writer.cost if self._writer else Usage()) + self._judged.usage,
                columns=self._request.columns,
                rows=rows,
            )
        )

    def _describe_gaps(self) -> str:
        """Say which columns nobody could fill, and that some were corrected; "" for a table without gaps."""
        empty = [column.name for column in self._request.columns if not is_keyless(column)] if not self._writer else []
        notes = [f"no model is set to fill: {', '.join(empty)}"] if empty else []
        count = sum(len(row) for row in self._corrections.values())
        notes += [f"{count} {'cell was' if count == 1 else 'cells were'} corrected by you"] if count else []
        notes += [self._judged.note] if self._judged.note else []
        return "; ".join(notes)


def _with_digest(report: TableReport) -> TableReport:
    complete = with_digest(report)
    assert isinstance(complete, TableReport)
    return complete
