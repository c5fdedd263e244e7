"""What an update told: the digest over the chat."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from assistant import UpdateReport
from tui.text import one_line, safe


class NewsScreen(ModalScreen[None]):
    """What is new, and what could not be read; Esc leaves it.

    Args:
        report: How the update went.
        text: Its digest as Markdown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss(None)", "Close", id="news.close"),
        Binding("down", "scroll(1)", "Down", id="news.down", show=False),
        Binding("up", "scroll(-1)", "Up", id="news.up", show=False),
    ]

    def __init__(self, report: UpdateReport, text: str) -> None:
        super().__init__()
        self.report = report
        self._text = text

    def compose(self) -> ComposeResult:
        """The digest, and under it what failed."""
        faults = [f"{one.watch.source}: {one.fault}" for one in self.report.watches if one.fault]
        faults += [f"{problem.file}: {problem.reason}" for problem in self.report.problems]
        with VerticalScroll(id="places"):
            yield Markdown(safe(self._text), open_links=False)
            for fault in faults:
                yield Static(Content.styled(one_line(fault), "$text-warning"), markup=False)
            if not self.report.watches:
                yield Static(Content.styled("Nothing is watched: conspectus watch add SOURCE", "dim"), markup=False)

    def on_mount(self) -> None:
        """Let the page keys scroll."""
        page = self.query_one("#places")
        page.border_title = "What is new"
        page.border_subtitle = "Esc closes it"
        page.focus()

    def action_scroll(self, lines: int) -> None:
        """Move the text."""
        self.query_one("#places").scroll_relative(y=lines, animate=False)
