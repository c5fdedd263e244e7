"""What a tool replies: a result as JSON with its notice, and the same in words, with each text of a paper marked.

The result of ``ask``, ``where`` and ``check_draft`` is what the command line prints with ``--json``; the others have
what an agent needs of it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from assistant import Citation, Claim, Paper, Place
from assistant.display import find_link, warn_of_orders
from assistant.mcp.marking import NOTICE, mark
from assistant.phrases import SCALE, describe_support

Json = dict[str, Any]
# Authors that a hit names; chosen by hand.
_AUTHORS = 10


class ToolReply(NamedTuple):
    """What a tool replies.

    Attributes:
        result: A JSON value.
        lines: The same in words, with marks.
        notes: What there is to say beside it, such as that the library is empty.
    """

    result: Any
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def structured(self) -> Json:
        """The result with its notice."""
        notes = {"notes": list(self.notes)} if self.notes else {}
        return {"notice": NOTICE, **notes, "result": self.result}

    @property
    def text(self) -> str:
        """The text, which says first what is data in it."""
        return "\n".join((NOTICE, "", *(f"Note: {note}" for note in self.notes), *self.lines))


def describe_record(paper: Paper) -> Json:
    """Describe a paper by what an agent needs to cite it, and what warns of it."""
    names = [author.name for author in paper.authors]
    record: Json = {
        "paper_id": paper.id,
        "title": paper.marked_title,
        "authors": names[:_AUTHORS] + (["…"] if len(names) > _AUTHORS else []),
        "year": paper.year,
        "venue": paper.venue,
        "url": find_link(paper),
    }
    remarks = {"retraction": paper.retraction, "damage": paper.damage, "warning": warn_of_orders(paper)}
    return record | {name: remark for name, remark in remarks.items() if remark}


def name_paper(paper: Paper) -> str:
    """Name a paper by its id and title, with its year and a warning of orders in its text."""
    year = f", {paper.year}" if paper.year else ""
    orders = warn_of_orders(paper)
    return f"{paper.id} {mark(paper.marked_title)}{year}{f' (warning: {orders})' if orders else ''}"


def describe_claim(claim: Claim, own: bool = False) -> Iterator[str]:
    """Describe a claim; one of the agent's ``own`` is no data."""
    text = claim.text if own else mark(claim.text)
    yield f"{SCALE[claim.support].glyph} {claim.words}: {text}"
    for reason in claim.reasons:  # A reason quotes words and numbers of the abstract.
        yield f"   reason: {mark(reason)}"
    for citation in claim.citations:
        yield f"   {_describe_citation(citation, claim.text)}"


def _describe_citation(citation: Citation, text: str) -> str:
    """Describe a citation; its quote is not said again where it is the claim itself."""
    where = f"{citation.paper_id} {mark(citation.title)}"
    if not citation.quote:
        return where
    if citation.quote == text:
        return f"{where} (abstract[{citation.start}:{citation.end}])"
    return f"{where}: {place_text(citation.quote, citation.start, citation.end)}"


def describe_place(place: Place) -> str:
    """Describe where a text is said: key, title, how far it is said there, and the quote."""
    words = describe_support(place.support, place.decision.by)
    reasons = f" ({mark('; '.join(place.reasons))})" if place.reasons else ""
    quote = f": {place_text(place.quote, place.start, place.end)}" if place.quote else ""
    return f"@{place.key} {mark(place.title)}, {words}{reasons}{quote}"


def place_text(text: str, start: int, end: int) -> str:
    """Return a quote with its place in the abstract."""
    return f"{mark(text)} (abstract[{start}:{end}])"
