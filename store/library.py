"""A library: a folder with papers in Chroma and an index derived from them, kept whole and in step."""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from store.bin import Bin
from store.chroma import Chroma
from store.chroma.access import COLLECTION, ServerAccess
from store.chroma.segments import ChromaFolder
from store.chroma.turns import PATIENCE
from store.citation_keys import LibraryKeys, ListedKeys, PaperKeys
from store.dedup.keys import list_lookup_keys
from store.embedding import Embedder, EmbedderStamp
from store.errors import LibraryDamaged, LibraryError, LibraryLocked, NotFound, StoreUnreachable
from store.files import OTHER, translate_write_errors
from store.filters import Filters
from store.index.derived import DerivedIndex, open_snapshot
from store.index.index import Index, IndexDamaged
from store.index.screening import Screening
from store.index.snapshot import Snapshot
from store.kept_vectors import FOLDER as ANEW
from store.kept_vectors import KeptVectors
from store.listing import list_papers
from store.maintenance import Maintenance
from store.paper import Paper, Profile
from store.pending_vectors import PendingVectors
from store.reconstruction import rebuild_store
from store.record import RECORD_VERSION, LibraryState, StoredText
from store.remote.fields import FIELDS
from store.remote.index import SearchablePapers, ServerIndex, write_fields
from store.results import Hit
from store.search import find_similar, search_view
from store.state_copy import StateCopy
from store.text.roles import RoledSentence
from store.writer import Writer, write_lock

if TYPE_CHECKING:
    from store.embedding import Vectors

# Papers that are embedded, stored and acknowledged together: what a crash costs at most. Chosen by hand; 32 kept the
# interface no quicker while papers are added (benchmarks/README.md).
BATCH = 64
# Papers on a server above which it is searched there, unless somebody says otherwise: the copy of 1,400 cost 1.5 CPU-s,
# 13 MB and a second of the server, as much as sixty searches there (benchmarks/server_search.py).
SEARCHED_THERE = 2000
# Characters of a question that are read: neither words nor meaning are taken from more. Chosen by hand; not measured.
QUESTION = 20_000

# Questions whose vectors are kept. Chosen by hand: one question is searched for in a few wordings.
EMBEDDED = 16

T = TypeVar("T")
_LOG = logging.getLogger("conspectus")
_REBUILD = "Run: conspectus doctor --repair. It builds the store again from the index, and keeps the old one beside it."


class Library:
    """Papers that can be added, listed and searched. Opens nothing before it is used.

    Reading needs no lock and sees what other processes add; writing holds the lock of the folder.

    Args:
        folder: Where it lives; made by the first write.
        embedder: What turns text into vectors.
        store: A Chroma server that holds the papers instead of the folder: its URL, or how it is reached.
        screening: Who looks at the texts of papers as they are added, so that they need not be when they are read.
        find_earlier: Finds the embedder that made the vectors of a library, where that was another one; a library of
            whose embedder it finds none is refused.

    Attributes:
        embeds_at_once: Whether papers that are added get their vectors before adding ends, or from somebody else later
            (``store.filling``).

    Raises:
        InputError: ``store`` is no such URL.
    """

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        store: str | ServerAccess | None = None,
        screening: Screening | None = None,
        find_earlier: Callable[[EmbedderStamp], Embedder | None] | None = None,
    ) -> None:
        self.folder = folder
        server = ServerAccess(store) if isinstance(store, str) else store
        self.chroma = Chroma(server or str(folder / "chroma"))
        self.state_copy = StateCopy(folder)
        self.warning = ""
        self.embeds_at_once = True
        self._chroma_folder = ChromaFolder(self.chroma.place)
        self._origin = server.origin if server else ""
        self._where = server.search if server else "local"
        if server:
            self.chroma.searchable = SearchablePapers(self.chroma)
        self._screening = screening
        self._current = embedder
        self._find_earlier = find_earlier
        self._there = False
        self._use_embedder(embedder)

    def _use_embedder(self, embedder: Embedder, in_server: bool = False) -> None:
        self.embedder = embedder
        self.index: DerivedIndex = ServerIndex(self.chroma, embedder.stamp, self._screening)
        if not in_server:
            copy = Index(self.folder / "index", embedder.stamp, self._origin, self._screening)
            copy.stored = None if self.chroma.is_server else self._read_stored
            self.index = copy
        self._maintenance = Maintenance(self.folder, self.chroma, self.index, embedder, BATCH)
        self._embedded: dict[str, Vectors] = {}
        self.pending = PendingVectors(embedder)

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        self.chroma.close()
        self._chroma_folder.close()
        self.index.close()

    def exists(self) -> bool:
        """Return whether anything was ever added.

        Raises:
            LibraryError: The folder is none, was there and is gone, or its papers are.
        """
        if self._there and not self.chroma.is_server and not self.folder.exists():
            raise LibraryError(
                f"The library {self.folder} is not there any more: its folder was moved, renamed or removed.",
                "Put it back, or open it where it is now with --library.",
            )
        if not self._there:
            _check_folder(self.folder)
            self._there = self.chroma.exists()
            if not self._there and self.index.copies and (self.index.generation() or self.state_copy.read()):
                raise _build_gone_error(self.chroma.place, self.folder, self.chroma.is_server)
        return self._there

    def view(self) -> Snapshot | None:
        """Return the index in step with the collection, None for a library that nothing was added to.

        Where the collection is damaged, it is the index as it is; ``warning`` says so then.

        Raises:
            EmbedderMismatch: The library was made with another embedder.
            LibraryError: Any other member of that branch of the tree.
        """
        try:
            return self._view_in_step()
        except IndexDamaged:
            raise
        except LibraryDamaged as error:
            if self.chroma.is_server:
                raise
            return self._view_alone(error)

    def _view_alone(self, error: LibraryDamaged) -> Snapshot:
        """Return the index without the collection, which an error says is damaged."""
        try:
            if not self.index.generation():
                raise error
            view = self.index.snapshot()
        except IndexDamaged as damage:
            raise LibraryDamaged(f"{error.what} {damage.what}", _REBUILD) from error
        self._warn(f"{error.what.rstrip('.')}. Its {view.count:,} papers are read from the index. {_REBUILD}")
        return view

    def _warn(self, text: str) -> None:
        """Say what is wrong with the library though it can be read, once."""
        if not self.warning:
            self.warning = text
            _LOG.warning(text)

    def _read_stored(self, ids: Sequence[str], generation: str) -> dict[str, StoredText] | None:
        """Read what the file of the collection has of papers, for the index to be compared with."""
        try:
            return self._chroma_folder.read_texts(COLLECTION, ids, generation)
        except sqlite3.DatabaseError as error:
            self._warn(
                f"The store in {self.chroma.place} is damaged: {error}. Papers are read from the index. {_REBUILD}"
            )
            return None

    def _view_in_step(self) -> Snapshot | None:
        if not self.exists():
            return None
        state = self.check_embedder()
        if state.is_older or state.unfinished:
            self._bring_up_to_date()
            state = self.chroma.state()
        self._choose_index(state)
        if isinstance(self.index, ServerIndex):
            return self.index.view_of(state.generation)
        if self.index.generation() != state.generation:
            self._catch_up()
        elif not self.chroma.is_server:
            self.state_copy.keep(state)
        return self._take_snapshot()

    def _choose_index(self, state: LibraryState) -> None:
        """Search a library in its server where that is asked for, or it is large and no copy of it is in step."""
        if not self.chroma.is_server or not self.index.copies or self._where == "local":
            return
        if self._where == "server" and state.fields != FIELDS:
            raise LibraryError(
                f"The papers in {self.chroma.place} cannot be searched there: a version before this one added them.",
                "Run: conspectus --server-search local doctor --repair. Then all of them can.",
            )
        in_step = self._where == "auto" and self.index.generation() == state.generation
        if state.fields == FIELDS and not in_step and (self._where == "server" or self.chroma.count() > SEARCHED_THERE):
            self.index.close()
            self._use_embedder(self.embedder, in_server=True)

    def renew_fields(self) -> int:
        """Write beside each paper on a server what it is searched by there, where that is not so; return their number.

        A crash leaves some papers without; the next call begins again.
        """
        if not self.chroma.is_server or not self.exists() or self.chroma.state().fields == FIELDS:
            return 0
        with self._hold_lock("making it searchable"), self.chroma.take_turn("making it searchable"):
            return write_fields(self.chroma, self.embedder.stamp.dimension)

    def renew(self) -> None:
        """Bring what another version wrote into the shape of today, as each search does; damage is left as it is.

        Raises:
            LibraryError: It cannot be: another process writes, or nobody may.
        """
        if self.index.is_older():
            self.view()

    def search(
        self,
        text: str,
        k: int = 10,
        filters: Filters | None = None,
        view: Snapshot | None = None,
        sentences: bool = True,
    ) -> list[Hit]:
        """Return the ``k`` papers that fit a question best, with their sentences (unless not wanted), best first.

        Papers that are marked as damaged are left out: no answer may rest on them.
        ``view`` is where to look, for callers that have one already; taking one reads Chroma.
        """
        view = view or self.view()
        if k < 1 or view is None:
            return []
        text = _cut_question(text)
        vector = self.embed_question(text)
        limits = filters or Filters()

        def search_it(looked: Snapshot) -> list[Hit]:
            embed = partial(self.pending.embed_rows, looked)
            return search_view(looked, text, vector, limits, k, sentences, embed)

        return self._read_view(search_it, [], view)

    def embed_question(self, text: str) -> "Vectors":
        """Return the vector of a question, of shape (dimension,); the last few are kept."""
        text = _cut_question(text)
        vector = self._embedded.get(text)
        if vector is None:
            vector = self.embedder.embed([text])[0]
            if len(self._embedded) >= EMBEDDED:
                self._embedded.clear()
            self._embedded[text] = vector
        return vector

    def find_similar(self, paper_id: str, k: int = 5) -> list[Hit]:
        """Return the ``k`` papers nearest in meaning to one of the library, itself left out.

        Raises:
            NotFound: There is none with this id.
        """
        results = self._read_view(
            lambda view: find_similar(view, paper_id, k, partial(self.pending.embed_rows, view)), None
        )
        if results is None:
            raise _build_not_found(paper_id)
        return results

    def papers(self, filters: Filters | None = None, oldest_first: bool = False) -> Iterator[Paper]:
        """Return the papers for which the filters hold, newest first; undated ones last."""
        return list_papers(self, filters or Filters(), oldest_first)

    def paper(self, paper_id: str) -> Paper:
        """Return one paper by its id, that of a record in it, ``doi:…``, ``arxiv:…``, ``pmid:…`` or an address.

        Raises:
            NotFound: There is none with this id.
        """
        matches = self.get([paper_id]) or self._read_view(
            lambda view: view.find_by_keys(list_lookup_keys(paper_id)), []
        )
        if not matches:
            raise _build_not_found(paper_id)
        return matches[0]

    def get(self, ids: Sequence[str], view: Snapshot | None = None) -> list[Paper]:
        """Return papers by their ids, in that order; those that are not there are left out.

        ``view`` is where to look, for callers that have one already.
        """
        return self._read_view(lambda looked: looked.papers(ids), [], view)

    def get_by_ids(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Return papers by the ids that were asked for, which may be those that a paper had before it was merged."""
        return self._read_view(lambda view: view.find_by_ids(ids), {})

    def find_ids(self, ids: Sequence[str]) -> list[str]:
        """Return which of these are ids of papers; of thousands it reads none where all are there."""
        return self._read_view(lambda view: view.find_ids(ids), [])

    def find_by_citation_keys(self, keys: Sequence[str]) -> list[Paper]:
        """Return the papers with any of these keys of ``store.citation_keys.list_own_keys``, by their ids in order."""
        return self._read_view(lambda view: view.find_by_citation_keys(keys), [])

    def read_citation_keys(self) -> PaperKeys:
        """Return the citation keys of all papers as they are now."""
        nothing: PaperKeys = ListedKeys({})
        return self._read_view(LibraryKeys, nothing)

    def get_roles(self, ids: Sequence[str]) -> dict[str, tuple[RoledSentence, ...]]:
        """Return the roles of the sentences of papers by their ids; those that are not there are left out."""
        return self._read_view(lambda view: view.roles(ids), {})

    def get_vectors(self, ids: Sequence[str]) -> "dict[str, Vectors]":
        """Return the vectors of papers by their ids; those that are not embedded yet are embedded now."""
        return self._read_view(lambda view: self.pending.complete(view, ids), {})

    def profiles(self) -> tuple[Profile, ...]:
        """Return what author listings said of their authors."""
        view = self.view()
        return self.read_state().profiles if view else ()

    def read_state(self) -> LibraryState:
        """Return what the library says of itself, from its copy where the store is damaged.

        Raises:
            LibraryDamaged: The two differ, or neither can be read.
            LibraryError: Any other member of that branch of the tree.
        """
        try:
            self.exists()
            state = self.chroma.state()
        except LibraryDamaged as error:
            copy = self.state_copy.read()
            if copy is None:
                raise
            self._warn(f"{error.what} {_REBUILD}")
            return copy
        if not self.chroma.is_server and self.state_copy.differs(state):
            raise LibraryDamaged(
                f"What the library {self.folder} says of itself is not what it said when it was written.",
                "Run: conspectus doctor --repair. What is left out then comes back when its file is added again.",
            )
        return state

    def remove(self, ids: Sequence[str]) -> None:
        """Remove papers; they are in the bin for a while (``store.bin``).

        Raises:
            NotFound: One of them is not there; nothing is removed then.
        """
        present = {paper.id for paper in self.get(ids)}
        resolved = [paper_id if paper_id in present else self.paper(paper_id).id for paper_id in ids]
        if resolved:
            with self.open_writer("remove") as writer:
                Bin(self.folder).keep_papers(self.get(resolved))
                writer.delete(resolved)

    @contextmanager
    def open_writer(self, purpose: str, in_turns: bool = False, patience: float = PATIENCE) -> Iterator[Writer]:
        """Hold the write lock and change the library; makes it where there is none.

        Args:
            purpose: What for, as others are told who wait.
            in_turns: Whether other clients of a server may write between two calls of ``Writer.turn``.
            patience: Seconds to wait for other clients of a server.

        Raises:
            LibraryLocked: Another process is writing.
            LibraryError: Any other member of that branch of the tree.
        """
        with self._hold_lock(purpose), ExitStack() as turn:
            turn.enter_context(self.chroma.take_turn(purpose, patience))
            if self.exists():
                self.chroma.settle()
            else:
                state = LibraryState(embedder=self.embedder.stamp, record_version=RECORD_VERSION).next_generation()
                self.chroma.create(state.with_fields(FIELDS) if self.chroma.is_server else state)
            self._choose_index(self.check_embedder())
            self._maintenance.prepare()
            with self.index.writer() as index:
                writer = Writer(self.chroma, index, self.embedder, self.index, purpose)
                migrated = writer.migrate(open_snapshot(self.index))
                self._finish_changes(writer)
                if in_turns:
                    turn.close()
                yield writer
            if not self.chroma.is_server:
                self.state_copy.keep(self.chroma.state())
            if migrated:
                self.index.close()  # it would go on with what it read: the generation is the same

    def rebuild_index(self) -> int:
        """Delete the index and build it from Chroma; return the number of papers."""
        with self._hold_lock("rebuilding the index"), self.chroma.take_turn("rebuilding the index"):
            if not self.exists():
                return 0
            self.check_embedder()
            return self._maintenance.rebuild()

    def reembed(self) -> int:
        """Give every paper a new vector by the embedder that was given, not an earlier one; return their number."""
        with self._hold_lock("re-embedding"), self.chroma.take_turn("re-embedding"):
            if not self.exists():
                return 0
            earlier, vectors = self.embedder, self.keep_vectors()
            self.index.close()
            self._use_embedder(self._current, not self.index.copies)
            try:
                count = self._maintenance.reembed(vectors)
            except BaseException:
                self._use_embedder(earlier, not self.index.copies)
                raise
            vectors.delete()
            return count

    def keep_vectors(self) -> KeptVectors:
        """Return the embedder that was given, which keeps what it makes until it is in the library."""
        return KeptVectors(self.folder / ANEW, self._current)

    def restore_vectors(self) -> int:
        """Write every paper again, with its vector from the index or a new one; return the number of papers."""
        with self._hold_lock("restoring vectors"), self.chroma.take_turn("restoring vectors"):
            if not self.exists():
                return 0
            self.check_embedder()
            return self._maintenance.restore()

    def rebuild_store(self) -> tuple[int, Path | None]:
        """Build the store again from the index, where its own files are damaged.

        Returns:
            The number of papers, and the folder in which the old store is kept, None where there was none.

        Raises:
            LibraryDamaged: The index is damaged, too, or the papers are on a server.
            LibraryError: Any other member of that branch of the tree.
        """
        if self.chroma.is_server:
            raise LibraryDamaged(f"The papers are on the server {self.chroma.place}.", "Restore its folder there.")
        with self._hold_lock("building the store again"):
            self.chroma.close()
            count, aside = rebuild_store(self.folder, self.index, self.embedder, self.state_copy.read())
            self._there = False
            self.warning = ""
            self._maintenance.synchronise()
            self.state_copy.keep(self.chroma.state())
            return count, aside

    def reconcile_state(self) -> None:
        """Leave out of what the library says of itself what its copy does not say, where the two differ."""
        if self.chroma.is_server or not self.exists() or not self.state_copy.differs(self.chroma.state()):
            return
        with self._hold_lock("repairing the stamp"):
            state = self.state_copy.reconcile(self.chroma.state())
            self.chroma.set_state(state)
            with translate_write_errors(self.folder):
                self.state_copy.forget()
            self.state_copy.keep(state)

    def unblock(self) -> tuple[list[str], Path | None]:
        """Take records out of Chroma's log that are too large for it, of which everything fails.

        Returns:
            The ids of these records, and the folder in which the store is kept as it was; none and None where Chroma
            works.
        """
        with self._hold_lock("repairing the log"):
            ids = self.chroma.find_blocking()
            return ids, self.chroma.unblock() if ids else None

    def _read_view(self, work: Callable[[Snapshot], T], nothing: T, view: Snapshot | None = None) -> T:
        """Read the view; read a rebuilt one where it turns out to be damaged."""
        view = view or self.view()
        if view is None:
            return nothing
        try:
            return work(view)
        except IndexDamaged:
            view = self.view()
            return work(view) if view else nothing

    @contextmanager
    def _hold_lock(self, purpose: str) -> Iterator[None]:
        with write_lock(self.folder, purpose), translate_write_errors(self.folder):
            yield

    def _find_maker(self, stamp: EmbedderStamp) -> Embedder | None:
        """Find the embedder with this stamp: another process may have re-embedded the library since."""
        if stamp == self._current.stamp:
            return self._current
        return self._find_earlier(stamp) if self._find_earlier else None

    def is_current(self) -> bool:
        """Return whether its vectors are of the embedder that was given, and not of an earlier one."""
        return self.embedder is self._current

    def check_embedder(self) -> LibraryState:
        """Go on with the embedder that the library was made with; return its state.

        Raises:
            EmbedderMismatch: It is none that this one can go on with.
        """
        state = self.chroma.state()
        if state.embedder != self.embedder.stamp:
            maker = self._find_maker(state.embedder)
            if maker is not None:
                self.index.close()
                self._use_embedder(maker, not self.index.copies)
        state.check_embedder(self.embedder.stamp)
        return state

    def _catch_up(self) -> None:
        """Bring the index in step, unless it has to be read as it is: another process writes, or nobody can."""
        try:
            with self._hold_lock("bringing the index up to date"):
                self._maintenance.synchronise()
        except (LibraryDamaged, StoreUnreachable):
            raise
        except LibraryError as error:
            if self.index.generation():
                return
            if isinstance(error, LibraryLocked):
                raise
            raise LibraryError(
                f"The library {self.folder} has no index that can be read, and none can be made: {error.what}",
                "Mend that, or copy the folder to where there is room and you may write, and name that with --library.",
            ) from error

    def _bring_up_to_date(self) -> None:
        """Bring records of an older version into the shape of today, and finish what a crash broke off.

        Where this process may write; else it is read as it is.
        """
        try:
            with self.open_writer("bringing the records up to date", patience=0):
                pass
        except (LibraryDamaged, StoreUnreachable):
            raise
        except LibraryError:
            return  # another process writes, or nobody can

    def _finish_changes(self, writer: Writer) -> None:
        """Finish what a crash broke off between two writes; late, for it needs what compares records."""
        if self.chroma.state().unfinished:
            from store.unfinished import finish_changes

            finish_changes(writer, self.chroma.state(), open_snapshot(self.index))

    def _take_snapshot(self) -> Snapshot:
        try:
            view = self.index.snapshot()
            self._check_count(view)
            return view
        except IndexDamaged:
            self._catch_up()
            return self.index.snapshot()

    def _check_count(self, view: Snapshot) -> None:
        """Raise IndexDamaged where the index has not as many papers as when it was stamped, and nobody writes to it."""
        if view.count != self.index.stated_count() and view.generation == self.chroma.state().generation:
            self.index.report_damage(f"{view.count} papers are there of {self.index.stated_count()}")


def _cut_question(text: str) -> str:
    """Cut a question to what is read of it; half a character is none."""
    return text[:QUESTION].encode(errors="ignore").decode()


def _build_not_found(paper_id: str) -> NotFound:
    return NotFound(f"There is no paper with the id {paper_id[:80]!r}.", "List them with: conspectus papers.")


def _build_gone_error(place: str, folder: Path, is_server: bool) -> LibraryDamaged:
    what = f"The papers of the library {folder} are gone: there is an index of them, but no collection in {place}."
    if is_server:
        return LibraryDamaged(what, f"Restore it from a backup, or delete {folder / 'index'} to start again.")
    return LibraryDamaged(what, f"{_REBUILD} Or restore a backup: conspectus restore FILE.")


def _check_folder(folder: Path) -> None:
    """Check that a library's folder is a folder, or does not exist yet.

    Raises:
        LibraryError: It is a file, or cannot be looked at.
    """
    try:
        if folder.is_dir() or not folder.exists():
            return
    except OSError as error:
        raise LibraryError(f"{folder} cannot be read: {error.strerror or error}.", OTHER) from error
    raise LibraryError(f"{folder} is a file, not the folder of a library.", OTHER)
