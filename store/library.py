"""A library: a folder with papers in Chroma and an index derived from them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from store.chroma import Chroma, server_url
from store.embedding import Embedder
from store.errors import LibraryDamaged, LibraryError, LibraryLocked, NotFound
from store.evidence import best_sentences
from store.filters import Filters
from store.index.damage import IndexDamaged
from store.index.index import Index
from store.index.snapshot import Snapshot
from store.lock import write_lock
from store.paper import Paper, Profile
from store.results import Hit
from store.search import Candidate, hybrid, nearest
from store.state import State
from store.writing import Writer, revectored, synchronise

# Papers that are embedded, stored and acknowledged together: what a crash costs at most.
BATCH = 64
# Papers that are listed at once.
PAGE = 500
OTHER = "Give another folder with --library."

T = TypeVar("T")


class Library:
    """Papers that can be added, listed and searched. Opens nothing before it is used.

    Reading needs no lock and sees what other processes add; writing holds the lock of the folder.

    Args:
        folder: Where it lives; made by the first write.
        embedder: What turns text into vectors.
        store: URL of a Chroma server that holds the papers instead of the folder.

    Raises:
        InputError: ``store`` is no such URL.
    """

    def __init__(self, folder: Path, embedder: Embedder, store: str | None = None) -> None:
        self.folder = folder
        self.embedder = embedder
        self.chroma = Chroma(server_url(store) if store is not None else str(folder / "chroma"))
        self.index = Index(folder / "index", embedder.stamp, store or "")
        self._there = False

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        self.chroma.close()
        self.index.close()

    def exists(self) -> bool:
        """Whether anything was ever added.

        Raises:
            LibraryError: The folder is none, or its papers are gone.
        """
        if not self._there:
            _check_folder(self.folder)
            self._there = self.chroma.exists()
            if not self._there and self.index.generation():
                raise _gone(self.chroma.place, self.folder)
        return self._there

    def view(self) -> Snapshot | None:
        """The index in step with the collection, None for a library that nothing was added to.

        Raises:
            EmbedderMismatch: The library was made with another embedder.
            LibraryError: Any other member of that branch of the tree.
        """
        if not self.exists():
            return None
        state = self.chroma.state()
        state.check_embedder(self.embedder.stamp)
        if self.index.generation() != state.generation:
            self._catch_up()
        return self._snapshot()

    def search(self, text: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """The ``k`` papers that fit a question best, with their sentences, best first."""
        if k < 1 or self.view() is None:
            return []
        vector = self.embedder.embed([text])[0]
        return self._look(lambda view: _hits(view, hybrid(view, text, vector, filters or Filters(), k), text), [])

    def similar(self, paper_id: str, k: int = 5) -> list[Hit]:
        """The ``k`` papers nearest in meaning to one of the library, itself left out.

        Raises:
            NotFound: There is none with this id.
        """
        found = self._look(lambda view: _similar(view, paper_id, k), None)
        if found is None:
            raise _unknown(paper_id)
        return found

    def papers(self, filters: Filters | None = None, oldest_first: bool = False) -> Iterator[Paper]:
        """The papers for which the filters hold, newest first; undated ones last."""
        ids: list[str] = self._look(lambda view: view.catalogue(filters or Filters(), oldest_first), [])
        for first in range(0, len(ids), PAGE):
            yield from self.get(ids[first : first + PAGE])

    def paper(self, paper_id: str) -> Paper:
        """One paper.

        Raises:
            NotFound: There is none with this id.
        """
        found = self.get([paper_id])
        if not found:
            raise _unknown(paper_id)
        return found[0]

    def get(self, ids: Sequence[str]) -> list[Paper]:
        """Papers by their ids, in that order; those that are not there are left out."""
        return self._look(lambda view: view.papers(ids), [])

    def profiles(self) -> tuple[Profile, ...]:
        """What author listings said of their authors."""
        return self.chroma.state().profiles if self.exists() else ()

    def remove(self, ids: Sequence[str]) -> None:
        """Remove papers.

        Raises:
            NotFound: One of them is not there; nothing is removed then.
        """
        known = {paper.id for paper in self.get(ids)}
        for paper_id in ids:
            if paper_id not in known:
                raise _unknown(paper_id)
        if known:
            with self.writing("remove") as writer:
                writer.delete(ids)

    @contextmanager
    def writing(self, purpose: str) -> Iterator[Writer]:
        """Hold the write lock and change the library; makes it where there is none.

        Raises:
            LibraryLocked: Another process is writing.
            LibraryError: Any other member of that branch of the tree.
        """
        with write_lock(self.folder, purpose), _disk(self.folder):
            if self.exists():
                self.chroma.settle()
            else:
                self.chroma.create(State(embedder=self.embedder.stamp).next())
            self.chroma.state().check_embedder(self.embedder.stamp)
            if self.chroma.torn() or not self._in_step():
                self._synchronise()
            with self.index.writer() as index:
                yield Writer(self.chroma, index, self.embedder)

    def rebuild_index(self) -> int:
        """Delete the index and build it from Chroma; returns the number of papers."""
        with write_lock(self.folder, "rebuilding the index"), _disk(self.folder):
            if not self.exists():
                return 0
            self.chroma.state().check_embedder(self.embedder.stamp)
            self.index.clear()
            return self._synchronise()

    def reembed(self) -> int:
        """Give every paper a new vector by this library's embedder; returns the number of papers."""
        with write_lock(self.folder, "re-embedding"), _disk(self.folder):
            return self._replace(None) if self.exists() else 0

    def restore_vectors(self) -> int:
        """Write every paper anew, with its vector from the index or a new one; returns the number of papers."""
        with write_lock(self.folder, "restoring vectors"), _disk(self.folder):
            if not self.exists():
                return 0
            self.chroma.state().check_embedder(self.embedder.stamp)
            return self._replace(self._readable_index())

    def _replace(self, known: Snapshot | None) -> int:
        if self.chroma.fault():
            self.chroma.discard_vectors()
        state = self.chroma.state().model_copy(update={"embedder": self.embedder.stamp}).next()
        self.chroma.replace_all(state, lambda: revectored(self.chroma, self.embedder, BATCH, known))
        self.index.clear()
        return synchronise(self.chroma, self.index)

    def _look(self, work: Callable[[Snapshot], T], nothing: T) -> T:
        """Read the view; a second time, from an index built anew, where it turns out to be damaged."""
        view = self.view()
        if view is None:
            return nothing
        try:
            return work(view)
        except IndexDamaged:
            view = self.view()
            return work(view) if view else nothing

    def _in_step(self) -> bool:
        view = self._readable_index()
        return view is not None and view.generation == self.chroma.state().generation

    def _readable_index(self) -> Snapshot | None:
        try:
            return self.index.snapshot() if self.index.generation() else None
        except IndexDamaged:
            return None

    def _catch_up(self) -> None:
        try:
            with write_lock(self.folder, "bringing the index up to date"), _disk(self.folder):
                self._synchronise()
        except LibraryLocked:
            if not self.index.generation():
                raise

    def _synchronise(self) -> int:
        """Bring the index in step; a write broke off, or the index is gone."""
        if self.chroma.fault():
            return self._replace(self._readable_index())
        try:
            return synchronise(self.chroma, self.index)
        except (IndexDamaged, OSError):  # A full disk says so again on the second try.
            self.index.clear()
            return synchronise(self.chroma, self.index)

    def _snapshot(self) -> Snapshot:
        try:
            return self.index.snapshot()
        except IndexDamaged:
            self._catch_up()
            return self.index.snapshot()


def _hits(view: Snapshot, found: list[Candidate], text: str) -> list[Hit]:
    papers = view.papers(view.ids([one.row for one in found]))
    return [
        Hit(
            paper=paper,
            score=one.score,
            cosine=one.cosine,
            bm25=one.bm25,
            sentences=best_sentences(view, text, paper.abstract),
        )
        for paper, one in zip(papers, found, strict=True)
    ]


def _similar(view: Snapshot, paper_id: str, k: int) -> list[Hit] | None:
    row = view.row_of(paper_id)
    if row is None:
        return None
    found = nearest(view, view.vectors[row], Filters(), k + 1)
    return _hits(view, [one for one in found if one.row != row][:k], "")


def _unknown(paper_id: str) -> NotFound:
    return NotFound(f"There is no paper with the id {paper_id!r}.", "List them with: conspectus papers.")


def _gone(place: str, folder: Path) -> LibraryDamaged:
    return LibraryDamaged(
        f"The papers of the library {folder} are gone: there is an index of them, but no collection in {place}.",
        f"Restore it from a backup, or delete {folder / 'index'} to begin anew.",
    )


def _check_folder(folder: Path) -> None:
    try:
        if folder.is_dir() or not folder.exists():
            return
    except OSError as error:
        raise LibraryError(f"{folder} cannot be read: {error.strerror or error}.", OTHER) from error
    raise LibraryError(f"{folder} is a file, not the folder of a library.", OTHER)


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"Writing to {folder} failed: {error.strerror or error}.",
            "Free some room or give another folder with --library. What was acknowledged is stored.",
        ) from error
