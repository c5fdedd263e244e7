"""The dialogs that ask a yes or a no, and one line of text."""

from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui.text import one_line, safe

# Seconds in which no yes is taken: at 40 words a minute a key is struck every 0.3 s, so what was typed ahead of the
# question comes sooner, and nobody has read it by then.
_TYPED_AHEAD = 0.4


class ConfirmDialog(ModalScreen[bool]):
    """Dismissed with True for yes, False for no; "no" has the focus.

    Yes is said by its button alone, never by a letter, so that a word typed on the screen below says nothing, and only
    when the question has been shown for a moment.

    Args:
        question: What is asked; data in it is shown as it is.
        yes_label: What the button for yes says: what happens then.
        clock: Seconds that only go forward; None for those of the system.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "No", id="confirm.no"),
        Binding("left", "app.focus_previous", "Previous", id="confirm.previous", show=False),
        Binding("right", "app.focus_next", "Next", id="confirm.next", show=False),
    ]

    def __init__(self, question: str, yes_label: str = "Yes", clock: Callable[[], float] | None = None) -> None:
        super().__init__(classes="dialog")
        self._question = question
        self._yes_label = yes_label
        self._clock = clock or monotonic
        self._opened = 0.0

    def compose(self) -> ComposeResult:
        """The question over its two answers."""
        with Vertical():
            yield Static(Content(safe(self._question)), markup=False, classes="dialog-title")
            with Horizontal(classes="dialog-buttons"):
                yield Button("No", id="no", action="screen.dismiss(False)")
                yield Button(Content(self._yes_label), id="yes", variant="error", action="screen.confirm")

    def on_mount(self) -> None:
        """Let Enter do no harm."""
        self._opened = self._clock()
        self.query_one("#no", Button).focus()

    def action_confirm(self) -> None:
        """Say yes, unless it may have been typed before the question was there to be read."""
        if self._clock() - self._opened >= _TYPED_AHEAD:
            self.dismiss(True)


class TextDialog(ModalScreen[str | None]):
    """Dismissed with what was typed, without spaces around it, or with None.

    Args:
        title: What is asked for.
        default: What stands in the line at first.
        empty: Whether nothing is an answer; where not, Enter does nothing on an empty line.
        secret: Whether what is typed is not shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", id="dialog.cancel")]

    def __init__(self, title: str, default: str = "", empty: bool = False, secret: bool = False) -> None:
        super().__init__(classes="dialog")
        self._title = title
        self._default = default
        self._empty = empty
        self._secret = secret

    def compose(self) -> ComposeResult:
        """The title over the line, and how to get out."""
        with Vertical():
            title = "\n".join(map(one_line, self._title.splitlines()))
            yield Static(Content(title), markup=False, classes="dialog-title")
            yield Input(one_line(self._default, 2000), password=self._secret)
            yield Static("Enter takes it, Esc leaves it", markup=False, classes="dialog-keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        event.stop()
        text = event.value.strip()
        if text or self._empty:
            self.dismiss(text)
