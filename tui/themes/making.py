"""How the making of a report goes: a line, a bar, and a button that stops it."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, ProgressBar, Static

from store.errors import ConspectusError
from tui.safe import one_line
from tui.themes.order import Job, Kept


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
