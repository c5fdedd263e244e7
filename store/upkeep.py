"""Keeping the collection and the index of a library whole and in step. The caller holds the write lock."""

from pathlib import Path

from store.chroma import Chroma
from store.embedding import Embedder
from store.files import is_full
from store.index.damage import IndexDamaged
from store.index.index import Index
from store.index.snapshot import Snapshot
from store.writer import restored, revectored, synchronise


class Upkeep:
    """What mends a library after a crash, or after the loss of what is derived.

    Args:
        folder: The library's.
        chroma: The papers.
        index: What is derived from them.
        embedder: What makes a vector where one is lost.
        batch: How many papers are embedded at once.
    """

    def __init__(self, folder: Path, chroma: Chroma, index: Index, embedder: Embedder, batch: int) -> None:
        self._folder = folder
        self._chroma = chroma
        self._index = index
        self._embedder = embedder
        self._batch = batch

    def ready(self) -> None:
        """Leave collection and index fit to be written, and in step."""
        if self._chroma.torn() or not self._in_step():
            self.synchronise()

    def synchronise(self) -> int:
        """Bring the index in step, where a write broke off or the index is gone; how many papers were touched."""
        if self._chroma.fault():
            return self.restore()
        try:
            return synchronise(self._chroma, self._index)
        except (IndexDamaged, OSError):
            if is_full(self._folder):
                raise
            return self.rebuild()

    def rebuild(self) -> int:
        """Build the index from nothing, its sound papers put back where they are damaged; how many papers there are."""
        self._put_back()
        return self._built()

    def _built(self) -> int:
        self._chroma.count()  # Nothing goes before the papers are known to be readable.
        self._index.clear()
        return synchronise(self._chroma, self._index)

    def restore(self) -> int:
        """Write every paper anew, with its vector from the index or a new one; how many there are."""
        known = _readable(self._index)
        return self._replace(known, known)

    def reembed(self) -> int:
        """Write every paper anew with a new vector; how many there are."""
        made_with = self._chroma.state().embedder
        return self._replace(None, _readable(self._index.of_embedder(made_with)))

    def _put_back(self) -> None:
        """Write the index's copy of papers whose text in the collection is damaged: the index is about to go."""
        known = _readable(self._index)
        if known is None:
            return
        hurt = [record for page in self._chroma.pages() for record in page if not record.is_sound]
        whole = [record for record in restored(hurt, known) if record.is_sound]
        vectors = known.vectors_of([record.paper.id for record in whole])
        self._chroma.upsert([record._replace(vector=vectors[record.paper.id]) for record in whole])

    def _replace(self, known: Snapshot | None, copies: Snapshot | None) -> int:
        if self._chroma.fault():
            self._chroma.discard_vectors()
        state = self._chroma.state().model_copy(update={"embedder": self._embedder.stamp}).next()
        self._chroma.replace_all(state, lambda: revectored(self._chroma, self._embedder, self._batch, known, copies))
        return self._built()

    def _in_step(self) -> bool:
        view = _readable(self._index)
        return view is not None and view.generation == self._chroma.state().generation


def _readable(index: Index) -> Snapshot | None:
    try:
        return index.snapshot() if index.generation() else None
    except IndexDamaged:
        return None
