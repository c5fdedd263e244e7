"""What narrows the papers, over the line to ask in: each part with a cross that takes it out."""

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.engine import EVERYTHING, Scope
from tui.text import glyphs_of, one_line

_CROSS = {False: "✕", True: "x"}
# Characters of a part that are shown; three of them then fit into 80 columns. Chosen by hand.
_LABEL = 24


class ScopeChips(Static):
    """The parts of a scope; not there for the whole library."""

    @dataclass
    class Dropped(Message):
        """A part is not to count any more, by its place."""

        place: int

    def __init__(self) -> None:
        super().__init__(id="scope", markup=False)
        self._scope = EVERYTHING

    def show_scope(self, scope: Scope) -> None:
        """Show what narrows the papers."""
        self._scope = scope
        cross = _CROSS[glyphs_of(self.app).is_ascii]
        chips = [
            Content.styled(f" {one_line(part.label, _LABEL)} {cross} ", f"reverse @click=drop({place})")
            for place, part in enumerate(scope.parts)
        ]
        self.update(Content(" ").join(chips))
        self.display = bool(chips)

    def on_mount(self) -> None:
        """Nothing narrows them yet."""
        self.show_scope(self._scope)

    @property
    def count(self) -> int:
        """How many parts there are."""
        return len(self._scope.parts)

    def action_drop(self, place: int) -> None:
        """Take a part out."""
        self.post_message(self.Dropped(place))
