"""EndNote XML: what EndNote exports as XML, and Zotero, Mendeley and Covidence as "EndNote XML".

EndNote's own DTD is RSXML (support.clarivate.com/Endnote); each text may be cut into ``style`` elements.
"""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.record import date_of, identified, links, people
from store.readers.textfile import TextFile
from store.readers.xml_records import Element, at, every, local, read_xml, root_of, text_at, texts_at, words

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
    root = root_of(head).partition(" ")[0].lower()
    known = any(
        f"<{name}" in head for name in ("<rec-number", "ref-type", "contributors", "titles", "source-app", "rec-number")
    )
    return root in {"xml", "records", "record"} and "<record" in head.lower() and known


def read(file: TextFile) -> Iterator[Item]:
    """Yield each record; one without title, abstract and identifier is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(record: Element) -> dict[str, Any]:
    """Our fields of a record; what has no place among them keeps its name."""
    said = identified(text_at(record, "electronic-resource-num"), *texts_at(record, "urls//url"))
    given = text_at(record, "electronic-resource-num")
    kind = at(record, "ref-type")
    year, day = text_at(record, "dates/year"), text_at(record, "dates/pub-dates/date")
    return {
        "extra": _others(record),
        "title": text_at(record, "titles/title", "titles/secondary-title", "titles/short-title"),
        "abstract": _spaced(at(record, "abstract")),
        **people(texts_at(record, "contributors/authors/author")),
        "date": date_of(year, day, f"{day} {year}".strip() if year not in day else day),
        "venue": text_at(
            record, "periodical/full-title", "titles/secondary-title", "periodical/abbr-1", "titles/alt-title"
        ),
        "keywords": texts_at(record, "keywords/keyword"),
        "doi": said.get("doi") or given,
        "arxiv": said.get("arxiv"),
        **links(texts_at(record, "urls//url")),
        "type": kind.get("name", "") if kind is not None else "",
        "editors": texts_at(record, "contributors/secondary-authors/author"),
        "short_title": text_at(record, "titles/short-title"),
        "series": text_at(record, "titles/tertiary-title"),
    }


def _others(record: Element) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for child in every(record, "*"):
        name = local(child)
        if name not in _TAKEN and (text := words(child)):
            found.setdefault(_NAMES.get(name, name), []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


def _spaced(element: Element | None) -> str:
    """The text with its line ends, which part the paragraphs of an abstract."""
    return "".join(map(str, element.itertext())).replace("\r", "\n").strip() if element is not None else ""
