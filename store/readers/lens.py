"""Lens.org scholarly works as JSON (docs.api.lens.org/response-scholar.html): exports, and answers of its API."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from store.readers.base import Item
from store.readers.json_records import begins_json, as_object, as_objects, read_json, as_text, as_texts
from store.readers.record import format_pages
from store.readers.textfile import TextFile

NAME = "lens"
LABEL = "Lens.org JSON"

_SNIFF = re.compile(r'"lens_id"\s*:\s*"[0-9X-]{10,}"')
_IDS = {"pmcid": "pmcid", "magid": "mag", "openalex": "openalex", "coreid": "core"}
_KEPT = {
    "publication_type": "type",
    "volume": "volume",
    "issue": "issue",
    "scholarly_citations_count": "cited_by_count",
    "languages": "language",
}


def sniff(head: str) -> bool:
    """A work's id."""
    return bool(begins_json(head) and _SNIFF.search(head))


def read(file: TextFile) -> Iterator[Item]:
    """Yield each work; one without title, abstract and identifier is a problem."""
    return read_json(file, NAME, _works, fields)


def fields(work: dict[str, Any]) -> dict[str, Any]:
    """Our fields of a work."""
    ids = {as_text(one.get("type")): as_text(one.get("value")) for one in reversed(as_objects(work.get("external_ids")))}
    source = as_object(work.get("source"))
    links = [as_text(one.get("url")) for one in as_objects(work.get("source_urls"))]
    return {
        "title": as_text(work.get("title")),
        "abstract": as_text(work.get("abstract")),
        "authors": [name for name in map(_name, as_objects(work.get("authors"))) if name],
        "date": as_text(work.get("date_published")) or as_text(work.get("year_published")),
        "venue": as_text(source.get("title")),
        "keywords": as_texts(work.get("keywords")),
        "doi": ids.get("doi"),
        "pmid": ids.get("pmid"),
        "identifiers": {"lens": as_text(work.get("lens_id"))}
        | {ours: ids[theirs] for theirs, ours in _IDS.items() if theirs in ids},
        "urls": [url for url in links if url.startswith(("http://", "https://"))],
        "pages": format_pages(as_text(work.get("start_page")), as_text(work.get("end_page"))),
        "publisher": as_text(source.get("publisher")),
        "fields_of_study": as_texts(work.get("fields_of_study")),
        **{ours: as_text(work.get(theirs)) for theirs, ours in _KEPT.items()},
    }


def _works(answer: dict[str, Any]) -> Iterable[Any] | None:
    found = answer.get("data")
    return found if isinstance(found, list) and "lens_id" not in answer else None


def _name(person: dict[str, Any]) -> str:
    whole = " ".join(filter(None, (as_text(person.get("first_name")), as_text(person.get("last_name")))))
    return whole or as_text(person.get("collective_name")) or as_text(person.get("display_name"))
