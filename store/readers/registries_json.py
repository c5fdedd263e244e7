"""JSON of registries: DataCite's DOIs (support.datacite.org/docs/api) and the works of an ORCID record."""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_text, get_text
from store.readers.people import Person, build_person, read_person
from store.readers.record_builder import format_pages, join_subtitle, map_links

# The dates of DataCite that are of the work: its publication, else when it was to be had.
_DATES = ("Issued", "Available", "Created", "Submitted")


class DataciteReader(JsonApiReader):
    """Reads the DOIs of DataCite."""

    NAME = "datacite"
    LABEL = "DataCite JSON"
    SIGNS = (
        (re.compile(r'"type"\s*:\s*"dois"'),),
        (re.compile(r'"resourceTypeGeneral"\s*:'), re.compile(r'"(?:creators|publicationYear|titles)"\s*:')),
    )

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the DOIs of an answer, or the one that it is about."""
        data = answer.get("data")
        if isinstance(data, list):
            return data
        return [data] if isinstance(data, dict) else None

    def map_fields(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a DOI."""
        work = as_object(entry.get("attributes")) or entry
        texts = as_objects(work.get("descriptions"))
        abstract = next(
            (get_text(text, "description") for text in texts if text.get("descriptionType") == "Abstract"), ""
        )
        dates = {
            get_text(stated_date, "dateType"): get_text(stated_date, "date")
            for stated_date in reversed(as_objects(work.get("dates")))
        }
        titles = as_objects(work.get("titles"))
        types, container = as_object(work.get("types")), as_object(work.get("container"))
        publisher = work.get("publisher")
        helpers = as_objects(work.get("contributors"))
        return {
            "title": join_subtitle(
                next((get_text(title, "title") for title in titles if not title.get("titleType")), "")
                or get_text(as_object(work.get("titles")), "title"),
                next((get_text(title, "title") for title in titles if title.get("titleType") == "Subtitle"), ""),
            ),
            "abstract": abstract,
            "authors": [*filter(None, map(_read_creator, as_objects(work.get("creators"))))],
            "editors": [
                *filter(
                    None, (_read_creator(helper) for helper in helpers if helper.get("contributorType") == "Editor")
                )
            ],
            "date": next(filter(None, map(dates.get, _DATES)), "") or get_text(work, "publicationYear"),
            "venue": get_text(container, "title"),
            "keywords": [get_text(subject, "subject") for subject in as_objects(work.get("subjects"))],
            "doi": get_text(work, "doi") or get_text(entry, "id"),
            **map_links([get_text(work, "url")]),
            "citation_count": work.get("citationCount"),
            "type": get_text(types, "citeproc", "resourceTypeGeneral"),
            "genre": get_text(types, "resourceType"),
            "publisher": get_text(publisher, "name") if isinstance(publisher, dict) else as_text(publisher),
            "language": get_text(work, "language"),
            "version": get_text(work, "version"),
            "volume": get_text(container, "volume"),
            "issue": get_text(container, "issue"),
            "pages": format_pages(get_text(container, "firstPage"), get_text(container, "lastPage")),
            "issn": get_text(container, "identifier") if container.get("identifierType") == "ISSN" else "",
        }


class OrcidReader(JsonApiReader):
    """Reads the works of an ORCID record, which name no authors."""

    NAME = "orcid"
    LABEL = "ORCID JSON"
    SIGNS = ((re.compile(r'"(?:work-summary|put-code)"\s*:'), re.compile(r'"(?:external-ids|publication-date)"\s*:')),)

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return one summary of each work of a record."""
        works = as_object(as_object(answer.get("activities-summary")).get("works")) or answer
        groups = works.get("group")
        if not isinstance(groups, list):
            return None
        return [summary for group in as_objects(groups) for summary in as_objects(group.get("work-summary"))[:1]]

    def map_fields(self, work: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a work."""
        numbers = as_objects(as_object(work.get("external-ids")).get("external-id"))
        ids = {
            get_text(number, "external-id-type"): get_text(number, "external-id-value") for number in reversed(numbers)
        }
        date, title = as_object(work.get("publication-date")), as_object(work.get("title"))
        parts = [_value(date.get(name)) for name in ("year", "month", "day")]
        people = as_objects(as_object(work.get("contributors")).get("contributor"))
        return {
            "title": join_subtitle(_value(title.get("title")), _value(title.get("subtitle"))),
            "abstract": get_text(work, "short-description"),
            "authors": [read_person(name) for name in (_value(person.get("credit-name")) for person in people) if name],
            "date": "-".join(filter(None, parts)) if parts[0] else "",
            "venue": _value(work.get("journal-title")),
            "doi": ids.get("doi"),
            "arxiv": ids.get("arxiv"),
            "pmid": ids.get("pmid"),
            "identifiers": {"pmcid": ids.get("pmc", "")},
            "isbn": ids.get("isbn"),
            **map_links([_value(work.get("url"))]),
            "type": get_text(work, "type"),
        }


def _read_creator(creator: dict[str, Any]) -> Person | str:
    if get_text(creator, "familyName"):
        return build_person(get_text(creator, "familyName"), get_text(creator, "givenName"))
    name = get_text(creator, "name")
    return (
        {"name": name, "literal": True} if name and creator.get("nameType") == "Organizational" else read_person(name)
    )


def _value(field: Any) -> str:
    """Return the text of a field that ORCID wraps in an object."""
    return get_text(field, "value") if isinstance(field, dict) else as_text(field)
