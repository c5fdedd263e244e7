"""What an update told: the digest over the chat."""

from collections.abc import Iterator

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Markdown, Static

from assistant import UpdateReport
from tui.dialogs.page import PageScreen
from tui.text import one_line, safe


class NewsScreen(PageScreen):
    """What is new, and what could not be read.

    Args:
        report: How the update went.
        text: Its digest as Markdown.
    """

    def __init__(self, report: UpdateReport, text: str) -> None:
        super().__init__("What is new")
        self.report = report
        self._text = text

    def list_parts(self) -> Iterator[Widget]:
        """Yield the digest, and under it what failed."""
        faults = [f"{one.watch.source}: {one.fault}" for one in self.report.watches if one.fault]
        faults += [f"{problem.file}: {problem.reason}" for problem in self.report.problems]
        yield Markdown(safe(self._text), open_links=False)
        for fault in faults:
            yield Static(Content.styled(one_line(fault), "$text-warning"), markup=False)
        if not self.report.watches:
            yield Static(Content.styled("Nothing is watched: conspectus watch add SOURCE", "$text-muted"), markup=False)
