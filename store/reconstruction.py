"""Build the store of a library again from its index, which has every paper with its vector."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from store.chroma import Chroma
from store.chroma.segments import ChromaFolder
from store.embedding import Embedder
from store.errors import LibraryDamaged
from store.index.copies import DISAGREES
from store.index.derived import DerivedIndex, open_snapshot
from store.index.snapshot import Snapshot
from store.record import DAMAGED, LibraryState, Record
from store.writer import embed_papers, is_unit

# Papers that are written at once. Chosen by hand; not measured.
_PAGE = 500


def rebuild_store(
    folder: Path, index: DerivedIndex, embedder: Embedder, state: LibraryState | None
) -> tuple[int, Path | None]:
    """Make a new store of the papers in the index and put it in the place of the old one; the caller holds the lock.

    A crash leaves the old store, or the new one. A paper whose text does not have its hash is marked as damaged.

    Args:
        folder: Of the library; nobody may have its store open.
        index: What the papers are taken from.
        embedder: Makes a vector where that in the index is broken.
        state: What the library said of itself; None where that is lost.

    Returns:
        How many papers there are, and where the old store is kept, None where there was none.

    Raises:
        LibraryDamaged: The index cannot be read.
        OSError: There is no room for it.
    """
    view = _open_index(index)
    fresh = folder / "chroma.part"
    shutil.rmtree(fresh, ignore_errors=True)  # Of a run that was broken off.
    chroma = Chroma(str(fresh))
    before = state or LibraryState(embedder=embedder.stamp)
    chroma.create(before.model_copy(update={"embedder": embedder.stamp}).next_generation())
    ids = view.all_ids()
    for first in range(0, len(ids), _PAGE):
        records = view.records(ids[first : first + _PAGE]).values()
        chroma.upsert(_renew_vectors([record.mark_damaged() for record in records], embedder))
    count = chroma.count()
    chroma.close()
    if count != len(ids):
        raise LibraryDamaged(
            f"Only {count} of the {len(ids)} papers in the index could be written.", "Nothing changed."
        )
    return count, ChromaFolder(str(folder / "chroma")).replace_by(fresh)


def _open_index(index: DerivedIndex) -> Snapshot:
    view = open_snapshot(index) or index.open_unstamped()
    if view is None:
        raise LibraryDamaged(
            "Neither the store nor the index of the library can be read.",
            "Restore a backup (conspectus restore FILE), or add the files again.",
        )
    return view


def _renew_vectors(records: Sequence[Record], embedder: Embedder) -> list[Record]:
    """Return records with a new vector for each whose own is broken."""
    broken = [
        record.paper
        for record in records
        if not record.pending and (record.vector is None or not is_unit(record.vector))
    ]
    fresh = embed_papers(embedder, broken) if broken else {}
    return [record._replace(vector=fresh.get(record.paper.id, record.vector)) for record in records]


def mark_disputed(records: Sequence[Record], copies: Snapshot) -> list[Record]:
    """Mark those as damaged of which the index, made of just this state, has another text that has a hash of its own.

    Nothing tells which of the two is right.
    """
    found = copies.hashes([record.paper.id for record in records])
    others = [record for record in records if found.get(record.paper.id, record.hash) != record.hash]
    copied = copies.records([record.paper.id for record in others])
    return [_mark(record) for record in others if copied[record.paper.id].is_sound]


def _mark(record: Record) -> Record:
    parts = tuple(part.model_copy(update={"damage": DISAGREES}) for part in record.paper.records)
    paper = record.paper.model_copy(update={"damage": DISAGREES, "records": parts})
    return record._replace(paper=paper, hash=f"{DAMAGED}{record.hash}")
