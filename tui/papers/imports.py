"""The imports of the application: one runs, others wait; they go on whatever screen is shown.

Adding what a path stands for, in a thread: it tells what happens and stops when it is told to.

How adding files goes: a bar, what was found wrong with line and reason, and how each file ended.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Sequence
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

from assistant import AddDone, AddReport, AddStarted, Assistant, BatchStored, Problem, ProblemFound
from store.errors import ConspectusError
from tui.messages import LibraryChanged
from tui.text import Glyphs, one_line

# Problems that are listed; of more, their number is told.
LISTED = 1000
_NAME_CHARS = 60


class Adding(Vertical):
    """The imports that run, told by its own messages.

    Args:
        glyphs: The signs to use.
    """

    class Queued(Message, bubble=False):
        """A file or folder waits until those before it are added."""

        def __init__(self, file: str) -> None:
            super().__init__()
            self.file = file

    class Progress(Message, bubble=False):
        """So many bytes of a file were read (of 0 where its size is unknown), so many of its papers are in."""

        def __init__(self, done: int, total: int, file: str, papers: int = 0) -> None:
            super().__init__()
            self.done = done
            self.total = total
            self.file = file
            self.papers = papers

    class Problems(Message, bubble=False):
        """Records that could not be taken as they stood, or files that were passed over."""

        def __init__(self, problems: Sequence[Problem]) -> None:
            super().__init__()
            self.problems = problems

    class Done(Message, bubble=False):
        """A file was read to its end, or so far as it was when it was stopped."""

        def __init__(self, file: str, report: AddReport, stopped: bool = False) -> None:
            super().__init__()
            self.file = file
            self.report = report
            self.stopped = stopped

    class Failed(Message, bubble=False):
        """A file could not be added (any further): what happened, and what to do next."""

        def __init__(self, file: str, what: str, hint: str) -> None:
            super().__init__()
            self.file = file
            self.what = what
            self.hint = hint

    class Stopped(Message):
        """The user wants it to stop."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="adding")
        self._glyphs = glyphs
        self._listed = 0

    def compose(self) -> ComposeResult:
        """What runs, how far it is, how the last file ended, and all there is to say."""
        yield Static(id="adding-file", markup=False)
        with Horizontal(id="adding-bar"):
            yield ProgressBar(show_eta=True)
            yield Button("Stop", id="adding-stop", compact=True)
        yield Static(id="adding-outcome", markup=False)
        yield Log(id="adding-problems")

    def on_mount(self) -> None:
        """Nothing runs yet."""
        self.query_one("#adding-bar").display = False
        self.query_one(Log).display = False

    @on(Queued)
    def _queued(self, event: Queued) -> None:
        self._list([f"{self._glyphs.working} {_name(event.file)} waits for its turn"])

    @on(Progress)
    def _progress(self, event: Progress) -> None:
        self._say("")
        self.query_one("#adding-file", Static).update(Content(f"Adding {_name(event.file)}: {_papers(event.papers)}"))
        self.query_one("#adding-bar").display = True
        self.query_one(ProgressBar).update(total=event.total or None, progress=event.done)

    @on(Problems)
    def _problems(self, event: Problems) -> None:
        room = max(0, LISTED - self._listed)
        self._listed += len(event.problems)
        lines = [_line(problem) for problem in event.problems[:room]]
        if room and len(event.problems) >= room:
            lines.append(f"{self._glyphs.working} more are counted, not listed")
        self._list(lines)

    @on(Done)
    def _done(self, event: Done) -> None:
        sign, stopped = (self._glyphs.failed, ", stopped") if event.stopped else (self._glyphs.supported, "")
        self._end(f"{sign} {_name(event.file)}: {in_words(event.report)}{stopped}")

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self._end(f"{self._glyphs.failed} {one_line(event.what)} {one_line(event.hint)}".rstrip(), "$text-error")

    @on(Button.Pressed, "#adding-stop")
    def _stop(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Stopped())

    def _end(self, text: str, style: str = "") -> None:
        self.query_one("#adding-file", Static).update("")
        self.query_one("#adding-bar").display = False
        self._say(text, style)
        self._list([text])

    def _say(self, text: str, style: str = "") -> None:
        outcome = self.query_one("#adding-outcome", Static)
        outcome.update(Content.styled(text, style))
        outcome.display = bool(text)

    def _list(self, lines: Sequence[str]) -> None:
        if lines:
            log = self.query_one(Log)
            log.display = True
            log.write_lines(lines)


def in_words(report: AddReport) -> str:
    """``45 added, 2 updated, 7 merged, 3 unchanged, 1 record not taken, 6 without an abstract``."""
    lost = sum(problem.lost for problem in report.problems)
    parts = [f"{report.added:,} added", f"{report.updated:,} updated"]
    parts += [f"{report.merged:,} merged"] if report.merged else []
    parts += [f"{report.unchanged:,} unchanged"]
    parts += [f"{lost:,} record{'s' * (lost != 1)} not taken"] if lost else []
    bare = report.records - lost - report.with_abstract
    parts += [f"{bare:,} without an abstract"] if bare > 0 else []
    return ", ".join(parts)


def _papers(count: int) -> str:
    return f"{count:,} paper{'s' * (count != 1)}"


def _name(file: str) -> str:
    return one_line(file.rpartition("/")[2], _NAME_CHARS)


def _line(problem: Problem) -> str:
    where = f"{_name(problem.file)}:{problem.line}" if problem.line else _name(problem.file)
    return f"{where}: {one_line(problem.reason)}{'' if problem.lost else ' (taken all the same)'}"


SAMPLE = files("assistant") / "data" / "namkoong_listing.txt"
"""The sample: the listing of an author's page with 45 papers."""

# Messages that are told after the fact to who begins to listen.
_REMEMBERED = 500


class Imports:
    """What is being added, told by the messages of ``Adding`` to the application and to who listens.

    Its methods are called on the event loop. The application is told ``LibraryChanged`` after each import that changed
    something.

    Args:
        app: Runs the work.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[tuple[Assistant, Path | Traversable]] = deque()
        self._listeners: list[MessagePump] = []
        self._told: deque[Callable[[], Message]] = deque(maxlen=_REMEMBERED)
        self._stopping = Event()
        self.busy = False

    def add(self, assistant: Assistant, source: Path | Traversable) -> None:
        """Add a file, an archive, or every file of a folder that can be read as papers, after those that wait."""
        self._waiting.append((assistant, source))
        if self.busy:
            self._tell(partial(Adding.Queued, source.name))
        else:
            self.busy = True
            self._told.clear()
            self._app.run_worker(self._run(), group="imports", name="imports")

    def stop(self) -> None:
        """Stop the import that runs and forget those that wait; what was stored stays."""
        self._waiting.clear()
        self._stopping.set()

    def listen(self, node: MessagePump, past: bool = True) -> None:
        """Tell a widget or screen, too, for as long as it is there.

        Args:
            node: Who is told.
            past: Tell it first what was told since these imports began.
        """
        self._listeners = [*(one for one in self._listeners if one.is_running), node]
        if past:
            for make in self._told:
                node.post_message(make())

    async def _run(self) -> None:
        try:
            while self._waiting:
                self._stopping.clear()
                assistant, source = self._waiting.popleft()

                importing = Importing(assistant, self._tell, self._stopping)
                await asyncio.to_thread(importing.run, source)
                if importing.changed:
                    self._app.post_message(LibraryChanged())
        finally:  # Where the application closes, the thread stops after its batch.
            self._stopping.set()
            self.busy = False

    def _tell(self, make: Callable[[], Message]) -> None:
        """Called in the thread, too; posting is safe there."""
        self._told.append(make)
        for node in (self._app, *self._listeners):
            node.post_message(make())


Tell = Callable[[Callable[[], Message]], object]
"""Takes what makes a message: each listener gets one of its own."""


class Importing:
    """One import: of a file, a folder or an archive.

    Args:
        assistant: Whose library is added to.
        tell: Told the messages of ``Adding``.
        stopping: Set by who wants it to stop; what was stored stays.
    """

    def __init__(self, assistant: Assistant, tell: Tell, stopping: Event) -> None:
        self._assistant = assistant
        self._tell = tell
        self._stopping = stopping
        self.changed = False

    def run(self, source: Path | Traversable) -> None:
        """Add it; errors that are raised on purpose are told."""
        try:
            with as_file(source) as path:
                self._file(path)
        except ConspectusError as error:
            self._failed(str(source), error)

    def _file(self, file: Path) -> None:
        told = _File(fspath(file), self._tell)
        events = self._assistant.stream_add(file)
        try:
            for event in events:
                told.take(event)
                if self._stopping.is_set():
                    break
        finally:
            if isinstance(events, Generator):
                events.close()
            self.changed |= told.stored > 0
        self._tell(partial(Adding.Done, told.file, told.report, not told.whole))

    def _failed(self, name: str, error: ConspectusError) -> None:
        self._tell(partial(Adding.Failed, name, error.what, error.hint))


class _File:
    """What is known of a file, folder or archive while it is added."""

    def __init__(self, file: str, tell: Tell) -> None:
        self.file = file
        self.report = AddReport()
        self.whole = False
        self._tell = tell
        self._total = 0
        self._problems: list[Problem] = []

    @property
    def stored(self) -> int:
        return self.report.added + self.report.updated + self.report.merged

    def take(self, event: AddStarted | BatchStored | ProblemFound | AddDone) -> None:
        match event:
            case AddStarted():
                self._total = event.total_bytes
                self._progress(0, 0)
            case ProblemFound():
                self._problems.append(event.problem)
            case BatchStored():
                self._take_batch(event)
            case AddDone():
                self._tell_problems()
                self.report, self.whole = event.report, True

    def _take_batch(self, event: BatchStored) -> None:
        counts = event.model_dump(include={"added", "updated", "merged", "unchanged"})
        self.report = self.report.model_copy(update=counts)
        self._tell_problems()
        self._progress(round(event.fraction * self._total), sum(counts.values()))

    def _tell_problems(self) -> None:
        if self._problems:
            self.report = self.report.model_copy(update={"problems": (*self.report.problems, *self._problems)})
            self._tell(partial(Adding.Problems, tuple(self._problems)))
            self._problems = []

    def _progress(self, done: int, papers: int) -> None:
        self._tell(partial(Adding.Progress, done, self._total, self.file, papers))
