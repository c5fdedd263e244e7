"""OpenAlex works (docs.openalex.org/api-entities/works/work-object): answers of its API, single works, snapshot lines.

The abstract comes as an inverted index: each word with its places.
"""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_text, as_texts, get_text
from store.readers.record_builder import format_pages, identify_texts

MAX_WORDS = 100_000

_SNIFF = re.compile(r'"abstract_inverted_index"\s*:|"id"\s*:\s*"https://openalex\.org/W\d')


class OpenAlexReader(JsonApiReader):
    """Reads works of OpenAlex."""

    NAME = "openalex"
    LABEL = "OpenAlex JSON"
    SIGNS = ((_SNIFF,),)

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the works of an answer."""
        return answer["results"] if isinstance(answer.get("results"), list) and "title" not in answer else None

    def map_fields(self, work: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a work."""
        ids, biblio, place = (
            as_object(work.get("ids")),
            as_object(work.get("biblio")),
            as_object(work.get("primary_location")),
        )
        source = as_object(place.get("source")) or as_object(work.get("host_venue"))
        links = [
            get_text(location, key)
            for location in [place, *as_objects(work.get("locations"))]
            for key in ("landing_page_url", "pdf_url")
        ]
        return {
            "title": get_text(work, "title", "display_name"),
            "abstract": get_text(work, "abstract") or unfold_abstract(work.get("abstract_inverted_index")),
            "authors": [_author_name(authorship) for authorship in as_objects(work.get("authorships"))],
            "authors_truncated": work.get("is_authors_truncated") is True,
            "date": get_text(work, "publication_date", "publication_year"),
            "venue": get_text(source, "display_name"),
            "keywords": [get_text(keyword, "display_name", "keyword") for keyword in as_objects(work.get("keywords"))],
            "doi": get_text(work, "doi") or get_text(ids, "doi"),
            "pmid": get_text(ids, "pmid"),
            "arxiv": identify_texts(*links, get_text(work, "doi")).get("arxiv"),
            "identifiers": {
                "openalex": _last_part(work.get("id")) or _last_part(ids.get("openalex")),
                "mag": get_text(ids, "mag"),
                "pmcid": _last_part(ids.get("pmcid")),
            },
            "urls": [url for url in dict.fromkeys(links) if url.startswith(("http://", "https://"))],
            "type": get_text(work, "type"),
            "language": get_text(work, "language"),
            "volume": get_text(biblio, "volume"),
            "issue": get_text(biblio, "issue"),
            "pages": format_pages(get_text(biblio, "first_page"), get_text(biblio, "last_page")),
            "issn": get_text(source, "issn_l", "issn"),
            "publisher": get_text(source, "host_organization_name", "publisher"),
            "topics": [get_text(topic, "display_name") for topic in as_objects(work.get("topics"))],
            "cited_by_count": work.get("cited_by_count"),
            "citation_count": work.get("cited_by_count"),
            "retracted": work.get("is_retracted") or None,
            "references": [_last_part(work_id) for work_id in as_texts(work.get("referenced_works"))],
        }


def unfold_abstract(index: Any) -> str:
    """Return the text of an inverted index; places that cannot be right are passed over."""
    words = {
        place: word
        for word, places in as_object(index).items()
        for place in (places if isinstance(places, list) else [])
        if isinstance(place, int) and 0 <= place < MAX_WORDS
    }
    return " ".join(words[place] for place in sorted(words))


def _author_name(authorship: dict[str, Any]) -> str:
    return get_text(as_object(authorship.get("author")), "display_name") or as_text(authorship.get("raw_author_name"))


def _last_part(value: Any) -> str:
    return as_text(value).rstrip("/").rpartition("/")[2]
