"""How a paper stands in a collection: its record in parts among Chroma's metadata, its vector, and marks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from store.chroma.segments import MOST_KEYS
from store.errors import LibraryError
from store.paper import Paper
from store.record import DAMAGE, PART, UNREADABLE, Record, pack, unpack

if TYPE_CHECKING:
    from store.embedding import Vectors

# Chroma refuses more than 5461 records at once; smaller pages keep memory flat.
PAGE = 1000
# A server refuses requests of more than 40 MB; JSON inside JSON can double what is sent.
REQUEST = 8_000_000
# Records that are written in one call: Chroma holds up all threads, and so a chat, a third of a millisecond for each;
# with 128 it took a third more of each (benchmarks/README.md, "Import").
AT_ONCE = 256
# Marks a record that is not embedded yet. Chroma takes none without a vector: zeros stand there, which are as far from
# every question as from each other.
PENDING = "pending"
# The number of the generation in which a paper was written, beside it on a server.
WRITTEN = "written"


class Searched(Protocol):
    """What a server is given of a paper beside its record, so that it can search it."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """What stands beside the record."""
        ...


def upsert_records(collection: Any, records: Sequence[Record], searched: Sequence[Searched], number: int) -> None:
    """Write records into a collection.

    Args:
        collection: Of Chroma's.
        records: With their vectors.
        searched: What is written beside each, on a server; nothing in a folder.
        number: Of the generation in which they are written.

    Raises:
        LibraryError: One is larger than Chroma can store; nothing is written then.
    """
    packed = [(record, record.text or pack(record.paper)) for record in records]
    beside = {record.paper.id: paper for record, paper in zip(records, searched, strict=False)}
    for record, text in packed:
        _check_keys(record.paper.id, len(split_parts(text)) + 1)
    for portion in _split_by_size(packed):
        ids = [record.paper.id for record, _ in portion]
        collection.upsert(
            ids=ids,
            embeddings=[record.vector for record, _ in portion],
            metadatas=[
                {
                    **({**beside[record.paper.id].fields, WRITTEN: number} if beside else {}),
                    **split_parts(text),
                    "hash": record.hash,
                    PENDING: True if record.pending else None,  # None takes the mark away from what is replaced.
                }
                for record, text in portion
            ],
        )


def split_parts(text: str) -> dict[str, str | int]:
    """Split a packed paper into metadata for Chroma, in parts that it stores in half the room."""
    parts = [text[first : first + PART] for first in range(0, len(text), PART)]
    # Counted, for replacing a record leaves parts of a longer one behind.
    return {"parts": len(parts), **{f"record{n}": part for n, part in enumerate(parts)}}


def join_parts(metadata: dict[str, Any]) -> str:
    """Join the text that ``split_parts`` split; raise KeyError where a part is missing."""
    return "".join(metadata[f"record{n}"] for n in range(metadata["parts"]))


def _check_keys(paper_id: str, keys: int) -> None:
    """Raise LibraryError before Chroma's log takes what its tables never can; most is refused long before this."""
    if keys > MOST_KEYS:
        raise LibraryError(
            f"The paper {paper_id} is too large for Chroma: it would be stored under {keys:,} keys, and "
            f"{MOST_KEYS:,} can be.",
            f"Remove it and add it again with its abstract alone: conspectus remove {paper_id}",
        )


def _split_by_size(records: list[tuple[Record, str]]) -> Iterator[list[tuple[Record, str]]]:
    """Split records into lists of at most AT_ONCE records and about REQUEST characters."""
    portion: list[tuple[Record, str]] = []
    size = 0
    for record, text in records:
        if portion and (len(portion) == AT_ONCE or size + len(text) > REQUEST):
            yield portion
            portion, size = [], 0
        portion.append((record, text))
        size += len(text)
    if portion:
        yield portion


def split_pages(ids: Sequence[str], size: int = PAGE) -> Iterator[list[str]]:
    """Split ids, each once, into lists of at most ``size``."""
    unique = list(dict.fromkeys(ids))
    return (unique[first : first + size] for first in range(0, len(unique), size))


def list_fields(vectors: bool) -> list[str]:
    """Name what is asked of Chroma for records, with or without their vectors."""
    return ["metadatas", "embeddings"] if vectors else ["metadatas"]


def parse_records(answer: Any) -> list[Record]:
    """Read the records of an answer of Chroma; what cannot be read is a damaged paper."""
    vectors = answer["embeddings"] if answer.get("embeddings") is not None else [None] * len(answer["ids"])
    return [
        _parse_record(paper_id, metadata or {}, vector)
        for paper_id, metadata, vector in zip(answer["ids"], answer["metadatas"], vectors, strict=True)
    ]


def _parse_record(paper_id: str, metadata: dict[str, Any], vector: "Vectors | None") -> Record:
    pending = bool(metadata.get(PENDING))
    return Record(_parse_paper(paper_id, metadata), str(metadata.get("hash", "")), vector, pending)


def read_text(metadata: dict[str, Any]) -> str:
    """Read a packed paper; "" where a part is missing."""
    try:
        return join_parts(metadata)
    except (KeyError, TypeError):
        return ""


def _parse_paper(paper_id: str, metadata: dict[str, Any]) -> Paper:
    """Read the paper that is stored under an id; one that cannot be read is marked, and holds no other back."""
    try:
        paper = unpack(join_parts(metadata))
    except (KeyError, TypeError, ValueError):
        text = "".join(str(metadata[key]) for key in sorted(metadata, key=_sort_key))
        return Paper(id=paper_id, title=UNREADABLE, damage=DAMAGE, extra={"unreadable": text})
    return paper if paper.id == paper_id else paper.model_copy(update={"id": paper_id})


def _sort_key(key: str) -> tuple[int, str]:
    number = key.removeprefix("record")
    return (int(number) if number.isdecimal() else -1), key
