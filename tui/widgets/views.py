"""The names of several views in a line, one of them chosen."""

from collections.abc import Sequence

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

_VIEW = "view"


class Views(Static):
    """Names with the digits that choose them; the one that is shown is between brackets and reversed."""

    class Chosen(Message):
        """A view was clicked; they count from 1."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False)

    def show(self, names: Sequence[str], chosen: int) -> None:
        """Show the names; the chosen one is a number from 1."""
        parts = [_name(number, name, number == chosen) for number, name in enumerate(names, 1)]
        self.update(Content("  ").join(parts))

    def on_click(self, event: Click) -> None:
        """Choose a view."""
        number = event.style.meta.get(_VIEW)
        if number is not None:
            event.stop()
            self.post_message(self.Chosen(number))


def _name(number: int, name: str, chosen: bool) -> Content:
    shown = Content.styled(f"[{number} {name}]" if chosen else f" {number} {name} ", "bold reverse" if chosen else "")
    return shown.stylize(Style.from_meta({_VIEW: number}))
