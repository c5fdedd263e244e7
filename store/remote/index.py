"""What stands in the place of the index of a library that is searched in its Chroma server: nothing to keep in step."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from store.chroma import Chroma
from store.embedding import EmbedderStamp
from store.index.index import IndexDamaged
from store.index.index_schema import list_fields
from store.index.screening import Screening
from store.record import Record
from store.remote.collection import ServerCollection
from store.remote.fields import FIELDS, SearchedPaper, build_searched
from store.remote.names import ServerNames
from store.remote.statistics import draw_statistics, keep_statistics, load_statistics
from store.remote.view import ServerView
from store.remote.words import RemoteWords

if TYPE_CHECKING:
    from store.embedding import Vectors


class ServerIndex:
    """The face of ``store.index.index.Index`` where the server is searched: always as the library is.

    Args:
        chroma: The papers.
        embedder: What the vectors were made with.
        screening: Who looks at the texts of papers; None for nobody.
    """

    copies = False

    def __init__(self, chroma: Chroma, embedder: EmbedderStamp, screening: Screening | None = None) -> None:
        self._chroma = chroma
        self._embedder = embedder
        self._screening = screening
        self._names = ServerNames(chroma)
        self._view: ServerView | None = None

    def of_embedder(self, embedder: EmbedderStamp) -> "ServerIndex":
        """Return the same for a library that was made with another embedder."""
        return ServerIndex(self._chroma, embedder, self._screening)

    def generation(self) -> str:
        """Read the generation of the library."""
        return self._chroma.state().generation

    def snapshot(self) -> ServerView:
        """Return a view of the library as it is; the same object until it changes."""
        return self.view_of(self.generation())

    def view_of(self, generation: str) -> ServerView:
        """Return a view of a generation, which the library has now."""
        if self._view is None or self._view.generation != generation:
            self._view = ServerView(
                self._chroma, self._names, generation, self._embedder.dimension, self._screening, self._view
            )
        return self._view

    def open_unstamped(self) -> None:
        """Return nothing: there is no copy that could be read in the place of what is stored."""

    def is_older(self) -> bool:
        """Return False: nothing is kept that could be of another version."""
        return False

    def read_older_vectors(self) -> "dict[str, Vectors]":
        """Return nothing, for the same reason."""
        return {}

    def stated_count(self) -> int:
        """Return how many papers there are."""
        return self._chroma.count()

    def check_everything(self) -> int:
        """Return 0: there are no bytes to check."""
        return 0

    def report_damage(self, what: str) -> NoReturn:
        """Raise IndexDamaged: what the server says of itself does not fit."""
        self.close()
        raise IndexDamaged(f"The papers in {self._chroma.place} are not as they were: {what}.", "Try again.")

    def close(self) -> None:
        """Forget what was read."""
        self._view = None
        self._names.forget()

    def clear(self) -> None:
        """Forget what was read."""
        self.close()

    @contextmanager
    def writer(self) -> "Iterator[ServerIndexWriter]":
        """Yield what takes note of changes; statistics are drawn anew at the end where the library has changed much."""
        writer = ServerIndexWriter()
        yield writer
        if writer.changed:
            renew_statistics(self._chroma, self._embedder.dimension)


class ServerIndexWriter:
    """The face of ``store.index.index.IndexWriter``: the papers are all there is to write, and they are written."""

    def __init__(self) -> None:
        self.changed = False

    def put(self, records: Sequence[Record], *, with_texts: bool = True) -> None:
        """Take note that papers were added."""
        self.changed = self.changed or bool(records)

    def delete(self, ids: Sequence[str]) -> None:
        """Take note that papers were removed."""
        self.changed = self.changed or bool(ids)

    def fill(self, vectors: "Mapping[int, Vectors]", unused: Collection[int] = ()) -> None:
        """Do nothing: no paper is pending on a server."""

    def commit(self, generation: str) -> None:
        """Do nothing: what was written is there."""


def renew_statistics(chroma: Chroma, dimension: int) -> None:
    """Draw a sample of a library anew where none that is kept fits."""
    count, statistics = chroma.count(), load_statistics(chroma)
    if count and not (statistics and statistics.fits(count) and len(statistics.mean) == dimension):
        keep_statistics(chroma, draw_statistics(ServerCollection(chroma), count, dimension))


def write_fields(chroma: Chroma, dimension: int) -> int:
    """Write beside each paper what it is searched by, and note in the library that all have it; return their number."""
    count = 0
    for page in chroma.pages(vectors=True):
        chroma.upsert(page)
        count += len(page)
    chroma.set_state(chroma.state().with_fields(FIELDS))
    renew_statistics(chroma, dimension)
    return count


class SearchablePapers:
    """What is written to a server beside each paper (``store.chroma.SearchedPapers``), whoever writes it.

    Args:
        chroma: The papers.
    """

    def __init__(self, chroma: Chroma) -> None:
        self._names = ServerNames(chroma)
        self._words = RemoteWords(chroma)

    def prepare(self, records: Sequence[Record]) -> list[SearchedPaper]:
        """Write names and words of papers, before these are there; return what is to be written beside each."""
        papers = [list_fields(record.paper) for record in records]
        self._names.write(papers)
        searched = [
            build_searched(record.paper, record.hash, fields) for record, fields in zip(records, papers, strict=True)
        ]
        self._words.write({record.paper.id: paper.words for record, paper in zip(records, searched, strict=True)})
        return searched

    def remove(self, ids: Sequence[str]) -> None:
        """Remove the words of papers that are gone; names stay."""
        self._words.remove(ids)
