"""The line in which words are looked for in the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from assistant.types import Turn


class FindBar(Horizontal):
    """Words, and which of the turns that have them all is shown. The last one comes first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,up,ctrl+f", "step(-1)", "Before", id="find.before", priority=True),
        Binding("down,shift+enter", "step(1)", "After", id="find.after", priority=True),
        Binding("escape", "close", "Close", id="find.close", priority=True),
    ]

    @dataclass
    class Reached(Message):
        """A turn is to be shown, by its place among all."""

        place: int

    class Closed(Message):
        """The keys are to go where they went."""

    def __init__(self) -> None:
        super().__init__(id="find")
        self._turns: Sequence[Turn] = ()
        self._places: list[int] = []
        self._at = 0
        self.display = False

    def compose(self) -> ComposeResult:
        """The words, and how many turns have them."""
        yield Input(placeholder="Find in this conversation", compact=True)
        yield Static(id="find-count", markup=False)

    def open(self, turns: Sequence[Turn]) -> None:
        """Look in these."""
        self._turns, self.display = turns, True
        self.query_one(Input).focus()
        self._find(self.query_one(Input).value)

    @on(Input.Changed)
    def _on_words_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._find(event.value)

    def _find(self, text: str) -> None:
        self._places = find_turns(self._turns, text)
        self._at = len(self._places) - 1
        self._show()

    def action_step(self, step: int) -> None:
        """Go to the turn before, or after; behind the last comes the first."""
        if self._places:
            self._at = (self._at + step) % len(self._places)
            self._show()

    def _show(self) -> None:
        asked = bool(self.query_one(Input).value.strip())
        number = f"{self._at + 1} of {len(self._places)}" if self._places else "none" if asked else ""
        self.query_one("#find-count", Static).update(Content(number))
        if self._places:
            self.post_message(self.Reached(self._places[self._at]))

    def action_close(self) -> None:
        """Go back to where one was."""
        self.display = False
        self.post_message(self.Closed())


def find_turns(turns: Sequence[Turn], text: str) -> list[int]:
    """Return the places of the turns in whose question or answer all words of a text stand; none for no word."""
    from assistant.display import fold_text  # Here: it brings part of the engine with it.

    words = fold_text(text).split()
    if not words:
        return []
    texts = [fold_text(f"{turn.question}\n{turn.answer.text if turn.answer else turn.error}") for turn in turns]
    return [place for place, folded in enumerate(texts) if all(word in folded for word in words)]
