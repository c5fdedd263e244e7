"""Reports, as the Python API has them: see docs/reports.md."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.report.manifest import read_report
from assistant.report.pipeline import build_request, stream_replay, stream_report
from assistant.report.schema import ReportDone

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterable
    from typing import Unpack

    from assistant.answer.pipeline import AnswerPipeline
    from assistant.batch.estimate import Estimate
    from assistant.concurrency import Loop
    from assistant.report.diff import ReportDiff
    from assistant.report.figures.figure import Picture
    from assistant.report.schema import Manifest, Report, ReportEvent, ReportSpec
    from assistant.settings import Settings
    from assistant.types import FilterOptions
    from assistant.verify.entailment import SecondStage
    from store.library import Library


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
        self,
        kind: str = "themes",
        /,
        topic: str = "",
        *,
        strict: bool = False,
        seed: int = 0,
        quoted: bool = False,
        **filters: Unpack[FilterOptions],
    ) -> Report:
        """Create a report.

        Args:
            kind: ``themes``, ``timeline``, ``question``, ``compare``, ``author``, ``contradictions``, ``annotated``.
            topic: What it is about; the question for ``question``; "" for all papers that the filters let through.
            strict: Leave out claims that do not hold: in doubt, not found or contradicted.
            seed: Of everything that draws lots, from 0.
            quoted: Quote the abstracts, also where there is a model.
            **filters: Papers to report on.

        Raises:
            InputError: There is no such kind, or no paper to report on.
            LibraryError: The library cannot be read.
            ModelError: The model gives no answer, and excerpts were not asked for in its place (``fallback``).
        """
        return self._loop.run_to_last(self._create(kind, topic, strict, seed, quoted, filters), ReportDone).report

    async def acreate(
        self,
        kind: str = "themes",
        /,
        topic: str = "",
        *,
        strict: bool = False,
        seed: int = 0,
        quoted: bool = False,
        **filters: Unpack[FilterOptions],
    ) -> Report:
        """``create`` without blocking the event loop; cancelling it cancels the report."""
        events = self._create(kind, topic, strict, seed, quoted, filters)
        return (await self._loop.arun_to_last(events, ReportDone)).report

    def stream(
        self,
        kind: str = "themes",
        /,
        topic: str = "",
        *,
        strict: bool = False,
        seed: int = 0,
        quoted: bool = False,
        **filters: Unpack[FilterOptions],
    ) -> Generator[ReportEvent, None, None]:
        """Yield the events of a report as they happen; the last is ``ReportDone``. Closing it cancels the report.

        What a model wrote till then is kept, so the same report goes on there when it is asked for again.
        """
        return self._loop.iterate(self._create(kind, topic, strict, seed, quoted, filters))

    def astream(
        self,
        kind: str = "themes",
        /,
        topic: str = "",
        *,
        strict: bool = False,
        seed: int = 0,
        quoted: bool = False,
        **filters: Unpack[FilterOptions],
    ) -> AsyncGenerator[ReportEvent, None]:
        """``stream`` for code with an event loop."""
        return self._loop.aiterate(self._create(kind, topic, strict, seed, quoted, filters))

    def replay(self, manifest: Manifest | Report | str | Path) -> Report:
        """Make a report again, byte for byte, from what is kept of it; no model is asked.

        Args:
            manifest: What made it, the report itself, or a JSON file with one of them.

        Raises:
            InputError: The file cannot be read, papers are gone or differ, or what a model wrote is kept no longer.
            ConspectusError: It came out otherwise, as another version of this package may make it.
        """
        return self._loop.run_to_last(stream_replay(self._library, manifest), ReportDone).report

    def stream_replay(self, manifest: Manifest | Report | str | Path) -> Generator[ReportEvent, None, None]:
        """Yield the events of ``replay`` as they happen; the last is ``ReportDone``."""
        return self._loop.iterate(stream_replay(self._library, manifest))

    def estimate(
        self, kind: str = "themes", /, topic: str = "", *, strict: bool = False, **filters: Unpack[FilterOptions]
    ) -> Estimate:
        """Estimate what a model is going to take for a report, without what is kept already; nothing is asked.

        Raises:
            InputError: There is no such kind, or no paper to report on.
            LibraryError: The library cannot be read.
        """
        from assistant.batch.estimate import Estimate

        return self._loop.run_to_last(self._estimate(kind, topic, strict, filters), Estimate)

    async def aestimate(
        self, kind: str = "themes", /, topic: str = "", *, strict: bool = False, **filters: Unpack[FilterOptions]
    ) -> Estimate:
        """``estimate`` without blocking the event loop."""
        from assistant.batch.estimate import Estimate

        return await self._loop.arun_to_last(self._estimate(kind, topic, strict, filters), Estimate)

    def figures(self, report: Report) -> tuple[Picture, ...]:
        """Draw the figures of a report, as SVG and PNG with a text in their place; none where it has no themes."""
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
        return render_text(build_manuscript(report, papers, keys, csl=_style_file(style, (format,))), format)

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

        places = _places(paths, format)
        return save_files(self._library, report, places, _style_file(style, places.values()))

    @staticmethod
    def check_output(*paths: str | Path, format: str | None = None, style: str | Path | None = None) -> None:
        """Raise before a report is made what ``save`` would raise after it, as far as that is known by then.

        Raises:
            InputError: A file that no report wrote would be replaced, or there is no such style.
        """
        from assistant.report.render.output import check_places

        places = _places(paths, format)
        if places:
            check_places(places)
        _style_file(style, places.values() if places else (format or "",))

    @staticmethod
    def read(path: str | Path) -> Report:
        """Read a report that was saved as JSON.

        Raises:
            InputError: It cannot be read.
        """
        return read_report(Path(path))

    @staticmethod
    def diff(before: Report, after: Report) -> ReportDiff:
        """Compare two reports: claims that were added, dropped or reworded, or whose sign changed, and why."""
        from assistant.report.diff import compare_reports

        return compare_reports(before, after)

    def _create(
        self, kind: str, topic: str, strict: bool, seed: int, quoted: bool, filters: FilterOptions
    ) -> AsyncGenerator[ReportEvent, None]:
        request = self._build_request(kind, topic, seed, strict, filters)
        return stream_report(self._library, None if quoted else self.writer, request, self._fallback)

    async def _estimate(
        self, kind: str, topic: str, strict: bool, filters: FilterOptions
    ) -> AsyncGenerator[Estimate, None]:
        from tempfile import TemporaryDirectory

        from assistant.batch.estimate import estimate_jobs
        from assistant.batch.job import JobOptions, PreparedJob
        from assistant.batch.spec import BatchJob, SpecItem
        from assistant.batch.state import BatchState

        request = self._build_request(kind, topic, 0, strict, filters)
        item = SpecItem(report=request.kind, topic=request.topic, filters=request.filters, strict=strict)
        work = PreparedJob(BatchJob(name="report", item=item), self.writer, "report")
        with TemporaryDirectory() as empty:  # Nothing is kept of a batch there.
            yield await estimate_jobs(JobOptions(self._library), [work], BatchState(Path(empty)))

    def _build_request(self, kind: str, topic: str, seed: int, strict: bool, filters: FilterOptions) -> ReportSpec:
        """Check what a caller gives; the ids of papers stand in place of what they are called by."""
        from store.paper_names import resolve_filters

        request = build_request(kind, topic, seed, strict, filters)
        return request.model_copy(update={"filters": resolve_filters(self._library, request.filters)})


def _places(paths: tuple[str | Path, ...], format: str | None) -> dict[Path, str]:
    """Return the format of each file."""
    return {Path(path): format or Path(path).suffix.removeprefix(".").lower() for path in paths}


def _style_file(style: str | Path | None, formats: Iterable[str]) -> Path | None:
    """Return the CSL file of a style, None for what each format does by itself, which is APA where the text is ours."""
    from assistant.export.csl import APA, find_style_file
    from assistant.report.render.output import TEXTS

    if not style or (style == APA and {*formats} <= {*TEXTS}):
        return None
    return find_style_file(str(style))
