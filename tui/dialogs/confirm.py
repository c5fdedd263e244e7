"""A question to be answered with yes or no."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from tui.safe import safe


class Confirm(ModalScreen[bool]):
    """Dismissed with True for yes, False for no; "no" has the focus.

    Args:
        question: What is asked; data in it is shown as it is.
        yes_label: What the button for yes says: what happens then.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes", id="confirm.yes"),
        Binding("n,escape", "dismiss(False)", "No", id="confirm.no"),
        Binding("left,h", "app.focus_previous", "Previous", id="confirm.previous", show=False),
        Binding("right,l", "app.focus_next", "Next", id="confirm.next", show=False),
    ]

    def __init__(self, question: str, yes_label: str = "Yes") -> None:
        super().__init__(classes="dialog")
        self._question = question
        self._yes_label = yes_label

    def compose(self) -> ComposeResult:
        """The question over its two answers."""
        with Vertical():
            yield Static(Content(safe(self._question)), markup=False, classes="dialog-title")
            with Horizontal(classes="dialog-buttons"):
                yield Button("No", id="no", action="screen.dismiss(False)")
                yield Button(Content(self._yes_label), id="yes", variant="error", action="screen.dismiss(True)")

    def on_mount(self) -> None:
        """Let Enter do no harm."""
        self.query_one("#no", Button).focus()
