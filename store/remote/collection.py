"""What a Chroma server answers about the papers of a library: which fit a condition, which are near, what they are."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.chroma import Chroma
from store.record import Record
from store.remote.conditions import EVERYTHING, NOTHING, Where, match_any

if TYPE_CHECKING:
    from store.embedding import Vectors

# Papers whose records are read in one request: about 1.5 MB with their fields. Chosen by hand; not measured.
READ = 200
# Ids that are named in one request. Chosen by hand; not measured.
NAMED = 1000


class Near(NamedTuple):
    """A paper near a vector, and its cosine."""

    id: str
    cosine: float


class ServerCollection:
    """Questions to the collection of a library on a server. Every method raises LibraryError where it does not answer.

    Args:
        chroma: The library's.
    """

    def __init__(self, chroma: Chroma) -> None:
        self._chroma = chroma

    def count(self) -> int:
        """Count the papers."""
        return self._chroma.count()

    def find_ids(self, where: Where, limit: int | None = None) -> list[str]:
        """Find the ids of the papers that fit a condition, in no order; at most ``limit``."""
        if where == NOTHING:
            return []
        answer = self._chroma.ask("get", where=_spell(where), limit=limit, include=[])
        return list(map(str, answer["ids"]))

    def keep_ids(self, ids: Sequence[str]) -> set[str]:
        """Return which ids are those of papers."""
        present: set[str] = set()
        for first in range(0, len(ids), NAMED):
            present.update(self._chroma.ask("get", ids=list(ids[first : first + NAMED]), include=[])["ids"])
        return present

    def find_near(self, vector: "Vectors", count: int, where: Where = EVERYTHING) -> list[Near]:
        """Find the papers that fit a condition and are nearest to a vector, nearest first."""
        if where == NOTHING or count < 1:
            return []
        answer = self._chroma.ask(
            "query",
            query_embeddings=[vector],
            n_results=count,
            where=_spell(where),
            include=["distances"],
        )
        columns = (answer[name][0] for name in ("ids", "distances"))
        return [Near(str(paper_id), 1 - float(distance)) for paper_id, distance in zip(*columns, strict=True)]

    def find_having(self, terms: Sequence[str], limit: int) -> "dict[str, Vectors]":
        """Find papers that have one of some terms, at most so many: their vectors by their ids."""
        where = match_any("words", terms)
        if where == NOTHING:
            return {}
        answer = self._chroma.ask("get", where=where, limit=limit, include=["embeddings"])
        return dict(zip(answer["ids"], answer["embeddings"], strict=True))

    def read(self, ids: Sequence[str]) -> dict[str, Record]:
        """Read the records with these ids; those that are not there are left out."""
        unique = list(dict.fromkeys(ids))
        records: dict[str, Record] = {}
        for first in range(0, len(unique), READ):
            records |= self._chroma.get(unique[first : first + READ])
        return records

    def read_vectors(self, ids: Sequence[str]) -> "dict[str, Vectors]":
        """Read the vectors of papers by their ids."""
        vectors: dict[str, Vectors] = {}
        unique = list(dict.fromkeys(ids))
        for first in range(0, len(unique), READ):
            answer = self._chroma.ask("get", ids=unique[first : first + READ], include=["embeddings"])
            vectors |= dict(zip(answer["ids"], answer["embeddings"], strict=True))
        return vectors

    def find_records(self, where: Where, limit: int | None = None) -> list[Record]:
        """Read the records that fit a condition, in no order; at most ``limit``."""
        return [record for page in self.page_records(where, limit) for record in page]

    def page_records(self, where: Where, limit: int | None = None) -> Iterator[list[Record]]:
        """Read them page by page."""
        if where == NOTHING:
            return
        offset = 0
        while limit is None or offset < limit:
            size = READ if limit is None else min(READ, limit - offset)
            page = self._chroma.find(_spell(where), size, offset)
            if page:
                yield page
            if len(page) < size:
                return
            offset += size

    def read_numbers(self, where: Where, field: str, limit: int) -> dict[str, int]:
        """Read a number of each of the papers that fit a condition, by their ids; at most so many."""
        numbers: dict[str, int] = {}
        for offset in range(0, limit, READ):
            size = min(READ, limit - offset)
            answer = self._chroma.ask("get", where=_spell(where), limit=size, offset=offset, include=["metadatas"])
            numbers |= {
                paper_id: int(metadata.get(field, 0))
                for paper_id, metadata in zip(answer["ids"], answer["metadatas"], strict=True)
            }
        return numbers

    def page_keys(self) -> Iterator[list[str]]:
        """Read the keys of every paper, one after the other."""
        for offset in range(0, self.count(), READ):
            answer = self._chroma.ask("get", limit=READ, offset=offset, include=["metadatas"])
            yield from ([key for key in metadata.get("keys", ()) if key] for metadata in answer["metadatas"])

    def draw_sample(self, where: Where, size: int) -> "list[tuple[list[str], int, Vectors]]":
        """Read the terms, the length and the vector of papers that fit a condition, at most so many."""
        drawn: list[tuple[list[str], int, Vectors]] = []
        for offset in range(0, size, READ):
            answer = self._chroma.ask(
                "get",
                where=_spell(where),
                limit=min(READ, size - offset),
                offset=offset,
                include=["metadatas", "embeddings"],
            )
            drawn += [
                ([word for word in metadata.get("words", ()) if word], int(metadata.get("length", 0)), vector)
                for metadata, vector in zip(answer["metadatas"], answer["embeddings"], strict=True)
            ]
            if len(answer["ids"]) < READ:
                break
        return drawn


def _spell(where: Where) -> Where | None:
    return None if where == EVERYTHING else where
