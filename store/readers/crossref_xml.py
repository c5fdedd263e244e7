"""Crossref XML, unixref and unixsd (www.crossref.org/documentation/schema-library), as doi.org and queries give it."""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.record import date_of, pages
from store.readers.textfile import TextFile
from store.readers.xml_records import (
    Element,
    at,
    date_at,
    every,
    inner,
    local,
    read_xml,
    root_of,
    text_at,
    texts_at,
    words,
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
    return root_of(head).partition(" ")[0] in _ROOTS


def read(file: TextFile) -> Iterator[Item]:
    """Yield the work of each record; one without title, abstract and identifier is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(record: Element) -> dict[str, Any]:
    """Our fields of a record."""
    found = (at(record, f".//{name}") for name in _BODIES)
    body = next((one for one in found if one is not None), record)
    return {
        "title": inner(at(body, "titles/title")) or inner(at(body, ".//titles/title")) or text_at(body, "full_title"),
        "abstract": "\n".join(map(inner, every(body, "abstract")[:1])),
        "authors": [name for name in map(_name, every(body, "contributors/*")) if name],
        "date": _date(record, body),
        "venue": text_at(
            record, ".//journal_metadata/full_title", ".//proceedings_metadata/proceedings_title",
            ".//book_metadata/titles/title", ".//group_title",
        ),
        "doi": text_at(body, "doi_data/doi") or text_at(record, ".//doi_data/doi"),
        "urls": [url for url in texts_at(body, "doi_data/resource") if url.startswith(("http://", "https://"))],
        "type": local(body),
        "volume": text_at(record, ".//journal_volume/volume", ".//volume"),
        "issue": text_at(record, ".//journal_issue/issue"),
        "pages": pages(text_at(body, "pages/first_page"), text_at(body, "pages/last_page")),
        "issn": texts_at(record, ".//journal_metadata/issn"),
        "isbn": texts_at(record, ".//isbn"),
        "publisher": text_at(record, ".//publisher/publisher_name", ".//institution/institution_name"),
        "error": text_at(record, "error"),
    }  # fmt: skip


def _date(record: Element, body: Element) -> str:
    paths = ("publication_date", "posted_date", "approval_date", "completion_date", "database_date/publication_date")
    own = [date_at(one) for path in paths for one in every(body, path)]
    return date_of(*own) or date_of(date_at(at(record, ".//journal_issue/publication_date")))


def _name(person: Element) -> str:
    if person.get("contributor_role", "author") != "author":
        return ""
    if local(person) == "organization":
        return words(person)
    whole = " ".join(filter(None, (text_at(person, "given_name"), text_at(person, "surname"))))
    suffix = text_at(person, "suffix")
    return f"{whole}, {suffix}" if suffix and whole else whole
