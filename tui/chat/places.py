"""Where the library says a text: the places over the chat."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant import Place, Places
from assistant.phrases import SCALE, describe_support
from tui.text import COLOURS, Glyphs, glyphs_of, one_line, safe


class PlacesScreen(ModalScreen[None]):
    """The places that say a text, those that say otherwise, and those that come near; Esc leaves it.

    Args:
        places: What was found.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss(None)", "Close", id="places.close"),
        Binding("down", "scroll(1)", "Down", id="places.down", show=False),
        Binding("up", "scroll(-1)", "Up", id="places.up", show=False),
    ]

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.places = places

    def compose(self) -> ComposeResult:
        """What was looked for, and the places under it."""
        with VerticalScroll(id="places"):
            yield Static(Content(one_line(self.places.text)), markup=False)
            yield Static(Content(one_line(self.places.summary)), markup=False, classes="help-title")
            for content in _describe_places(self.places, glyphs_of(self.app)):
                yield Static(content, markup=False)

    def on_mount(self) -> None:
        """Let the page keys scroll."""
        page = self.query_one("#places")
        page.border_title = "Where does it say that?"
        page.border_subtitle = "Esc closes it"
        page.focus()

    def action_scroll(self, lines: int) -> None:
        """Move the text."""
        self.query_one("#places").scroll_relative(y=lines, animate=False)


def _describe_places(places: Places, glyphs: Glyphs) -> Iterator[Content]:
    groups: tuple[tuple[str, Sequence[Place]], ...] = (
        ("", places.said),
        ("Say otherwise", places.denied),
        ("Near, and do not say it", places.near),
    )
    for title, group in groups:
        if group and title:
            yield Content.styled(f"\n{title}", "bold")
        for place in group:
            yield _describe_place(place, glyphs)


def _describe_place(place: Place, glyphs: Glyphs) -> Content:
    colour = COLOURS[SCALE[place.support].colour]
    reasons = f": {'; '.join(place.reasons)}" if place.reasons else ""
    sign = f"{glyphs.of(place.support)} {describe_support(place.support, place.decision.by)}"
    lines = [
        Content.styled(safe(place.title), "bold"),
        *([Content.styled(safe(place.retraction), "bold $text-error")] if place.retraction else []),
        Content.assemble((safe(sign), colour), safe(reasons)),
        *([Content(f"“{safe(place.quote)}”")] if place.quote else []),
    ]
    return Content("\n").join([Content(""), *lines])
