"""Crossref XML, unixref and unixsd (www.crossref.org/documentation/schema-library), as doi.org and queries give it."""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.record import choose_date, format_pages
from store.readers.textfile import TextFile
from store.readers.xml_records import (
    Element,
    find_element,
    read_date,
    find_elements,
    inner_markup,
    local_name,
    read_xml,
    root_name,
    find_text,
    find_texts,
    element_text,
)

NAME = "crossref-xml"
LABEL = "Crossref XML"

_TAGS = frozenset({"doi_record", "crossref"})
_ROOTS = {"doi_records", "doi_record", "crossref", "crossref_result", "doi_batch"}
# Where a work stands in a record, the inmost first.
_BODIES = """journal_article conference_paper content_item posted_content dissertation report-paper_metadata
    standard_metadata dataset sa_component book_metadata book_set_metadata book_series_metadata proceedings_metadata
    journal_metadata""".split()


def sniff(head: str) -> bool:
    """The root of its answers."""
    return root_name(head).partition(" ")[0] in _ROOTS


def read(file: TextFile) -> Iterator[Item]:
    """Yield the work of each record; one without title, abstract and identifier is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(record: Element) -> dict[str, Any]:
    """Our fields of a record."""
    found = (find_element(record, f".//{name}") for name in _BODIES)
    body = next((one for one in found if one is not None), record)
    return {
        "title": inner_markup(find_element(body, "titles/title")) or inner_markup(find_element(body, ".//titles/title")) or find_text(body, "full_title"),
        "abstract": "\n".join(map(inner_markup, find_elements(body, "abstract")[:1])),
        "authors": [name for name in map(_name, find_elements(body, "contributors/*")) if name],
        "date": _date(record, body),
        "venue": find_text(
            record, ".//journal_metadata/full_title", ".//proceedings_metadata/proceedings_title",
            ".//book_metadata/titles/title", ".//group_title",
        ),
        "doi": find_text(body, "doi_data/doi") or find_text(record, ".//doi_data/doi"),
        "urls": [url for url in find_texts(body, "doi_data/resource") if url.startswith(("http://", "https://"))],
        "type": local_name(body),
        "volume": find_text(record, ".//journal_volume/volume", ".//volume"),
        "issue": find_text(record, ".//journal_issue/issue"),
        "pages": format_pages(find_text(body, "pages/first_page"), find_text(body, "pages/last_page")),
        "issn": find_texts(record, ".//journal_metadata/issn"),
        "isbn": find_texts(record, ".//isbn"),
        "publisher": find_text(record, ".//publisher/publisher_name", ".//institution/institution_name"),
        "error": find_text(record, "error"),
    }  # fmt: skip


def _date(record: Element, body: Element) -> str:
    paths = ("publication_date", "posted_date", "approval_date", "completion_date", "database_date/publication_date")
    own = [read_date(one) for path in paths for one in find_elements(body, path)]
    return choose_date(*own) or choose_date(read_date(find_element(record, ".//journal_issue/publication_date")))


def _name(person: Element) -> str:
    if person.get("contributor_role", "author") != "author":
        return ""
    if local_name(person) == "organization":
        return element_text(person)
    whole = " ".join(filter(None, (find_text(person, "given_name"), find_text(person, "surname"))))
    suffix = find_text(person, "suffix")
    return f"{whole}, {suffix}" if suffix and whole else whole
