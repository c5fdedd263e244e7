"""Comparing every paper of a collection with its hash, its vector and the index."""

from typing import TYPE_CHECKING

from store.chroma import Chroma
from store.dedup.merge import sources_of
from store.index.snapshot import Snapshot
from store.record import DAMAGED, Record
from store.writer import is_unit

if TYPE_CHECKING:
    from store.embedding import Vectors

# Chroma keeps vectors scaled to length 1, which costs the last bits.
NEAR = 1e-5


class Sweep:
    """What a sweep found: how many papers there are, and the ids of those with something wrong.

    ``content``: the record is not the one whose hash was stored. ``damaged``: so it is, and marked; ``files`` are where
    these were read from. ``vectors``: the vector is broken.
    ``indexed``: the index has another paper, none, or one too many. ``copies``: the index has another vector.
    """

    def __init__(self) -> None:
        self.papers = 0
        self.content: list[str] = []
        self.damaged: list[str] = []
        self.files: set[str] = set()
        self.vectors: list[str] = []
        self.indexed: list[str] = []
        self.copies: list[str] = []


def sweep(chroma: Chroma, view: Snapshot | None) -> Sweep:
    """Read everything, page by page.

    Args:
        chroma: The papers.
        view: The index; None leaves it out.

    Raises:
        LibraryError: The collection or the index cannot be read.
    """
    found = Sweep()
    extra = set(view.all_ids()) if view else set()
    for page in chroma.pages(vectors=True):
        found.papers += len(page)
        for record in page:
            if not record.is_sound:
                marked = record.hash.startswith(DAMAGED)
                (found.damaged if marked else found.content).append(record.paper.id)
                found.files |= {source.file for source in sources_of([record.paper]) if marked and source.file}
        found.vectors += [record.paper.id for record in page if record.vector is None or not is_unit(record.vector)]
        extra -= {record.paper.id for record in page}
        if view:
            _compare(found, page, view)
    found.indexed += sorted(extra)
    return found


def _compare(found: Sweep, page: list[Record], view: Snapshot) -> None:
    ids = [record.paper.id for record in page]
    hashes, copies = view.hashes(ids), view.vectors_of(ids)
    found.indexed += [record.paper.id for record in page if not record.fits(hashes.get(record.paper.id))]
    found.copies += [record.paper.id for record in page if not _near(record.vector, copies.get(record.paper.id))]


def _near(one: "Vectors | None", other: "Vectors | None") -> bool:
    import numpy as np

    if one is None or other is None:  # Reported as a broken vector, or as a paper that is not indexed.
        return True
    return bool(np.allclose(one, other, rtol=0, atol=NEAR))
