"""JSON of computing: dblp (dblp.org/faq), OpenReview's notes (docs.openreview.net), papers of Hugging Face."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from store.readers.artefacts import strip_full_stop
from store.readers.json_records import JsonApiReader, as_object, as_objects, as_text, as_texts, get_text
from store.readers.record_builder import identify_texts, map_links


class DblpReader(JsonApiReader):
    """Reads the answers of dblp's search."""

    NAME = "dblp-json"
    LABEL = "dblp JSON"
    SIGNS = ((re.compile(r'"@(?:score|id|total|pid)"\s*:'), re.compile(r'"(?:hits|info)"\s*:')),)

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the publications of an answer."""
        result = as_object(answer.get("result")) or answer
        hits = result.get("hits")
        return as_objects(as_object(hits).get("hit")) if isinstance(hits, dict) else None

    def map_fields(self, hit: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a publication."""
        info = as_object(hit.get("info")) or hit
        authors = as_object(info.get("authors")).get("author")
        names = [
            get_text(author, "text") if isinstance(author, dict) else as_text(author) for author in _as_list(authors)
        ]
        links = as_texts(info.get("ee"))
        return {
            "title": strip_full_stop(get_text(info, "title")),
            "authors": [*filter(None, names)],
            "date": get_text(info, "year"),
            "venue": get_text(info, "venue"),
            "doi": get_text(info, "doi"),
            "arxiv": identify_texts(*links).get("arxiv"),
            "identifiers": {"dblp": get_text(info, "key")},
            **map_links([*links, get_text(info, "url")]),
            "type": get_text(info, "type"),
            **{name: get_text(info, name) for name in ("volume", "number", "pages", "publisher", "isbn")},
        }


class OpenReviewReader(JsonApiReader):
    """Reads the notes of OpenReview's API, of both its versions."""

    NAME = "openreview"
    LABEL = "OpenReview JSON"
    SIGNS = ((re.compile(r'"(?:notes|forum|cdate|tcdate|invitations?)"\s*:'), re.compile(r'"content"\s*:\s*\{')),)

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the notes of an answer that are papers: reviews and comments have no title or no abstract."""
        notes = answer.get("notes")
        return notes if isinstance(notes, list) else None

    def map_fields(self, note: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a note."""
        content = {name: _unwrap(value) for name, value in as_object(note.get("content")).items()}
        day = next((day for name in ("pdate", "odate", "cdate", "tcdate") if (day := _read_day(note.get(name)))), "")
        number = get_text(note, "forum", "id")
        return {
            "title": get_text(content, "title"),
            "abstract": get_text(content, "abstract"),
            "authors": as_texts(content.get("authors")),
            "date": day,
            "venue": get_text(content, "venue", "venueid"),
            "keywords": as_texts(content.get("keywords")),
            "identifiers": {"openreview": number},
            "url": f"https://openreview.net/forum?id={number}" if re.fullmatch(r"[\w-]{1,40}", number) else "",
            "tldr": get_text(content, "TLDR", "TL;DR"),
        }


class HuggingFaceReader(JsonApiReader):
    """Reads papers of Hugging Face's API, which are arXiv's."""

    NAME = "hugging-face"
    LABEL = "Hugging Face papers JSON"
    SIGNS = (
        (re.compile(r'"publishedAt"\s*:'), re.compile(r'"(?:upvotes|submittedOnDailyAt|summary|discussionId)"\s*:')),
    )

    def map_fields(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a paper."""
        paper = as_object(entry.get("paper")) or entry
        number = get_text(paper, "id")
        return {
            "title": get_text(paper, "title"),
            "abstract": get_text(paper, "summary", "abstract"),
            "authors": [
                get_text(author, "name")
                for author in as_objects(paper.get("authors"))
                if author.get("hidden") is not True
            ],
            "date": get_text(paper, "publishedAt"),
            "arxiv": identify_texts(number).get("arxiv"),
            "keywords": as_texts(paper.get("ai_keywords")),
            "urls": [url for url in (get_text(paper, "githubRepo"),) if url.startswith("http")],
            "has_code": bool(get_text(paper, "githubRepo")) or None,
        }


def _unwrap(value: Any) -> Any:
    """Return the value of a field, which version 2 of the API wraps in an object."""
    return value.get("value") if isinstance(value, dict) else value


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _read_day(milliseconds: Any) -> str:
    """Return the day of a time in milliseconds since 1970; "" for what is none before the year 3000."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int) or not 0 < milliseconds < 32_503_680_000_000:
        return ""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date().isoformat()
