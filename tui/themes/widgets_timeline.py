"""Themes over the years, with a cursor on a theme."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static
from textual.widgets.option_list import Option

from tui.text import Glyphs
from tui.themes.timeline import Years, drawing
from tui.widgets.choices import Choices

# Cells beside the text: the padding of a row, and the bar that scrolls.
_BESIDE = 4


class Timeline(Vertical):
    """The years above a row for each theme, drawn to fit; choosing a row is told by ``OptionList.OptionSelected``.

    Args:
        glyphs: The signs to use.
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="theme-years")
        self._glyphs = glyphs
        self._names: Sequence[str] = ()
        self._counts: Sequence[Years] = ()

    def compose(self) -> ComposeResult:
        """Years, themes, and what is shown."""
        yield Static(id="years-head", markup=False)
        yield Choices(id="years")
        yield Static(id="years-legend", markup=False)

    def show(self, names: Sequence[str], counts: Sequence[Years]) -> None:
        """Show other themes."""
        self._names, self._counts = names, counts
        self._draw()

    def go_to(self, at: int) -> None:
        """Put the cursor on a theme."""
        self.query_one(Choices).highlighted = at

    def on_resize(self, event: Resize) -> None:
        """Draw it anew."""
        self._draw()

    def _draw(self) -> None:
        drawn = drawing(self._names, self._counts, self.size.width - _BESIDE, self._glyphs)
        rows = self.query_one(Choices)
        before = rows.highlighted
        self.query_one("#years-head", Static).update(drawn.head)
        rows.set_options(Option(row) for row in drawn.rows)
        rows.highlighted = before or 0
        self.query_one("#years-legend", Static).update(Content(drawn.legend))
