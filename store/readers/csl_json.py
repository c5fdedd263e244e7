"""CSL-JSON (docs.citationstyles.org, github.com/citation-style-language/schema): Zotero, Mendeley, pandoc, doi.org."""

import re
from collections.abc import Iterable
from typing import Any

from store.field_names import rename_fields
from store.readers.author_names import strip_et_al
from store.readers.date_spans import read_season
from store.readers.json_records import JsonApiReader, as_object, as_objects, get_text, parse_date_parts
from store.readers.people import ROLES, Person, build_person
from store.readers.record_builder import choose_date, identify_texts

_TYPE = re.compile(
    r'"type"\s*:\s*"(?:article(?:-journal|-magazine|-newspaper)?|paper-conference|chapter|book|thesis|report|webpage|post'
    r"|post-weblog|manuscript|entry(?:-[a-z]+)?|dataset|document|software|speech|patent|performance|review(?:-book)?"
    r"|broadcast|motion_picture|song|interview|standard|legislation|legal_case|bill|map|graphic|figure|pamphlet|periodical"
    r'|personal_communication|classic|collection|event|hearing|musical_score|regulation|treaty)"'
)
_SIGNS = re.compile(
    r'"(?:issued|container-title|citation-key|publisher-place|accessed)"\s*:|"(?:family|literal)"\s*:\s*"'
)
DATES = {"accessed": "accessed", "event_date": "event-date", "original_date": "original-date"}
"""Our fields that are dates beside that of issue, and the variables of CSL for them."""
_MAPPED = frozenset(
    """id title abstract author issued DOI PMID PMCID URL keyword page container-title citation-key accessed""".split()
) | frozenset((*ROLES.values(), *DATES.values()))


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
        pmcid, number, notes = get_text(item, "PMCID"), get_text(item, "number"), get_text(item, "note").splitlines()
        identifiers = identify_texts(get_text(item, "URL"), number, *notes)
        others = {name: value for name, value in item.items() if name not in _MAPPED}
        if notes and notes[-1] == f"arXiv:{identifiers.get('arxiv')}":  # ours, where the number is another
            others["note"] = "\n".join(notes[:-1])
        return {
            "extra": rename_fields(others, "csl"),
            "citation_key": get_text(item, "citation-key", "id"),
            "title": get_text(item, "title", "container-title"),
            "abstract": get_text(item, "abstract"),
            "authors": [*filter(None, map(_read_person, as_objects(item.get("author"))))],
            **_map_dates(item),
            "venue": get_text(item, "container-title"),
            "keywords": get_text(item, "keyword"),
            "doi": get_text(item, "DOI") or identifiers.get("doi"),
            "arxiv": identifiers.get("arxiv"),
            "pmid": get_text(item, "PMID"),
            "identifiers": {"pmcid": pmcid} if pmcid else {},
            "url": get_text(item, "URL"),
            "pages": get_text(item, "page"),
            **{ours: [*filter(None, map(_read_person, as_objects(item.get(role))))] for ours, role in ROLES.items()},
        }


def _map_dates(item: dict[str, Any]) -> dict[str, Any]:
    """Return the date of issue with its end and season, and the day of access."""
    issued = item.get("issued")
    season = read_season(get_text(as_object(issued), "season"))
    return {
        "date": _read_span(issued),
        **({"season": season} if season else {}),
        "circa": as_object(issued).get("circa"),
        **{ours: _read_span(item.get(theirs)) for ours, theirs in DATES.items()},
    }


def _read_span(value: Any) -> str:
    """Return a date variable in ISO 8601-2; months beyond December are seasons (13 to 16, 17 to 20, 21 to 24)."""
    parts = as_object(value).get("date-parts")
    ends = parts[1:2] if isinstance(parts, list) and all(isinstance(part, list) for part in parts) else []
    end = parse_date_parts({"date-parts": ends}) if ends else ""
    start = _SEASON_MONTH.sub(lambda month: f"-2{(int(month[1]) - 13) % 4 + 1}", parse_date_parts(value))
    return choose_date(f"{start}/{end}" if end else start)


_SEASON_MONTH = re.compile(r"(?<=^[0-9]{4})-(1[3-9]|2[0-4])$")


def _read_person(person: dict[str, Any]) -> Person | str:
    if not get_text(person, "family") and (literal := get_text(person, "literal", "name")):
        return literal if strip_et_al(literal)[1] else {"name": literal, "literal": True}
    return build_person(
        get_text(person, "family"),
        get_text(person, "given"),
        get_text(person, "suffix"),
        particle=get_text(person, "non-dropping-particle"),
        dropping_particle=get_text(person, "dropping-particle"),
    )
