"""Jumping: each part that takes keys and each citation on the screen gets a letter, and the letter leads there.

Letters do nothing else here: one that stands for nothing, and every other key, leaves all as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.errors import NoWidget
from textual.events import Click, Key
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets.markdown import MarkdownBlock

from tui.chat.answer_text import read_link
from tui.chat.exchange import Exchange
from tui.chat.status import ExampleQuestions

# Those under the fingers first; where there are more places, the lowest of them get none.
LETTERS = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM"


class JumpTarget(NamedTuple):
    """Where one can jump to: where its letter stands on the screen, and how one gets there."""

    offset: Offset
    go: Callable[[], object]


def list_places(screen: Screen[Any]) -> list[JumpTarget]:
    """List what is seen of a screen and can be jumped to, from top to bottom; a part before what stands in it."""
    parts = (JumpTarget(part, widget.focus) for widget in screen.focus_chain if (part := _find_corner(screen, widget)))
    places = {place.offset: place for place in (*_list_citations(screen), *_list_examples(screen), *parts)}
    return sorted(places.values(), key=lambda place: (place.offset.y, place.offset.x))[: len(LETTERS)]


def _find_corner(screen: Screen[Any], widget: Widget) -> Offset | None:
    """Return where the part of a widget begins that is seen; None where nothing of it is."""
    try:
        seen = screen.find_widget(widget).visible_region
    except (NoMatches, NoWidget):
        return None
    return seen.offset if seen.area else None


def _list_citations(screen: Screen[Any]) -> Iterator[JumpTarget]:
    for exchange in screen.query(Exchange):
        for block in exchange.query(MarkdownBlock):
            for offset, link in _list_links(screen, block):
                cited = read_link(link.removeprefix("link('").removesuffix("')"))
                if cited:
                    yield JumpTarget(offset, partial(exchange.go_to, *cited))


def _list_examples(screen: Screen[Any]) -> Iterator[JumpTarget]:
    """List the questions that the welcome offers, each by its first line."""
    for examples in screen.query(ExampleQuestions):
        first = {link: offset for offset, link in reversed([*_list_links(screen, examples)])}
        for link, offset in first.items():
            yield JumpTarget(offset, partial(examples.call_later, examples.run_action, link))


def _list_links(screen: Screen[Any], widget: Widget) -> Iterator[tuple[Offset, str]]:
    """List what is seen of the links of a widget: where each is drawn, and its action."""
    if not _find_corner(screen, widget):
        return
    seen, content = screen.find_widget(widget).visible_region, widget.content_region
    for row in range(widget.content_size.height):
        column = 0
        for segment in widget.render_line(row + widget.gutter.top):
            link = segment.style and segment.style.meta.get("@click")
            offset = Offset(widget.region.x + column, content.y + row)
            if isinstance(link, str) and seen.contains_point(offset):
                yield offset, link
            column += segment.cell_length


class JumpScreen(ModalScreen[JumpTarget | None]):
    """The letters over the screen beneath; dismissed with the place of the letter that was pressed.

    Args:
        places: Where they stand.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close", id="jump.close", priority=True)
    ]

    def __init__(self, places: Sequence[JumpTarget]) -> None:
        super().__init__()
        self._places = dict(zip(LETTERS, places, strict=False))

    def compose(self) -> ComposeResult:
        """A letter at each place."""
        for letter, place in self._places.items():
            label = Static(letter, markup=False, classes="jump-letter")
            label.absolute_offset = place.offset
            yield label

    def on_key(self, event: Key) -> None:
        """Go where the letter leads; leave by any other key."""
        event.stop()
        event.prevent_default()
        self.dismiss(self._places.get(event.character or ""))

    def on_click(self, event: Click) -> None:
        """Leave."""
        event.stop()
        self.dismiss(None)
