"""A page of text over the screen, to be read and left."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget


class PageScreen(ModalScreen[None]):
    """The page; Esc leaves it.

    Args:
        title: What stands over it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss(None)", "Close", id="page.close")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._page_title = title

    def compose(self) -> ComposeResult:
        """The parts, which scroll."""
        with VerticalScroll(id="page"):
            yield from self.list_parts()

    @abstractmethod
    def list_parts(self) -> Iterable[Widget]:
        """Return what stands on it, from the top."""

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        page = self.query_one("#page")
        page.border_title = self._page_title
        page.border_subtitle = "Esc closes it"
        page.focus()
