"""A report as one HTML file that needs nothing else: no script, no font, no address is loaded.

HTML built of elements, so that no text can become markup.

Citations in a page: each opens the abstract that it is of, with the cited sentence marked.

A picture in a page.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from assistant.export.fields import link
from assistant.report.figures.figure import Picture
from assistant.report.render import phrases as wording
from assistant.report.render.manuscript import Manuscript
from assistant.report.render.phrases import byline, web_address
from assistant.report.schema import Cell, Paragraph, Section, Table
from assistant.types import EXTRACTIVE, Citation, Claim, Reference
from store.paper import Paper
from store.text.clean import clean_characters

Child = Element | str


def element(tag: str, /, *children: Child, **attributes: str) -> Element:
    """An element; ``class_`` is ``class`` and ``data_x`` is ``data-x``.

    Text and attributes lose controls, bidi controls and the like.
    """
    made = Element(tag)
    for attribute, value in attributes.items():
        made.set(attribute.rstrip("_").replace("_", "-"), clean_characters(value))
    for child in children:
        _add(made, child)
    return made


def _add(parent: Element, child: Child) -> None:
    if isinstance(child, Element):
        parent.append(child)
        return
    text = _clean(child)
    if len(parent):
        parent[-1].tail = f"{parent[-1].tail or ''}{text}"
    else:
        parent.text = f"{parent.text or ''}{text}"


def _clean(text: str) -> str:
    """Clean text that keeps a space at either end."""
    clean = clean_characters(text)
    if not clean:
        return " " if text[:1].isspace() else ""
    return f"{' ' * text[0].isspace()}{clean}{' ' * text[-1].isspace()}"


def page(root: Element) -> str:
    """The document of an ``html`` element; no other text in it is raw than that of its own ``style``."""
    return f"<!DOCTYPE html>\n{ElementTree.tostring(root, encoding='unicode', method='html')}\n"


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


def figure(picture: Picture) -> Element:
    """The drawing, its title, and what it shows in words, to be opened."""
    drawn = ElementTree.fromstring(picture.svg)
    for one in drawn.iter():
        one.tag = one.tag.rpartition("}")[2]
    drawn.set("aria-describedby", f"{picture.name}-text")
    told = element("p", picture.text, id=f"{picture.name}-text")
    opened = element("details", element("summary", "In numbers"), told)
    return element("figure", drawn, element("figcaption", picture.title), opened)


# Columns of a table that the column of text has room for.
_NARROW = 4


def html(of: Manuscript) -> str:
    """The report; each ``[n]`` opens the abstract with the cited sentence marked, without a script."""
    sources = Sources(of)
    before, behind = wording.split(of.report)
    parts = [
        *(_section(sources, section, f"section-{at}") for at, section in enumerate(before)),
        *([_pictures(of)] if of.pictures else []),
        *(_section(sources, section, f"section-{at}") for at, section in enumerate(behind, len(before))),
        *([_references(of, sources)] if of.papers else []),
        _ledger(of),
        _made(of),
    ]
    main = element("main", *parts, id="content", tabindex="-1")
    body = element("body", _skip(), _header(of), _contents(parts), main, *sources.opened())
    return page(element("html", _head(of), body, lang="en"))


@cache
def _style() -> str:
    return (files("assistant.report.render") / "data" / "report.css").read_text(encoding="utf-8")


def _head(of: Manuscript) -> Element:
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    style = Element("style")
    style.text = _style()
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", content=policy, **{"http-equiv": "Content-Security-Policy"}),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", of.report.title or "Report"),
        style,
    )


def _skip() -> Element:
    return element("a", "Skip to the report", href="#content", class_="skip")


def _header(of: Manuscript) -> Element:
    said = f"{wording.checked(of.report)} {wording.counts(of.report)}"
    return element("header", element("h1", of.report.title or "Report", dir="auto"), element("p", said, class_="lead"))


def _contents(parts: list[Element]) -> Element:
    headed = [(part.get("id", ""), part[0]) for part in parts if len(part) and part[0].tag == "h2"]
    items = [element("li", element("a", "".join(head.itertext()), href=f"#{at}")) for at, head in headed]
    return element("nav", element("ul", *items), aria_label="Contents")


def _part(at: str, heading: str, *children: Child) -> Element:
    return element(
        "section", element("h2", heading, id=f"{at}-heading"), *children, id=at, aria_labelledby=f"{at}-heading"
    )


def _section(sources: Sources, section: Section, at: str) -> Element:
    inner: list[Child] = []
    if section.note:
        inner.append(element("p", element("strong", "Note: "), section.note, class_="note"))
    if section.table:
        inner.append(_facts(sources, section, section.table))
    inner += [part for paragraph in section.paragraphs for part in _paragraph(sources, section, paragraph)]
    return _part(at, section.heading, *inner) if section.heading else element("section", *inner, id=at)


def _paragraph(sources: Sources, section: Section, paragraph: Paragraph) -> Iterator[Element]:
    if paragraph.label:
        yield element("h3", paragraph.label)
    said = [_claim(sources, claim) for claim in paragraph.claims]
    if section.mode == EXTRACTIVE:
        yield element("ul", *(element("li", one, dir="auto") for one in said), class_="quotes")
    else:
        yield element("p", *(part for one in said for part in (one, " ")), dir="auto")


def _claim(sources: Sources, claim: Claim) -> Element:
    doubt = wording.doubt(claim)
    marks: list[Child] = [part for citation in claim.citations for part in (" ", sources.mark(citation))]
    if doubt:
        marks += [" ", element("strong", f"({doubt})", class_="doubt")]
    return element("span", wording.spoken(claim), *marks, class_="claim")


def _facts(sources: Sources, section: Section, table: Table) -> Element:
    rows = [[_cell(sources, cell) for cell in row] for row in table.rows]
    return _table(section.heading or "The table of the report", table.head, rows)


def _cell(sources: Sources, cell: Cell) -> list[Child]:
    said = [part for claim in cell.claims for part in (_claim(sources, claim), " ")]
    return [*said] if said else [cell.text]


def _table(caption: str, head: tuple[str, ...], rows: list[list[list[Child]]]) -> Element:
    top = element("tr", *(element("th", name, scope="col") for name in head))
    body = [
        element(
            "tr",
            *(element("th", *cell, scope="row", dir="auto") for cell in row[:1]),
            *(element("td", *cell, dir="auto") for cell in row[1:]),
        )
        for row in rows
    ]
    table = element("table", element("caption", caption), element("thead", top), element("tbody", *body))
    room = "wide broad" if len(head) > _NARROW else "wide"
    return element("div", table, class_=room, role="region", aria_label=f"Table: {caption}", tabindex="0")


def _pictures(of: Manuscript) -> Element:
    return _part("pictures", "Pictures", *(figure(picture) for picture in of.pictures))


def _references(of: Manuscript, sources: Sources) -> Element:
    items = [sources.reference(reference) for reference in of.report.references]
    return _part("references", wording.REFERENCES, element("ol", *items, class_="references"))


def _ledger(of: Manuscript) -> Element:
    rows: list[list[list[Child]]] = [[[one.title], [one.bucket.value], [one.reason]] for one in of.report.ledger]
    listed = element("details", element("summary", "Paper by paper"), _table(wording.LEDGER, wording.LEDGER_HEAD, rows))
    return _part("ledger", wording.LEDGER, element("p", wording.counts(of.report)), listed)


def _made(of: Manuscript) -> Element:
    rows = [part for label, value in wording.made(of.report) for part in (element("dt", label), element("dd", value))]
    return _part("made", wording.MADE, element("dl", *rows))
