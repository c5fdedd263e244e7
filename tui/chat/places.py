"""Where the library says a text: the places over the chat."""

from collections.abc import Iterator, Sequence

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from assistant import Place, Places
from assistant.phrases import SCALE, describe_support
from tui.dialogs.page import PageScreen
from tui.text import COLOURS, Glyphs, glyphs_of, one_line, safe


class PlacesScreen(PageScreen):
    """The places that say a text, those that say otherwise, and those that come near.

    Args:
        places: What was found.
    """

    def __init__(self, places: Places) -> None:
        super().__init__("Where does it say that?")
        self.places = places

    def list_parts(self) -> Iterator[Widget]:
        """Yield what was looked for, and the places under it."""
        yield Static(Content(one_line(self.places.text)), markup=False)
        yield Static(Content(one_line(self.places.summary)), markup=False, classes="help-title")
        for content in _describe_places(self.places, glyphs_of(self.app)):
            yield Static(content, markup=False)


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
