"""Crossref XML, unixref and unixsd (www.crossref.org/documentation/schema-library), as doi.org and queries give it."""

from typing import Any

from store.readers.people import Person, build_person
from store.readers.record_builder import choose_date, format_pages, join_subtitle
from store.readers.xml_records import (
    Element,
    XmlReader,
    element_text,
    find_element,
    find_elements,
    find_text,
    find_texts,
    inner_markup,
    local_name,
    read_date,
)

# Where a work stands in a record, the inmost first.
_BODIES = """journal_article conference_paper content_item posted_content dissertation report-paper_metadata
    standard_metadata dataset sa_component book_metadata book_set_metadata book_series_metadata proceedings_metadata
    journal_metadata""".split()


class CrossrefXmlReader(XmlReader):
    """Reads the records of Crossref's XML."""

    NAME = "crossref-xml"
    LABEL = "Crossref XML"
    TAGS = frozenset({"doi_record", "crossref"})
    ROOTS = frozenset({"doi_records", "doi_record", "crossref", "crossref_result", "doi_batch"})

    def map_fields(self, record: Element) -> dict[str, Any]:
        """Return our fields of a record."""
        bodies = (find_element(record, f".//{name}") for name in _BODIES)
        body = next((body for body in bodies if body is not None), record)
        named = find_element(record, ".//book_metadata") if local_name(body) == "content_item" else None
        book = body if named is None else named
        return {
            "title": join_subtitle(
                inner_markup(find_element(body, "titles/title"))
                or inner_markup(find_element(body, ".//titles/title"))
                or find_text(body, "full_title"),
                inner_markup(find_element(body, "titles/subtitle")),
            ),
            "abstract": "\n".join(map(inner_markup, find_elements(body, "abstract")[:1])),
            "authors": [*filter(None, _list_people(body, "author"))],
            "editors": [*filter(None, _list_people(body, "editor") or _list_people(book, "editor"))],
            "translators": [*filter(None, _list_people(body, "translator"))],
            "date": _choose_date(record, body) or _choose_date(record, book),
            "venue": find_text(
                record, ".//journal_metadata/full_title", ".//proceedings_metadata/proceedings_title",
                ".//book_metadata/titles/title", ".//group_title",
            ),
            "doi": find_text(body, "doi_data/doi") or find_text(record, ".//doi_data/doi"),
            "urls": [url for url in find_texts(body, "doi_data/resource") if url.startswith(("http://", "https://"))],
            "type": body.get("component_type") or local_name(body),
            "volume": find_text(record, ".//journal_volume/volume", ".//volume"),
            "issue": find_text(record, ".//journal_issue/issue"),
            "journal_abbreviation": find_text(record, ".//journal_metadata/abbrev_title"),
            "series": find_text(record, ".//series_metadata/titles/title"),
            "series_number": find_text(book, ".//series_metadata/series_number"),
            "edition": find_text(book, "edition_number"),
            "place": find_text(record, ".//publisher/publisher_place", ".//institution/institution_place"),
            "event": find_text(record, ".//event_metadata/conference_name"),
            "event_place": find_text(record, ".//event_metadata/conference_location"),
            "genre": find_text(body, "degree"),
            "pages": format_pages(find_text(body, "pages/first_page"), find_text(body, "pages/last_page")),
            "issn": [*find_texts(record, ".//journal_metadata/issn"), *find_texts(record, ".//series_metadata/issn")],
            "isbn": find_texts(record, ".//isbn"),
            "publisher": find_text(record, ".//publisher/publisher_name", ".//institution/institution_name"),
            "error": find_text(record, "error"),
        }  # fmt: skip


def _choose_date(record: Element, body: Element) -> str:
    paths = ("publication_date", "posted_date", "approval_date", "completion_date", "database_date/publication_date")
    own = [read_date(element) for path in paths for element in find_elements(body, path)]
    return choose_date(*own) or choose_date(read_date(find_element(record, ".//journal_issue/publication_date")))


def _list_people(body: Element, role: str) -> list[Person | str]:
    """List the people of a role; in dissertations they stand without a list around them."""
    people = [*find_elements(body, "contributors/*"), *find_elements(body, "person_name")]
    return [_read_person(person) for person in people if person.get("contributor_role", "author") == role]


def _read_person(person: Element) -> Person | str:
    if local_name(person) == "organization":
        return element_text(person)
    return build_person(find_text(person, "surname"), find_text(person, "given_name"), find_text(person, "suffix"))
