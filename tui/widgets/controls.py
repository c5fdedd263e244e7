"""A line to fill in, with its label before it and what is wrong with it below."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.safe import one_line


class Field(Vertical):
    """One setting.

    Args:
        name: The setting's.
        label: What is shown before the line.
        value: What stands in it at first.
        placeholder: What an empty line shows.
    """

    def __init__(self, name: str, label: str, value: str, placeholder: str = "") -> None:
        super().__init__(name=name, id=f"field-{name}")
        self._label = label
        self._value = one_line(value, 1000)
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """Label and line, and the error below."""
        with Horizontal():
            yield Static(self._label, markup=False, classes="field-label")
            yield Input(self._value, placeholder=self._placeholder, compact=True)
        yield Static(markup=False, classes="field-error")

    @property
    def value(self) -> str:
        """What stands in the line."""
        return self.query_one(Input).value

    def tell(self, error: str, sign: str) -> None:
        """Show what is wrong, "" for nothing."""
        shown = self.query_one(".field-error", Static)
        shown.update(Content(f"{sign} {one_line(error, 1000)}"))
        shown.display = bool(error)
