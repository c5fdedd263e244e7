"""What a batch keeps beside its files, so that it can go on after any end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.batch.events import Outcome
from assistant.batch.replies import Replies
from assistant.batch.sent import SentFile
from assistant.cache import Cache
from store.errors import InputError, LibraryError, LibraryLocked

FOLDER = ".batch"
_UNFINISHED = re.compile(r"^\..+\.[0-9a-f]{8}$|\.[0-9a-f]{8}\.new$")


class State:
    """The folder of a batch: ``replies`` of models, what is ``done``, and what was ``sent`` to OpenAI's Batch API."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.folder = output / FOLDER
        self.replies = Replies(self.folder / "replies")
        self.sent = SentFile(self.folder / "sent.json")
        self._done = Cache(self.folder / "done", Outcome)

    @property
    def begun(self) -> bool:
        """Whether something was done already."""
        return any((self.folder / name).exists() for name in ("replies", "done", "sent.json"))

    def finished(self, key: str) -> Outcome | None:
        """What was finished under a key, so long as all its files are there."""
        found = self._done.get(key)
        there = found and all((self.output / file).is_file() for file in found.files)
        return found.model_copy(update={"earlier": True}) if found and there else None

    def finish(self, key: str, outcome: Outcome) -> None:
        """Write down that one is finished; its files have to be there.

        Raises:
            LibraryError: The disk refuses.
        """
        try:
            self._done.put(key, outcome)
        except OSError as error:
            raise LibraryError(
                f"{self.folder} cannot be written: {error.strerror or error}.", "Free some room."
            ) from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes out.

        Raises:
            LibraryLocked: One is at work.
            LibraryError: The disk refuses.
        """
        lock = FileLock(self.folder / "lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout as error:
            raise LibraryLocked(f"Another process is making {self.output}.", "Wait until it is done.") from error
        except OSError as error:
            what = f"{self.output} cannot be written: {error.strerror or error}."
            raise LibraryError(what, "Name another folder with output, or free some room.") from error
        try:
            self._tidy()
            yield
        finally:
            lock.release()

    def _tidy(self) -> None:
        """Take away what a killed process was about to rename; nobody else is at work here."""
        for pattern in (".*", "*_files/.*", f"{FOLDER}/*", f"{FOLDER}/*/*"):
            for file in self.output.glob(pattern):
                if _UNFINISHED.search(file.name) and file.is_file():
                    file.unlink(missing_ok=True)


def check_fresh(state: State, resume: bool) -> None:
    """Raise InputError where something was done already and that is not to be gone on with."""
    if state.begun and not resume:
        raise InputError(
            f"The batch of {state.output} was begun before.",
            f"Go on with --resume; or, to pay anew, name another output or remove {state.folder}.",
        )
