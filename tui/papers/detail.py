"""All that is known of one paper, and the papers most like it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from store.paper import Paper, Source
from store.results import Hit
from tui.papers.provenance import origin_content
from tui.safe import one_line, safe
from tui.text import Glyphs
from tui.widgets.choices import Choices
from tui.widgets.paper_view import paper_content


class PaperDetail(VerticalScroll):
    """Title, authors, facts, abstract, addresses, where it is from; below them the most similar papers, to go to.

    Args:
        glyphs: The signs to use.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", id="paper.down", show=False),
        Binding("k", "scroll_up", "Up", id="paper.up", show=False),
        Binding("g", "scroll_home", "Top", id="paper.top", show=False),
        Binding("G", "scroll_end", "End", id="paper.end", show=False),
        Binding("ctrl+f", "page_down", "Page down", id="paper.page_down", show=False),
        Binding("ctrl+b", "page_up", "Page up", id="paper.page_up", show=False),
    ]

    class Followed(Message):
        """One of the similar papers was chosen."""

        def __init__(self, paper_id: str) -> None:
            super().__init__()
            self.paper_id = paper_id

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="paper-detail")
        self._glyphs = glyphs
        self._similar: Sequence[Hit] = ()

    def compose(self) -> ComposeResult:
        """The paper over its neighbours."""
        yield Static(id="paper-content", markup=False)
        yield Static(id="paper-origin", markup=False)
        yield Static("Most similar", id="similar-title", markup=False)
        yield Choices(id="similar")

    def on_mount(self) -> None:
        """Nothing to show yet."""
        self.say("")

    def show(self, paper: Paper, sources: Mapping[str, Sequence[Source]]) -> None:
        """Show a paper and where its fields come from; its neighbours are not known yet."""
        self._write(paper_content(paper, (), ()), origin_content(paper, sources, self._glyphs))

    def show_similar(self, similar: Sequence[Hit]) -> None:
        """Show the neighbours of the paper that is shown."""
        self._similar = similar
        listed = self.query_one(Choices)
        listed.clear_options()
        listed.add_options(Option(Content(_line(hit.paper))) for hit in similar)
        listed.display = self.query_one("#similar-title").display = bool(similar)

    def say(self, text: str) -> None:
        """Show a text instead of a paper."""
        self._write(Content(safe(text)))

    def _write(self, content: Content, origin: Content | None = None) -> None:
        self.query_one("#paper-content", Static).update(content)
        below = self.query_one("#paper-origin", Static)
        below.update(origin or "")
        below.display = origin is not None
        self.show_similar(())
        self.scroll_home(animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to a neighbour."""
        event.stop()
        self.post_message(self.Followed(self._similar[event.option_index].paper.id))


def _line(paper: Paper) -> str:
    return f"{one_line(paper.marked_title) or paper.id} ({paper.year or 'undated'})"
