"""The truth: papers and their vectors in one Chroma collection, embedded or behind a server.

Everything else in a library folder is derived from here and can be deleted.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from store.chroma.segments import FILE, MOST_KEYS, ChromaFolder, delete_folders, zero_memory
from store.environment import build_chroma_settings, import_chroma
from store.errors import ConspectusError, LibraryDamaged, LibraryError, LibraryLocked, StoreUnreachable
from store.files import is_full
from store.paper import Paper
from store.record import DAMAGE, PART, UNREADABLE, LibraryState, Record, pack, unpack

COLLECTION = "conspectus"
# Written while a library is embedded again; takes COLLECTION's name when it is complete.
NEXT = "conspectus-next"
# Chroma refuses more than 5461 records at once; smaller pages keep memory flat.
PAGE = 1000
# A server refuses requests of more than 40 MB; JSON inside JSON can double what is sent.
REQUEST = 8_000_000
# Clients of one folder share what Chroma starts, and two threads that start it at once get it half made.
_OPENING = Lock()

# Signs by which messages of Chroma, SQLite and the system are told apart.
_FULL = ("disk is full", "no space left", "file too large", "quota")
_FAILED = ("disk i/o error",)
_REFUSED = ("readonly", "read-only", "permission denied", "unable to open", "not a directory", "os error 20")
_BUSY = ("database is locked", "database table is locked")
_GONE = ("does not exist",)
_NO_VECTOR = ("finding id",)
_STUCK = ("compact", "failed to apply logs")
_RESTORE = "restore the folder from a backup or add the files again."


class Chroma:
    """One collection of papers. Opens nothing before it is used.

    Reading states touches only Chroma's SQLite file; reading papers or vectors loads its vector index, which a crash
    can tear (see ``store.chroma.segments``): hold the write lock, and call ``fault`` first where a write broke off.

    Args:
        place: A folder, or the URL of a running Chroma server (``http://host:port``).
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._folder = ChromaFolder(place)
        self._client: Any = None

    @property
    def is_server(self) -> bool:
        """Whether ``place`` is a server."""
        return self.place.startswith(("http://", "https://"))

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
        if self._client is not None:
            _close_client(self._client, self.is_server)
            self._client = None

    def create(self, state: LibraryState, name: str = COLLECTION) -> None:
        """Make the collection, unless another client of a server just did.

        ``ef_search`` 400 instead of 100: recall@10 .984 instead of .955 at 100 k.
        """
        with self._translate_errors():
            self._open().get_or_create_collection(
                name,
                embedding_function=None,
                metadata=state.to_metadata(),
                configuration={"hnsw": {"space": "cosine", "ef_search": 400}},
            )

    def state(self) -> LibraryState:
        """Return what the collection says of itself, read each time (0.4 ms)."""
        with self._translate_errors():
            written = self._read_metadata()
            return self._state_of(self._get_collection().metadata if written is None else written)

    def set_state(self, state: LibraryState) -> None:
        """Replace what the collection says of itself."""
        with self._translate_errors():
            self._get_collection().modify(metadata=state.to_metadata())

    def count(self) -> int:
        """Return how many papers are stored."""
        with self._translate_errors():
            return int(self._get_collection().count())

    def upsert(self, records: Sequence[Record]) -> None:
        """Write papers with their vectors; acknowledged records survive a crash."""
        with self._translate_errors():
            _upsert_records(self._get_collection(), records)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove papers; ids that are not there are passed over."""
        with self._translate_errors():
            for page in _split_pages(ids):
                self._get_collection().delete(ids=page)

    def get(self, ids: Sequence[str], vectors: bool = False) -> dict[str, Record]:
        """Return the records with these ids; those that are not there are left out."""
        records: dict[str, Record] = {}
        with self._translate_errors():
            for page in _split_pages(ids):
                answer = self._get_collection().get(ids=page, include=_list_fields(vectors))
                records |= {record.paper.id: record for record in _parse_records(answer)}
        return records

    def pages(self, vectors: bool = False) -> Iterator[list[Record]]:
        """Yield every record, in pages of at most 1000."""
        for offset in range(0, self.count(), PAGE):
            with self._translate_errors():
                page = _parse_records(
                    self._get_collection().get(limit=PAGE, offset=offset, include=_list_fields(vectors))
                )
            yield page

    def replace_all(self, state: LibraryState, pages: Callable[[], Iterator[list[Record]]]) -> None:
        """Swap the whole collection for a new one, made of ``pages``; a crash leaves the old one or the new one.

        Raises:
            LibraryError: Another client of the server wrote to the old one meanwhile; it is left as it is.
        """
        self.settle()
        with self._translate_errors():
            before, old = self.state().generation, [] if self.is_server else self._folder.list_index_folders()
            self.create(state.model_copy(update={"complete": False}), NEXT)
            for page in pages():
                _upsert_records(self._open().get_collection(NEXT, embedding_function=None), page)
            if self.state().generation != before:
                raise LibraryError(f"Somebody else wrote to {self.place} meanwhile.", "Nothing was changed; try again.")
            fresh = self._open().get_collection(NEXT, embedding_function=None)
            fresh.modify(metadata=state.to_metadata())
            self._open().delete_collection(COLLECTION)
            fresh.modify(name=COLLECTION)
            delete_folders(old)  # Chroma leaves them behind.

    def settle(self) -> None:
        """Finish, or undo, a swap that a crash broke off; the caller holds the write lock."""
        with self._translate_errors():
            names = {name for name in (COLLECTION, NEXT) if self._get_or_none(name) is not None}
            if names == {COLLECTION, NEXT}:
                self._open().delete_collection(NEXT)
            elif names == {NEXT} and self._find_collection() is not None:
                self._get_collection().modify(name=COLLECTION)

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
            COLLECTION not in metadata_by_name
            and NEXT in metadata_by_name
            and self._state_of(metadata_by_name[NEXT]).complete
        ):
            return metadata_by_name[NEXT]
        return metadata_by_name.get(COLLECTION)

    def _state_of(self, metadata: dict[str, Any] | None) -> LibraryState:
        return LibraryState.from_metadata(metadata, self.place)

    def _get_collection(self) -> Any:
        collection = self._find_collection()
        return (
            collection if collection is not None else self._open().get_collection(COLLECTION, embedding_function=None)
        )

    def _find_collection(self) -> Any:
        """Find the collection, under its new name where a swap has not come to its end; None for none."""
        for name in (COLLECTION, NEXT, COLLECTION):  # The last look: the swap may end between the first two.
            collection = self._get_or_none(name)
            if collection is not None and (name == COLLECTION or self._state_of(collection.metadata).complete):
                return collection
        return None

    def _get_or_none(self, name: str) -> Any:
        chromadb = import_chroma()
        try:
            return self._open().get_collection(name, embedding_function=None)
        except chromadb.errors.NotFoundError:
            return None

    def _open(self) -> Any:
        with _OPENING:
            if self._client is None:
                self._client = _open_server(self.place) if self.is_server else _open_folder(self.place)
            return self._client

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            with _translate_errors(self.place, self.is_server), zero_memory():
                yield
        except LibraryError:
            # After a write that failed, a full disk say, the same client waits for ever in the next one.
            self.close()
            raise


def _upsert_records(collection: Any, records: Sequence[Record]) -> None:
    packed = [(record, pack(record.paper)) for record in records]
    for record, text in packed:
        _check_keys(record.paper.id, len(_split_parts(text)) + 1)
    for portion in _split_by_size(packed):
        collection.upsert(
            ids=[record.paper.id for record, _ in portion],
            embeddings=[record.vector for record, _ in portion],
            metadatas=[{**_split_parts(text), "hash": record.hash} for record, text in portion],
        )


def _split_parts(text: str) -> dict[str, str | int]:
    """Split a packed paper into metadata for Chroma, in parts that it stores in half the room."""
    parts = [text[first : first + PART] for first in range(0, len(text), PART)]
    # Counted, for replacing a record leaves parts of a longer one behind.
    return {"parts": len(parts), **{f"record{n}": part for n, part in enumerate(parts)}}


def _join_parts(metadata: dict[str, Any]) -> str:
    """Join the text that ``_split_parts`` split; raise KeyError where a part is missing."""
    return "".join(metadata[f"record{n}"] for n in range(metadata["parts"]))


def _check_keys(paper_id: str, keys: int) -> None:
    """Raise LibraryError before Chroma's log takes what its tables never can; most is refused long before this."""
    if keys > MOST_KEYS:
        raise LibraryError(
            f"The paper {paper_id} is too large for Chroma: it would be stored under {keys:,} keys, and "
            f"{MOST_KEYS:,} can be.",
            f"Remove it and add it again with its abstract alone: conspectus remove {paper_id}",
        )


def _split_by_size(records: list[tuple[Record, str]]) -> Iterator[list[tuple[Record, str]]]:
    """Split records into lists of at most PAGE records and about REQUEST characters."""
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


def _split_pages(ids: Sequence[str]) -> Iterator[list[str]]:
    """Split ids, each once, into lists of at most PAGE."""
    unique = list(dict.fromkeys(ids))
    return (unique[first : first + PAGE] for first in range(0, len(unique), PAGE))


def _list_fields(vectors: bool) -> list[str]:
    return ["metadatas", "embeddings"] if vectors else ["metadatas"]


def _parse_records(answer: Any) -> list[Record]:
    vectors = answer["embeddings"] if answer.get("embeddings") is not None else [None] * len(answer["ids"])
    return [
        Record(_parse_paper(paper_id, metadata or {}), str((metadata or {}).get("hash", "")), vector)
        for paper_id, metadata, vector in zip(answer["ids"], answer["metadatas"], vectors, strict=True)
    ]


def _parse_paper(paper_id: str, metadata: dict[str, Any]) -> Paper:
    """Read the paper that is stored under an id; one that cannot be read is marked, and holds no other back."""
    try:
        paper = unpack(_join_parts(metadata))
    except (KeyError, TypeError, ValueError):
        text = "".join(str(metadata[key]) for key in sorted(metadata, key=_sort_key))
        return Paper(id=paper_id, title=UNREADABLE, damage=DAMAGE, extra={"unreadable": text})
    return paper if paper.id == paper_id else paper.model_copy(update={"id": paper_id})


def _sort_key(key: str) -> tuple[int, str]:
    number = key.removeprefix("record")
    return (int(number) if number.isdecimal() else -1), key


def _open_folder(folder: str) -> Any:
    """Open Chroma in a folder of this machine; raise whatever Chroma does."""
    chromadb = import_chroma()
    try:
        return chromadb.PersistentClient(folder, build_chroma_settings())
    except Exception:
        # Chroma keeps what failed to start for the next caller, and lets go of it when that fails, too.
        with suppress(Exception):
            chromadb.PersistentClient(folder, build_chroma_settings())
        raise


def _open_server(url: str) -> Any:
    """Connect to a running Chroma server; raise whatever Chroma does."""
    chromadb = import_chroma()
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    return chromadb.HttpClient(parts.hostname or "", port, ssl=secure, settings=build_chroma_settings())


def _close_client(client: Any, is_server: bool) -> None:
    """Let go of a client."""
    if is_server:  # Chroma (1.5) leaves its connections open.
        for part in (client, client._admin_client):
            part._server._session.close()
    client.close()


@contextmanager
def _translate_errors(place: str, is_server: bool) -> Iterator[None]:
    """Raise what goes wrong inside as an error of the library."""
    try:
        yield
    except ConspectusError:
        raise
    except Exception as error:  # Chroma raises ValueError, httpx and Rust errors without a common root.
        raise _build_error(error, place, is_server) from error


def _build_error(error: Exception, place: str, is_server: bool) -> LibraryError:
    text = " ".join(str(error).split())[:500] or type(error).__name__
    low = text.lower()
    if any(sign in low for sign in _GONE):
        return LibraryDamaged(f"The collection of this library in {place} is gone: {text}", _RESTORE)
    if any(sign in low for sign in _NO_VECTOR):
        return LibraryDamaged(f"Vectors are lost from {place}: {text}", "Run: conspectus doctor --repair.")
    if any(sign in low for sign in _STUCK) and (is_server or not is_full(Path(place))):
        return _build_log_error(text, place, is_server)  # On a full disk no log is worked off, whatever is in it.
    return _build_server_error(text, place) if is_server else _build_folder_error(text, low, place)


def _build_log_error(text: str, place: str, is_server: bool) -> LibraryDamaged:
    what = f"Chroma cannot work off its log in {place}, where a record may be too large for it: {text}"
    if is_server:
        return LibraryDamaged(what, "Restore the folder of the server from a backup, or add the files to another one.")
    return LibraryDamaged(what, "Run: conspectus doctor --repair. It takes that record out and keeps all others.")


def _build_server_error(text: str, place: str) -> LibraryError:
    return StoreUnreachable(
        f"The Chroma server at {place} does not answer as expected: {text}",
        "Check that it runs (chroma run --path FOLDER) and that --store has its address. Nothing was lost.",
    )


def _build_folder_error(text: str, low: str, place: str) -> LibraryError:
    if any(sign in low for sign in _FULL) or is_full(Path(place)):
        return LibraryError(f"No room left on the disk of {place}: {text}", "Free some and run it again.")
    if any(sign in low for sign in _FAILED):
        return LibraryError(
            f"The disk of {place} failed: {text}", "See whether it is full or broken, and run it again."
        )
    if any(sign in low for sign in _BUSY):
        return LibraryLocked(f"Another process is writing to {place}: {text}", "Wait until it has finished.")
    if any(sign in low for sign in _REFUSED):
        return LibraryError(f"{place} cannot be written: {text}", "Give another folder with --library.")
    return LibraryDamaged(
        f"The Chroma store in {place} cannot be read: {text}",
        f"Run: conspectus doctor --repair. If it stays so, {_RESTORE}",
    )
