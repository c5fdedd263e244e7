"""Adding what a path stands for, in a thread: it tells what happens and stops when it is told to."""

from collections.abc import Callable, Generator
from functools import partial
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from os import fspath
from pathlib import Path
from threading import Event

from textual.message import Message

from assistant.client import Assistant
from store.errors import ConspectusError
from store.paper import Problem
from store.progress import AddDone, AddStarted, BatchStored, ProblemFound
from store.results import AddReport
from tui.papers.imports import Adding

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
        events = self._assistant.adding(file)
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
