"""JSON of physics: NASA's ADS (ui.adsabs.harvard.edu/help/api) and INSPIRE (github.com/inspirehep/rest-api-doc)."""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_texts, get_text
from store.readers.people import read_person
from store.readers.record_builder import choose_date, format_pages, identify_texts, map_authors, map_links


class AdsReader(JsonApiReader):
    """Reads the answers of ADS."""

    NAME = "ads"
    LABEL = "NASA ADS JSON"
    SIGNS = ((re.compile(r'"bibcode"\s*:'),),)

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the documents of an answer."""
        docs = as_object(answer.get("response")).get("docs")
        return docs if isinstance(docs, list) else None

    def map_fields(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a document."""
        identifiers = identify_texts(*as_texts(document.get("doi")), *as_texts(document.get("identifier")))
        return {
            "title": get_text(document, "title"),
            "abstract": get_text(document, "abstract"),
            **map_authors(as_texts(document.get("author"))),
            "editors": as_texts(document.get("editor")),
            # Days and months that are not known are 00 here.
            "date": get_text(document, "pubdate").replace("-00", "") or get_text(document, "year"),
            "venue": get_text(document, "pub"),
            "keywords": as_texts(document.get("keyword")),
            "doi": identifiers.get("doi"),
            "arxiv": identifiers.get("arxiv"),
            "identifiers": {"bibcode": get_text(document, "bibcode")},
            "categories": as_texts(document.get("arxiv_class")),
            "citation_count": document.get("citation_count"),
            "type": get_text(document, "doctype"),
            "pages": get_text(document, "page_range", "page"),
            "publisher": get_text(document, "publisher"),
            **{name: get_text(document, name) for name in ("volume", "issue", "issn", "isbn")},
        }


class InspireReader(JsonApiReader):
    """Reads the literature records of INSPIRE."""

    NAME = "inspire"
    LABEL = "INSPIRE JSON"
    SIGNS = (
        (re.compile(r'"titles"\s*:'), re.compile(r'"(?:full_name|arxiv_eprints|control_number|publication_info)"\s*:')),
    )

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the records of an answer."""
        hits = as_object(answer.get("hits")).get("hits")
        return hits if isinstance(hits, list) else None

    def map_fields(self, hit: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a record."""
        record = as_object(hit.get("metadata")) or hit
        place, eprint = as_object(record.get("publication_info")), as_object(record.get("arxiv_eprints"))
        people = [
            (as_texts(author.get("inspire_roles")), get_text(author, "full_name"))
            for author in as_objects(record.get("authors"))
        ]
        imprint = as_object(record.get("imprints"))
        bodies = [get_text(body, "value") for body in as_objects(record.get("collaborations"))]
        return {
            "title": get_text(as_object(record.get("titles")), "title"),
            "abstract": get_text(as_object(record.get("abstracts")), "value"),
            "authors": [read_person(name) for roles, name in people if "editor" not in roles]
            or [f"{body} Collaboration" for body in bodies],
            "editors": [read_person(name) for roles, name in people if "editor" in roles],
            "date": choose_date(get_text(imprint, "date"), get_text(place, "year"), get_text(record, "preprint_date"),
                                get_text(record, "earliest_date")),
            "venue": get_text(place, "journal_title", "pubinfo_freetext"),
            "keywords": [get_text(keyword, "value") for keyword in as_objects(record.get("keywords"))],
            "doi": get_text(as_object(record.get("dois")), "value"),
            "arxiv": get_text(eprint, "value"),
            "categories": as_texts(eprint.get("categories")),
            "identifiers": {"inspire": get_text(record, "control_number") or get_text(hit, "id")},
            "citation_count": record.get("citation_count"),
            "type": as_texts(record.get("document_type")),
            "volume": get_text(place, "journal_volume"),
            "issue": get_text(place, "journal_issue"),
            "pages": format_pages(get_text(place, "page_start"), get_text(place, "page_end")),
            "article_number": get_text(place, "artid"),
            "publisher": get_text(imprint, "publisher"),
            "number_of_pages": get_text(record, "number_of_pages"),
            **map_links(get_text(link, "value") for link in as_objects(record.get("urls"))),
        }  # fmt: skip
