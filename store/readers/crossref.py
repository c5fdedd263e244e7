"""Crossref works (api.crossref.org/swagger-ui, github.com/CrossRef/rest-api-doc): answers of its API, or single works.

Abstracts are in JATS, whose tags are taken out; ``update-to``, which tells of retractions, is kept.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from store.readers.base import Item
from store.readers.json_records import begins_json, as_object, as_objects, parse_date_parts, read_json, as_text, as_texts
from store.readers.textfile import TextFile

NAME = "crossref"
LABEL = "Crossref JSON"

_SNIFF = re.compile(r'"message-type"\s*:\s*"work')
_WORK = re.compile(r'"(?:is-referenced-by-count|reference-count|references-count|content-domain|deposited)"\s*:')
_DOI = re.compile(r'"(?:DOI|prefix|member)"\s*:')
_TITLE = re.compile(r'"(?:title|container-title)"\s*:\s*\[')  # a list here, a text in CSL-JSON
_KEPT = (
    "update-to",
    "updated-by",
    "relation",
    "subtitle",
    "short-container-title",
    "is-referenced-by-count",
    "original-title",
)
_DATES = ("published", "issued", "published-print", "published-online", "posted", "created")


def sniff(head: str) -> bool:
    """The envelope of an answer, or fields that only its works have."""
    return bool(
        begins_json(head)
        and (_SNIFF.search(head) or (_DOI.search(head) and (_WORK.search(head) or _TITLE.search(head))))
    )


def read(file: TextFile) -> Iterator[Item]:
    """Yield each work; one without title, abstract and identifier is a problem."""
    return read_json(file, NAME, _works, fields)


def fields(work: dict[str, Any]) -> dict[str, Any]:
    """Our fields of a work."""
    dates = [parse_date_parts(work.get(name)) for name in _DATES]
    people = [name for name in map(_name, as_objects(work.get("author"))) if name]
    return {
        "title": as_text(work.get("title")) or as_text(work.get("original-title")),
        "abstract": as_text(work.get("abstract")),
        "authors": people,
        "date": next((date for date in dates if date), ""),
        "venue": as_text(work.get("container-title"))
        or as_text(as_object(work.get("event")).get("name"))
        or as_text(work.get("group-title"))
        or as_text(as_object(work.get("institution")).get("name")),
        "keywords": as_texts(work.get("subject")),
        "doi": as_text(work.get("DOI")),
        "url": as_text(work.get("URL")),
        "urls": [url for url in (as_text(one.get("URL")) for one in as_objects(work.get("link"))) if url.startswith("http")],
        "type": as_text(work.get("subtype")) or as_text(work.get("type")),
        "volume": as_text(work.get("volume")),
        "issue": as_text(work.get("issue")),
        "pages": as_text(work.get("page")) or as_text(work.get("article-number")),
        "issn": as_texts(work.get("ISSN")),
        "isbn": as_texts(work.get("ISBN")),
        "publisher": as_text(work.get("publisher")),
        "language": as_text(work.get("language")),
        "editors": [name for name in map(_name, as_objects(work.get("editor"))) if name],
        **{name: work.get(name) for name in _KEPT},
    }


def _works(answer: dict[str, Any]) -> Iterable[Any] | None:
    message = answer.get("message")
    inner = message if isinstance(message, dict) else answer
    items = inner.get("items")
    if isinstance(items, list) and "DOI" not in inner:
        return items
    return [message] if isinstance(message, dict) else None


def _name(person: dict[str, Any]) -> str:
    whole = " ".join(filter(None, (as_text(person.get("given")), as_text(person.get("family")))))
    suffix = as_text(person.get("suffix"))
    return (
        (f"{whole}, {suffix}" if suffix and whole else whole) or as_text(person.get("name")) or as_text(person.get("literal"))
    )
