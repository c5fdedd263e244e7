"""Embed a library anew while its old vectors serve: the new ones are kept beside it until all of them are there.

Nothing but the last step needs the write lock: it puts a collection with the new vectors in the place of the old one.
Killed anywhere, the next run takes what is kept, by the texts that were embedded.
"""

from collections.abc import Iterator

from store.errors import LibraryLocked
from store.filling import AT_ONCE, take_filling_lock
from store.index.index import IndexDamaged
from store.library import Library
from store.results import VectorsStored
from store.writer import build_embedding_text


def reembed(library: Library) -> Iterator[VectorsStored]:
    """Give every paper a new vector by the embedder that a library was opened with; old ones serve until all are there.

    An event comes with each batch that is embedded. Closing the iterator stops it, and the next run goes on from there.

    Raises:
        EmbedderError: The model cannot be loaded or run.
        LibraryLocked: Another process is at it, or writes.
        LibraryError: The library cannot be written.
    """
    if not library.exists():
        return
    with take_filling_lock(library.folder) as is_mine:
        if not is_mine:
            raise LibraryLocked(
                f"Another process is embedding the papers of {library.folder}.", "Wait until it has finished."
            )
        yield from _embed_beside(library)
        library.reembed()


def _embed_beside(library: Library) -> Iterator[VectorsStored]:
    """Embed what the index has, without the write lock; what it has not is left for the last step."""
    index = library.index.of_embedder(library.chroma.state().embedder)
    try:
        view = index.snapshot() if index.generation() else None
        ids = view.all_ids() if view else []
        kept = library.keep_vectors()
        for first in range(0, len(ids), AT_ONCE):
            assert view is not None
            some = ids[first : first + AT_ONCE]
            kept.embed([build_embedding_text(paper) for paper in view.papers(some)])
            yield VectorsStored(done=first + len(some), total=len(ids))
    except IndexDamaged:
        return
