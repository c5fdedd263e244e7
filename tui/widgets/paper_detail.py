"""All that is known of one paper, and the papers most like it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from store.paper import Paper
from store.results import Hit
from tui.paper_view import paper_content
from tui.safe import one_line, safe
from tui.widgets.choices import Choices


class PaperDetail(VerticalScroll):
    """Title, authors, facts, abstract, addresses; below them the most similar papers, to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", id="paper.down", show=False),
        Binding("k", "scroll_up", "Up", id="paper.up", show=False),
        Binding("g", "scroll_home", "Top", id="paper.top", show=False),
        Binding("G", "scroll_end", "End", id="paper.end", show=False),
        Binding("ctrl+d", "page_down", "Page down", id="paper.page_down", show=False),
        Binding("ctrl+u", "page_up", "Page up", id="paper.page_up", show=False),
    ]

    class Followed(Message):
        """One of the similar papers was chosen."""

        def __init__(self, paper_id: str) -> None:
            super().__init__()
            self.paper_id = paper_id

    def __init__(self) -> None:
        super().__init__(id="paper-detail")
        self._similar: Sequence[Hit] = ()

    def compose(self) -> ComposeResult:
        """The paper over its neighbours."""
        yield Static(id="paper-content", markup=False)
        yield Static("Most similar", id="similar-title", markup=False)
        yield Choices(id="similar")

    def on_mount(self) -> None:
        """Nothing to show yet."""
        self.say("")

    def show(self, paper: Paper) -> None:
        """Show a paper, its neighbours not known yet."""
        self._write(paper_content(_harmless(paper), (), ()))

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

    def _write(self, content: Content) -> None:
        self.query_one("#paper-content", Static).update(content)
        self.show_similar(())
        self.scroll_home(animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to a neighbour."""
        event.stop()
        self.post_message(self.Followed(self._similar[event.option_index].paper.id))


def _line(paper: Paper) -> str:
    return f"{one_line(paper.title) or paper.id} ({paper.year or 'undated'})"


def _harmless(paper: Paper) -> Paper:
    """The paper as a terminal may have it."""
    return Paper.model_construct(**{name: _clean(value) for name, value in paper})


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, tuple):
        return tuple(_clean(one) for one in value)
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    if hasattr(value, "name") and hasattr(value, "position"):
        return value.model_copy(update={"name": safe(value.name)})
    return value
