"""A report as one HTML file that needs nothing else: no script, no font, no address is loaded."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from xml.etree.ElementTree import Element

from assistant.report.render import phrases as wording
from assistant.report.render.cited import Sources
from assistant.report.render.elements import Child, element, page
from assistant.report.render.figures import figure
from assistant.report.render.manuscript import Manuscript
from assistant.report.schema import Cell, Paragraph, Section, Table
from assistant.types import EXTRACTIVE, Claim

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
