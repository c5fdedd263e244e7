"""How adding files goes: a bar, what was found wrong with line and reason, and how each file ended."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Log, ProgressBar, Static

from store.paper import Problem
from store.results import AddReport
from tui.safe import one_line
from tui.text import Glyphs

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
