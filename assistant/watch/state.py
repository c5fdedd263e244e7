"""What a library keeps of its watches in ``watches``: which they are, how far they were read, and the digests.

A digest is one file that is written whole, before it is told: it alone says what was told, so no end in between loses
something or tells it twice. Before the first paper of an update is added, the papers that were there are written down;
an update that was killed goes on from these, and knows what is new.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from assistant.watch.digest import Digest
from assistant.watch.watch import Watch
from store.errors import LibraryDamaged, LibraryError, LibraryLocked
from store.files import PRIVATE, make_folder, write_atomic
from store.paper import Frozen

FOLDER = "watches"


class WatchProgress(Frozen):
    """How far a watch was read: to its end the last time, and of a folder the files, by size and time of change."""

    complete: bool = False
    files: dict[str, str] = Field(default_factory=dict)


class OpenRun(Frozen):
    """An update that is not finished: the papers that were there before it, and which watch brought which record."""

    known: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    brought: dict[str, str] = Field(default_factory=dict)


class WatchState(Frozen):
    """What is watched, by the order in which it was added, and how far it is.

    Attributes:
        watches: The watches.
        progress: How far each was read, by its id.
        told: The number of the last digest that was told, 0 before the first.
        run: The update that is not finished, None where there is none.
    """

    watches: tuple[Watch, ...] = ()
    progress: dict[str, WatchProgress] = Field(default_factory=dict)
    told: int = 0
    run: OpenRun | None = None

    def with_progress(self, watch: Watch, progress: WatchProgress) -> "WatchState":
        """Return the state with how far a watch is now."""
        return self.model_copy(update={"progress": {**self.progress, watch.id: progress}})


class WatchFolder:
    """The folder of a library that holds all this; nothing is written before ``lock``.

    Args:
        library_folder: Of the library.
    """

    def __init__(self, library_folder: Path) -> None:
        self.path = library_folder / FOLDER
        self._state = self.path / "state.json"
        self._digests = self.path / "digests"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes out.

        Raises:
            LibraryLocked: One is at work.
            LibraryError: The disk refuses.
        """
        lock = FileLock(self.path / "lock", mode=PRIVATE)
        try:
            make_folder(self.path.parent)
            make_folder(self.path)
            lock.acquire(timeout=0)
        except Timeout as error:
            raise LibraryLocked("Another process is updating the library.", "Wait until it is done.") from error
        except OSError as error:
            raise LibraryError(
                f"{self.path} cannot be written: {error.strerror or error}.",
                "Free some room or make it writable; what was told before is kept.",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def read(self) -> WatchState:
        """Read the state; an empty one where there is none.

        Raises:
            LibraryDamaged: It cannot be read.
        """
        try:
            return WatchState.model_validate_json(self._state.read_bytes())
        except FileNotFoundError:
            return WatchState()
        except (OSError, ValidationError) as error:
            raise LibraryDamaged(
                f"{self._state} cannot be read.",
                "Move it away to go on without it; then add the watches again. What was told is kept.",
            ) from error

    def write(self, state: WatchState) -> None:
        """Replace the state, whole or not at all; raises LibraryError."""
        write_atomic(self._state, state.model_dump_json().encode(), private=True)

    def list_numbers(self) -> list[int]:
        """List the numbers of the digests, the earliest first; raises LibraryError."""
        try:
            names = [path.stem for path in self._digests.glob("*.json")]
        except OSError as error:
            raise LibraryError(
                f"{self._digests} cannot be read: {error.strerror or error}.", "Check its permissions."
            ) from error
        return sorted(int(name) for name in names if name.isdecimal())

    def read_digests(self) -> list[Digest]:
        """Read all digests, the earliest first.

        Raises:
            LibraryDamaged: One of them cannot be read: then nobody knows what was told.
        """
        return [self.read_digest(number) for number in self.list_numbers()]

    def read_digest(self, number: int) -> Digest:
        """Read the digest of a number; raises LibraryDamaged."""
        path = self._locate_digest(number)
        try:
            return Digest.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise LibraryDamaged(
                f"{path} cannot be read.", "Restore it from a backup, or remove it: then what it told is told again."
            ) from error

    def write_digest(self, digest: Digest) -> None:
        """Write a digest, whole or not at all; raises LibraryError."""
        write_atomic(self._locate_digest(digest.number), digest.model_dump_json(indent=1).encode(), private=True)

    def _locate_digest(self, number: int) -> Path:
        return self._digests / f"{number:06}.json"
