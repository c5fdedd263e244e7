"""What a batch keeps beside its files, so that it can go on after any end.

What is at OpenAI's Batch API, written down before it is sent, so that no end in between sends it twice.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from assistant.batch.events import Outcome
from assistant.batch.replies import Replies
from assistant.cache import Cache
from store.errors import InputError, LibraryDamaged, LibraryError, LibraryLocked
from store.files import put
from store.paper import Frozen


class Sent(Frozen):
    """One batch at OpenAI: the requests in it, and whose; ``token`` finds it where ``batch_id`` is not known yet."""

    token: str
    model: str
    keys: tuple[str, ...]
    batch_id: str | None = None


class SentState(Frozen):
    """The batches that are not collected yet, and how often each request was sent."""

    batches: tuple[Sent, ...] = ()
    tries: dict[str, int] = Field(default_factory=dict)

    def having(self, sent: Sent) -> "SentState":
        """With a batch more, or with what is known of it now."""
        others = tuple(one for one in self.batches if one.token != sent.token)
        return self.model_copy(update={"batches": (*others, sent)})

    def without(self, sent: Sent) -> "SentState":
        """Without a batch that was collected; its requests count as tried."""
        tries = self.tries | {key: self.tries.get(key, 0) + 1 for key in sent.keys}
        left = tuple(one for one in self.batches if one.token != sent.token)
        return SentState(batches=left, tries=tries)


class SentFile:
    """The file that holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> SentState:
        """What is in it; nothing where there is no file.

        Raises:
            LibraryDamaged: It cannot be read.
        """
        try:
            return SentState.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return SentState()
        except (OSError, ValidationError) as error:
            hint = "Remove it to forget what was sent; it will be sent, and paid, again."
            raise LibraryDamaged(f"{self._path} cannot be read.", hint) from error

    def write(self, state: SentState) -> None:
        """Replace it, whole or not at all.

        Raises:
            LibraryError: The disk refuses.
        """
        put(self._path, state.model_dump_json().encode())


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
