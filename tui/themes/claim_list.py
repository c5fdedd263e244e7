"""The text of a section, claim by claim with citations and signs, and a cursor on the citation that is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.style import Style
from textual.widgets import OptionList

from assistant import Section
from assistant.display import quote_claim
from assistant.phrases import SCALE
from assistant.types import Citation, Claim
from tui.text import COLOURS, Glyphs, glyphs_of, safe
from tui.widgets.row_filter import FilteredChoices


class ClaimList(FilteredChoices):
    """Labels, claims and notes; the cursor goes from claim to claim, and in one of several citations through these."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Evidence", id="claims.evidence"),
        Binding("right_square_bracket", "cite(1)", "Next citation", id="claims.next", show=False),
        Binding("left_square_bracket", "cite(-1)", "Previous citation", id="claims.previous", show=False),
    ]

    @dataclass
    class Looked(Message):
        """The cursor came to a citation; ``chosen`` says that it was not only passed."""

        claim: Claim
        citation: Citation
        chosen: bool

    def __init__(self) -> None:
        super().__init__(id="theme-text")
        self._claims: dict[int, Claim] = {}
        self._citation = 0
        """The place of the citation that is looked at, in its claim."""
        self._drawn: int | None = None

    @property
    def looked_at(self) -> tuple[Claim, Citation] | None:
        """The citation that is looked at, and its claim."""
        claim = self._claims.get(self.place) if self.place is not None else None
        cited = first_citations(claim) if claim else []
        return (claim, cited[min(self._citation, len(cited) - 1)]) if claim and cited else None

    def show_section(self, section: Section) -> None:
        """Show another section, the cursor on its first claim."""
        lines = list(list_lines(section, glyphs_of(self.app)))
        self._claims = {place: line.claim for place, line in enumerate(lines) if line.claim}
        self._citation, self._drawn = 0, None
        self.clear_rows()
        self.show_rows((line.content for line in lines), (place for place, line in enumerate(lines) if not line.claim))
        self.scroll_home(animate=False)

    @on(OptionList.OptionHighlighted)
    def _on_claim_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self.place_of(event) != self._drawn:
            self._look_at(self.place_of(event), 0)

    @on(OptionList.OptionSelected)
    def _on_claim_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._post_looked(chosen=True)

    def on_click(self, event: Click) -> None:
        """Choose the citation that was clicked."""
        index, citation = event.style.meta.get("option"), event.style.meta.get(CITE)
        if index is not None and citation is not None:
            self.highlighted = index
            self._look_at(int(self.options[index].id or 0), citation)
            self._post_looked(chosen=True)

    def action_cite(self, step: int) -> None:
        """To the next citation or the one before, from claim to claim."""
        if self.place not in self._claims:
            return
        place, citation = self.place, self._citation + step
        if 0 <= citation < len(first_citations(self._claims[place])):
            self._look_at(place, citation)
        elif step > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()

    def _look_at(self, place: int, citation: int) -> None:
        """Mark a citation of a claim as the one that is looked at."""
        if self._drawn is not None and self._drawn != place:
            self._draw_claim(self._drawn, None)
        self._drawn, self._citation = place, citation
        self._draw_claim(place, citation)
        self._post_looked(chosen=False)

    def _draw_claim(self, place: int, citation: int | None) -> None:
        if claim := self._claims.get(place):
            self.redraw_row(place, claim_content(claim, glyphs_of(self.app), citation))

    def _post_looked(self, chosen: bool) -> None:
        if looked_at := self.looked_at:
            self.post_message(self.Looked(*looked_at, chosen))


# The lines of a section

CITE = "cite"
"""The meta data of a citation that can be clicked: its place among those of its claim."""


class Line(NamedTuple):
    """Something to read; what has a claim can be chosen."""

    content: Content
    claim: Claim | None = None


def list_lines(section: Section, glyphs: Glyphs) -> Iterator[Line]:
    """Yield the lines of a section."""
    if section.lead:
        yield Line(Content.styled(safe(section.lead), "$text-muted"))
        yield Line(Content(""))
    if section.note:
        yield Line(Content.styled(f"{glyphs.failed} {safe(section.note)}", "$text-warning"))
        yield Line(Content(""))
    for paragraph in section.paragraphs:
        if paragraph.label:
            yield Line(Content.styled(safe(paragraph.label), "bold underline"))
        for claim in paragraph.claims:
            yield Line(claim_content(claim, glyphs), claim)
            yield Line(Content(""))
    if not section.paragraphs and not section.note and not section.lead:
        yield Line(Content.styled("Nothing stands here.", "$text-muted"))


def first_citations(claim: Claim) -> list[Citation]:
    """Return what a claim cites, the first of each paper."""
    by_number: dict[int, Citation] = {}
    for citation in claim.citations:
        by_number.setdefault(citation.n, citation)
    return list(by_number.values())


def claim_content(claim: Claim, glyphs: Glyphs, chosen: int | None = None) -> Content:
    """Show a claim, its citations, the sign of its support, and why it is in doubt.

    Args:
        claim: The claim.
        glyphs: The signs to use.
        chosen: The place of the citation that is looked at, which stands out.
    """
    words = "" if claim.holds else f" {safe(claim.words)}"
    colour = f"bold {COLOURS[SCALE[claim.support].colour]}"
    parts = [Content(safe(quote_claim(claim)))]
    parts += [_link_citation(citation, place, place == chosen) for place, citation in enumerate(first_citations(claim))]
    text = Content.assemble(Content(" ").join(parts), " ", (f"{glyphs.of(claim.support)}{words}", colour))
    if claim.holds or not claim.reasons:
        return text
    return Content.assemble(text, "\n", (f"  {safe('; '.join(claim.reasons))}", "$text-muted"))


def _link_citation(citation: Citation, place: int, chosen: bool) -> Content:
    number = Content.styled(f"[{citation.n}]", "reverse bold" if chosen else "$text-accent underline")
    return number.stylize(Style.from_meta({CITE: place}))
