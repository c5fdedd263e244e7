"""Reports, as the Python API has them: see docs/reports.md."""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.report.manifest import check_unchanged, read_report
from assistant.report.schema import TABLES, ReportDone, ReportKind
from assistant.types import FilterOptions
from store.errors import InputError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterable, Sequence
    from typing import Any, Unpack

    from assistant.answer.pipeline import AnswerPipeline
    from assistant.batch.estimate import Estimate
    from assistant.concurrency import Loop
    from assistant.report.diff import ReportDiff
    from assistant.report.figures.figure import Picture
    from assistant.report.schema import Manifest, Report, ReportEvent, ReportSpec
    from assistant.settings import Settings
    from assistant.table.columns import Column
    from assistant.verify.entailment import SecondStage
    from store.library import Library


class ReportOptions(FilterOptions, total=False):
    """What a report is made by, as keyword arguments, beside the filters of its papers.

    Attributes:
        strict: Leave out claims that do not hold: in doubt, not found or contradicted.
        seed: Of everything that draws lots, from 0.
        columns: What a table asks of each paper: ``["sample size: number", "outcome: better | worse"]``; see
            docs/tables.md. Only for ``table``, as the next two are.
        sort: The column by which the rows are sorted, behind a minus for the largest first.
        where: Conditions on the rows that are shown: ``["sample size >= 100"]``.
        least: With a topic, the relevance that a paper has at the least, 0 to 1; None for the cut of ``ask``.
        most: With a topic, how many papers are taken at the most, the surest first; None for all above the cut.
    """

    strict: bool
    seed: int
    columns: Sequence[str | Column]
    sort: str
    where: Sequence[str]
    least: float | None
    most: int | None


_OWN_OPTIONS = frozenset(ReportOptions.__annotations__) - frozenset(FilterOptions.__annotations__)


class Reports:
    """Reports on a library; ``Assistant.reports``."""

    def __init__(
        self,
        library: Library,
        chain: AnswerPipeline | None,
        fallback: bool,
        settings: Settings | None,
        loop: Loop,
        stage: SecondStage | None = None,
    ) -> None:
        self._library = library
        self._chain = chain
        self._fallback = fallback
        self._settings = settings
        self._loop = loop
        self._stage = stage

    @cached_property
    def writer(self) -> AnswerPipeline | None:
        """The model that writes reports, None where they are quoted; made when the first one is written.

        It is the one that answers, unless the settings name another for reports.

        Raises:
            InputError: It is not named in full, or its key or its package is missing.
        """
        settings = self._settings
        if settings is None or not settings.report.model or settings.report == settings.chat:
            return self._chain
        from assistant.answer.pipeline_factory import build_pipeline

        return build_pipeline(self._library, settings.model_copy(update={"chat": settings.report}), stage=self._stage)

    @property
    def model(self) -> str:
        """The name of the model that writes reports, "" where they are quoted. The first use makes it, in a second.

        Raises:
            InputError: It is not named in full, or its key or its package is missing.
        """
        return self.writer.model.name if self.writer else ""

    @property
    def identity(self) -> str:
        """What tells the model that writes reports, and how it is asked, from another; "" where they are quoted."""
        return self.writer.model.identity if self.writer else ""

    def create(
        self, kind: str = "", /, topic: str = "", *, quoted: bool = False, **options: Unpack[ReportOptions]
    ) -> Report:
        """Create a report.

        Args:
            kind: ``themes`` (also without one), ``timeline``, ``question``, ``compare``, ``author``,
                ``contradictions``, ``annotated``, ``table``; the report of ``compare`` and ``table`` is a
                ``TableReport``. Behind a kind, ``kind=`` is the filter of papers; without one it names the report.
            topic: What it is about; the question for ``question``; "" for all papers that the filters let through.
            quoted: Quote the abstracts, also where there is a model.
            **options: ``ReportOptions``: what a report is made by, and filters of the papers.

        Raises:
            TooLittle: The library holds too little about the topic.
            InputError: There is no such kind, or no paper to report on.
            LibraryError: The library cannot be read.
            ModelError: The model gives no answer, and excerpts were not asked for in its place (``fallback``).
        """
        request = self._build_request(kind, topic, options)
        return self._loop.run_to_last(self._create(request, quoted), ReportDone).report

    async def acreate(
        self, kind: str = "", /, topic: str = "", *, quoted: bool = False, **options: Unpack[ReportOptions]
    ) -> Report:
        """``create`` without blocking the event loop; cancelling it cancels the report."""
        request = self._build_request(kind, topic, options)
        events = self._create(request, quoted)
        return (await self._loop.arun_to_last(events, ReportDone)).report

    def stream(
        self, kind: str = "", /, topic: str = "", *, quoted: bool = False, **options: Unpack[ReportOptions]
    ) -> Generator[ReportEvent, None, None]:
        """Yield the events of a report as they happen; the last is ``ReportDone``. Closing it cancels the report.

        What a model wrote till then is kept, so the same report goes on there when it is asked for again.
        """
        request = self._build_request(kind, topic, options)
        return self._loop.iterate(self._create(request, quoted))

    def astream(
        self, kind: str = "", /, topic: str = "", *, quoted: bool = False, **options: Unpack[ReportOptions]
    ) -> AsyncGenerator[ReportEvent, None]:
        """``stream`` for code with an event loop."""
        request = self._build_request(kind, topic, options)
        return self._loop.aiterate(self._create(request, quoted))

    def replay(self, manifest: Manifest | Report | str | Path) -> Report:
        """Make a report again, byte for byte, from what is kept of it; no model is asked.

        Args:
            manifest: What made it, the report itself, or a JSON file with one of them.

        Raises:
            InputError: The file cannot be read, papers are gone or differ, or what a model wrote is kept no longer.
            ConspectusError: It came out otherwise, as another version of this package may make it.
        """
        from assistant.table.pipeline import stream_any_replay

        return self._loop.run_to_last(stream_any_replay(self._library, manifest), ReportDone).report

    def stream_replay(self, manifest: Manifest | Report | str | Path) -> Generator[ReportEvent, None, None]:
        """Yield the events of ``replay`` as they happen; the last is ``ReportDone``."""
        from assistant.table.pipeline import stream_any_replay

        return self._loop.iterate(stream_any_replay(self._library, manifest))

    def revise(self, report: Report, wish: str) -> Report:
        """Have a model write one section of a report again, under the same check; all others stay as they are.

        Args:
            report: The report.
            wish: "section 3: shorter, more on data", or the heading of the section in place of its number.

        Raises:
            InputError: There is no model or no such section, the library has changed, or nothing that the model wrote
                holds.
            ModelError: The model gives no answer.
        """
        return self._loop.run_to_last(self._revise(report, wish), ReportDone).report

    async def arevise(self, report: Report, wish: str) -> Report:
        """``revise`` without blocking the event loop."""
        return (await self._loop.arun_to_last(self._revise(report, wish), ReportDone)).report

    def estimate(self, kind: str = "", /, topic: str = "", **options: Unpack[ReportOptions]) -> Estimate:
        """Estimate what a model is going to take for a report, without what is kept already; nothing is asked.

        ``Estimate.jobs[0].passes`` tells it of each pass: relevance, facts, outline, sections, names.

        Raises:
            InputError: There is no such kind, or no paper to report on.
            LibraryError: The library cannot be read.
        """
        from assistant.batch.estimate import Estimate

        request = self._build_request(kind, topic, options)
        return self._loop.run_to_last(self._estimate(request), Estimate)

    async def aestimate(self, kind: str = "", /, topic: str = "", **options: Unpack[ReportOptions]) -> Estimate:
        """``estimate`` without blocking the event loop."""
        from assistant.batch.estimate import Estimate

        request = self._build_request(kind, topic, options)
        return await self._loop.arun_to_last(self._estimate(request), Estimate)

    def figures(self, report: Report) -> tuple[Picture, ...]:
        """Draw the figures of a report, as SVG and PNG with a text in their place; none where it has no themes.

        Raises:
            InputError: What draws them, the extra ``figures``, is not installed.
            LibraryError: The library cannot be read.
        """
        from assistant.report.figures import render_figures

        return render_figures(self._library, report)

    def render(self, report: Report, format: str = "md", style: str | Path | None = None) -> str:
        """Return a report as text.

        Args:
            report: The report.
            format: ``md``, ``html``, ``json``, ``csv`` or ``bib``.
            style: Of the references; see ``save``.

        Raises:
            InputError: There is no such format or style, or the report has no table for CSV.
            LibraryError: The library cannot be read.
        """
        from assistant.report.render.manuscript import build_manuscript
        from assistant.report.render.output import render_text
        from store.citation_keys import keys_in

        papers = self._library.get([reference.paper_id for reference in report.references])
        keys = keys_in(self._library, papers)
        if format == "csv" and report.kind in TABLES:
            from assistant.table.render import render_table

            return render_table(report, keys, format).decode()
        return render_text(build_manuscript(report, papers, keys, csl=_find_style(style, (format,))), format, name="")

    def save(
        self, report: Report, *paths: str | Path, format: str | None = None, style: str | Path | None = None
    ) -> list[Path]:
        """Write a report to files, and beside them its manifest.

        Args:
            report: The report.
            *paths: One file or more: ``.md``, ``.html``, ``.json`` and the others of docs/reports.md.
            format: The format of all of them; None for that which the ending of each says.
            style: Of the references: ``apa``, any of the CSL repository, or the path of a ``.csl`` file; None for APA,
                and for what pandoc makes its own, Chicago.

        Returns:
            All files that were written, with pictures and references.

        Raises:
            InputError: There is no such format or style, it is of no use for this report, what makes it is not
                installed, or a file that no report wrote would be replaced.
            LibraryError: The disk refuses.
        """
        from assistant.report.render.output import save_files
        from assistant.table.render import FORMATS, render_table

        places = _read_formats(paths, format)
        is_table = report.kind in TABLES
        own = {name: partial(render_table, format=name) for name in FORMATS} if is_table else {}
        return save_files(self._library, report, places, _find_style(style, places.values()), own)

    @staticmethod
    def explain_missing_figures(format: str) -> str:
        """Say why ``save`` draws no pictures for a format that has them; "" where it draws them, or has none."""
        from assistant.report.figures.figure import INSTALL, can_draw
        from assistant.report.render.output import PICTURED

        return "" if format not in PICTURED or can_draw() else f"Without pictures: matplotlib draws them. {INSTALL}."

    @staticmethod
    def check_output(*paths: str | Path, format: str | None = None, style: str | Path | None = None) -> None:
        """Raise before a report is made what ``save`` would raise after it, as far as that is known by then.

        Raises:
            InputError: A file that no report wrote would be replaced, or there is no such style.
        """
        from assistant.report.render.output import check_places

        places = _read_formats(paths, format)
        if places:
            check_places(places)
        _find_style(style, places.values() if places else (format or "",))

    @staticmethod
    def read(path: str | Path) -> Report:
        """Read a report that was saved as JSON.

        Raises:
            InputError: It cannot be read, or is not what was saved.
        """
        report = read_report(Path(path))
        if report.kind in TABLES:
            from assistant.table.schema import TableReport

            report = TableReport.model_validate_json(Path(path).read_bytes())
        check_unchanged(report, Path(path))
        return report

    def find_saved(self, path: str | Path) -> Report | None:
        """Find what this library keeps of a report that was saved to a file, in whatever format; None for nothing.

        Raises:
            LibraryError: The folder of saved reports cannot be read.
        """
        from assistant.report.saved import find_report

        saved = find_report(self._library, Path(path))
        if saved is None:
            return None
        from assistant.report.schema import Report as PlainReport
        from assistant.table.schema import TableReport

        report = PlainReport.model_validate_json(saved.content)
        return TableReport.model_validate_json(saved.content) if report.kind in TABLES else report

    def correct(self, paper_id: str, column: str, value: str) -> None:
        """Correct a cell by hand: every table that asks this of the paper shows the value from now on, as yours.

        Args:
            paper_id: The paper.
            column: The name of the column, or the column as it was asked: ``sample size: number``.
            value: What the cell is to say; ``not stated`` too, and "" takes the correction back.

        Raises:
            InputError: The library has no such paper, no column is named, or the column has no such value.
            LibraryError: The disk refuses.
        """
        from assistant.table.cell_corrections import save_correction

        save_correction(self._library, paper_id, column, value)

    def list_corrections(self) -> dict[str, dict[str, str]]:
        """List the cells that were corrected by hand: values by the names of columns, by the ids of papers."""
        from assistant.table.cell_corrections import read_corrections

        return read_corrections(self._library)

    @staticmethod
    def read_columns(path: str | Path) -> tuple[Column, ...]:
        """Read the columns of a table from a file in TOML; see docs/tables.md.

        Raises:
            InputError: It cannot be read, or says what cannot be.
        """
        from assistant.table.columns import read_columns

        return read_columns(Path(path))

    @staticmethod
    def diff(before: Report, after: Report) -> ReportDiff:
        """Compare two reports: claims that were added, dropped or reworded, or whose sign changed, and why."""
        from assistant.report.diff import compare_reports

        return compare_reports(before, after)

    def _build_request(self, kind: str, topic: str, options: ReportOptions) -> ReportSpec:
        """Check what a caller gives, and make a request of it; ids of papers stand in place of what they are called."""
        from assistant.report.pipeline import build_request
        from store.paper_names import resolve_filters

        filters = {name: value for name, value in options.items() if name not in _OWN_OPTIONS}
        own: dict[str, Any] = {name: value for name, value in options.items() if name in _OWN_OPTIONS}
        if not kind:  # Papers have a kind since, and before that a caller could write kind="timeline".
            kind = str(filters.pop("kind", None) or ReportKind.THEMES)
        if kind in TABLES:
            from assistant.table.pipeline import build_table_request

            request: ReportSpec = build_table_request(kind, topic, filters=filters, **own)
        elif any(own.pop(name, None) for name in ("columns", "sort", "where")):
            raise InputError(
                f"A report of kind {kind} has no columns.", 'Make a table: create("table", columns=["NAME: TYPE"]).'
            )
        else:
            request = build_request(kind, topic, filters=filters, **own)
        if not request.topic and any(own.get(name) is not None for name in ("least", "most")):
            raise InputError(
                "The cut chooses among the papers on a topic, and the report has none.",
                "Name a topic, or choose the papers by filters: --since 2020, --author NAME.",
            )
        request = request.model_copy(update={"filters": resolve_filters(self._library, request.filters)})
        return self._name_author(request) if request.kind is ReportKind.AUTHOR else request

    def _name_author(self, request: ReportSpec) -> ReportSpec:
        """Take the topic of a report on an author for the name: ``report author Namkoong`` means the papers by them."""
        filters, view = request.filters, self._library.view()
        if not request.topic or view is None or filters.author or filters.first_author or filters.last_author:
            return request
        if not view.find_authors(request.topic):
            near = view.suggest_author(request.topic)
            raise InputError(
                f"No author of this library is called {request.topic}.",
                f"Did you mean {near}?" if near else "See who is in it with: conspectus overview",
            )
        named = filters.model_copy(update={"author": (request.topic,)})
        return request.model_copy(update={"topic": "", "filters": named})

    def _create(self, request: ReportSpec, quoted: bool) -> AsyncGenerator[ReportEvent, None]:
        from assistant.table.pipeline import stream_any_report

        writer = None if quoted else self.writer
        return stream_any_report(self._library, writer, request, self._fallback)

    async def _revise(self, report: Report, wish: str) -> AsyncGenerator[ReportDone, None]:
        from assistant.report.report_writer import open_writer
        from assistant.report.revision import revise_report

        if self.writer is None:
            raise InputError(
                "There is no model to write a section again.",
                "Name one in the settings, or on opening the library.",
            )
        yield await revise_report(self._library, open_writer(self._library, self.writer), report, wish)

    async def _estimate(self, request: ReportSpec) -> AsyncGenerator[Estimate, None]:
        from tempfile import TemporaryDirectory

        from assistant.batch.estimate import estimate_jobs
        from assistant.batch.job import JobOptions, PreparedJob
        from assistant.batch.spec import BatchJob, SpecItem
        from assistant.batch.state import BatchState
        from assistant.table.schema import TableSpec

        columns: tuple[str, ...] = ()
        if isinstance(request, TableSpec) and request.kind is ReportKind.TABLE:  # Those of a comparison are given.
            columns = tuple(column.spec for column in request.columns)
        item = SpecItem(
            report=request.kind,
            topic=request.topic,
            least=request.least,
            most=request.most,
            filters=request.filters,
            strict=request.strict,
            columns=columns,
        )
        work = PreparedJob(BatchJob(name="report", item=item), self.writer, "report")
        with TemporaryDirectory() as empty:  # Nothing is kept of a batch there.
            yield await estimate_jobs(JobOptions(self._library), [work], BatchState(Path(empty)))


def _read_formats(paths: tuple[str | Path, ...], format: str | None) -> dict[Path, str]:
    """Return the format of each file."""
    return {Path(path): format or Path(path).suffix.removeprefix(".").lower() for path in paths}


def _find_style(style: str | Path | None, formats: Iterable[str]) -> Path | None:
    """Return the CSL file of a style, None for what each format does by itself, which is APA where the text is ours."""
    from assistant.export.csl import APA, find_style_file
    from assistant.report.render.output import TEXTS

    if not style or (style == APA and {*formats} <= {*TEXTS}):
        return None
    return find_style_file(str(style))
