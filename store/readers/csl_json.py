"""CSL-JSON (docs.citationstyles.org, github.com/citation-style-language/schema): Zotero, Mendeley, pandoc, doi.org."""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.author_names import join_name
from store.readers.json_records import JsonApiReader, as_objects, get_text, parse_date_parts
from store.readers.record_builder import identify_texts

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
        """Return the items of Zotero's envelope."""
        return answer["items"] if isinstance(answer.get("items"), list) else None

    def map_fields(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of an item; what has no place among them keeps its name."""
        pmcid = get_text(item, "PMCID")
        identifiers = identify_texts(
            get_text(item, "URL"), get_text(item, "number"), *get_text(item, "note").splitlines()
        )
        return {
            "extra": {_NAMES.get(name, name): value for name, value in item.items() if name not in _MAPPED},
            "citation_key": get_text(item, "citation-key", "id"),
            "title": get_text(item, "title", "container-title"),
            "abstract": get_text(item, "abstract"),
            "authors": [*filter(None, map(_person_name, as_objects(item.get("author"))))],
            "date": parse_date_parts(item.get("issued")),
            "venue": get_text(item, "container-title"),
            "keywords": get_text(item, "keyword"),
            "doi": get_text(item, "DOI") or identifiers.get("doi"),
            "arxiv": identifiers.get("arxiv"),
            "pmid": get_text(item, "PMID"),
            "identifiers": {"pmcid": pmcid} if pmcid else {},
            "url": get_text(item, "URL"),
            "pages": get_text(item, "page"),
            "editors": [*filter(None, map(_person_name, as_objects(item.get("editor"))))],
        }


def _person_name(person: dict[str, Any]) -> str:
    parts = (get_text(person, part) for part in ("given", "dropping-particle", "non-dropping-particle"))
    name = join_name(" ".join(filter(None, parts)), get_text(person, "family"), get_text(person, "suffix"))
    return name or get_text(person, "literal")
