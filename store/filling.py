"""Words first, vectors behind: papers that are pending are embedded, batch by batch, while others read and write.

An import of many papers stores their words, so that they are found at once, and marks them as pending. What fills in
their vectors embeds a batch without the write lock and writes it with the lock, so it holds nobody up; killed, it loses
the batch that it was at. One process fills a library, the others leave it to that one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from store.errors import LibraryError, LibraryLocked
from store.files import PRIVATE
from store.library import Library
from store.pending_vectors import count_pending
from store.results import VectorsStored
from store.writer import FILLING

if TYPE_CHECKING:
    from store.embedding import Vectors

# Papers that are embedded and written together, about two seconds of one core: what a kill costs at most. Chosen by
# hand: opening the library for writing takes a fiftieth of that.
AT_ONCE = 128
# Seconds to wait for another process that writes, and between two looks. Chosen by hand: an import of a few thousand
# papers ends in that time.
PATIENCE = 30.0
_PAUSE = 0.1
LOCK = "filling.lock"


def fill_vectors(
    library: Library, stopping: Callable[[], bool] = lambda: False, patience: float = PATIENCE
) -> Iterator[VectorsStored]:
    """Embed the papers that are pending; an event comes with each batch that is stored, and none where none is pending.

    Closing the iterator stops it; what was stored stays. Where another process is at it, nothing happens: that one
    takes these papers, too.

    Args:
        library: Whose papers.
        stopping: Asked before each batch, and while another process writes, whether to stop.
        patience: Seconds to wait for a process that writes.

    Raises:
        EmbedderError: The model cannot be loaded or run.
        LibraryLocked: Another process writes, and does not end.
        LibraryError: The library cannot be written.
    """
    view = library.view()
    if view is None or not view.pending:
        return
    with take_filling_lock(library.folder) as is_mine:
        count = 0
        while is_mine and not stopping() and (view := library.view()) and view.pending:
            rows = view.pending.take(AT_ONCE)
            ids = view.ids_by_row(rows)
            hashes = view.hashes(list(ids.values()))
            vectors = library.pending.embed(view, list(ids.values()))
            count += _store(library, vectors, hashes, [row for row in rows if row not in ids], stopping, patience)
            left = (after := library.view()) is not None and count_pending(after)
            yield VectorsStored(done=count, total=count + int(left))


def _store(
    library: Library,
    vectors: "Mapping[str, Vectors]",
    hashes: Mapping[str, str],
    unused: Sequence[int],
    stopping: Callable[[], bool],
    patience: float,
) -> int:
    """Write vectors; wait where another process writes."""
    until = monotonic() + patience
    while True:
        try:
            with library.open_writer(FILLING) as writer:
                return writer.fill(vectors, hashes, unused)
        except LibraryLocked:
            if monotonic() > until or stopping():
                raise
            sleep(_PAUSE)


@contextmanager
def take_filling_lock(folder: Path) -> Iterator[bool]:
    """Yield whether this process is the one that fills the library; the system frees the lock when it dies."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=0, mode=PRIVATE)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as error:
        raise LibraryError(
            f"The library folder {folder} cannot be written: {error.strerror or error}.",
            "Words find its papers; meaning does where it can be written.",
        ) from error
    try:
        yield True
    finally:
        lock.release()
