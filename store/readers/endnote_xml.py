"""EndNote XML: what EndNote exports as XML, and Zotero, Mendeley and Covidence as "EndNote XML".

EndNote's own DTD is RSXML (support.clarivate.com/Endnote); each text may be cut into ``style`` elements.
"""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.record import choose_date, identified, map_links, map_authors
from store.readers.textfile import TextFile
from store.readers.xml_records import Element, find_element, find_elements, local_name, read_xml, root_name, find_text, find_texts, element_text

NAME = "endnote-xml"
LABEL = "EndNote XML"

_TAGS = frozenset({"record"})
_NAMES = {
    "number": "issue",
    "isbn": "issn",
    "pub-location": "place",
    "auth-address": "affiliations",
    "accession-num": "accession",
    "notes": "note",
    "label": "label",
    "remote-database-name": "database",
}
_TAKEN = """contributors titles periodical dates abstract keywords urls electronic-resource-num database source-app
    foreign-keys ref-type rec-number""".split()


def sniff(head: str) -> bool:
    """``xml`` with ``records`` in it, or these alone, and a field of EndNote."""
    root = root_name(head).partition(" ")[0].lower()
    known = any(
        f"<{name}" in head for name in ("<rec-number", "ref-type", "contributors", "titles", "source-app", "rec-number")
    )
    return root in {"xml", "records", "record"} and "<record" in head.lower() and known


def read(file: TextFile) -> Iterator[Item]:
    """Yield each record; one without title, abstract and identifier is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(record: Element) -> dict[str, Any]:
    """Our fields of a record; what has no place among them keeps its name."""
    said = identified(find_text(record, "electronic-resource-num"), *find_texts(record, "urls//url"))
    given = find_text(record, "electronic-resource-num")
    kind = find_element(record, "ref-type")
    year, day = find_text(record, "dates/year"), find_text(record, "dates/pub-dates/date")
    return {
        "extra": _others(record),
        "title": find_text(record, "titles/title", "titles/secondary-title", "titles/short-title"),
        "abstract": _spaced(find_element(record, "abstract")),
        **map_authors(find_texts(record, "contributors/authors/author")),
        "date": choose_date(year, day, f"{day} {year}".strip() if year not in day else day),
        "venue": find_text(
            record, "periodical/full-title", "titles/secondary-title", "periodical/abbr-1", "titles/alt-title"
        ),
        "keywords": find_texts(record, "keywords/keyword"),
        "doi": said.get("doi") or given,
        "arxiv": said.get("arxiv"),
        **map_links(find_texts(record, "urls//url")),
        "type": kind.get("name", "") if kind is not None else "",
        "editors": find_texts(record, "contributors/secondary-authors/author"),
        "short_title": find_text(record, "titles/short-title"),
        "series": find_text(record, "titles/tertiary-title"),
    }


def _others(record: Element) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for child in find_elements(record, "*"):
        name = local_name(child)
        if name not in _TAKEN and (text := element_text(child)):
            found.setdefault(_NAMES.get(name, name), []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


def _spaced(element: Element | None) -> str:
    """The text with its line ends, which part the paragraphs of an abstract."""
    return "".join(map(str, element.itertext())).replace("\r", "\n").strip() if element is not None else ""
