"""The imports of the application: one runs in a thread, others wait; they go on whatever screen is shown.

How they go is posted as the messages of ``ImportProgress``, the widget that shows it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from os import fspath
from pathlib import Path
from threading import Event
from typing import Any

from textual import on
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widgets import Button, Log, ProgressBar, Static

from assistant import AddDone, AddEvent, AddReport, AddStarted, Assistant, BatchStored, Problem, ProblemFound
from store.errors import ConspectusError
from tui.messages import LibraryChanged
from tui.text import glyphs_of, one_line

# Problems that are listed; the others are counted (chosen by hand; not measured).
LISTED = 1000
_NAME_CHARS = 60


class ImportProgress(Vertical):
    """The imports that run: a bar, the problems with line and reason, how each file ended, all by its own messages."""

    @dataclass
    class Queued(Message, bubble=False):
        """A file or folder waits until those before it are added."""

        file: str

    @dataclass
    class Progress(Message, bubble=False):
        """So many bytes of a file were read (of 0 where its size is unknown), so many of its papers are in."""

        done: int
        total: int
        file: str
        papers: int = 0

    @dataclass
    class Problems(Message, bubble=False):
        """Records that could not be taken as they stood, or files that were passed over."""

        problems: Sequence[Problem]

    @dataclass
    class Done(Message, bubble=False):
        """A file was read to its end, or so far as it was when it was stopped."""

        file: str
        report: AddReport
        stopped: bool = False

        @property
        def summary(self) -> str:
            """The file's name, and what became of its records."""
            return f"{self.file.rpartition('/')[2]}: {_count_outcomes(self.report)}"

    @dataclass
    class Failed(Message, bubble=False):
        """A file could not be added (any further): what happened, and what to do next."""

        file: str
        what: str
        hint: str

    class Stopped(Message):
        """The user wants it to stop."""

    def __init__(self) -> None:
        super().__init__(id="adding")
        self._listed = 0
        self._ended = ""
        """How the only file so far ended: the list, where there is more to say, begins with it."""

    def compose(self) -> ComposeResult:
        """What runs, how far it is, how the last file ended, and all there is to say."""
        yield Static(id="adding-file", markup=False)
        with Horizontal(id="adding-bar"):
            yield ProgressBar(show_eta=True)
            yield Button("Stop", id="adding-stop", compact=True)
        yield Static(id="adding-outcome", markup=False)
        yield Log(id="adding-problems")

    def on_mount(self) -> None:
        """Begin without an import."""
        self.query_one("#adding-bar").display = False
        self.query_one(Log).display = False

    @on(Queued)
    def _on_file_queued(self, event: Queued) -> None:
        self._log_lines([f"{glyphs_of(self.app).working} {_shorten_name(event.file)} waits for its turn"])

    @on(Progress)
    def _on_progress(self, event: Progress) -> None:
        self._show_outcome("")
        text = f"Adding {_shorten_name(event.file)}: {event.papers:,} paper{'s' * (event.papers != 1)}"
        self.query_one("#adding-file", Static).update(Content(text))
        self.query_one("#adding-bar").display = True
        self.query_one(ProgressBar).update(total=event.total or None, progress=event.done)

    @on(Problems)
    def _on_problems_found(self, event: Problems) -> None:
        room = max(0, LISTED - self._listed)
        self._listed += len(event.problems)
        lines = [_describe_problem(problem) for problem in event.problems[:room]]
        if room and len(event.problems) >= room:
            lines.append(f"{glyphs_of(self.app).working} more are counted, not listed")
        self._log_lines(lines)

    @on(Done)
    def _on_file_done(self, event: Done) -> None:
        glyphs = glyphs_of(self.app)
        sign, stopped = (glyphs.failed, ", stopped") if event.stopped else (glyphs.done, "")
        self._show_end(f"{sign} {_shorten_name(event.file)}: {_count_outcomes(event.report)}{stopped}")

    @on(Failed)
    def _on_file_failed(self, event: Failed) -> None:
        text = f"{one_line(event.what)} {one_line(event.hint)}".rstrip()
        self._show_end(f"{glyphs_of(self.app).failed} {text}", "$text-error")

    @on(Button.Pressed, "#adding-stop")
    def _on_stop_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Stopped())

    def _show_end(self, text: str, style: str = "") -> None:
        self.query_one("#adding-file", Static).update("")
        self.query_one("#adding-bar").display = False
        self._show_outcome(text, style)
        if self._ended or self.query_one(Log).display:
            self._log_lines([text])
        else:
            self._ended = text

    def _show_outcome(self, text: str, style: str = "") -> None:
        outcome = self.query_one("#adding-outcome", Static)
        outcome.update(Content.styled(text, style))
        outcome.display = bool(text)

    def _log_lines(self, lines: Sequence[str]) -> None:
        if lines:
            log = self.query_one(Log)
            log.display = True
            log.write_lines([self._ended, *lines] if self._ended else lines)
            self._ended = ""


def _count_outcomes(report: AddReport) -> str:
    """Say what became of the records: ``45 added, 2 updated, 7 merged, 3 unchanged, 1 record not taken``."""
    lost = sum(problem.lost for problem in report.problems)
    parts = [f"{report.added:,} added", f"{report.updated:,} updated"]
    parts += [f"{report.merged:,} merged"] if report.merged else []
    parts += [f"{report.unchanged:,} unchanged"]
    parts += [f"{lost:,} record{'s' * (lost != 1)} not taken"] if lost else []
    bare = report.records - lost - report.with_abstract
    parts += [f"{bare:,} without an abstract"] if bare > 0 else []
    return ", ".join(parts)


def _shorten_name(file: str) -> str:
    return one_line(file.rpartition("/")[2], _NAME_CHARS)


def _describe_problem(problem: Problem) -> str:
    where = f"{_shorten_name(problem.file)}:{problem.line}" if problem.line else _shorten_name(problem.file)
    return f"{where}: {one_line(problem.reason)}{'' if problem.lost else ' (taken all the same)'}"


SAMPLE = files("assistant") / "data" / "namkoong_listing.txt"
"""The sample: the listing of an author's page with 45 papers."""

# Messages that are kept for those who begin to listen later (chosen by hand; not measured).
_REMEMBERED = 500


class Imports:
    """Adds files; posts the messages of ``ImportProgress`` to the application and to its listeners.

    Its methods are called on the event loop. The application gets ``LibraryChanged`` after each import that changed
    something.

    Args:
        app: Runs the work.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[tuple[Assistant, Path | Traversable]] = deque()
        self._listeners: list[MessagePump] = []
        self._sent: deque[Callable[[], Message]] = deque(maxlen=_REMEMBERED)
        self._stopping = Event()
        self.busy = False

    def add(self, assistant: Assistant, source: Path | Traversable) -> None:
        """Add a file, an archive, or every file of a folder that can be read as papers, after those that wait."""
        self._waiting.append((assistant, source))
        if self.busy:
            self._post(partial(ImportProgress.Queued, source.name))
        else:
            self.busy = True
            self._sent.clear()
            self._app.run_worker(self._run(), group="imports", name="imports")

    def stop(self) -> None:
        """Stop the import that runs and forget those that wait; what was stored stays."""
        self._waiting.clear()
        self._stopping.set()

    def listen(self, node: MessagePump, past: bool = True) -> None:
        """Post the messages to a widget or screen, too, for as long as it is there.

        Args:
            node: The widget or screen.
            past: Post it first what was posted since these imports began.
        """
        self._listeners = [*(listener for listener in self._listeners if listener.is_running), node]
        if past:
            for build_message in self._sent:
                node.post_message(build_message())

    async def _run(self) -> None:
        try:
            while self._waiting:
                self._stopping.clear()
                assistant, source = self._waiting.popleft()
                importing = FileImport(assistant, self._post, self._stopping)
                await asyncio.to_thread(importing.run, source)
                if importing.changed:
                    self._app.post_message(LibraryChanged())
        finally:  # Where the application closes, the thread stops after its batch.
            self._stopping.set()
            self.busy = False

    def _post(self, build_message: Callable[[], Message]) -> None:
        """Post to the application and to the listeners; also from the thread, for posting is safe there."""
        self._sent.append(build_message)
        for node in (self._app, *self._listeners):
            node.post_message(build_message())


Post = Callable[[Callable[[], Message]], object]
"""Takes what makes a message: each listener gets one of its own."""


class FileImport:
    """The import of a file, a folder or an archive.

    Args:
        assistant: Whose library is added to.
        post: Takes the messages of ``ImportProgress``.
        stopping: Set to stop it; what was stored stays.
    """

    def __init__(self, assistant: Assistant, post: Post, stopping: Event) -> None:
        self._assistant = assistant
        self._post = post
        self._stopping = stopping
        self.changed = False

    def run(self, source: Path | Traversable) -> None:
        """Add it; errors that are raised on purpose become messages."""
        try:
            with as_file(source) as path:
                self._add_file(path)
        except ConspectusError as error:
            self._post(partial(ImportProgress.Failed, str(source), error.what, error.hint))

    def _add_file(self, file: Path) -> None:
        counts = _ImportCounts(fspath(file), self._post)
        events = self._assistant.stream_add(file)
        try:
            for event in events:
                counts.take_event(event)
                if self._stopping.is_set():
                    break
        finally:
            if isinstance(events, Generator):
                events.close()
            self.changed |= counts.stored > 0
        self._post(partial(ImportProgress.Done, counts.file, counts.report, not counts.is_complete))


class _ImportCounts:
    """What is known of a file, folder or archive while it is added."""

    def __init__(self, file: str, post: Post) -> None:
        self.file = file
        self.report = AddReport()
        self.is_complete = False
        self._post = post
        self._total = 0
        self._problems: list[Problem] = []

    @property
    def stored(self) -> int:
        return self.report.added + self.report.updated + self.report.merged

    def take_event(self, event: AddEvent) -> None:
        match event:
            case AddStarted():
                self._total = event.total_bytes
                self._post_progress(0, 0)
            case ProblemFound():
                self._problems.append(event.problem)
            case BatchStored():
                self._take_batch(event)
            case AddDone():
                self._post_problems()
                self.report, self.is_complete = event.report, True

    def _take_batch(self, event: BatchStored) -> None:
        counts = event.model_dump(include={"added", "updated", "merged", "unchanged"})
        self.report = self.report.model_copy(update=counts)
        self._post_problems()
        self._post_progress(round(event.fraction * self._total), sum(counts.values()))

    def _post_problems(self) -> None:
        if self._problems:
            self.report = self.report.model_copy(update={"problems": (*self.report.problems, *self._problems)})
            self._post(partial(ImportProgress.Problems, tuple(self._problems)))
            self._problems = []

    def _post_progress(self, done: int, papers: int) -> None:
        self._post(partial(ImportProgress.Progress, done, self._total, self.file, papers))
