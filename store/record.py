"""A paper as it is written down: JSON without what can be told from the rest."""

import json
from typing import TYPE_CHECKING, NamedTuple

from store.paper import Paper

if TYPE_CHECKING:
    from store.embedding import Vectors


class Record(NamedTuple):
    """A paper as it is stored: its content hash and its vector, where they were asked for."""

    paper: Paper
    hash: str
    vector: "Vectors | None" = None


def pack(paper: Paper) -> str:
    """A paper as JSON; ``abstract_raw`` only where it differs from ``abstract``, which halves what is stored."""
    fields = paper.model_dump(mode="json", exclude={"year", "date_precision", "abstract_raw"}, exclude_defaults=True)
    if paper.abstract_raw != paper.abstract:
        fields["abstract_raw"] = paper.abstract_raw
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str | bytes) -> Paper:
    """The paper that ``pack`` wrote.

    Raises:
        ValueError: The text is not what ``pack`` writes.
    """
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("a record is a JSON object")
    return Paper.model_validate({"abstract_raw": fields.get("abstract", ""), **fields})
