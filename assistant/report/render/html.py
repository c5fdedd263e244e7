"""A report as one HTML file that needs nothing else: no script, no font, no address is loaded.

The page is built of elements, so that no text can become markup. Each citation opens the abstract that it is of, with
the cited sentence marked.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from assistant.export.fields import find_link
from assistant.report.figures.figure import Picture
from assistant.report.render import captions as wording
from assistant.report.render.captions import web_address
from assistant.report.render.manuscript import Manuscript
from assistant.report.schema import Cell, Paragraph, Section
from assistant.types import EXTRACTIVE, Citation, Claim, Reference
from store.paper import Paper
from store.text.clean import clean_characters

Child = Element | str


def make_element(tag: str, /, *children: Child, **attributes: str) -> Element:
    """Make an element; ``class_`` is ``class`` and ``data_x`` is ``data-x``.

    Text and attributes lose controls, bidi controls and the like.
    """
    parent = Element(tag)
    for attribute, value in attributes.items():
        parent.set(attribute.rstrip("_").replace("_", "-"), clean_characters(value))
    for child in children:
        _append(parent, child)
    return parent


def _append(parent: Element, child: Child) -> None:
    if isinstance(child, Element):
        parent.append(child)
        return
    text = _clean_text(child)
    if len(parent):
        parent[-1].tail = f"{parent[-1].tail or ''}{text}"
    else:
        parent.text = f"{parent.text or ''}{text}"


def _clean_text(text: str) -> str:
    """Clean text that keeps a space at either end."""
    clean = clean_characters(text)
    if not clean:
        return " " if text[:1].isspace() else ""
    return f"{' ' * text[0].isspace()}{clean}{' ' * text[-1].isspace()}"


def write_page(root: Element) -> str:
    """Write the document of an ``html`` element; no other text in it is raw than that of its own ``style``."""
    return f"<!DOCTYPE html>\n{ElementTree.tostring(root, encoding='unicode', method='html')}\n"


class _Sources:
    """The abstracts that the citations of a page open: one for each sentence cited.

    They are popovers, which browsers open for a button, without a script, and close by Escape or a click elsewhere.
    """

    def __init__(self, of: Manuscript) -> None:
        self._of = of
        self._cited: dict[tuple[str, int, int], tuple[str, Citation]] = {}

    def make_mark(self, citation: Citation) -> Element:
        """Make the ``[n]`` of a citation, which opens its abstract; plain text where the paper is not known."""
        if citation.paper_id not in self._of.papers:
            return make_element("span", f"[{citation.n}]")
        place = (citation.paper_id, citation.start, citation.end)
        name, _ = self._cited.setdefault(place, (f"cited-{len(self._cited)}", citation))
        return make_element(
            "button",
            f"[{citation.n}]",
            type="button",
            class_="cite",
            popovertarget=name,
            aria_label=f"[{citation.n}] {citation.title}",
        )

    def make_abstracts(self) -> Iterator[Element]:
        """Make the abstracts, for the end of the page."""
        for name, citation in self._cited.values():
            yield self._make_abstract(name, citation)

    def make_reference(self, reference: Reference) -> Element:
        """Make a line of the list of references, with a link where an address is known."""
        paper = self._of.papers[reference.paper_id]
        address = web_address(find_link(paper))
        text = self._of.format_reference(paper.id)
        text = text.removesuffix(".").removesuffix(find_link(paper)).strip() if address else text
        linked: list[Child] = [" ", _make_link(address, address)] if address else []
        key = make_element("code", self._of.keys[paper.id])
        return make_element(
            "li", text, *linked, " ", key, id=f"reference-{reference.n}", value=str(reference.n), dir="auto"
        )

    def _make_abstract(self, name: str, citation: Citation) -> Element:
        paper = self._of.papers[citation.paper_id]
        address = web_address(find_link(paper))
        title: Child = _make_link(address, paper.marked_title) if address else paper.marked_title
        close = make_element(
            "button", "Close", type="button", class_="close", popovertarget=name, popovertargetaction="hide"
        )
        return make_element(
            "div",
            make_element("p", f"[{citation.n}] ", title, class_="title", dir="auto"),
            make_element("p", _format_byline(paper), class_="byline", dir="auto"),
            make_element("p", *_mark_sentence(paper, citation), class_="abstract", dir="auto"),
            close,
            id=name,
            popover="auto",
            role="dialog",
            aria_label=f"Source [{citation.n}]: {paper.marked_title}",
            class_="source",
            tabindex="0",
        )


def _mark_sentence(paper: Paper, citation: Citation) -> list[Child]:
    text, start, end = paper.abstract, citation.start, citation.end
    if not text:
        return ["The record has no abstract."]
    if text[start:end] != citation.quote or not citation.quote:
        return [text]  # The paper was changed since: nothing of it is what was cited.
    return [text[:start], make_element("mark", text[start:end]), text[end:]]


def _make_link(address: str, text: str) -> Element:
    return make_element("a", text, href=address, rel="noreferrer noopener", target="_blank")


def _make_figure(picture: Picture) -> Element:
    """Make a figure: the drawing, its title, and what it shows in words, to be opened."""
    drawing = ElementTree.fromstring(picture.svg)
    for node in drawing.iter():
        node.tag = node.tag.rpartition("}")[2]
    drawing.set("aria-describedby", f"{picture.name}-text")
    text = make_element("p", picture.text, id=f"{picture.name}-text")
    details = make_element("details", make_element("summary", "In numbers"), text)
    return make_element("figure", drawing, make_element("figcaption", picture.title), details)


# Columns of a table that the column of text has room for (see report.css); chosen by hand.
_NARROW = 4


def write_html(of: Manuscript) -> str:
    """Write the report; each ``[n]`` opens the abstract with the cited sentence marked, without a script."""
    sources = _Sources(of)
    before, behind = wording.split_sections(of.report)
    parts = [
        *(_make_section(sources, section, f"section-{n}") for n, section in enumerate(before)),
        *([_make_part("pictures", "Pictures", *map(_make_figure, of.pictures))] if of.pictures else []),
        *(_make_section(sources, section, f"section-{n}") for n, section in enumerate(behind, len(before))),
        *([_make_references(of, sources)] if of.papers else []),
        _make_ledger(of),
        _make_provenance(of),
    ]
    main = make_element("main", *parts, id="content", tabindex="-1")
    skip = make_element("a", "Skip to the report", href="#content", class_="skip")
    body = make_element("body", skip, _make_header(of), _make_contents(parts), main, *sources.make_abstracts())
    return write_page(make_element("html", _make_head(of), body, lang="en"))


@cache
def _read_style() -> str:
    return (files("assistant.report.render") / "data" / "report.css").read_text(encoding="utf-8")


def _make_head(of: Manuscript) -> Element:
    digest = b64encode(hashlib.sha256(_read_style().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    style = Element("style")
    style.text = _read_style()
    return make_element(
        "head",
        make_element("meta", charset="utf-8"),
        make_element("meta", content=policy, **{"http-equiv": "Content-Security-Policy"}),
        make_element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        make_element("meta", name="referrer", content="no-referrer"),
        make_element("meta", name="color-scheme", content="light dark"),
        make_element("title", of.report.title or "Report"),
        style,
    )


def _make_header(of: Manuscript) -> Element:
    lead = f"{wording.describe_check(of.report)} {wording.sum_up_ledger(of.report)}"
    return make_element(
        "header", make_element("h1", of.report.title or "Report", dir="auto"), make_element("p", lead, class_="lead")
    )


def _make_contents(parts: list[Element]) -> Element:
    headings = [(part.get("id", ""), part[0]) for part in parts if len(part) and part[0].tag == "h2"]
    items = [
        make_element("li", make_element("a", "".join(head.itertext()), href=f"#{name}")) for name, head in headings
    ]
    return make_element("nav", make_element("ul", *items), aria_label="Contents")


def _make_part(name: str, heading: str, *children: Child) -> Element:
    title = make_element("h2", heading, id=f"{name}-heading")
    return make_element("section", title, *children, id=name, aria_labelledby=f"{name}-heading")


def _make_section(sources: _Sources, section: Section, name: str) -> Element:
    inner: list[Child] = []
    if section.lead:
        inner.append(make_element("p", section.lead, class_="facts", dir="auto"))
    if section.note:
        inner.append(make_element("p", make_element("strong", "Note: "), section.note, class_="note"))
    if section.table:
        rows = [[_fill_cell(sources, cell) for cell in row] for row in section.table.rows]
        inner.append(_make_table(section.heading or "The table of the report", section.table.head, rows))
    inner += [part for paragraph in section.paragraphs for part in _make_paragraph(sources, section, paragraph)]
    return _make_part(name, section.heading, *inner) if section.heading else make_element("section", *inner, id=name)


def _make_paragraph(sources: _Sources, section: Section, paragraph: Paragraph) -> Iterator[Element]:
    if paragraph.label:
        yield make_element("h3", paragraph.label)
    claims = [_make_claim(sources, claim) for claim in paragraph.claims]
    if section.mode == EXTRACTIVE:
        yield make_element("ul", *(make_element("li", claim, dir="auto") for claim in claims), class_="quotes")
    else:
        yield make_element("p", *(part for claim in claims for part in (claim, " ")), dir="auto")


def _make_claim(sources: _Sources, claim: Claim) -> Element:
    marks: list[Child] = [part for citation in claim.citations for part in (" ", sources.make_mark(citation))]
    if claim.holds:
        marks += [" ", make_element("span", wording.write_sign(claim), class_="sign", title=claim.words)]
    else:
        marks += [" ", make_element("strong", f"({wording.write_sign(claim)})", class_="doubt")]
    return make_element("span", wording.word_claim(claim), *marks, class_="claim")


def _fill_cell(sources: _Sources, cell: Cell) -> list[Child]:
    parts: list[Child] = [part for claim in cell.claims for part in (_make_claim(sources, claim), " ")]
    quotes = " … ".join(
        dict.fromkeys(
            citation.quote
            for claim in cell.claims
            for citation in claim.citations
            if citation.quote and citation.quote != claim.text
        )
    )
    # A value in a cell shows the sentence that says it where a pointer rests on it.
    return [make_element("span", *parts, title=quotes)] if quotes else parts or [cell.text]


def _make_table(caption: str, head: tuple[str, ...], rows: list[list[list[Child]]]) -> Element:
    top = make_element("tr", *(make_element("th", name, scope="col") for name in head))
    body = [
        make_element(
            "tr",
            *(make_element("th", *cell, scope="row", dir="auto") for cell in row[:1]),
            *(make_element("td", *cell, dir="auto") for cell in row[1:]),
        )
        for row in rows
    ]
    table = make_element(
        "table", make_element("caption", caption), make_element("thead", top), make_element("tbody", *body)
    )
    room = "wide broad" if len(head) > _NARROW else "wide"
    return make_element("div", table, class_=room, role="region", aria_label=f"Table: {caption}", tabindex="0")


def _make_references(of: Manuscript, sources: _Sources) -> Element:
    items = [sources.make_reference(reference) for reference in of.report.references]
    return _make_part("references", wording.REFERENCES, make_element("ol", *items, class_="references"))


def _make_ledger(of: Manuscript) -> Element:
    rows: list[list[list[Child]]] = [
        [[entry.title], [entry.bucket.value], [entry.reason]] for entry in of.report.ledger
    ]
    listed = make_element(
        "details", make_element("summary", "Paper by paper"), _make_table(wording.LEDGER, wording.LEDGER_HEAD, rows)
    )
    return _make_part("ledger", wording.LEDGER, make_element("p", wording.sum_up_ledger(of.report)), listed)


def _make_provenance(of: Manuscript) -> Element:
    rows = [
        part
        for label, value in wording.list_provenance(of.report)
        for part in (make_element("dt", label), make_element("dd", value))
    ]
    return _make_part("made", wording.MADE, make_element("dl", *rows))


def _format_byline(paper: Paper) -> str:
    """Name authors, year and venue: what tells a paper beside its title."""
    names = [author.name for author in paper.authors]
    authors = f"{', '.join(names[:3])} and others" if len(names) > 3 or paper.authors_truncated else ", ".join(names)
    return " · ".join(part for part in (authors, str(paper.year or ""), paper.venue or "") if part)
