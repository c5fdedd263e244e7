"""The truth: papers and their vectors in one Chroma collection, embedded or behind a server.

Everything else in a library folder is derived from here and can be deleted.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from store import segments
from store.chroma_errors import explained
from store.errors import InputError, LibraryError
from store.record import Record, pack, unpack
from store.state import State

COLLECTION = "conspectus"
# Written while a library is embedded anew; takes COLLECTION's name when it is complete.
NEXT = "conspectus-next"
# Chroma refuses more than 5461 records at once; smaller pages keep memory flat.
PAGE = 1000
# A server refuses requests of more than 40 MB; JSON inside JSON can double what is sent.
REQUEST = 8_000_000
# Clients of one folder share what Chroma starts, and two threads that start it at once get it half made.
_OPENING = Lock()


class Chroma:
    """One collection of papers. Opens nothing before it is used.

    Reading states touches only Chroma's SQLite file; reading papers or vectors loads its vector index, which a crash
    can tear (see ``store.segments``): do it with the write lock held, and after ``fault`` where a write broke off.

    Args:
        place: A folder, or the URL of a running Chroma server (``http://host:port``).
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._client: Any = None

    @property
    def is_server(self) -> bool:
        """Whether ``place`` is a server."""
        return self.place.startswith(("http://", "https://"))

    def exists(self) -> bool:
        """Whether there is a collection to read.

        Raises:
            StoreUnreachable: The server does not answer.
            LibraryDamaged: The folder's database cannot be read.
        """
        if not self.is_server and not (Path(self.place) / "chroma.sqlite3").exists():
            return False
        with self._errors():
            return self._found() is not None

    def close(self) -> None:
        """Let go of the client; the next call opens it again."""
        if self._client is not None:
            if self.is_server:  # Chroma (1.5) leaves its connections open.
                for part in (self._client, self._client._admin_client):
                    part._server._session.close()
            self._client.close()
            self._client = None

    def create(self, state: State, name: str = COLLECTION) -> None:
        """Make the collection, unless another client of a server just did.

        ``ef_search`` 400 instead of 100: recall@10 .984 instead of .955 at 100 k.
        """
        with self._errors():
            self._open().get_or_create_collection(
                name,
                embedding_function=None,
                metadata=state.to_metadata(),
                configuration={"hnsw": {"space": "cosine", "ef_search": 400}},
            )

    def state(self) -> State:
        """What the collection says of itself, read anew each time (0.3 ms)."""
        with self._errors():
            return self._state_of(self._collection())

    def set_state(self, state: State) -> None:
        """Replace what the collection says of itself."""
        with self._errors():
            self._collection().modify(metadata=state.to_metadata())

    def count(self) -> int:
        """How many papers are stored."""
        with self._errors():
            return int(self._collection().count())

    def upsert(self, records: Sequence[Record]) -> None:
        """Write papers with their vectors; acknowledged records survive a crash."""
        with self._errors():
            _upsert(self._collection(), records)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove papers; ids that are not there are passed over."""
        with self._errors():
            for page in _paged(ids):
                self._collection().delete(ids=page)

    def get(self, ids: Sequence[str], vectors: bool = False) -> dict[str, Record]:
        """The records with these ids; those that are not there are left out."""
        found: dict[str, Record] = {}
        with self._errors():
            for page in _paged(ids):
                answer = self._collection().get(ids=page, include=_include(vectors))
                found |= {record.paper.id: record for record in _records(answer)}
        return found

    def pages(self, vectors: bool = False) -> Iterator[list[Record]]:
        """Every record, in pages of at most 1000."""
        for offset in range(0, self.count(), PAGE):
            with self._errors():
                page = _records(self._collection().get(limit=PAGE, offset=offset, include=_include(vectors)))
            yield page

    def replace_all(self, state: State, pages: Callable[[], Iterator[list[Record]]]) -> None:
        """Swap the whole collection for a new one, made of ``pages``; a crash leaves the old one or the new one.

        Raises:
            LibraryError: Another client of the server wrote to the old one meanwhile; it is left as it is.
        """
        self.settle()
        with self._errors():
            before, old = self.state().generation, [] if self.is_server else segments.folders(self.place)
            self.create(state.model_copy(update={"complete": False}), NEXT)
            for page in pages():
                _upsert(self._open().get_collection(NEXT, embedding_function=None), page)
            if self.state().generation != before:
                raise LibraryError(f"Somebody else wrote to {self.place} meanwhile.", "Nothing was changed; try again.")
            fresh = self._open().get_collection(NEXT, embedding_function=None)
            fresh.modify(metadata=state.to_metadata())
            self._open().delete_collection(COLLECTION)
            fresh.modify(name=COLLECTION)
            segments.discard(old)  # Chroma leaves them behind.

    def settle(self) -> None:
        """Finish, or undo, a swap that a crash broke off; the caller holds the write lock."""
        with self._errors():
            names = {name for name in (COLLECTION, NEXT) if self._named(name) is not None}
            if names == {COLLECTION, NEXT}:
                self._open().delete_collection(NEXT)
            elif names == {NEXT} and self._found() is not None:
                self._collection().modify(name=COLLECTION)

    def torn(self) -> bool:
        """Whether a crash tore the vectors; quick. Never so where a server keeps them."""
        return not self.is_server and bool(segments.torn(self.place))

    def fault(self) -> str:
        """What is wrong with the vectors, all of them read in another process; "" where nothing is, or on a server."""
        return "" if self.is_server else segments.fault(self.place)

    def discard_vectors(self) -> None:
        """Delete torn vectors, so that the papers can be read; the caller replaces the collection then."""
        self.close()
        segments.discard(segments.folders(self.place))

    def _state_of(self, collection: Any) -> State:
        return State.from_metadata(collection.metadata, self.place)

    def _collection(self) -> Any:
        found = self._found()
        return found if found is not None else self._open().get_collection(COLLECTION, embedding_function=None)

    def _found(self) -> Any:
        """The collection, under its new name where a swap has not come to its end; None where there is none."""
        for name in (COLLECTION, NEXT, COLLECTION):  # The last look: the swap may end between the first two.
            collection = self._named(name)
            if collection is not None and (name == COLLECTION or self._state_of(collection).complete):
                return collection
        return None

    def _named(self, name: str) -> Any:
        from chromadb.errors import NotFoundError

        try:
            return self._open().get_collection(name, embedding_function=None)
        except NotFoundError:
            return None

    def _open(self) -> Any:
        with _OPENING:
            if self._client is None:
                self._client = _client(self.place, self.is_server)
            return self._client

    def _errors(self) -> AbstractContextManager[None]:
        return explained(self.place, self.is_server)


def server_url(url: str) -> str:
    """The URL of a Chroma server as it was given.

    Raises:
        InputError: It is no such URL.
    """
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/") and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise InputError(
            f"{url!r} is not the URL of a Chroma server.", "It looks like this: --store http://localhost:8000"
        )
    return url


def _client(place: str, is_server: bool) -> Any:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if not is_server:
        try:
            return chromadb.PersistentClient(place, settings)
        except Exception:
            # Chroma keeps what failed to start for the next caller, and lets go of it when that fails, too.
            with suppress(Exception):
                chromadb.PersistentClient(place, settings)
            raise
    url = urlsplit(place)
    secure = url.scheme == "https"
    return chromadb.HttpClient(url.hostname or "", url.port or (443 if secure else 8000), ssl=secure, settings=settings)


def _upsert(collection: Any, records: Sequence[Record]) -> None:
    for portion in _portions([(record, pack(record.paper)) for record in records]):
        collection.upsert(
            ids=[record.paper.id for record, _ in portion],
            embeddings=[record.vector for record, _ in portion],
            metadatas=[{"record": text, "hash": record.hash} for record, text in portion],
        )


def _portions(records: list[tuple[Record, str]]) -> Iterator[list[tuple[Record, str]]]:
    """Records in lists of at most PAGE records and about REQUEST characters."""
    portion: list[tuple[Record, str]] = []
    size = 0
    for record, text in records:
        if portion and (len(portion) == PAGE or size + len(text) > REQUEST):
            yield portion
            portion, size = [], 0
        portion.append((record, text))
        size += len(text)
    if portion:
        yield portion


def _paged(ids: Sequence[str]) -> Iterator[list[str]]:
    """Ids without repeated ones, in lists of at most PAGE."""
    unique = list(dict.fromkeys(ids))
    return (unique[first : first + PAGE] for first in range(0, len(unique), PAGE))


def _include(vectors: bool) -> list[str]:
    return ["metadatas", "embeddings"] if vectors else ["metadatas"]


def _records(found: Any) -> list[Record]:
    vectors = found["embeddings"] if found.get("embeddings") is not None else [None] * len(found["ids"])
    return [
        Record(unpack(metadata["record"]), str(metadata["hash"]), vector)
        for metadata, vector in zip(found["metadatas"], vectors, strict=True)
    ]
