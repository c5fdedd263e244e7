"""EndNote XML: what EndNote exports as XML, and Zotero, Mendeley and Covidence as "EndNote XML".

EndNote's own DTD is RSXML (support.clarivate.com/Endnote); each text may be cut into ``style`` elements.
"""

import re
from typing import Any

from store.field_names import names_to_ours
from store.readers.record_builder import choose_date, identify_texts, map_authors, map_links
from store.readers.xml_records import (
    Element,
    XmlReader,
    element_text,
    find_element,
    find_elements,
    find_text,
    find_texts,
    local_name,
)

_NAMES = names_to_ours("endnote") | {
    "auth-address": "affiliations", "accession-num": "accession", "remote-database-provider": "database_provider",
}  # fmt: skip
_MAPPED = """contributors titles periodical dates abstract keywords urls electronic-resource-num database source-app
    foreign-keys ref-type rec-number""".split()


class EndnoteXmlReader(XmlReader):
    """Reads the records of EndNote's XML."""

    NAME = "endnote-xml"
    LABEL = "EndNote XML"
    TAGS = frozenset({"record"})
    ROOTS = frozenset({"xml", "records", "record"})
    SIGNS = (
        (re.compile("<record", re.IGNORECASE), re.compile("<(?:rec-number|ref-type|contributors|titles|source-app)")),
    )

    def map_fields(self, record: Element) -> dict[str, Any]:
        """Return our fields of a record; what has no place among them keeps its name."""
        doi = find_text(record, "electronic-resource-num")
        identifiers = identify_texts(doi, *find_texts(record, "urls//url"))
        kind = find_element(record, "ref-type")
        year, day = find_text(record, "dates/year"), find_text(record, "dates/pub-dates/date")
        return {
            "extra": _map_others(record),
            "title": find_text(record, "titles/title", "titles/secondary-title", "titles/short-title"),
            "abstract": _text_with_lines(find_element(record, "abstract")),
            **map_authors(_list_people(record, "authors")),
            "date": choose_date(year, day, f"{day} {year}".strip() if year not in day else day),
            "venue": find_text(
                record, "periodical/full-title", "titles/secondary-title", "periodical/abbr-1", "titles/alt-title"
            ),
            "keywords": find_texts(record, "keywords/keyword"),
            "doi": identifiers.get("doi") or doi,
            "arxiv": identifiers.get("arxiv"),
            **map_links(find_texts(record, "urls//url")),
            "type": kind.get("name", "") if kind is not None else "",
            "editors": _list_people(record, "secondary-authors"),
            "series_editors": _list_people(record, "tertiary-authors"),
            "translators": _list_people(record, "translated-authors") or _list_people(record, "subsidiary-authors"),
            "journal_abbreviation": find_text(record, "periodical/abbr-1"),
            "short_title": find_text(record, "titles/short-title"),
            "series": find_text(record, "titles/tertiary-title"),
        }


def _list_people(record: Element, group: str) -> list[str]:
    """List the names of a group; some programs write several in one element, with carriage returns between them."""
    elements = find_elements(record, f"contributors/{group}/author")
    names = (line.split() for element in elements for line in "".join(map(str, element.itertext())).split("\r"))
    return [" ".join(words) for words in names if words]


def _map_others(record: Element) -> dict[str, str | list[str]]:
    others: dict[str, list[str]] = {}
    for child in find_elements(record, "*"):
        name = local_name(child)
        if name not in _MAPPED and (text := element_text(child)):
            others.setdefault(_NAMES.get(name, name), []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in others.items()}


def _text_with_lines(element: Element | None) -> str:
    """Return the text with its line ends, which part the paragraphs of an abstract."""
    return "".join(map(str, element.itertext())).replace("\r", "\n").strip() if element is not None else ""
