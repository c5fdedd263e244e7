"""Zotero's items as JSON: answers of its API (www.zotero.org/support/dev/web_api/v3/basics), and Better BibTeX JSON.

Collections stand as their names in Better BibTeX's file, and as their keys in the API's; attachments, notes and
annotations are no records.
"""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_texts, get_text
from store.readers.people import Person, build_person
from store.readers.record_builder import identify_texts, map_links

_ITEM = re.compile(r'"itemType"\s*:\s*"[a-zA-Z]+"')
_FIELD = re.compile(r'"(?:creators|abstractNote|publicationTitle|dateAdded|accessDate|citationKey)"\s*:')
_NO_RECORD = ("attachment", "note", "annotation")
_ROLES = {
    "editor": "editors",
    "translator": "translators",
    "seriesEditor": "series_editors",
    "bookAuthor": "book_authors",
    "reviewedAuthor": "reviewed_authors",
    "interviewer": "interviewers",
    "recipient": "recipients",
    "composer": "composers",
    "contributor": "other_contributors",
}
# Fields that are called in one way whatever the item is, and our names for them.
_NAMES = {
    "volume": "volume", "issue": "issue", "pages": "pages", "edition": "edition", "series": "series",
    "seriesNumber": "series_number", "numPages": "number_of_pages", "numberOfVolumes": "volumes", "place": "place",
    "ISSN": "issn", "ISBN": "isbn", "language": "language", "shortTitle": "short_title", "versionNumber": "version",
    "callNumber": "call_number", "archive": "archive", "libraryCatalog": "database", "citationKey": "citation_key",
    "journalAbbreviation": "journal_abbreviation", "conferenceName": "event", "extra": "note", "rights": "rights",
    "itemType": "type", "accessDate": "accessed",
}  # fmt: skip
_PUBLISHERS = ("publisher", "university", "institution", "distributor", "company", "label", "studio", "network")
_GENRES = ("thesisType", "reportType", "type", "manuscriptType", "mapType", "letterType", "genre", "websiteType")
_NUMBERS = ("reportNumber", "patentNumber", "number", "billNumber", "docketNumber", "archiveID")
_PLACES = """publicationTitle bookTitle proceedingsTitle encyclopediaTitle dictionaryTitle websiteTitle blogTitle
    forumTitle programTitle""".split()


class ZoteroJsonReader(JsonApiReader):
    """Reads Zotero's items."""

    NAME = "zotero-json"
    LABEL = "JSON of Zotero's API or Better BibTeX"
    SIGNS = ((_ITEM, _FIELD),)

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the items of Better BibTeX's file, and of an answer those that are records."""
        items = answer.get("items")
        if isinstance(items, list):
            named = _name_collections(answer.get("collections"))
            for item in as_objects(items):
                if names := [
                    name for name, keys in named if str(item.get("itemID")) in keys or item.get("key") in keys
                ]:
                    item["collections"] = names
            return [item for item in as_objects(items) if _is_record(item)]
        return None if _is_record(answer) else []

    def map_fields(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of an item."""
        data = as_object(item.get("data")) or item
        creators = [
            (get_text(creator, "creatorType"), _read_creator(creator)) for creator in as_objects(data.get("creators"))
        ]
        noted = get_text(data, "extra").splitlines()
        identifiers = identify_texts(get_text(data, "url"), get_text(data, "archiveID"), *noted)
        identifiers |= {
            scheme.lower(): text for scheme, text in map(_split_note, noted) if scheme in ("PMID", "PMCID", "DOI")
        }
        tags = [get_text(tag, "tag") for tag in as_objects(data.get("tags"))] or as_texts(data.get("tags"))
        return {
            "title": get_text(data, "title", "caseName", "nameOfAct", "subject"),
            "abstract": get_text(data, "abstractNote"),
            "authors": [person for role, person in creators if role not in _ROLES and person],
            **{
                ours: [person for role, person in creators if role == theirs and person]
                for theirs, ours in _ROLES.items()
            },
            "date": get_text(data, "date", "issueDate", "dateDecided", "dateEnacted"),
            "venue": get_text(data, *_PLACES),
            "keywords": [tag for tag in tags if tag],
            "tags": [tag for tag in tags if tag],
            "collections": as_texts(data.get("collections")),
            "doi": get_text(data, "DOI") or identifiers.get("doi"),
            "arxiv": identifiers.get("arxiv"),
            "pmid": identifiers.get("pmid"),
            "identifiers": {"pmcid": identifiers.get("pmcid", ""), "zotero": get_text(data, "key")},
            **map_links([get_text(data, "url")]),
            **{ours: get_text(data, theirs) for theirs, ours in _NAMES.items()},
            "publisher": get_text(data, *_PUBLISHERS),
            "genre": get_text(data, *_GENRES),
            "number": get_text(data, *_NUMBERS),
        }


def _is_record(item: dict[str, Any]) -> bool:
    return get_text(as_object(item.get("data")) or item, "itemType") not in _NO_RECORD


def _name_collections(collections: Any) -> list[tuple[str, set[str]]]:
    """Return the name of each collection with the ids of its items."""
    values = collections.values() if isinstance(collections, dict) else []
    return [
        (get_text(collection, "name"), set(as_texts(collection.get("items"))))
        for collection in values
        if isinstance(collection, dict)
    ]


def _read_creator(creator: dict[str, Any]) -> Person | str:
    if body := get_text(creator, "name"):
        return {"name": body, "literal": True}
    return build_person(get_text(creator, "lastName"), get_text(creator, "firstName"))


def _split_note(line: str) -> tuple[str, str]:
    scheme, _, value = line.partition(":")
    return scheme.strip().upper(), value.strip()
