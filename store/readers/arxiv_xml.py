"""arXiv as XML: Atom, the answers of its API (info.arxiv.org/help/api/user-manual.html), and OAI-PMH.

OAI-PMH (info.arxiv.org/help/oa) has records in the formats ``arXiv``, ``arXivRaw`` and ``oai_dc``; Dublin Core of
other repositories is read as well.
"""

import re
from typing import Any

from store.readers.people import Person, build_person, read_person
from store.readers.record_builder import choose_date, identify_texts
from store.readers.xml_records import (
    Element,
    XmlReader,
    find_element,
    find_elements,
    find_text,
    find_texts,
    inner_markup,
)


class ArxivAtomReader(XmlReader):
    """Reads the Atom feeds of the arXiv API."""

    NAME = "arxiv-atom"
    LABEL = "arXiv Atom"
    TAGS = frozenset({"entry"})
    ROOTS = frozenset({"feed", "entry"})
    SIGNS = ((re.compile("arxiv", re.IGNORECASE),),)

    def map_fields(self, entry: Element) -> dict[str, Any]:
        """Return our fields of an entry; those of an error have neither title nor abstract."""
        address = find_text(entry, "id")
        if "/api/errors" in address:
            return {"error": find_text(entry, "summary")}
        categories = (*find_elements(entry, "primary_category"), *find_elements(entry, "category"))
        return {
            "title": inner_markup(entry.find("{*}title")),
            "abstract": inner_markup(entry.find("{*}summary")),
            "authors": find_texts(entry, "author/name"),
            "date": choose_date(find_text(entry, "published"), find_text(entry, "updated")),
            "venue": find_text(entry, "journal_ref"),
            "categories": list(dict.fromkeys(category.get("term", "") for category in categories)),
            "arxiv": address,
            "doi": find_text(entry, "doi"),
            "urls": [
                url for url in (link.get("href", "") for link in find_elements(entry, "link")) if url.startswith("http")
            ],
            "comment": find_text(entry, "comment"),
            "updated": find_text(entry, "updated"),
            "affiliations": list(dict.fromkeys(find_texts(entry, "author/affiliation"))),
        }


class ArxivOaiReader(XmlReader):
    """Reads arXiv's records of OAI-PMH, and Dublin Core of other repositories."""

    NAME = "arxiv-oai"
    LABEL = "arXiv OAI-PMH"
    TAGS = frozenset({"record"})
    ROOTS = frozenset({"oai-pmh", "listrecords", "getrecord", "record", "records"})
    SIGNS = ((re.compile(r"openarchives\.org|<metadata|<(?:[\w.-]+:)?OAI-PMH"),),)

    def map_fields(self, record: Element) -> dict[str, Any]:
        """Return our fields of a record in any of the formats."""
        header, metadata = find_element(record, "header"), find_element(record, "metadata")
        if metadata is None:
            return {"status": header.get("status", "") if header is not None else ""}
        dublin = find_element(metadata, "dc")
        body = find_element(metadata, "arXiv")
        body = find_element(metadata, "arXivRaw") if body is None else body
        fields = _map_dublin_core(dublin) if dublin is not None else _map_arxiv(body if body is not None else metadata)
        identifier = find_text(header, "identifier")
        return fields | {"arxiv": fields.get("arxiv") or identify_texts(identifier).get("arxiv"), "oai": identifier}


def _map_arxiv(body: Element) -> dict[str, Any]:
    """Return the fields of ``arXiv`` and ``arXivRaw``."""
    dois = find_text(body, "doi").split()
    named = [_read_author(author) for author in find_elements(body, "authors/author")]
    return {
        "title": find_text(body, "title"),
        "abstract": find_text(body, "abstract"),
        "authors": named or find_text(body, "authors"),
        "date": choose_date(find_text(body, "created", "version/date")),
        "updated": find_text(body, "updated"),
        "venue": find_text(body, "journal-ref"),
        "categories": find_text(body, "categories").split(),
        "arxiv": find_text(body, "id"),
        "doi": dois[0] if dois else "",
        "comment": find_text(body, "comments"),
        "license": find_text(body, "license"),
        "report_number": find_text(body, "report-no"),
        "submitter": find_text(body, "submitter"),
    }


def _map_dublin_core(body: Element) -> dict[str, Any]:
    """Return the fields of Dublin Core; the first description is the abstract, the first date the day of submission."""
    descriptions, dates = find_texts(body, "description"), find_texts(body, "date")
    links = find_texts(body, "identifier")
    identifiers = identify_texts(*links)
    return {
        "title": find_text(body, "title"),
        "abstract": descriptions[0] if descriptions else "",
        "authors": [read_person(name) for name in find_texts(body, "creator")],
        "date": choose_date(dates[0]) if dates else "",
        "updated": dates[-1] if len(dates) > 1 else "",
        "keywords": find_texts(body, "subject"),
        "doi": identifiers.get("doi"),
        "arxiv": identifiers.get("arxiv"),
        "urls": [link for link in links if link.startswith(("http://", "https://")) and link.isprintable()],
        "identifiers_given": [link for link in links if not link.startswith("http") and not identify_texts(link)],
        "comment": descriptions[1:],
        "type": find_texts(body, "type"),
        "language": find_text(body, "language"),
        "publisher": find_text(body, "publisher"),
    }


def _read_author(author: Element) -> Person | str:
    return build_person(find_text(author, "keyname"), find_text(author, "forenames"), find_text(author, "suffix"))
