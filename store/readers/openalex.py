"""OpenAlex works (docs.openalex.org/api-entities/works/work-object): answers of its API, single works, snapshot lines.

The abstract comes as an inverted index: each word with its places.
"""

import re
from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.json_records import begins_json, as_object, as_objects, read_json, as_text, as_texts
from store.readers.record import identified, format_pages
from store.readers.textfile import TextFile

NAME = "openalex"
LABEL = "OpenAlex JSON"
MAX_WORDS = 100_000

_SNIFF = re.compile(r'"abstract_inverted_index"\s*:|"id"\s*:\s*"https://openalex\.org/W\d')
_OURS = re.compile(r'"abstract_raw"\s*:')


def sniff(head: str) -> bool:
    """A work's id, or an inverted abstract."""
    return bool(begins_json(head) and _SNIFF.search(head) and not _OURS.search(head))


def read(file: TextFile) -> Iterator[Item]:
    """Yield each work; one without title, abstract and identifier is a problem."""
    return read_json(file, NAME, lambda answer: answer["results"] if _is_answer(answer) else None, fields)


def fields(work: dict[str, Any]) -> dict[str, Any]:
    """Our fields of a work."""
    ids, biblio, place = as_object(work.get("ids")), as_object(work.get("biblio")), as_object(work.get("primary_location"))
    source = as_object(place.get("source")) or as_object(work.get("host_venue"))
    links = [
        as_text(one.get(key))
        for one in [place, *as_objects(work.get("locations"))]
        for key in ("landing_page_url", "pdf_url")
    ]
    return {
        "title": as_text(work.get("title")) or as_text(work.get("display_name")),
        "abstract": as_text(work.get("abstract")) or unfold_abstract(work.get("abstract_inverted_index")),
        "authors": [_author(one) for one in as_objects(work.get("authorships"))],
        "authors_truncated": work.get("is_authors_truncated") is True,
        "date": as_text(work.get("publication_date")) or as_text(work.get("publication_year")),
        "venue": as_text(source.get("display_name")),
        "keywords": [
            as_text(one.get("display_name")) or as_text(one.get("keyword")) for one in as_objects(work.get("keywords"))
        ],
        "doi": as_text(work.get("doi")) or as_text(ids.get("doi")),
        "pmid": as_text(ids.get("pmid")),
        "arxiv": identified(*links, as_text(work.get("doi"))).get("arxiv"),
        "identifiers": {
            "openalex": _tail(work.get("id")) or _tail(ids.get("openalex")),
            "mag": as_text(ids.get("mag")),
            "pmcid": _tail(ids.get("pmcid")),
        },
        "urls": [url for url in dict.fromkeys(links) if url.startswith(("http://", "https://"))],
        "type": as_text(work.get("type")),
        "language": as_text(work.get("language")),
        "volume": as_text(biblio.get("volume")),
        "issue": as_text(biblio.get("issue")),
        "pages": format_pages(as_text(biblio.get("first_page")), as_text(biblio.get("last_page"))),
        "issn": as_text(source.get("issn_l")) or as_text(source.get("issn")),
        "publisher": as_text(source.get("host_organization_name")) or as_text(source.get("publisher")),
        "topics": [as_text(one.get("display_name")) for one in as_objects(work.get("topics"))],
        "cited_by_count": work.get("cited_by_count"),
        "retracted": work.get("is_retracted") or None,
        "references": [_tail(one) for one in as_texts(work.get("referenced_works"))],
    }


def unfold_abstract(index: Any) -> str:
    """The text of an inverted index; places that cannot be right are passed over."""
    words = {
        place: word
        for word, places in as_object(index).items()
        for place in (places if isinstance(places, list) else [])
        if isinstance(place, int) and 0 <= place < MAX_WORDS
    }
    return " ".join(words[place] for place in sorted(words))


def _is_answer(answer: dict[str, Any]) -> bool:
    return isinstance(answer.get("results"), list) and "title" not in answer


def _author(authorship: dict[str, Any]) -> str:
    return as_text(as_object(authorship.get("author")).get("display_name")) or as_text(authorship.get("raw_author_name"))


def _tail(value: Any) -> str:
    return as_text(value).rstrip("/").rpartition("/")[2]
