"""Asking for one line of text."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.safe import one_line


class AskText(ModalScreen[str | None]):
    """Dismissed with what was typed, without spaces around it, or with None.

    Args:
        title: What is asked for.
        default: What stands in the line at first.
        empty: Whether nothing is an answer; where not, Enter does nothing on an empty line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", id="dialog.cancel")]

    def __init__(self, title: str, default: str = "", empty: bool = False) -> None:
        super().__init__(classes="dialog")
        self._title = title
        self._default = default
        self._empty = empty

    def compose(self) -> ComposeResult:
        """The title over the line, and how to get out."""
        with Vertical():
            yield Static(Content(one_line(self._title)), markup=False, classes="dialog-title")
            yield Input(one_line(self._default, 2000))
            yield Static("Enter takes it, Esc leaves it", markup=False, classes="dialog-keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        event.stop()
        text = event.value.strip()
        if text or self._empty:
            self.dismiss(text)
