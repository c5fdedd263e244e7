"""Small controls that several screens use: lists, checkboxes, fields, the names of views, the line of messages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.style import Style
from textual.widgets import Checkbox, Input, OptionList, Static

from store.errors import ConspectusError
from tui.text import glyphs_of, one_line


class Choices(OptionList):
    """An option list whose texts are shown as they are: none of them is markup."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor_down", "Down", id="list.down", show=False),
        Binding("up", "cursor_up", "Up", id="list.up", show=False),
        Binding("home", "first", "First", id="list.first", show=False),
        Binding("end", "last", "Last", id="list.last", show=False),
        Binding("ctrl+f", "page_down", "Page down", id="list.page_down", show=False),
        Binding("ctrl+b", "page_up", "Page up", id="list.page_up", show=False),
    ]

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)


class PlainCheckbox(Checkbox):
    """Textual's checkbox with an X for yes and nothing for no; its own shows an X for both, in two colours."""

    BUTTON_INNER = " "

    def watch_value(self) -> None:
        """Show the state."""
        self.BUTTON_INNER = "X" if self.value else " "
        super().watch_value()


class MessageLine(Static):
    """What there is to say below a screen, an error behind its sign; not there while there is nothing."""

    # Characters of a text; the style sheet shows four lines of it (chosen by hand; not measured).
    _MAX_CHARS = 1000

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False)
        self.display = False

    def say(self, message: str | ConspectusError) -> None:
        """Say something in place of what was said before, "" for nothing."""
        text = one_line(str(message), self._MAX_CHARS)
        if isinstance(message, ConspectusError):
            self.update(Content.styled(f"{glyphs_of(self.app).failed} {text}", "$text-error"))
        else:
            self.update(Content(text))
        self.display = bool(text)

    @contextmanager
    def show_errors(self) -> Iterator[None]:
        """Say what goes wrong meanwhile, in words."""
        try:
            yield
        except ConspectusError as error:
            self.say(error)


_VIEW = "view"


class Views(Static):
    """Names with the digits that choose them; the one that is shown is between brackets and reversed."""

    @dataclass
    class Chosen(Message):
        """A view was clicked; they count from 1."""

        number: int

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False)

    def show_names(self, names: Sequence[str], chosen: int) -> None:
        """Show the names; the chosen one is a number from 1."""
        parts = [_view_name(number, name, number == chosen) for number, name in enumerate(names, 1)]
        self.update(Content("  ").join(parts))

    def on_click(self, event: Click) -> None:
        """Choose a view."""
        number = event.style.meta.get(_VIEW)
        if number is not None:
            event.stop()
            self.post_message(self.Chosen(number))


def _view_name(number: int, name: str, chosen: bool) -> Content:
    text = Content.styled(f"[{number} {name}]" if chosen else f" {number} {name} ", "bold reverse" if chosen else "")
    return text.stylize(Style.from_meta({_VIEW: number}))


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

    def show_error(self, error: str, sign: str) -> None:
        """Show what is wrong behind a sign, "" for nothing."""
        line = self.query_one(".field-error", Static)
        line.update(Content(f"{sign} {one_line(error, 1000)}"))
        line.display = bool(error)
