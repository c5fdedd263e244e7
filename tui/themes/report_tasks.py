"""The reports of the application: one is made at a time, whatever screen is shown, and what was made is kept.

Here is what is wanted (``ReportRequest``, ``ReportTask``), what makes it (``Reports``), the widget that shows how it
goes by its own messages (``ReportProgress``), what it is going to cost, and which reports were saved before.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field
from textual import on
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widgets import Button, ProgressBar, Static
from textual.worker import Worker

from assistant import (
    Assistant,
    FactsDone,
    Frozen,
    Report,
    ReportDone,
    ReportEvent,
    ReportKind,
    ReportStarted,
    SectionDone,
    SectionStarted,
)
from assistant.events import RequestRetried
from store.errors import ConspectusError, InputError
from tui.messages import ReportEnded
from tui.papers.selection import Row
from tui.text import one_line


class ReportRequest(Frozen):
    """A report that is wanted.

    Attributes:
        kind: What it tells.
        topic: What it is about, the question for ``question``; "" for all papers that the filters let through.
        filters: Papers that it draws on, as the API takes them.
        strict: Whether to leave out claims that do not hold.
        written: Whether the model writes it; else it is quoted.
    """

    kind: ReportKind = ReportKind.THEMES
    topic: str = ""
    filters: dict[str, Any] = Field(default_factory=dict)
    strict: bool = False
    written: bool = False


class OutputFiles(Frozen):
    """Where a report is to be saved: ``folder/name.format`` for each of the formats."""

    folder: Path
    name: str
    formats: tuple[str, ...]

    @property
    def paths(self) -> list[Path]:
        """The files, one a format; some formats bring others beside them."""
        return [self.folder / f"{self.name}.{format}" for format in self.formats]


class ReportTask(NamedTuple):
    """A report to make, and to save where ``files`` says so."""

    request: ReportRequest
    files: OutputFiles | None = None


class CachedReport(NamedTuple):
    """A report that was made, and the papers of its scope by their ids."""

    report: Report
    rows: Mapping[str, Row]


class ReportProgress(Horizontal):
    """How far the report is that is being made, and a button that stops it; not there while none is made.

    ``Reports`` tells it by its own messages; how a report ended bubbles to the screen.
    """

    @dataclass
    class Progress(Message, bubble=False):
        """What is done now; so many of its sections are written, None for as many as before; 0 in all: not known."""

        text: str
        done: int | None = None
        total: int = 0

    @dataclass
    class Done(Message):
        """A report is made, and saved where its task says so."""

        task: ReportTask
        cached: CachedReport

    @dataclass
    class Failed(Message):
        """A report could not be made or not be saved."""

        task: ReportTask
        error: ConspectusError

    @dataclass
    class Stopped(Message):
        """The user stopped it."""

        task: ReportTask

    class Unwanted(Message):
        """The user wants it to stop."""

    def __init__(self) -> None:
        super().__init__(id="making")

    def compose(self) -> ComposeResult:
        """What is done now, how far it is, and the way out."""
        yield Static(id="making-text", markup=False)
        yield ProgressBar(show_eta=False, show_percentage=False)
        yield Button("Stop", compact=True)

    def on_mount(self) -> None:
        """Begin without a report."""
        self.display = False

    @on(Progress)
    def _on_progress(self, event: Progress) -> None:
        self.display = True
        self.query_one("#making-text", Static).update(Content(f"Report: {one_line(event.text)}. Esc stops it."))
        self.query_one(ProgressBar).update(total=event.total or None)
        if event.done is not None:
            self.query_one(ProgressBar).update(progress=event.done)

    @on(Done)
    @on(Failed)
    @on(Stopped)
    def _on_end(self) -> None:
        self.display = False

    @on(Button.Pressed)
    def _on_stop_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Unwanted())


# Reports that are kept in memory, so that going back and forth makes none again (chosen by hand; not measured); those
# of another generation of the library are never found again.
_MAX_CACHED = 4


class ReportTasks:
    """Makes reports; posts the messages of ``ReportProgress`` to its listeners, and ``ReportEnded`` to the application.

    Its methods are called on the event loop.

    Args:
        app: Runs the work.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._cache: dict[str, CachedReport] = {}
        self._listeners: list[MessagePump] = []
        self._worker: Worker[None] | None = None
        self._last: Callable[[], Message] | None = None
        self.written = False
        """Whether the themes that were looked at last were written by the model."""
        self.folders: list[Path] = []
        """Where reports were saved, the last folder last."""

    @property
    def is_busy(self) -> bool:
        """Whether one is being made."""
        return self._worker is not None

    def listen(self, node: MessagePump) -> None:
        """Post the messages to a widget for as long as it is there, the last one of a running report at once."""
        self._listeners = [*(listener for listener in self._listeners if listener.is_running), node]
        if self.is_busy and self._last:
            node.post_message(self._last())

    async def find_cached(self, assistant: Assistant, request: ReportRequest) -> CachedReport | None:
        """Return the report as it was made of the library as it is, None where it was not.

        Raises:
            ConspectusError: The library cannot be read, or the model cannot be made.
        """
        return self._cache.get(await asyncio.to_thread(_cache_key, assistant, request))

    def start(self, assistant: Assistant, task: ReportTask, refresh: bool = False) -> bool:
        """Make a report, or take it from memory unless it is to be made again; says whether it began.

        It does not while another one is being made.
        """
        if self.is_busy:
            return False
        self._last = None
        self._worker = self._app.run_worker(self._run(assistant, task, refresh), group="reports", name="report")
        return True

    def stop(self) -> None:
        """Stop what is being made. What a model wrote for it is kept."""
        if self._worker:
            self._worker.cancel()

    async def _run(self, assistant: Assistant, task: ReportTask, refresh: bool) -> None:
        build_end: Callable[[], Message] = partial(ReportProgress.Stopped, task)
        try:
            cached = await self._get_report(assistant, task.request, refresh)
            if task.files:
                await self._save_report(assistant, cached.report, task.files)
                self._app.post_message(ReportEnded(name_files(task.files)))
            build_end = partial(ReportProgress.Done, task, cached)
        except ConspectusError as error:
            build_end = partial(ReportProgress.Failed, task, error)
            self._app.post_message(ReportEnded(str(error), failed=True))
        finally:
            self._worker = None
            self._post(build_end)

    async def _get_report(self, assistant: Assistant, request: ReportRequest, refresh: bool) -> CachedReport:
        key = await asyncio.to_thread(_cache_key, assistant, request)
        if refresh:
            self._cache.pop(key, None)
        if key not in self._cache:
            self._post_progress("choosing the papers and grouping them")
            report = await self._make_report(assistant, request)
            rows = await asyncio.to_thread(_read_rows, assistant, report)
            self._cache = dict([*self._cache.items(), (key, CachedReport(report, rows))][-_MAX_CACHED:])
        return self._cache[key]

    async def _make_report(self, assistant: Assistant, request: ReportRequest) -> Report:
        total = 0
        async with aclosing(await asyncio.to_thread(_stream_events, assistant, request)) as events:
            async for event in events:
                match event:
                    case ReportStarted(papers=papers, headings=headings):
                        total = len(headings)
                        self._post_progress(f"{papers:,} papers, {total:,} sections", 0, total)
                    case FactsDone(done=done, total=papers):
                        self._post_progress(f"facts of {done:,} of {papers:,} papers known", done, papers)
                    case SectionStarted(n=n, heading=heading):
                        text = f"section {n} of {total}: {one_line(heading, 60)}"
                        self._post_progress(text, None, total)
                    case RequestRetried():
                        self._post_progress(event.words, None, total)
                    case SectionDone(done=done):
                        self._post_progress(f"{done} of {total} sections written", done, total)
                    case ReportDone(report=report):
                        return report
        raise AssertionError("the report ended without its last event")

    async def _save_report(self, assistant: Assistant, report: Report, files: OutputFiles) -> None:
        self._post_progress(f"saving {', '.join(files.formats)}")
        await asyncio.to_thread(_save_files, assistant, report, files)
        self.folders = [*(folder for folder in self.folders if folder != files.folder), files.folder]

    def _post_progress(self, text: str, done: int | None = None, total: int = 0) -> None:
        self._post(partial(ReportProgress.Progress, text, done, total))

    def _post(self, build_message: Callable[[], Message]) -> None:
        self._last = build_message
        for node in self._listeners:
            node.post_message(build_message())


def name_files(files: OutputFiles) -> str:
    """Say where a report is, and why it has no pictures where what draws them is not installed."""
    from assistant import Reports

    missing = next(filter(None, map(Reports.explain_missing_figures, files.formats)), "")
    return f"Written: {', '.join(map(str, files.paths))}{f'. {missing}' if missing else ''}"


def _cache_key(assistant: Assistant, request: ReportRequest) -> str:
    """Return all that a report depends on."""
    identity = assistant.reports.identity if request.written else ""
    return json.dumps([assistant.papers.generation, identity, request.model_dump_json()])


def _stream_events(assistant: Assistant, request: ReportRequest) -> AsyncGenerator[ReportEvent, None]:
    """Make a report, by the model only where that is to write it."""
    return assistant.reports.astream(
        request.kind, request.topic, strict=request.strict, quoted=not request.written, **request.filters
    )


def _read_rows(assistant: Assistant, report: Report) -> dict[str, Row]:
    ids = tuple(entry.paper_id for entry in report.ledger)
    return {paper.id: Row.from_paper(paper) for paper in assistant.papers.list(ids=ids)}


def check_files(files: OutputFiles) -> None:
    """Check before a report is made that it can be saved without replacing somebody else's file.

    Raises:
        InputError: It cannot.
    """
    from assistant import Reports  # It brings what draws pictures and prints pages.

    Reports.check_output(*files.paths)


def _save_files(assistant: Assistant, report: Report, files: OutputFiles) -> None:
    assistant.reports.save(report, *files.paths)


# What it is going to cost


def model_of(assistant: Assistant) -> str:
    """Return the name of the model that writes reports, "" where there is none. The first call makes it, in a second.

    Raises:
        InputError: It is not named in full, or its key or its package is missing.
    """
    return assistant.reports.model


def estimate_cost(assistant: Assistant, request: ReportRequest) -> str:
    """Say what a report is going to take; "" where all that the model would write is kept. Call it in a thread.

    Raises:
        InputError: The report cannot be made.
        LibraryError: The library cannot be read.
    """
    estimate = assistant.reports.estimate(request.kind, request.topic, strict=request.strict, **request.filters)
    job = estimate.jobs[0]
    if job.note:
        raise InputError(job.note)
    if not estimate.calls:
        return ""
    tokens = estimate.usage.input_tokens + estimate.usage.output_tokens
    dollars = estimate.usage.price or "price not known"
    return f"about {estimate.calls:,} request{'s' * (estimate.calls != 1)}, {tokens:,} tokens, {dollars}"


# Reports that were saved

FORMATS = ("html", "pdf", "docx", "md", "tex", "json", "csv")
"""What is opened, the best to read first; a .bib belongs to the Markdown beside it."""
_MANIFEST = ".manifest.json"
_REPORT = re.compile(rb'\{\s*"kind":\s*"(?:' + "|".join(ReportKind).encode() + rb')",')


class ReportFile(NamedTuple):
    """A file of a report, and when it was written."""

    path: Path
    written: datetime


def find_saved_reports(folders: Iterable[Path]) -> list[ReportFile]:
    """Return the reports of some folders, the last written first, each in its formats, the best to read first.

    A report is found by the manifest that stands beside it, or in its JSON.

    A folder that is gone or may not be read holds none.
    """
    reports = [list(_list_files(stem)) for folder in dict.fromkeys(folders) for stem in _find_stems(folder)]
    ordered = sorted(filter(None, reports), key=lambda files: max(file.written for file in files), reverse=True)
    return [file for files in ordered for file in files]


def _find_stems(folder: Path) -> list[Path]:
    """Return the files of reports without their endings."""
    try:
        paths = sorted(folder.glob("*.json"))
    except OSError:
        return []
    manifests = [path.with_name(path.name.removesuffix(_MANIFEST)) for path in paths if path.name.endswith(_MANIFEST)]
    complete = [path.with_suffix("") for path in paths if not path.name.endswith(_MANIFEST) and _is_report(path)]
    return list(dict.fromkeys([*manifests, *complete]))


def _is_report(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return bool(_REPORT.match(file.read(64)))
    except OSError:
        return False


def _list_files(stem: Path) -> Iterator[ReportFile]:
    for format in FORMATS:
        file = stem.with_name(f"{stem.name}.{format}")
        try:
            yield ReportFile(file, datetime.fromtimestamp(file.stat().st_mtime).astimezone())
        except OSError:  # It was not saved in this format, or is gone.
            continue
