"""Lens.org scholarly works as JSON (docs.api.lens.org/response-scholar.html): exports, and answers of its API."""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_text, as_texts
from store.readers.names import join_name
from store.readers.record import format_pages

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
        """Our fields of a work."""
        numbers = as_objects(work.get("external_ids"))
        ids = {as_text(number.get("type")): as_text(number.get("value")) for number in reversed(numbers)}
        source = as_object(work.get("source"))
        links = [as_text(link.get("url")) for link in as_objects(work.get("source_urls"))]
        return {
            "title": as_text(work.get("title")),
            "abstract": as_text(work.get("abstract")),
            "authors": [*filter(None, map(_author_name, as_objects(work.get("authors"))))],
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
            **{ours: as_text(work.get(theirs)) for theirs, ours in _EXTRA.items()},
        }

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """The works of an answer."""
        works = answer.get("data")
        return works if isinstance(works, list) and "lens_id" not in answer else None


def _author_name(person: dict[str, Any]) -> str:
    name = join_name(as_text(person.get("first_name")), as_text(person.get("last_name")))
    return name or as_text(person.get("collective_name")) or as_text(person.get("display_name"))
