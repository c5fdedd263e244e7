"""A section of a report as lines to read and to choose from: each claim with its citations and its sign."""

from collections.abc import Iterator
from typing import NamedTuple

from textual.content import Content
from textual.style import Style

from assistant.phrases import NOT_SO, PARTLY
from assistant.report.render.phrases import spoken
from assistant.report.schema import Section
from assistant.types import Citation, Claim, Support
from tui.safe import safe
from tui.text import Glyphs

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
    parts = [Content(safe(spoken(claim)))]
    parts += [_cited(one, at, at == chosen) for at, one in enumerate(citations(claim))]
    text = Content.assemble(Content(" ").join(parts), " ", (f"{glyphs.of(claim.support)}{said}", colour))
    if claim.support is Support.SUPPORTED or not claim.reasons:
        return text
    return Content.assemble(text, "\n", (f"  {safe('; '.join(claim.reasons))}", "dim"))


def _cited(citation: Citation, at: int, chosen: bool) -> Content:
    shown = Content.styled(f"[{citation.n}]", "reverse bold" if chosen else "$text-accent underline")
    return shown.stylize(Style.from_meta({CITE: at}))
