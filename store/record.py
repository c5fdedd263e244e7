"""A paper as it is written down: JSON without what can be told from the rest."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from store.paper import Paper

if TYPE_CHECKING:
    from store.embedding import Vectors


# Chroma indexes every string, and SQLite gives a page of its own, 4 kB, to what is longer than about 1000 bytes.
PART = 900


class Record(NamedTuple):
    """A paper as it is stored: its content hash and its vector, where they were asked for."""

    paper: Paper
    hash: str
    vector: "Vectors | None" = None


def pack(paper: Paper) -> str:
    """A paper as JSON; ``abstract_raw`` only where it differs from ``abstract``, which halves what is stored."""
    return json.dumps(_fields(paper), ensure_ascii=False, separators=(",", ":"))


def unpack(text: str | bytes) -> Paper:
    """The paper that ``pack`` wrote.

    Raises:
        ValueError: The text is not what ``pack`` writes.
    """
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("a record is a JSON object")
    return Paper.model_validate(_whole(fields))


def _fields(paper: Paper) -> dict[str, Any]:
    left_out = {"year", "date_precision", "abstract_raw", "records"}
    fields = paper.model_dump(mode="json", exclude=left_out, exclude_defaults=True)
    if paper.abstract_raw != paper.abstract:
        fields["abstract_raw"] = paper.abstract_raw
    if paper.records:
        fields["records"] = [_fields(record) for record in paper.records]
    return fields


def _whole(fields: dict[str, Any]) -> dict[str, Any]:
    records = fields.get("records", ())
    if not all(isinstance(record, dict) for record in records):
        raise ValueError("the records of a paper are JSON objects")
    return {"abstract_raw": fields.get("abstract", ""), **fields, "records": [_whole(record) for record in records]}


def cut(text: str) -> dict[str, str | int]:
    """A packed paper as metadata for Chroma, in parts that it stores in half the room."""
    parts = [text[first : first + PART] for first in range(0, len(text), PART)]
    # Counted, for replacing a record leaves parts of a longer one behind.
    return {"parts": len(parts), **{f"record{n}": part for n, part in enumerate(parts)}}


def joined(metadata: Mapping[str, Any]) -> str:
    """The text that ``cut`` cut; raises KeyError where a part is missing."""
    return "".join(metadata[f"record{n}"] for n in range(metadata["parts"]))
