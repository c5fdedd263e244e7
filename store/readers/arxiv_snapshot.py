"""The arXiv metadata snapshot (kaggle.com/datasets/Cornell-University/arxiv): millions of JSON Lines, streamed."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from store.readers.dates import parse_month
from store.readers.json_records import JsonApiReader, as_objects, as_text, get_text
from store.readers.people import Person, build_person
from store.readers.record_builder import choose_date

_SNIFF = re.compile(r'"(?:authors_parsed|submitter)"\s*:')
_ALSO = re.compile(r'"(?:journal-ref|report-no|update_date|versions)"\s*:')
_CREATED = re.compile(r"[A-Z][a-z]{2}, (?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}) \d\d:")
_EXTRA = {
    "submitter": "submitter", "comments": "comment", "report-no": "report_number", "license": "license",
    "update_date": "updated",
}  # fmt: skip


class ArxivSnapshotReader(JsonApiReader):
    """Reads the lines of the arXiv snapshot."""

    NAME = "arxiv-snapshot"
    LABEL = "arXiv snapshot JSON Lines"
    SIGNS = ((_SNIFF, _ALSO),)

    def map_fields(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a line."""
        first = next(iter(as_objects(record.get("versions"))), {})
        dois = get_text(record, "doi").split()
        parsed = record.get("authors_parsed")
        names = [person for parts in parsed if (person := _read_author(parts))] if isinstance(parsed, list) else []
        return {
            "title": get_text(record, "title"),
            "abstract": get_text(record, "abstract"),
            "authors": names or get_text(record, "authors"),
            "date": _read_created(get_text(first, "created")) or get_text(record, "update_date"),
            "venue": get_text(record, "journal-ref"),
            "categories": get_text(record, "categories").split(),
            "arxiv": get_text(record, "id"),
            "doi": dois[0] if dois else "",
            "dois": dois[1:],
            **{ours: get_text(record, theirs) for theirs, ours in _EXTRA.items()},
        }

    def peek_facts(self, record: dict[str, Any]) -> tuple[Collection[str], int | None]:
        """Return categories and year; the first version tells the year in a form that never changed."""
        versions = record.get("versions")
        first = versions[0] if isinstance(versions, list) and versions else None
        created = first.get("created") if isinstance(first, dict) else None
        year = _CREATED.match(created) if isinstance(created, str) else None
        return get_text(record, "categories").split(), int(year["year"]) if year else None


@lru_cache(maxsize=1 << 15)  # The days of the archive's first thirty years would fit in twice.
def _read_day(year: str, month: str, day: str) -> str:
    number = parse_month(month)
    return f"{year}-{number:02}-{day:0>2}" if number else ""


def _read_created(text: str) -> str:
    """Return the date of "Mon, 2 Apr 2007 19:18:42 GMT", the form that never changed; else what a date may be."""
    created = _CREATED.match(text)
    return (created and _read_day(created["year"], created["month"], created["day"])) or choose_date(text)


def _read_author(parts: Any) -> Person | str:
    if not isinstance(parts, list):
        return ""
    texts = [part.strip() if isinstance(part, str) else as_text(part) for part in parts[:3]]
    return build_person(*texts)
