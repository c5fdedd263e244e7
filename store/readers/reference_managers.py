"""JSON of reference managers: Mendeley's documents (dev.mendeley.com/methods) and Paperpile's export."""

import re
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_texts, get_text
from store.readers.people import Person, build_person
from store.readers.record_builder import map_links

_MENDELEY_NAMES = {
    "volume": "volume", "issue": "issue", "pages": "pages", "publisher": "publisher", "city": "place",
    "edition": "edition", "institution": "institution", "series": "series", "chapter": "chapter", "genre": "genre",
    "citation_key": "citation_key", "accessed": "accessed", "language": "language", "short_title": "short_title",
    "notes": "note", "type": "type",
}  # fmt: skip
_PAPERPILE_NAMES = {
    "pubtype": "type", "volume": "volume", "issue": "issue", "pages": "pages", "publisher": "publisher",
    "address": "place", "edition": "edition", "school": "school", "institution": "institution", "series": "series",
    "citekey": "citation_key", "language": "language", "note": "note", "issn": "issn", "number": "number",
}  # fmt: skip


class MendeleyReader(JsonApiReader):
    """Reads the documents of Mendeley's API."""

    NAME = "mendeley-json"
    LABEL = "JSON of Mendeley's API"
    SIGNS = (
        (
            re.compile(r'"(?:first|last)_name"\s*:'),
            re.compile(r'"(?:source|identifiers|authored|file_attached|profile_id)"\s*:'),
        ),
    )

    def map_fields(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a document."""
        ids = as_object(document.get("identifiers"))
        date = [get_text(document, name) for name in ("year", "month", "day")]
        return {
            "title": get_text(document, "title"),
            "abstract": get_text(document, "abstract"),
            **{
                role: [*filter(None, map(_read_mendeley, as_objects(document.get(role))))]
                for role in ("authors", "editors", "translators")
            },
            "date": "-".join(f"{part:0>2}" for part in date if part) if date[0] else "",
            "venue": get_text(document, "source"),
            "keywords": as_texts(document.get("keywords")),
            "tags": as_texts(document.get("tags")),
            "doi": get_text(ids, "doi"),
            "arxiv": get_text(ids, "arxiv"),
            "pmid": get_text(ids, "pmid"),
            "issn": get_text(ids, "issn"),
            "isbn": get_text(ids, "isbn"),
            **map_links(as_texts(document.get("websites"))),
            **{ours: get_text(document, theirs) for theirs, ours in _MENDELEY_NAMES.items()},
        }


class PaperpileReader(JsonApiReader):
    """Reads Paperpile's JSON."""

    NAME = "paperpile-json"
    LABEL = "Paperpile JSON"
    SIGNS = ((re.compile(r'"pubtype"\s*:'), re.compile(r'"(?:citekey|published|journalfull|labelsNamed|author)"\s*:')),)

    def map_fields(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of an entry."""
        published = as_object(entry.get("published"))
        date = [get_text(published, name) for name in ("year", "month", "day")]
        return {
            "title": get_text(entry, "title"),
            "abstract": get_text(entry, "abstract"),
            "authors": [*filter(None, map(_read_paperpile, as_objects(entry.get("author"))))],
            "editors": [*filter(None, map(_read_paperpile, as_objects(entry.get("editor"))))],
            "date": "-".join(f"{part:0>2}" for part in date if part) if date[0] else get_text(entry, "year"),
            "venue": get_text(entry, "journalfull", "fulljournal", "journal", "booktitle"),
            "keywords": as_texts(entry.get("keywords")),
            "tags": as_texts(entry.get("labelsNamed")),
            "collections": as_texts(entry.get("foldersNamed")),
            "doi": get_text(entry, "doi"),
            "arxiv": get_text(entry, "arxivid", "arxiv"),
            "pmid": get_text(entry, "pmid"),
            "identifiers": {"pmcid": get_text(entry, "pmcid")},
            "isbn": as_texts(entry.get("isbn")),
            **map_links(as_texts(entry.get("url"))),
            **{ours: get_text(entry, theirs) for theirs, ours in _PAPERPILE_NAMES.items()},
        }


def _read_mendeley(person: dict[str, Any]) -> Person | str:
    return build_person(get_text(person, "last_name"), get_text(person, "first_name"))


def _read_paperpile(person: dict[str, Any]) -> Person | str:
    return build_person(
        get_text(person, "last"),
        get_text(person, "first", "initials"),
        literal=get_text(person, "collective", "formatted"),
    )
