"""The arXiv metadata snapshot (kaggle.com/datasets/Cornell-University/arxiv): millions of JSON Lines, streamed."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from store.readers.base import Item
from store.readers.json_records import begins_json, as_objects, read_json, as_text
from store.readers.record import choose_date
from store.readers.textfile import TextFile

NAME = "arxiv-snapshot"
LABEL = "arXiv snapshot JSON Lines"

_SNIFF = re.compile(r'"(?:authors_parsed|submitter)"\s*:')
_ALSO = re.compile(r'"(?:journal-ref|report-no|update_date|versions)"\s*:')
_CREATED = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} (\d{4}) \d\d:")
_KEPT = {
    "submitter": "submitter",
    "comments": "comment",
    "report-no": "report_number",
    "license": "license",
    "update_date": "updated",
}


def sniff(head: str) -> bool:
    """Fields that only the snapshot has."""
    return bool(begins_json(head) and _SNIFF.search(head) and _ALSO.search(head))


def read(file: TextFile) -> Iterator[Item]:
    """Yield each paper; one without title, abstract and identifier is a problem."""
    return read_json(file, NAME, lambda record: None, fields, _known)


def fields(record: dict[str, Any]) -> dict[str, Any]:
    """Our fields of a line."""
    first = next(iter(as_objects(record.get("versions"))), {})
    dois = as_text(record.get("doi")).split()
    names = (
        [name for name in map(_name, record["authors_parsed"]) if name]
        if _is_list(record.get("authors_parsed"))
        else None
    )
    return {
        "title": as_text(record.get("title")),
        "abstract": as_text(record.get("abstract")),
        "authors": names or as_text(record.get("authors")),
        "date": choose_date(as_text(first.get("created"))) or as_text(record.get("update_date")),
        "venue": as_text(record.get("journal-ref")),
        "categories": as_text(record.get("categories")).split(),
        "arxiv": as_text(record.get("id")),
        "doi": dois[0] if dois else "",
        "dois": dois[1:],
        **{ours: as_text(record.get(theirs)) for theirs, ours in _KEPT.items()},
    }


def _known(record: dict[str, Any]) -> tuple[Collection[str], int | None]:
    """Categories and year; the first version tells the year in a form that never changed."""
    versions = record.get("versions")
    first = versions[0] if isinstance(versions, list) and versions else None
    created = first.get("created") if isinstance(first, dict) else None
    year = _CREATED.match(created) if isinstance(created, str) else None
    return as_text(record.get("categories")).split(), int(year[1]) if year else None


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _name(parts: Any) -> str:
    family, given, suffix = ([as_text(part) for part in parts] + ["", "", ""])[:3] if _is_list(parts) else ("", "", "")
    whole = " ".join(filter(None, (given, family)))
    return f"{whole}, {suffix}" if suffix and whole else whole
