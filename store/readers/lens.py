"""Lens.org scholarly works as JSON (docs.api.lens.org/response-scholar.html): exports, and answers of its API."""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_texts, get_text
from store.readers.people import Person, build_person
from store.readers.record_builder import format_pages

_SNIFF = re.compile(r'"lens_id"\s*:\s*"[0-9X-]{10,}"')
_IDS = {"pmcid": "pmcid", "magid": "mag", "openalex": "openalex", "coreid": "core"}
_EXTRA = {
    "publication_type": "type", "volume": "volume", "issue": "issue", "scholarly_citations_count": "cited_by_count",
    "languages": "language",
}  # fmt: skip


class LensReader(JsonApiReader):
    """Reads works of Lens.org."""

    NAME = "lens"
    LABEL = "Lens.org JSON"
    SIGNS = ((_SNIFF,),)

    def map_fields(self, work: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a work."""
        numbers = as_objects(work.get("external_ids"))
        ids = {get_text(number, "type"): get_text(number, "value") for number in reversed(numbers)}
        source = as_object(work.get("source"))
        links = [get_text(link, "url") for link in as_objects(work.get("source_urls"))]
        return {
            "title": get_text(work, "title"),
            "abstract": get_text(work, "abstract"),
            "authors": [*filter(None, map(_read_author, as_objects(work.get("authors"))))],
            "date": get_text(work, "date_published", "year_published"),
            "venue": get_text(source, "title"),
            "keywords": as_texts(work.get("keywords")),
            "doi": ids.get("doi"),
            "pmid": ids.get("pmid"),
            "identifiers": {"lens": get_text(work, "lens_id")}
            | {ours: ids[theirs] for theirs, ours in _IDS.items() if theirs in ids},
            "urls": [url for url in links if url.startswith(("http://", "https://"))],
            "citation_count": work.get("scholarly_citations_count"),
            "pages": format_pages(get_text(work, "start_page"), get_text(work, "end_page")),
            "publisher": get_text(source, "publisher"),
            "fields_of_study": as_texts(work.get("fields_of_study")),
            **{ours: get_text(work, theirs) for theirs, ours in _EXTRA.items()},
        }

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the works of an answer."""
        works = answer.get("data")
        return works if isinstance(works, list) and "lens_id" not in answer else None


def _read_author(person: dict[str, Any]) -> Person | str:
    body = get_text(person, "collective_name", "display_name")
    return build_person(get_text(person, "last_name"), get_text(person, "first_name"), literal=body)
