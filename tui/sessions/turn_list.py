"""The turns of a saved conversation, to read in and to fork from."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from assistant.types import Turn
from tui.safe import one_line
from tui.sessions.turn_rows import turn_content
from tui.text import Glyphs
from tui.widgets.choices import Choices


class TurnList(Choices):
    """Questions and how their answers begin, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Fork after it", id="sessions.fork_here")]

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        """How many turns are shown."""

    def show(self, turns: Sequence[Turn], glyphs: Glyphs, at: int = 0) -> None:
        """Show these, with the cursor on turn number ``at``, 0 for the last."""
        self.count = len(turns)
        self.set_options(Option(turn_content(number, turn, glyphs)) for number, turn in enumerate(turns, 1))
        if turns:
            self.highlighted = (at or self.count) - 1

    def fail(self, why: str, glyphs: Glyphs) -> None:
        """Say why there is nothing to read."""
        self.count = 0
        text = f"{glyphs.failed} {one_line(why, 1000)}"
        self.set_options([Option(Content.styled(text, "$text-error"), disabled=True)])
