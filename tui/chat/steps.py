"""What the engine did for an answer: one line, or every step when it is opened."""

from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from tui.safe import one_line


class Steps(Static):
    """The steps of an answer, folded to the last one."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._steps: list[str] = []
        self._open = False

    def say(self, step: str, instead: bool = False) -> None:
        """Add a step, or tell the last one anew where both begin with the same word."""
        line = one_line(step)
        if instead and self._steps and self._steps[-1].split()[0] == line.split()[0]:
            self._steps.pop()
        self._steps.append(line)
        self._show()

    def toggle(self) -> None:
        """Open or fold."""
        self._open = not self._open
        self._show()

    def on_click(self, event: Click) -> None:
        """Open or fold."""
        event.stop()
        self.toggle()

    def _show(self) -> None:
        self.display = bool(self._steps)
        if self._open:
            self.update(Content("\n".join(f"  {step}" for step in self._steps)))
        elif self._steps:
            more = f"  (+{len(self._steps) - 1})" if len(self._steps) > 1 else ""
            self.update(Content(f"  {self._steps[-1]}{more}"))
