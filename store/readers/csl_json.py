"""CSL-JSON (docs.citationstyles.org, github.com/citation-style-language/schema): Zotero, Mendeley, pandoc, doi.org."""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_objects, as_text, parse_date_parts
from store.readers.names import join_name
from store.readers.record import identified

_TYPE = re.compile(
    r'"type"\s*:\s*"(?:article(?:-journal|-magazine|-newspaper)?|paper-conference|chapter|book|thesis|report|webpage|post'
    r"|post-weblog|manuscript|entry(?:-[a-z]+)?|dataset|document|software|speech|patent|performance|review(?:-book)?"
    r"|broadcast|motion_picture|song|interview|standard|legislation|legal_case|bill|map|graphic|figure|pamphlet|periodical"
    r'|personal_communication|classic|collection|event|hearing|musical_score|regulation|treaty)"'
)
_SIGNS = re.compile(
    r'"(?:issued|container-title|citation-key|publisher-place|accessed)"\s*:|"(?:family|literal)"\s*:\s*"'
)
_MAPPED = (
    """id title abstract author issued editor DOI PMID PMCID URL keyword page container-title citation-key""".split()
)
_NAMES = {"ISSN": "issn", "ISBN": "isbn", "publisher-place": "place"}


class CslJsonReader(JsonApiReader):
    """Reads items of CSL-JSON."""

    NAME = "csl-json"
    LABEL = "CSL-JSON"
    SIGNS = ((_TYPE, _SIGNS),)

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """The items of Zotero's envelope."""
        return answer["items"] if isinstance(answer.get("items"), list) else None

    def map_fields(self, item: dict[str, Any]) -> dict[str, Any]:
        """Our fields of an item; what has no place among them keeps its name."""
        identifiers = identified(
            as_text(item.get("URL")), as_text(item.get("number")), *as_text(item.get("note")).splitlines()
        )
        return {
            "extra": {_NAMES.get(name, name): value for name, value in item.items() if name not in _MAPPED},
            "citation_key": as_text(item.get("citation-key")) or as_text(item.get("id")),
            "title": as_text(item.get("title")) or as_text(item.get("container-title")),
            "abstract": as_text(item.get("abstract")),
            "authors": [*filter(None, map(_person_name, as_objects(item.get("author"))))],
            "date": parse_date_parts(item.get("issued")),
            "venue": as_text(item.get("container-title")),
            "keywords": as_text(item.get("keyword")),
            "doi": as_text(item.get("DOI")) or identifiers.get("doi"),
            "arxiv": identifiers.get("arxiv"),
            "pmid": as_text(item.get("PMID")),
            "identifiers": {**({"pmcid": as_text(item["PMCID"])} if as_text(item.get("PMCID")) else {})},
            "url": as_text(item.get("URL")),
            "pages": as_text(item.get("page")),
            "editors": [*filter(None, map(_person_name, as_objects(item.get("editor"))))],
        }


def _person_name(person: dict[str, Any]) -> str:
    parts = (as_text(person.get(part)) for part in ("given", "dropping-particle", "non-dropping-particle"))
    name = join_name(" ".join(filter(None, parts)), as_text(person.get("family")), as_text(person.get("suffix")))
    return name or as_text(person.get("literal"))
