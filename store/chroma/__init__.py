"""The truth: papers and their vectors in one Chroma collection, embedded or behind a server.

Everything else in a library folder is derived from here and can be deleted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from store.chroma import clients
from store.chroma.access import COLLECTION, ServerAccess
from store.chroma.entries import (
    AT_ONCE,
    PAGE,
    PENDING,
    WRITTEN,
    Searched,
    list_fields,
    parse_records,
    read_text,
    split_pages,
    upsert_records,
)
from store.chroma.messages import translate_errors
from store.chroma.segments import FILE, ChromaFolder, delete_folders, zero_memory
from store.chroma.turns import PATIENCE, WriteTurn
from store.environment import import_chroma
from store.errors import LibraryError
from store.record import LibraryState, Record, read_number

if TYPE_CHECKING:
    from store.embedding import Vectors

# Behind the name of the collection that is written while a library is embedded again, and takes it when complete.
_NEXT = "-next"
# Behind the names of the collections in which a server has the names in the papers, and their words (``store.remote``).
_NAMES, _WORDS = "-names", "-words"
NEXT = f"{COLLECTION}{_NEXT}"
# The graphs of vectors. ``ef_search`` 400 instead of 100: recall@10 .984 instead of .955 at 100 k. Nobody asks that of
# a folder, for the index is searched, and exactly; with half the neighbours and less care a vector costs half of the
# time to add, and a quarter to replace (benchmarks/README.md, "Words first").
_ON_SERVER = {"space": "cosine", "ef_search": 400}
_IN_FOLDER = {**_ON_SERVER, "ef_construction": 40, "max_neighbors": 8}


class SearchedPapers(Protocol):
    """What makes a paper searchable in a server (``store.remote``)."""

    def prepare(self, records: Sequence[Record]) -> Sequence[Searched]:
        """Write what has to be there before the papers are; return what is to be written beside each."""
        ...

    def remove(self, ids: Sequence[str]) -> None:
        """Remove what was written for papers that are gone."""
        ...


class Chroma:
    """One collection of papers. Opens nothing before it is used.

    Reading states touches only Chroma's SQLite file; reading papers or vectors loads its vector index, which a crash
    can tear (see ``store.chroma.segments``): hold the write lock, and call ``fault`` first where a write broke off.

    Args:
        place: A folder, or how a running Chroma server is reached.

    Attributes:
        place: The folder, or the server's address; no secret is in it.
    """

    def __init__(self, place: str | ServerAccess) -> None:
        self._access = place if isinstance(place, ServerAccess) else None
        self.place = place.place if isinstance(place, ServerAccess) else place
        self._name = self._access.collection if self._access else COLLECTION
        self._next = f"{self._name}{_NEXT}"
        self._folder = ChromaFolder(self.place)
        self._server: clients.ServerClient | None = None
        self._turn: WriteTurn | None = None
        # What a server has under the library's name, as it was when it was last looked up.
        self._collection: Any = None
        self._beside: dict[str, Any] = {}
        # Of the generation that was read or written last.
        self._number = 0
        # What is written beside each paper of a server, so that it can be searched there.
        self.searchable: SearchedPapers | None = None

    @property
    def is_server(self) -> bool:
        """Whether ``place`` is a server."""
        return self._access is not None

    @contextmanager
    def take_turn(self, purpose: str, patience: float = PATIENCE) -> Iterator[None]:
        """Keep other clients of a server from writing meanwhile; the lock of a folder does that for its own.

        Args:
            purpose: What for, for the message of those who wait.
            patience: Seconds to wait for another client.

        Raises:
            LibraryLocked: Another client does not end.
        """
        if self._access is None or self._turn is not None:
            yield
            return
        with WriteTurn(self._open, self._translate_errors, self._name, self.place, purpose, patience) as self._turn:
            try:
                yield
            finally:
                self._turn = None

    def exists(self) -> bool:
        """Return whether there is a collection to read.

        Raises:
            StoreUnreachable: The server does not answer.
            LibraryDamaged: The folder's database cannot be read.
        """
        if not self.is_server and not (Path(self.place) / FILE).exists():
            return False
        with self._translate_errors():
            return self._read_metadata() is not None or self._find_collection() is not None

    def close(self) -> None:
        """Let go of the client; the next call opens it again."""
        self._collection = None
        self._beside.clear()
        if self._server is not None:
            self._server.close()
            self._server = None
        if not self.is_server:
            self._folder.close()
            clients.leave_folder(self.place, id(self))

    def create(self, state: LibraryState, name: str = "") -> None:
        """Make the collection, unless another client of a server just did."""
        with self._translate_errors():
            for beside in (_NAMES, _WORDS) if self.is_server and not name else ():
                if self._get_or_none(f"{self._name}{beside}") is not None:
                    self._open().delete_collection(f"{self._name}{beside}")  # Of a library that is no more.
            self._open().get_or_create_collection(
                name or self._name,
                embedding_function=None,
                metadata=state.to_metadata(),
                configuration={"hnsw": _ON_SERVER if self.is_server else _IN_FOLDER},
            )

    def state(self) -> LibraryState:
        """Return what the collection says of itself, read each time (0.4 ms)."""
        with self._translate_errors():
            written = self._read_metadata()
            self._collection = None  # Of a server: what it says now.
            state = self._state_of(self._get_collection().metadata if written is None else written)
            self._number = read_number(state.generation)
            return state

    def set_state(self, state: LibraryState) -> None:
        """Replace what the collection says of itself.

        Raises:
            LibraryLocked: Another client of a server has taken over the turn of this one.
        """
        if self._turn is not None:
            self._turn.check()
        with self._translate_errors():
            if not self.is_server:
                clients.expect_generation(self.place, state.generation)
            self._call("modify", metadata=state.to_metadata())
            self._number = read_number(state.generation)
            if not self.is_server:
                clients.settle_generation(self.place, state.generation)

    def count(self) -> int:
        """Return how many papers are stored."""
        with self._translate_errors():
            return int(self._call("count"))

    def upsert(self, records: Sequence[Record]) -> None:
        """Write papers with their vectors; acknowledged records survive a crash."""
        searched = self.searchable.prepare(records) if self.searchable else ()
        with self._translate_errors():
            self._use(lambda collection: upsert_records(collection, records, searched, self._number))

    def fill(self, vectors: "Mapping[str, Vectors]") -> None:
        """Give papers that are pending their vectors, by id; ids that are not there are passed over."""
        with self._translate_errors():
            for page in split_pages(list(vectors), AT_ONCE // 2):  # To replace a vector takes longer than to add one.
                embeddings = [vectors[paper_id] for paper_id in page]
                self._call("update", ids=page, embeddings=embeddings, metadatas=[{PENDING: None}] * len(page))

    def delete(self, ids: Sequence[str]) -> None:
        """Remove papers; ids that are not there are passed over."""
        with self._translate_errors():
            for page in split_pages(ids):
                self._call("delete", ids=page)
        if self.searchable:
            self.searchable.remove(ids)

    def ask(self, method: str, **arguments: Any) -> Any:
        """Ask the collection by a method of Chroma's, and return what Chroma answers."""
        with self._translate_errors():
            return self._call(method, **arguments)

    def ask_names(self, method: str, **arguments: Any) -> Any:
        """Ask the collection beside it, in which a server has the names of the papers; it is made where it is not."""
        return self._ask_beside(_NAMES, method, arguments)

    def ask_words(self, method: str, **arguments: Any) -> Any:
        """Ask the collection beside it, in which a server has the words of the papers; it is made where it is not."""
        return self._ask_beside(_WORDS, method, arguments)

    def _ask_beside(self, name: str, method: str, arguments: Mapping[str, Any]) -> Any:
        NotFoundError = import_chroma().errors.NotFoundError

        with self._translate_errors():
            if name in self._beside:
                with suppress(NotFoundError):  # Another client made the library anew.
                    return getattr(self._beside[name], method)(**arguments)
            # Its vectors say nothing, so as little as can be is done with them.
            index = {"space": "l2", "ef_construction": 10, "max_neighbors": 4}
            self._beside[name] = self._open().get_or_create_collection(
                f"{self._name}{name}", embedding_function=None, configuration={"hnsw": index}
            )
            return getattr(self._beside[name], method)(**arguments)

    def find(self, where: Mapping[str, Any] | None, limit: int, offset: int, vectors: bool = False) -> list[Record]:
        """Return the records that fit a condition, as Chroma writes one, so many from a place on; in its own order."""
        with self._translate_errors():
            return parse_records(
                self._call("get", where=where, limit=limit, offset=offset, include=list_fields(vectors))
            )

    def pages_since(self, number: int) -> Iterator[list[Record]]:
        """Yield the records on a server, with their vectors, that were written in a generation of this number or later.

        Only of a library all of whose papers have the fields of ``store.remote``.
        """
        offset = 0
        while page := self.find({WRITTEN: {"$gte": number}}, PAGE, offset, vectors=True):
            yield page
            offset += len(page)

    def ids(self) -> list[str]:
        """Return the ids of all papers."""
        with self._translate_errors():
            return list(map(str, self._call("get", include=[])["ids"]))

    def get(self, ids: Sequence[str], vectors: bool = False) -> dict[str, Record]:
        """Return the records with these ids; those that are not there are left out."""
        records: dict[str, Record] = {}
        with self._translate_errors():
            for page in split_pages(ids):
                answer = self._call("get", ids=page, include=list_fields(vectors))
                records |= {record.paper.id: record for record in parse_records(answer)}
        return records

    def pages(self, vectors: bool = False) -> Iterator[list[Record]]:
        """Yield every record, in pages of at most 1000."""
        yield from map(parse_records, self._answers(list_fields(vectors)))

    def pages_with_texts(self) -> Iterator[list[tuple[Record, str]]]:
        """Yield every record with its vector and its stored text, "" where a part is missing; in half pages."""
        for answer in self._answers(["metadatas", "embeddings"], PAGE // 2):
            texts = (read_text(metadata or {}) for metadata in answer["metadatas"])
            yield list(zip(parse_records(answer), texts, strict=True))

    def load_vectors(self) -> None:
        """Load every vector and throw it away: whoever gets to the end may read them without danger."""
        for _ in self._answers(["embeddings"]):
            pass

    def _answers(self, fields: list[str], size: int = PAGE) -> Iterator[Any]:
        for offset in range(0, self.count(), size):
            with self._translate_errors():
                answer = self._call("get", limit=size, offset=offset, include=fields)
            yield answer

    def replace_all(self, state: LibraryState, pages: Callable[[], Iterator[list[Record]]]) -> None:
        """Swap the whole collection for a new one, made of ``pages``; a crash leaves the old one or the new one.

        Raises:
            LibraryError: Another client of the server wrote to the old one meanwhile; it is left as it is.
        """
        self.settle()
        with self._translate_errors():
            before, old = self.state().generation, [] if self.is_server else self._folder.list_index_folders()
            self.create(state.model_copy(update={"complete": False}), self._next)
            number = read_number(state.generation)
            for page in pages():
                fresh = self._open().get_collection(self._next, embedding_function=None)
                upsert_records(fresh, page, self.searchable.prepare(page) if self.searchable else (), number)
            if self.state().generation != before:
                raise LibraryError(f"Somebody else wrote to {self.place} meanwhile.", "Nothing was changed; try again.")
            fresh = self._open().get_collection(self._next, embedding_function=None)
            fresh.modify(metadata=state.to_metadata())
            self._open().delete_collection(self._name)
            self._collection = None
            if not self.is_server:
                clients.expect_generation(self.place, state.generation)
            fresh.modify(name=self._name)
            delete_folders(old)  # Chroma leaves them behind.

    def settle(self) -> None:
        """Finish, or undo, a swap that a crash broke off; the caller holds the write lock."""
        with self._translate_errors():
            names = {name for name in (self._name, self._next) if self._get_or_none(name) is not None}
            if names == {self._name, self._next}:
                self._open().delete_collection(self._next)
            elif names == {self._next} and self._find_collection() is not None:
                self._get_collection().modify(name=self._name)

    def has_torn_vectors(self) -> bool:
        """Return whether a crash tore the vectors; quick. Never so where a server keeps them."""
        return not self.is_server and bool(self._folder.find_tear())

    def find_fault(self) -> str:
        """Find what is wrong with the vectors, all of them read in another process; "" for nothing, or a server."""
        return "" if self.is_server else self._folder.find_fault()

    def discard_vectors(self) -> None:
        """Delete torn vectors, so that the papers can be read; the caller replaces the collection then."""
        self.close()
        delete_folders(self._folder.list_index_folders())

    def find_blocking(self) -> list[str]:
        """List the records that keep Chroma from working off its log, by id; none where it does, or on a server."""
        if self.is_server or not (Path(self.place) / FILE).exists():
            return []
        with self._translate_errors():
            return self._folder.find_blocking()

    def unblock(self) -> Path:
        """Take these records out of the log; returns where the folder was kept as it was. The caller holds the lock."""
        self.close()
        aside = self._folder.copy_aside()
        with self._translate_errors():
            self._folder.delete_blocking()
        return aside

    def _read_metadata(self) -> dict[str, Any] | None:
        """Read the collection's metadata from a folder's file; None where Chroma has to be asked."""
        metadata_by_name = {} if self.is_server else self._folder.read_collections() or {}
        if (
            self._name not in metadata_by_name
            and self._next in metadata_by_name
            and self._state_of(metadata_by_name[self._next]).complete
        ):
            return metadata_by_name[self._next]
        return metadata_by_name.get(self._name)

    def _state_of(self, metadata: dict[str, Any] | None) -> LibraryState:
        return LibraryState.from_metadata(metadata, self.place)

    def _call(self, method: str, **arguments: Any) -> Any:
        return self._use(lambda collection: getattr(collection, method)(**arguments))

    def _use(self, work: Callable[[Any], Any]) -> Any:
        """Do something with the collection; once more where another client put a new one in the place of a server's."""
        NotFoundError = import_chroma().errors.NotFoundError

        looked_up = self._collection is not None
        try:
            return work(self._get_collection())
        except NotFoundError:
            if not looked_up:
                raise
            self._collection = None
            return work(self._get_collection())

    def _get_collection(self) -> Any:
        if self._collection is not None:
            return self._collection
        collection = self._find_collection()
        return (
            collection if collection is not None else self._open().get_collection(self._name, embedding_function=None)
        )

    def _find_collection(self) -> Any:
        """Find the collection, under its new name where a swap has not come to its end; None for none."""
        for name in (self._name, self._next, self._name):  # The last look: the swap may end between the first two.
            collection = self._get_or_none(name)
            if collection is not None and (name == self._name or self._state_of(collection.metadata).complete):
                self._collection = collection if self.is_server else None
                return collection
        return None

    def _get_or_none(self, name: str) -> Any:
        chromadb = import_chroma()
        try:
            return self._open().get_collection(name, embedding_function=None)
        except chromadb.errors.NotFoundError:
            return None

    def _open(self) -> Any:
        if self._access is None:
            generation = LibraryState.read_generation(self._read_metadata())
            return clients.open_folder(self.place, generation, id(self))
        if self._server is None:
            self._server = clients.ServerClient(self._access)
        return self._server

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            with translate_errors(self.place, self.is_server), zero_memory():
                yield
        except LibraryError:
            # After a write that failed, a full disk say, the same client waits for ever in the next one.
            self.close()
            if not self.is_server:
                clients.drop_folder(self.place)
            raise
