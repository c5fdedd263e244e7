"""The reports of the application: one is made at a time, whatever screen is shown, and what was made is kept.

Reports as the chat makes them: what is wanted, where it goes, and what came of it.

What a model is going to take for a report, before anything is asked of it.

Reports that were saved, as they can be opened: found by the manifests that stand beside them or in them.

How the making of a report goes: a line, a bar, and a button that stops it.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
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
    Frozen,
    Kind,
    Report,
    ReportDone,
    ReportEvent,
    ReportStarted,
    SectionDone,
    SectionStarted,
)
from store.errors import ConspectusError, InputError
from tui.messages import ReportEnded
from tui.papers.selection import Row
from tui.text import one_line


class Order(Frozen):
    """A report to make.

    Attributes:
        kind: What it tells.
        topic: What it is about, the question for ``question``; "" for all papers that the filters let through.
        filters: Papers that it draws on, as the API takes them.
        strict: Whether to leave out what is not worded as in its source.
        written: Whether the model writes it; else it is quoted.
    """

    kind: Kind = Kind.THEMES
    topic: str = ""
    filters: dict[str, Any] = Field(default_factory=dict)
    strict: bool = False
    written: bool = False


class Files(Frozen):
    """Where a report is to be saved: ``folder/name.format`` for each of the formats."""

    folder: Path
    name: str
    formats: tuple[str, ...]

    @property
    def paths(self) -> list[Path]:
        """The files, one a format; some formats bring others beside them."""
        return [self.folder / f"{self.name}.{format}" for format in self.formats]


class Job(NamedTuple):
    """A report to make, and to save where ``files`` says so."""

    order: Order
    files: Files | None = None


class Kept(NamedTuple):
    """A report that was made, and the papers of its scope by their ids."""

    report: Report
    rows: Mapping[str, Row]


class Making(Horizontal):
    """The report that is being made; nothing where there is none."""

    class Progress(Message, bubble=False):
        """What is done now; so many of its sections are written, None for as many as before; 0 in all: not known."""

        def __init__(self, text: str, done: int | None = None, total: int = 0) -> None:
            super().__init__()
            self.text = text
            self.done = done
            self.total = total

    class Done(Message, bubble=False):
        """A report is made, and saved where its job says so."""

        def __init__(self, job: Job, kept: Kept) -> None:
            super().__init__()
            self.job = job
            self.kept = kept

    class Failed(Message, bubble=False):
        """A report could not be made or not be saved."""

        def __init__(self, job: Job, error: ConspectusError) -> None:
            super().__init__()
            self.job = job
            self.error = error

    class Stopped(Message, bubble=False):
        """The user stopped it."""

        def __init__(self, job: Job) -> None:
            super().__init__()
            self.job = job

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
        """Nothing is made yet."""
        self.display = False

    def show(self, text: str, done: int | None = None, total: int = 0) -> None:
        """Show how far it is; see ``Progress``."""
        self.display = True
        self.query_one("#making-text", Static).update(Content(f"Report: {one_line(text)}. Esc stops it."))
        self.query_one(ProgressBar).update(total=total or None)
        if done is not None:
            self.query_one(ProgressBar).update(progress=done)

    def end(self) -> None:
        """Show nothing."""
        self.display = False

    @on(Button.Pressed)
    def _stop(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Unwanted())


# Reports that are kept in memory; those of another generation of the library are never found again.
_KEPT = 4


class Reports:
    """What is being made, told by the messages of ``Making`` to who listens, and its end to the application.

    Its methods are called on the event loop.

    Args:
        app: Runs the work.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._kept: dict[str, Kept] = {}
        self._listeners: list[MessagePump] = []
        self._worker: Worker[None] | None = None
        self._last: Callable[[], Message] | None = None
        self.written = False
        """Whether the themes that were looked at last were written by the model."""
        self.folders: list[Path] = []
        """Where reports were saved, the last folder last."""

    @property
    def busy(self) -> bool:
        """Whether one is being made."""
        return self._worker is not None

    def listen(self, node: MessagePump) -> None:
        """Tell a screen, too, for as long as it is there; first how far the report is that is being made."""
        self._listeners = [*(one for one in self._listeners if one.is_running), node]
        if self.busy and self._last:
            node.post_message(self._last())

    async def found(self, assistant: Assistant, order: Order) -> Kept | None:
        """The report as it was made of the library as it is, None where it was not.

        Raises:
            ConspectusError: The library cannot be read, or the model cannot be made.
        """
        return self._kept.get(await asyncio.to_thread(_key, assistant, order))

    def begin(self, assistant: Assistant, job: Job, anew: bool = False) -> bool:
        """Make a report, or take what is kept of it unless it is to be made anew; says whether it began.

        It does not where another one is being made.
        """
        if self.busy:
            return False
        self._last = None
        self._worker = self._app.run_worker(self._run(assistant, job, anew), group="reports", name="report")
        return True

    def stop(self) -> None:
        """Stop what is being made. What a model wrote for it is kept."""
        if self._worker:
            self._worker.cancel()

    async def _run(self, assistant: Assistant, job: Job, anew: bool) -> None:
        told: Callable[[], Message] = partial(Making.Stopped, job)
        try:
            kept = await self._report(assistant, job, anew)
            if job.files:
                await self._save(assistant, kept.report, job.files)
                self._app.post_message(ReportEnded(written_to(job.files)))
            told = partial(Making.Done, job, kept)
        except ConspectusError as error:
            told = partial(Making.Failed, job, error)
            self._app.post_message(ReportEnded(str(error), failed=True))
        finally:
            self._worker = None
            self._tell(told)

    async def _report(self, assistant: Assistant, job: Job, anew: bool) -> Kept:
        key = await asyncio.to_thread(_key, assistant, job.order)
        if anew:
            self._kept.pop(key, None)
        if key not in self._kept:
            self._tell(partial(Making.Progress, "choosing the papers and grouping them"))
            report = await self._made(assistant, job.order)
            rows = await asyncio.to_thread(_rows, assistant, report)
            self._kept = dict([*self._kept.items(), (key, Kept(report, rows))][-_KEPT:])
        return self._kept[key]

    async def _made(self, assistant: Assistant, order: Order) -> Report:
        total = 0
        async with aclosing(await asyncio.to_thread(_events, assistant, order)) as events:
            async for event in events:
                match event:
                    case ReportStarted(papers=papers, headings=headings):
                        total = len(headings)
                        self._tell(partial(Making.Progress, f"{papers:,} papers, {total:,} sections", 0, total))
                    case SectionStarted(n=n, heading=heading):
                        text = f"section {n} of {total}: {one_line(heading, 60)}"
                        self._tell(partial(Making.Progress, text, None, total))
                    case SectionDone(done=done):
                        self._tell(partial(Making.Progress, f"{done} of {total} sections written", done, total))
                    case ReportDone(report=report):
                        return report
        raise AssertionError("the report ended without its last event")

    async def _save(self, assistant: Assistant, report: Report, files: Files) -> None:
        self._tell(partial(Making.Progress, f"saving {', '.join(files.formats)}"))
        await asyncio.to_thread(_save, assistant, report, files)
        self.folders = [*(one for one in self.folders if one != files.folder), files.folder]

    def _tell(self, make: Callable[[], Message]) -> None:
        self._last = make
        for node in self._listeners:
            node.post_message(make())


def written_to(files: Files) -> str:
    """Where a report is."""
    return f"Written: {', '.join(map(str, files.paths))}"


def _key(assistant: Assistant, order: Order) -> str:
    """All that a report hangs on."""
    identity = assistant.reports.identity if order.written else ""
    return json.dumps([assistant.papers.generation, identity, order.model_dump_json()])


def _events(assistant: Assistant, order: Order) -> AsyncGenerator[ReportEvent, None]:
    """The events of a report; by the model only where it is to write."""
    return assistant.reports.astream(
        order.kind, order.topic, strict=order.strict, quoted=not order.written, **order.filters
    )


def _rows(assistant: Assistant, report: Report) -> dict[str, Row]:
    ids = tuple(entry.paper_id for entry in report.ledger)
    return {paper.id: Row.of(paper) for paper in assistant.papers.list(ids=ids)}


def check_files(files: Files) -> None:
    """Tell before a report is made that it could not be saved without replacing somebody's file.

    Raises:
        InputError: It would.
    """
    from assistant import Reports  # Late: it brings what draws pictures and prints pages.

    Reports.check_output(*files.paths)


def _save(assistant: Assistant, report: Report, files: Files) -> None:
    assistant.reports.save(report, *files.paths)


def model_of(assistant: Assistant) -> str:
    """The name of the model that writes reports, "" where there is none. The first call makes it, in a second.

    Raises:
        InputError: It is not named in full, or its key or its package is missing.
    """
    return assistant.reports.model


def price(assistant: Assistant, order: Order) -> str:
    """What a report is going to take, in words; "" where all that the model would write is kept. Call it in a thread.

    Raises:
        InputError: The report cannot be made.
        LibraryError: The library cannot be read.
    """
    estimate = assistant.reports.estimate(order.kind, order.topic, strict=order.strict, **order.filters)
    job = estimate.jobs[0]
    if job.note:
        raise InputError(job.note)
    if not estimate.calls:
        return ""
    tokens = estimate.usage.input_tokens + estimate.usage.output_tokens
    dollars = "price not known" if estimate.usage.dollars is None else f"${estimate.usage.dollars:.4f}"
    return f"about {estimate.calls:,} request{'s' * (estimate.calls != 1)}, {tokens:,} tokens, {dollars}"


FORMATS = ("html", "pdf", "docx", "md", "tex", "json", "csv")
"""What is opened, the best to read first; a .bib belongs to the Markdown beside it."""
_MANIFEST = ".manifest.json"
_REPORT = re.compile(rb'\{\s*"kind":\s*"(?:' + "|".join(Kind).encode() + rb')",')


class ReportFile(NamedTuple):
    """A file of a report, and when it was written."""

    path: Path
    written: datetime


def made_in(folders: Iterable[Path]) -> list[ReportFile]:
    """The reports of some folders, the last written first, each in its formats, the best to read first.

    A folder that is gone or may not be read holds none.
    """
    reports = [list(_files(stem)) for folder in dict.fromkeys(folders) for stem in _stems(folder)]
    ordered = sorted(filter(None, reports), key=lambda files: max(one.written for one in files), reverse=True)
    return [file for files in ordered for file in files]


def _stems(folder: Path) -> list[Path]:
    """The files of reports without their endings."""
    try:
        found = sorted(folder.glob("*.json"))
    except OSError:
        return []
    manifests = [path.with_name(path.name.removesuffix(_MANIFEST)) for path in found if path.name.endswith(_MANIFEST)]
    whole = [path.with_suffix("") for path in found if not path.name.endswith(_MANIFEST) and _is_report(path)]
    return list(dict.fromkeys([*manifests, *whole]))


def _is_report(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return bool(_REPORT.match(file.read(64)))
    except OSError:
        return False


def _files(stem: Path) -> Iterator[ReportFile]:
    for format in FORMATS:
        file = stem.with_name(f"{stem.name}.{format}")
        try:
            yield ReportFile(file, datetime.fromtimestamp(file.stat().st_mtime).astimezone())
        except OSError:  # It was not saved in this format, or is gone.
            continue
