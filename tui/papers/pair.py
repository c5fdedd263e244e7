"""Two papers beside each other, to be compared."""

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.paper import Paper
from tui.papers.provenance import origin_content
from tui.text import Glyphs
from tui.widgets.paper_view import paper_content


class Pair(Horizontal):
    """All that is known of each of two papers.

    Args:
        glyphs: The signs to use.
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="pair")
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """The first at the left."""
        for _ in range(2):
            with VerticalScroll():
                yield Static(markup=False)

    def show(self, *papers: Paper) -> None:
        """Show two papers, or nothing."""
        texts = [self._content(paper) for paper in papers] or [Content(""), Content("")]
        for side, text in zip(self.query(VerticalScroll), texts, strict=True):
            side.query_one(Static).update(text)
            side.scroll_home(animate=False)

    def _content(self, paper: Paper) -> Content:
        return Content("\n\n").join([paper_content(paper, (), ()), origin_content(paper, {}, self._glyphs)])
