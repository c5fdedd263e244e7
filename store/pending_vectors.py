"""Vectors of papers that are pending, made when somebody asks for them and kept until they are written."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from store.embedding import Embedder
from store.index.snapshot import Snapshot
from store.writer import embed_papers

if TYPE_CHECKING:
    from store.embedding import Vectors

# Vectors that are kept. Chosen by hand: 3 MB.
KEPT = 2000


class PendingVectors:
    """Embeds papers that are pending when somebody asks for them, and keeps the vectors, by the hashes of the papers.

    Args:
        embedder: What makes them.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._by_hash: dict[str, Vectors] = {}

    def embed(self, view: Snapshot, ids: Sequence[str]) -> "dict[str, Vectors]":
        """Return the vectors of papers by their ids, made now where nobody asked for them before.

        Raises:
            EmbedderError: The model cannot be loaded or run.
        """
        hashes = view.hashes(ids)
        vectors = {paper_id: self._by_hash[content] for paper_id, content in hashes.items() if content in self._by_hash}
        fresh = [paper for paper in view.papers(ids) if paper.id not in vectors]
        if fresh:
            made = embed_papers(self._embedder, fresh)
            if len(self._by_hash) + len(made) > KEPT:
                self._by_hash.clear()
            self._by_hash |= {hashes[paper_id]: vector for paper_id, vector in made.items()}
            vectors |= made
        return vectors

    def embed_rows(self, view: Snapshot, rows: Sequence[int]) -> "Mapping[int, Vectors]":
        """Return the same by the rows of papers, as ``store.search.EmbedRows`` does."""
        ids = view.ids_by_row(rows)
        vectors = self.embed(view, list(ids.values())) if ids else {}
        return {row: vectors[paper_id] for row, paper_id in ids.items() if paper_id in vectors}

    def complete(self, view: Snapshot, ids: Sequence[str]) -> "dict[str, Vectors]":
        """Return the vectors of papers, stored or made now, by their ids."""
        stored = view.vectors_of(ids)
        missing = [paper_id for paper_id in ids if paper_id not in stored] if view.pending else []
        return stored | self.embed(view, missing) if missing else stored


def count_pending(view: Snapshot) -> int:
    """Count the papers of a view that are not embedded yet."""
    return view.count_rows(list(view.pending))
