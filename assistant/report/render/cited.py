"""Citations in a page: each opens the abstract that it is of, with the cited sentence marked."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from assistant.export.facts import link
from assistant.report.render.elements import Child, element
from assistant.report.render.manuscript import Manuscript
from assistant.report.render.phrases import byline, web_address
from assistant.types import Citation, Reference
from store.paper import Paper

NO_ABSTRACT = "The record has no abstract."


class Sources:
    """The abstracts that the citations of a page open: one for each sentence cited.

    They are popovers, which browsers open for a button, without a script, and close by Escape or a click elsewhere.
    """

    def __init__(self, of: Manuscript) -> None:
        self._of = of
        self._cited: dict[tuple[str, int, int], tuple[str, Citation]] = {}

    def mark(self, citation: Citation) -> Element:
        """The ``[n]`` of a citation, which opens its abstract; plain text where the paper is not known."""
        if citation.paper_id not in self._of.papers:
            return element("span", f"[{citation.n}]")
        place = (citation.paper_id, citation.start, citation.end)
        name, _ = self._cited.setdefault(place, (f"cited-{len(self._cited)}", citation))
        return element(
            "button",
            f"[{citation.n}]",
            type="button",
            class_="cite",
            popovertarget=name,
            aria_label=f"[{citation.n}] {citation.title}",
        )

    def opened(self) -> Iterator[Element]:
        """The abstracts, for the end of the page."""
        for name, citation in self._cited.values():
            yield self._abstract(name, citation)

    def reference(self, reference: Reference) -> Element:
        """A line of the list of references, with a link where an address is known."""
        paper = self._of.papers[reference.paper_id]
        address = web_address(link(paper))
        whole = self._of.reference(paper.id)
        text = whole.removesuffix(".").removesuffix(link(paper)).strip() if address else whole
        linked: list[Child] = [" ", _link(address, address)] if address else []
        key = element("code", self._of.keys[paper.id])
        return element("li", text, *linked, " ", key, id=f"reference-{reference.n}", value=str(reference.n), dir="auto")

    def _abstract(self, name: str, citation: Citation) -> Element:
        paper = self._of.papers[citation.paper_id]
        address = web_address(link(paper))
        title: Child = _link(address, paper.marked_title) if address else paper.marked_title
        close = element(
            "button", "Close", type="button", class_="close", popovertarget=name, popovertargetaction="hide"
        )
        return element(
            "div",
            element("p", f"[{citation.n}] ", title, class_="title", dir="auto"),
            element("p", byline(paper), class_="byline", dir="auto"),
            element("p", *_marked(paper, citation), class_="abstract", dir="auto"),
            close,
            id=name,
            popover="auto",
            role="dialog",
            aria_label=f"Source [{citation.n}]: {paper.marked_title}",
            class_="source",
            tabindex="0",
        )


def _marked(paper: Paper, citation: Citation) -> list[Child]:
    text, start, end = paper.abstract, citation.start, citation.end
    if not text:
        return [NO_ABSTRACT]
    if text[start:end] != citation.quote or not citation.quote:
        return [text]  # The paper was changed since: nothing of it is what was cited.
    return [text[:start], element("mark", text[start:end]), text[end:]]


def _link(address: str, text: str) -> Element:
    return element("a", text, href=address, rel="noreferrer noopener", target="_blank")
