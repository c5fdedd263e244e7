"""The text of a section, claim by claim, with a cursor that says which citation is looked at.

A section of a report as lines to read and to choose from: each claim with its citations and its sign.
"""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.style import Style
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant import Section
from assistant.display import quote_claim
from assistant.phrases import NOT_SO, PARTLY
from assistant.types import Citation, Claim, Support
from tui.text import Glyphs, safe
from tui.widgets.controls import Choices

CITE = "cite"
"""The meta data of a citation that can be clicked: its place among those of its claim."""
_SAID = {
    Support.SUPPORTED: ("", "bold $text-success"),
    Support.PARTIAL: (f" {PARTLY}", "bold $text-warning"),
    Support.UNSUPPORTED: (f" {NOT_SO}", "bold $text-error"),
}


class Line(NamedTuple):
    """Something to read; what has a claim can be chosen."""

    content: Content
    claim: Claim | None = None


def lines(section: Section, glyphs: Glyphs) -> Iterator[Line]:
    """The lines of a section."""
    if section.note:
        yield Line(Content.styled(f"{glyphs.failed} {safe(section.note)}", "$text-warning"))
        yield Line(Content(""))
    for paragraph in section.paragraphs:
        if paragraph.label:
            yield Line(Content.styled(safe(paragraph.label), "bold underline"))
        for claim in paragraph.claims:
            yield Line(claim_content(claim, glyphs), claim)
            yield Line(Content(""))
    if not section.paragraphs and not section.note:
        yield Line(Content.styled("Nothing stands here.", "dim"))


def citations(claim: Claim) -> list[Citation]:
    """What a claim cites, the first of each paper."""
    found: dict[int, Citation] = {}
    for one in claim.citations:
        found.setdefault(one.n, one)
    return list(found.values())


def claim_content(claim: Claim, glyphs: Glyphs, chosen: int | None = None) -> Content:
    """A claim, its citations, the sign of its support, and why it is in doubt.

    Args:
        claim: What is told.
        glyphs: The signs to use.
        chosen: The place of the citation that is looked at, which stands out.
    """
    said, colour = _SAID[claim.support]
    parts = [Content(safe(quote_claim(claim)))]
    parts += [_cited(one, at, at == chosen) for at, one in enumerate(citations(claim))]
    text = Content.assemble(Content(" ").join(parts), " ", (f"{glyphs.of(claim.support)}{said}", colour))
    if claim.support is Support.SUPPORTED or not claim.reasons:
        return text
    return Content.assemble(text, "\n", (f"  {safe('; '.join(claim.reasons))}", "dim"))


def _cited(citation: Citation, at: int, chosen: bool) -> Content:
    shown = Content.styled(f"[{citation.n}]", "reverse bold" if chosen else "$text-accent underline")
    return shown.stylize(Style.from_meta({CITE: at}))


class ClaimList(Choices):
    """Labels, claims and notes; the cursor goes from claim to claim, and in one of several citations through these.

    Args:
        glyphs: The signs to use.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Evidence", id="claims.evidence"),
        Binding("right_square_bracket,n", "cite(1)", "Next citation", id="claims.next", show=False),
        Binding("left_square_bracket,p", "cite(-1)", "Previous citation", id="claims.previous", show=False),
    ]

    class Looked(Message):
        """The cursor came to a citation; ``wanted`` says that it was chosen, not passed."""

        def __init__(self, claim: Claim, citation: Citation, wanted: bool) -> None:
            super().__init__()
            self.claim = claim
            self.citation = citation
            self.wanted = wanted

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="theme-text")
        self._glyphs = glyphs
        self._claims: dict[int, Claim] = {}
        self._chosen = 0
        self._drawn: int | None = None

    @property
    def looked(self) -> tuple[Claim, Citation] | None:
        """What is looked at."""
        claim = self._claims.get(self.highlighted) if self.highlighted is not None else None
        cited = citations(claim) if claim else []
        return (claim, cited[min(self._chosen, len(cited) - 1)]) if claim and cited else None

    def show(self, section: Section) -> None:
        """Show another section, the cursor on its first claim."""
        shown = list(lines(section, self._glyphs))
        self._claims = {at: line.claim for at, line in enumerate(shown) if line.claim}
        self._chosen, self._drawn = 0, None
        self.set_options(Option(line.content, disabled=line.claim is None) for line in shown)
        self.scroll_home(animate=False)
        if self._claims:
            self.highlighted = next(iter(self._claims))

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_index != self._drawn:
            self._look(event.option_index, 0)

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._tell(wanted=True)

    def on_click(self, event: Click) -> None:
        """Choose the citation that was clicked."""
        at, chosen = event.style.meta.get("option"), event.style.meta.get(CITE)
        if at is not None and chosen is not None:
            self._look(at, chosen)
            self.highlighted = at
            self._tell(wanted=True)

    def action_cite(self, step: int) -> None:
        """To the next citation or the one before, from claim to claim."""
        if self.highlighted not in self._claims:
            return
        at, chosen = self.highlighted, self._chosen + step
        if 0 <= chosen < len(citations(self._claims[at])):
            self._look(at, chosen)
        elif step > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()

    def _look(self, at: int, chosen: int) -> None:
        """Mark a citation of a claim as the one that is looked at."""
        if self._drawn is not None and self._drawn != at:
            self._draw(self._drawn, None)
        self._drawn, self._chosen = at, chosen
        self._draw(at, chosen)
        self._tell(wanted=False)

    def _draw(self, at: int, chosen: int | None) -> None:
        if claim := self._claims.get(at):
            self.replace_option_prompt_at_index(at, claim_content(claim, self._glyphs, chosen))

    def _tell(self, wanted: bool) -> None:
        if looked := self.looked:
            self.post_message(self.Looked(*looked, wanted))
