"""Crossref works (api.crossref.org/swagger-ui, github.com/CrossRef/rest-api-doc): answers of its API, or single works.

Abstracts are in JATS, whose tags are taken out; ``update-to``, which tells of retractions, is kept.
"""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_texts, get_text, parse_date_parts
from store.readers.people import Person, build_person
from store.readers.record_builder import join_subtitle

_SNIFF = re.compile(r'"message-type"\s*:\s*"work')
_WORK = re.compile(r'"(?:is-referenced-by-count|reference-count|references-count|content-domain|deposited)"\s*:')
_DOI = re.compile(r'"(?:DOI|prefix|member)"\s*:')
_TITLE = re.compile(r'"(?:title|container-title)"\s*:\s*\[')  # a list here, a text in CSL-JSON
_EXTRA = (
    "update-to", "updated-by", "relation", "is-referenced-by-count", "original-title",
)  # fmt: skip
_DATES = (
    "published",
    "issued",
    "published-print",
    "published-online",
    "posted",
)  # never "created", when it was registered


class CrossrefReader(JsonApiReader):
    """Reads works of Crossref's API."""

    NAME = "crossref"
    LABEL = "Crossref JSON"
    SIGNS = ((_SNIFF,), (_DOI, _WORK), (_DOI, _TITLE))

    def map_fields(self, work: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a work."""
        dates = [parse_date_parts(work.get(name)) for name in _DATES]
        return {
            "title": join_subtitle(get_text(work, "title", "original-title"), get_text(work, "subtitle")),
            "abstract": get_text(work, "abstract"),
            "authors": [*filter(None, map(_read_person, as_objects(work.get("author"))))],
            "date": next((date for date in dates if date), ""),
            "venue": get_text(work, "container-title")
            or get_text(as_object(work.get("event")), "name")
            or get_text(work, "group-title")
            or get_text(as_object(work.get("institution")), "name"),
            "keywords": as_texts(work.get("subject")),
            "doi": get_text(work, "DOI"),
            "url": get_text(work, "URL"),
            "urls": [
                url
                for url in (get_text(link, "URL") for link in as_objects(work.get("link")))
                if url.startswith("http")
            ],
            "type": get_text(work, "subtype", "type"),
            "journal_abbreviation": get_text(work, "short-container-title"),
            "edition": get_text(work, "edition-number"),
            "place": get_text(work, "publisher-location"),
            "genre": get_text(work, "degree"),
            "event": get_text(as_object(work.get("event")), "name"),
            "event_place": get_text(as_object(work.get("event")), "location"),
            "volume": get_text(work, "volume"),
            "issue": get_text(work, "issue"),
            "pages": get_text(work, "page", "article-number"),
            "issn": as_texts(work.get("ISSN")),
            "isbn": as_texts(work.get("ISBN")),
            "publisher": get_text(work, "publisher"),
            "language": get_text(work, "language"),
            "editors": [*filter(None, map(_read_person, as_objects(work.get("editor"))))],
            "translators": [*filter(None, map(_read_person, as_objects(work.get("translator"))))],
            "citation_count": work.get("is-referenced-by-count"),
            **{name: work.get(name) for name in _EXTRA},
        }

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the works of an answer to a search; of an answer about one work that alone."""
        message = answer.get("message")
        inner = message if isinstance(message, dict) else answer
        items = inner.get("items")
        if isinstance(items, list) and "DOI" not in inner:
            return items
        return [message] if isinstance(message, dict) else None


def _read_person(person: dict[str, Any]) -> Person | str:
    return build_person(
        get_text(person, "family"),
        get_text(person, "given"),
        get_text(person, "suffix"),
        literal=get_text(person, "name", "literal"),
    )
