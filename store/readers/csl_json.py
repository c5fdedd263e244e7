"""CSL-JSON (docs.citationstyles.org, github.com/citation-style-language/schema): Zotero, Mendeley, pandoc, doi.org."""

import re
from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.json_records import begins_json, as_objects, parse_date_parts, read_json, as_text
from store.readers.record import identified
from store.readers.textfile import TextFile

NAME = "csl-json"
LABEL = "CSL-JSON"

_TYPE = re.compile(
    r'"type"\s*:\s*"(?:article(?:-journal|-magazine|-newspaper)?|paper-conference|chapter|book|thesis|report|webpage|post'
    r"|post-weblog|manuscript|entry(?:-[a-z]+)?|dataset|document|software|speech|patent|performance|review(?:-book)?"
    r"|broadcast|motion_picture|song|interview|standard|legislation|legal_case|bill|map|graphic|figure|pamphlet|periodical"
    r'|personal_communication|classic|collection|event|hearing|musical_score|regulation|treaty)"'
)
_SIGNS = re.compile(
    r'"(?:issued|container-title|citation-key|publisher-place|accessed)"\s*:|"(?:family|literal)"\s*:\s*"'
)
_TAKEN = (
    """id title abstract author issued editor DOI PMID PMCID URL keyword page container-title citation-key""".split()
)
_NAMES = {"ISSN": "issn", "ISBN": "isbn", "publisher-place": "place"}


def sniff(head: str) -> bool:
    """An item's type with a name, a date or another field of CSL."""
    return bool(begins_json(head) and _TYPE.search(head) and _SIGNS.search(head))


def read(file: TextFile) -> Iterator[Item]:
    """Yield each item; one without title, abstract and identifier is a problem."""
    return read_json(file, NAME, lambda one: one["items"] if isinstance(one.get("items"), list) else None, fields)


def fields(item: dict[str, Any]) -> dict[str, Any]:
    """Our fields of an item; what has no place among them keeps its name."""
    said = identified(as_text(item.get("URL")), as_text(item.get("number")), *as_text(item.get("note")).splitlines())
    return {
        "extra": {_NAMES.get(name, name): value for name, value in item.items() if name not in _TAKEN},
        "citation_key": as_text(item.get("citation-key")) or as_text(item.get("id")),
        "title": as_text(item.get("title")) or as_text(item.get("container-title")),
        "abstract": as_text(item.get("abstract")),
        "authors": [name for name in map(_name, as_objects(item.get("author"))) if name],
        "date": parse_date_parts(item.get("issued")),
        "venue": as_text(item.get("container-title")),
        "keywords": as_text(item.get("keyword")),
        "doi": as_text(item.get("DOI")) or said.get("doi"),
        "arxiv": said.get("arxiv"),
        "pmid": as_text(item.get("PMID")),
        "identifiers": {**({"pmcid": as_text(item["PMCID"])} if as_text(item.get("PMCID")) else {})},
        "url": as_text(item.get("URL")),
        "pages": as_text(item.get("page")),
        "editors": [name for name in map(_name, as_objects(item.get("editor"))) if name],
    }


def _name(person: dict[str, Any]) -> str:
    parts = ("given", "dropping-particle", "non-dropping-particle", "family")
    whole = " ".join(filter(None, (as_text(person.get(part)) for part in parts)))
    suffix = as_text(person.get("suffix"))
    return (f"{whole}, {suffix}" if suffix and whole else whole) or as_text(person.get("literal"))
