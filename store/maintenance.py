"""Mending a library: bringing its index in step, building that again, and writing every paper with another vector."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from store.chroma import Chroma
from store.embedding import Embedder
from store.files import is_full
from store.index.derived import DerivedIndex, open_snapshot
from store.index.index import IndexDamaged
from store.index.snapshot import Snapshot
from store.reconstruction import mark_disputed
from store.record import Record
from store.remote.fields import FIELDS
from store.writer import embed_papers, is_unit, make_placeholder, restore_records, synchronise_index

if TYPE_CHECKING:
    from store.embedding import Vectors


class Maintenance:
    """Mends a library after a crash, or after the loss of what is derived. The caller holds the write lock.

    Args:
        folder: The library's.
        chroma: The papers.
        index: What is derived from them.
        embedder: What makes a vector where one is lost.
        batch: How many papers are embedded at once.
    """

    def __init__(self, folder: Path, chroma: Chroma, index: DerivedIndex, embedder: Embedder, batch: int) -> None:
        self._folder = folder
        self._chroma = chroma
        self._index = index
        self._embedder = embedder
        self._batch = batch

    def prepare(self) -> None:
        """Leave collection and index fit to be written, and in step."""
        if self._chroma.has_torn_vectors() or not self._in_step():
            self.synchronise()

    def synchronise(self) -> int:
        """Bring the index in step, where a write broke off or it is gone; return how many papers were touched."""
        if self._chroma.find_fault():
            return self.restore()
        try:
            if not self._index.generation():
                self._restore_texts()
            return synchronise_index(self._chroma, self._index)
        except (IndexDamaged, OSError):
            if is_full(self._folder):
                raise
            return self.rebuild()

    def rebuild(self) -> int:
        """Build the index from nothing and return how many papers there are; its sound texts replace damaged ones."""
        self._restore_texts()
        return self._build_index()

    def _build_index(self) -> int:
        count = self._chroma.count()  # Nothing goes before the papers are known to be readable.
        self._index.clear()
        return synchronise_index(self._chroma, self._index) if self._index.copies else count

    def restore(self) -> int:
        """Write every paper again, with its vector from the index or a new one; return how many there are."""
        snapshot = open_snapshot(self._index)
        return self._replace_papers(self._embedder, snapshot, snapshot)

    def reembed(self, embedder: Embedder) -> int:
        """Give every paper a new vector by an embedder with the stamp of this one; return the number of papers."""
        made_with = self._chroma.state().embedder
        return self._replace_papers(embedder, None, open_snapshot(self._index.of_embedder(made_with)))

    def _restore_texts(self) -> None:
        """Write the index's copy of papers whose text in the collection is damaged: the index is about to go."""
        if not self._index.copies:
            return
        generation = self._index.generation()  # Before it is read: damage takes its stamp away.
        snapshot = open_snapshot(self._index) or self._index.open_unstamped()
        if snapshot is None:
            return
        in_step = generation == self._chroma.state().generation
        for page in self._chroma.pages():
            damaged = [record for record in page if not record.is_sound]
            changed = [record for record in restore_records(damaged, snapshot) if record.is_sound]
            changed += mark_disputed([record for record in page if record.is_sound], snapshot) if in_step else []
            vectors = self._chroma.get([record.paper.id for record in changed], vectors=True)
            self._chroma.upsert([record._replace(vector=vectors[record.paper.id].vector) for record in changed])

    def _replace_papers(self, embedder: Embedder, vector_source: Snapshot | None, text_source: Snapshot | None) -> int:
        if self._chroma.find_fault():
            self._chroma.discard_vectors()
        state = self._chroma.state().model_copy(update={"embedder": self._embedder.stamp}).next_generation()
        state = state.with_fields(FIELDS) if self._chroma.is_server else state
        self._chroma.replace_all(
            state, lambda: reembed_batches(self._chroma, embedder, self._batch, vector_source, text_source)
        )
        return self._build_index()

    def _in_step(self) -> bool:
        view = open_snapshot(self._index)
        return view is not None and view.generation == self._chroma.state().generation


def reembed_batches(
    chroma: Chroma,
    embedder: Embedder,
    batch: int,
    vector_source: Snapshot | None = None,
    text_source: Snapshot | None = None,
) -> Iterator[list[Record]]:
    """Yield every record with a vector by this embedder, in batches.

    Args:
        chroma: Where the papers are.
        embedder: What makes the vectors.
        batch: How many papers at once.
        vector_source: An index made with the same embedder, whose vectors are taken where the content is the same; what
            is pending stays so then.
        text_source: An index of any embedder, whose papers are taken where those in the collection are damaged.
    """
    for page in chroma.pages():
        for first in range(0, len(page), batch):
            part = restore_records(page[first : first + batch], text_source)
            vectors = _reuse_vectors(part, vector_source) if vector_source else {}
            later = {record.paper.id for record in part if record.pending and vector_source} - vectors.keys()
            missing = [record.paper for record in part if record.paper.id not in vectors.keys() | later]
            vectors |= embed_papers(embedder, missing) if missing else {}
            vectors |= dict.fromkeys(later, make_placeholder(embedder.stamp))
            yield [
                record._replace(vector=vectors[record.paper.id], pending=record.paper.id in later) for record in part
            ]


def _reuse_vectors(records: list[Record], snapshot: Snapshot) -> "dict[str, Vectors]":
    ids = [record.paper.id for record in records]
    hashes, vectors = snapshot.hashes(ids), snapshot.vectors_of(ids)
    same = [record.paper.id for record in records if hashes.get(record.paper.id) == record.hash]
    return {paper_id: vectors[paper_id] for paper_id in same if paper_id in vectors and is_unit(vectors[paper_id])}
