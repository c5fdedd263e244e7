"""What a library needs of that in which it is searched: an index in a folder, or the server that its papers are on."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NoReturn, Protocol

from store.embedding import EmbedderStamp
from store.index.index import IndexDamaged
from store.index.snapshot import Snapshot
from store.record import Record

if TYPE_CHECKING:
    from store.embedding import Vectors


class DerivedWriter(Protocol):
    """Changes to it (see ``store.index.index.IndexWriter``)."""

    def put(self, records: Sequence[Record], *, with_texts: bool = True) -> None:
        """Add papers with their vectors, replacing those with the same ids."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Remove papers."""
        ...

    def fill(self, vectors: "Mapping[int, Vectors]", unused: Collection[int] = ()) -> None:
        """Write the vectors of papers that were pending, by row; ``unused`` are such rows that are of no paper."""
        ...

    def commit(self, generation: str) -> None:
        """Make the changes last, as made from this generation of the library."""
        ...


class DerivedIndex(Protocol):
    """The whole of it (see ``store.index.index.Index``)."""

    @property
    def copies(self) -> bool:
        """Whether it is a copy of the papers, which has to be kept in step with them."""
        ...

    def of_embedder(self, embedder: EmbedderStamp) -> "DerivedIndex":
        """Return the same, where it was made with another embedder."""
        ...

    def generation(self) -> str:
        """Read the generation of the library that it is of; "" where it cannot be used."""
        ...

    def snapshot(self) -> Snapshot:
        """Open a view of it as it is."""
        ...

    def open_unstamped(self) -> Snapshot | None:
        """Open a view of whatever can be read; None where nothing can."""
        ...

    def is_older(self) -> bool:
        """Return whether another version made it."""
        ...

    def read_older_vectors(self) -> "dict[str, Vectors]":
        """Return the vectors in one of another version."""
        ...

    def stated_count(self) -> int:
        """Return how many papers it says that it has."""
        ...

    def check_everything(self) -> int:
        """Compare its files with their checksums; return how many bytes there are."""
        ...

    def report_damage(self, what: str) -> NoReturn:
        """Raise IndexDamaged."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...

    def clear(self) -> None:
        """Delete what can be made again."""
        ...

    def writer(self) -> AbstractContextManager[DerivedWriter]:
        """Write to it; the caller holds the write lock."""
        ...


def open_snapshot(index: DerivedIndex) -> Snapshot | None:
    """Open a view of an index as it is, None where it is of no generation or is damaged."""
    try:
        return index.snapshot() if index.generation() else None
    except IndexDamaged:
        return None
