"""Write to a library: Chroma first, then the index, so that a crash at any point can be repaired.

One writer at a library holds its lock: two would lose vectors from Chroma's index without an error.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from store.chroma import Chroma
from store.embedding import Embedder, EmbedderStamp
from store.errors import LibraryError, LibraryLocked
from store.files import PRIVATE, make_folder, make_private, open_private
from store.index.derived import DerivedIndex, DerivedWriter
from store.index.index import IndexDamaged
from store.index.snapshot import Snapshot
from store.paper import Paper, Profile
from store.record import (
    DAMAGED,
    RECORD_VERSION,
    VERSION,
    LibraryState,
    Pair,
    Record,
    UnfinishedChange,
    check_size,
    pack,
    read_number,
)

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from store.embedding import Vectors


_BATCH = 500  # papers that a migration writes at once; chosen by hand
FILLING = "filling in vectors"
"""What the process that gives papers their vectors says of itself: after each batch it lets others in."""
# Seconds to wait for one batch of vectors to be written. Chosen by hand: it takes under one second of a free core.
_FILLED_WITHIN = 10.0
# Stamps an index that misses what another client wrote; no generation has this name.
BEHIND = "behind"
NEAR = 1e-5
"""How far numbers of two copies of a vector may differ: Chroma scales vectors to length 1, and loses the last bits."""


class Writer:
    """The right to change a library, had while its write lock is held.

    Each call is whole on disk when it returns. The generation changes before Chroma is written and again after
    it, and the index is stamped last: whatever a crash leaves behind, index and collection then differ, and
    ``synchronise`` mends it. So they do where another client of a server wrote in between, whom no lock keeps out.
    """

    def __init__(
        self, chroma: Chroma, index: DerivedWriter, embedder: Embedder, readable: DerivedIndex, purpose: str = "writing"
    ) -> None:
        self._chroma = chroma
        self._index = index
        self._embedder = embedder
        self._readable = readable
        self._purpose = purpose
        self._generation = chroma.state().generation
        self._alone = True

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Keep other clients of a server from writing until the ``with`` ends, and bring in what they wrote before.

        What is planned inside is planned on what is there. Yields whether there was anything to bring in.

        Raises:
            LibraryLocked: Another client does not end.
        """
        with self._chroma.take_turn(self._purpose):
            missed = self._chroma.is_server and self._chroma.state().generation != self._generation
            if missed:
                self._generation = _synchronise(self._chroma, self._readable, self._index)[0]
                self._alone = True
            yield missed

    def put(self, papers: Sequence[Paper], reusable: "Mapping[str, Vectors] | None" = None) -> None:
        """Store papers, replacing those with the same ids.

        Args:
            papers: The papers, each id once.
            reusable: Vectors of those whose text was embedded before, by id, each of shape (dimension,).

        Raises:
            InputError: One of them is larger than Chroma can store; nothing is written then.
        """
        self.apply(papers, (), reusable)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove papers; ids that are not there are passed over."""
        self.apply((), ids)

    def fill(self, vectors: "Mapping[str, Vectors]", hashes: Mapping[str, str], unused: Collection[int] = ()) -> int:
        """Give pending papers their vectors; return how many were still pending, and of the text that was embedded.

        Args:
            vectors: By the ids of the papers.
            hashes: Those that the papers had when they were embedded.
            unused: Pending rows of the index that are of no paper any more.
        """
        view = self._readable.snapshot()
        now, rows = view.hashes(list(vectors)), view.rows_of(list(vectors))
        due = {
            paper_id: row for paper_id, row in rows.items() if row in view.pending and now[paper_id] == hashes[paper_id]
        }
        if due:
            self._advance_generation()
            self._chroma.fill({paper_id: vectors[paper_id] for paper_id in due})
            self._advance_generation()
        self._index.fill({row: vectors[paper_id] for paper_id, row in due.items()}, unused)
        self._commit()
        return len(due)

    def apply(
        self,
        papers: Sequence[Paper],
        gone: Sequence[str],
        reusable: "Mapping[str, Vectors] | None" = None,
        decide: Callable[[LibraryState], LibraryState] | None = None,
        unfinished: UnfinishedChange | None = None,
        embed: bool = True,
    ) -> None:
        """Store papers and remove others, as one change: what a crash leaves of it is finished on the next opening.

        Args:
            papers: The papers to store, each id once.
            gone: Ids of the papers to remove.
            reusable: Vectors, as for ``put``.
            decide: What becomes of the library's state by it, written with the first step.
            unfinished: What is to be done where it broke off; None where papers and ids say that.
            embed: Whether those that have no vector get one now; else they are pending.

        Raises:
            InputError: A paper is larger than Chroma can store; nothing is written then.
        """
        texts = [pack(paper) for paper in papers]
        for paper, text in zip(papers, texts, strict=True):
            check_size(paper, text)
        records = self._build_records(papers, texts, reusable or {}, embed)
        if unfinished is None and papers and gone:
            unfinished = UnfinishedChange(kind="join", ids=tuple(gone))

        def begin(state: LibraryState) -> LibraryState:
            state = decide(state) if decide else state
            return state.model_copy(update={"unfinished": (*state.unfinished, unfinished)}) if unfinished else state

        def end(state: LibraryState) -> LibraryState:
            left = tuple(change for change in state.unfinished if change != unfinished)
            return state.model_copy(update={"unfinished": left}) if left != state.unfinished else state

        self._advance_generation(begin)
        if records:
            self._chroma.upsert(records)
        if gone:
            self._chroma.delete(gone)
        self._advance_generation(end)
        self._index.put(records)
        self._index.delete(gone)
        self._commit()

    def add_profile(self, profile: Profile) -> None:
        """Keep what a listing says of its author."""
        self._advance_generation(lambda state: state.with_profile(profile))
        self._commit()

    def decide(self, pairs: Iterable[Pair], together: bool) -> None:
        """Keep what a person says of pairs of records, by their fingerprints: of one paper, or not."""
        self._advance_generation(lambda state: state.with_pairs(pairs, together))
        self._commit()

    def forget_changes(self) -> None:
        """Strike what was unfinished out of the library's state: it is finished."""
        self._advance_generation(lambda state: state.model_copy(update={"unfinished": ()}))
        self._commit()

    def migrate(self, copies: Snapshot | None) -> int:
        """Bring the records of an older version into the shape of today; return how many papers were changed.

        No hash changes by it, so the generation is the same afterwards: batches and reports go on from what they have.
        A crash leaves some papers in the older shape, and the next call goes on with these.

        Args:
            copies: The index, whose vectors are taken: those in the collection lost their last bits.
        """
        state = self._chroma.state()
        if not state.is_older:
            return 0
        from store.migration import list_upgrades  # late: with it come all readers of files; a question needs none

        generation, changed = state.migrating or state.generation, 0
        for page in list(self._chroma.pages()) if state.record_version < RECORD_VERSION else ():
            upgrades = list_upgrades(record.paper for record in page if record.is_sound)
            if upgrades and not self._chroma.state().migrating:
                self._advance_generation(lambda state: state.model_copy(update={"migrating": generation}))
            for first in range(0, len(upgrades), _BATCH):
                part = upgrades[first : first + _BATCH]
                vectors = copies.vectors_of([paper.id for paper in part]) if copies else {}
                self.put(part, {paper_id: vector for paper_id, vector in vectors.items() if is_unit(vector)})
            changed += len(upgrades)
        done = {
            "version": max(VERSION, state.version),
            "record_version": RECORD_VERSION,
            "generation": generation,
            "migrating": "",
        }
        self._chroma.set_state(self._chroma.state().model_copy(update=done))
        self._generation = generation
        self._commit()
        return changed

    def _build_records(
        self, papers: Sequence[Paper], texts: Sequence[str], reusable: "Mapping[str, Vectors]", embed: bool
    ) -> list[Record]:
        vectors = dict(reusable)
        fresh = [paper for paper in papers if paper.id not in vectors]
        if fresh and embed:
            vectors |= embed_papers(self._embedder, fresh)
        nothing = make_placeholder(self._embedder.stamp)
        return [
            Record(paper, _compute_hash(paper), vectors.get(paper.id, nothing), paper.id not in vectors, text)
            for paper, text in zip(papers, texts, strict=True)
        ]

    def _advance_generation(self, change: Callable[[LibraryState], LibraryState] | None = None) -> None:
        state = self._chroma.state()
        state.check_embedder(self._embedder.stamp)
        self._alone = self._alone and state.generation == self._generation
        state = (change(state) if change else state).next_generation()
        self._chroma.set_state(state)
        self._generation = state.generation

    def _commit(self) -> None:
        self._index.commit(self._generation if self._alone else BEHIND)


def _compute_hash(paper: Paper) -> str:
    """Compute the hash to store a paper with: where a part of it is damaged, one that no text has."""
    return f"{DAMAGED if paper.damage else ''}{paper.content_hash()}"


def synchronise_index(chroma: Chroma, index: DerivedIndex) -> int:
    """Bring the index in step with the collection; the caller holds the write lock.

    Only what differs is written; what is damaged in the collection is marked in the index. Returns how many papers
    were written or removed.
    """
    if not index.generation():
        older = index.read_older_vectors()
        index.clear()
    else:
        older = {}
    with index.writer() as writer:
        return _synchronise(chroma, index, writer, older)[1]


def _synchronise(
    chroma: Chroma, index: DerivedIndex, writer: DerivedWriter, older: "Mapping[str, Vectors]" = MappingProxyType({})
) -> tuple[str, int]:
    """Bring the index in step; return the generation that it has then, and how many papers were touched."""
    state = chroma.state()
    generation = state.generation
    if not index.copies:
        return generation, 0
    snapshot = index.snapshot() if index.generation() else None
    since = read_number(snapshot.generation) if snapshot and state.fields else 0
    if snapshot and since:
        changed = _take_changes(chroma, snapshot, writer, since)
        writer.commit(generation)
        return generation, changed
    gone = set(snapshot.all_ids()) if snapshot else set()
    changed = 0
    for page in chroma.pages():
        ids = [record.paper.id for record in page]
        gone.difference_update(ids)
        hashes = snapshot.hashes(ids) if snapshot else {}
        stale = {record.paper.id for record in page if not record.matches_hash(hashes.get(record.paper.id))}
        pending = _list_pending(snapshot, ids)
        # A paper that lost its vector had another text meanwhile.
        stale |= {record.paper.id for record in page if record.pending and record.paper.id not in pending}
        stored = chroma.get(sorted(stale), vectors=True).values()
        records = [_take_exact(record.mark_damaged(), older.get(record.paper.id)) for record in stored]
        writer.put(records, with_texts=False)
        due = [record.paper.id for record in page if not record.pending and record.paper.id in pending.keys() - stale]
        filled = chroma.get(due, vectors=True).items()
        writer.fill({pending[paper_id]: record.vector for paper_id, record in filled if record.vector is not None})
        changed += len(stale) + len(due)
    writer.delete(sorted(gone))
    writer.commit(generation)
    return generation, changed + len(gone)


def _take_changes(chroma: Chroma, snapshot: Snapshot, writer: DerivedWriter, since: int) -> int:
    """Bring in what was written to a server since a generation of this number; return how many papers were touched."""
    changed: dict[str, str] = {}
    for page in chroma.pages_since(since):
        hashes = snapshot.hashes([record.paper.id for record in page])
        stale = [record for record in page if not record.matches_hash(hashes.get(record.paper.id))]
        writer.put([record.mark_damaged() for record in stale], with_texts=False)
        changed |= {record.paper.id: hashes.get(record.paper.id, "") for record in stale}
    gone: set[str] = set()
    if chroma.count() != snapshot.count + sum(not known for known in changed.values()):
        gone = set(snapshot.all_ids()).difference(chroma.ids())
        writer.delete(sorted(gone))
    return len(changed) + len(gone)


def _list_pending(snapshot: Snapshot | None, ids: Sequence[str]) -> dict[str, int]:
    """List which of the papers an index has as pending, with their rows."""
    if snapshot is None or not snapshot.pending:
        return {}
    return {paper_id: row for paper_id, row in snapshot.rows_of(ids).items() if row in snapshot.pending}


def _take_exact(record: Record, exact: "Vectors | None") -> Record:
    """Return a record with the vector that the collection has of it without its last bits, where it is that one."""
    import numpy as np

    if exact is None or record.vector is None or not np.allclose(record.vector, exact, rtol=0, atol=NEAR):
        return record
    return record._replace(vector=exact)


def restore_records(records: Sequence[Record], copies: Snapshot | None) -> list[Record]:
    """Replace damaged records by their sound copies in the index; mark those of which it has none."""
    damaged = [record.paper.id for record in records if not record.is_sound]
    sound_copies = _read_copies(damaged, copies) if damaged and copies else {}
    return [
        _restore_record(record, sound_copies[record.paper.id])
        if record.paper.id in sound_copies
        else record.mark_damaged()
        for record in records
    ]


def _read_copies(ids: list[str], index: Snapshot) -> dict[str, Record]:
    try:
        return {paper_id: record for paper_id, record in index.records(ids).items() if record.is_sound}
    except IndexDamaged:
        return {}


def _restore_record(record: Record, copy: Record) -> Record:
    """Return the copy if it is what was stored: by its hash, or by its text where just the hash is damaged."""
    same_text = not record.paper.damage and record.paper.content_hash() == copy.hash
    if same_text or record.matches_hash(copy.hash):
        return record._replace(paper=copy.paper, hash=copy.hash)
    return record.mark_damaged()


def is_unit(vector: "Vectors") -> bool:
    """Return whether a vector has length 1, as every embedder gives it; False where it is broken."""
    return abs(float(vector @ vector) - 1) < 1e-3


def make_placeholder(stamp: EmbedderStamp) -> "Vectors":
    """Make what stands in the place of the vector of a paper that is pending."""
    import numpy as np

    return np.zeros(stamp.dimension, dtype=np.float32)


def embed_papers(embedder: Embedder, papers: Sequence[Paper]) -> "dict[str, Vectors]":
    """Embed papers; return their vectors by their ids.

    Raises:
        EmbedderError: The model cannot be loaded or run.
    """
    vectors = embedder.embed([build_embedding_text(paper) for paper in papers])
    return dict(zip((paper.id for paper in papers), vectors, strict=True))


def build_embedding_text(paper: Paper) -> str:
    """Join title and abstract to what is embedded of a paper; the model cuts it, far longer texts are cut here."""
    return ". ".join(text for text in (paper.title, paper.abstract) if text)[:20_000]


NAME = "write.lock"
HOLDER = "writer.json"


@contextmanager
def write_lock(folder: Path, purpose: str) -> Iterator[None]:
    """Hold the library in ``folder`` for writing; the operating system frees it when the process dies.

    Where another process writes a batch of vectors it waits for the end of that.

    Raises:
        LibraryLocked: Another process holds it; the message names it.
        LibraryError: The folder cannot be written.
    """
    lock = _acquire_lock(folder, purpose)
    try:
        yield
    finally:
        make_private(folder, "chroma", "index")
        lock.release()


def _acquire_lock(folder: Path, purpose: str) -> "BaseFileLock":
    from filelock import FileLock, Timeout

    lock = FileLock(folder / NAME, timeout=0, mode=PRIVATE)
    try:
        make_folder(folder)
        try:
            lock.acquire()
        except Timeout:
            if _read_holder(folder).get("what") != FILLING:
                raise
            lock.acquire(timeout=_FILLED_WITHIN)
        note = {"pid": os.getpid(), "what": purpose, "since": datetime.now().isoformat(timespec="seconds")}
        with open(folder / HOLDER, "w", encoding="utf-8", opener=open_private) as file:
            json.dump(note, file)
    except Timeout as error:
        raise LibraryLocked(
            f"The library {folder} is being written by {_describe_holder(folder)}.",
            "Wait until it has finished, then try again.",
        ) from error
    except OSError as error:
        lock.release()
        raise LibraryError(
            f"The library folder {folder} cannot be written: {error.strerror or error}.",
            "Give a folder that you may write to with --library.",
        ) from error
    return lock


def _describe_holder(folder: Path) -> str:
    note = _read_holder(folder)
    return f"process {note['pid']} ({note['what']}, since {note['since']})" if note else "another process"


def _read_holder(folder: Path) -> dict[str, Any]:
    """Read what the process that writes said of itself; {} where it has the lock but has not written its note yet."""
    try:
        note = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return {key: note[key] for key in ("pid", "what", "since")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
