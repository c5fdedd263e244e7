"""What a batch keeps in ``.batch`` beside its files, so that it can go on after any end.

What is sent to OpenAI's Batch API is written down first, so that no end in between sends it twice.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from assistant.batch.batch_events import JobResult
from assistant.batch.paid_replies import Replies
from assistant.cache import Cache
from assistant.report.schema import FORM
from store.errors import InputError, LibraryDamaged, LibraryError, LibraryLocked
from store.files import PRIVATE, make_folder, write_atomic
from store.paper import Frozen

FOLDER = ".batch"
# Temporary names of ``store.files.write_atomic`` and of ``assistant.cache.Cache.put``.
_UNFINISHED = re.compile(r"^\..+\.[0-9a-f]{8}$|\.[0-9a-f]{8}\.new$")


class BatchState:
    """The folder of a batch.

    Args:
        output: Where its reports and answers go; nothing is written before ``lock``.

    Attributes:
        output: The same.
        replies: Of models.
        sent: What is at OpenAI's Batch API.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        self.folder = output / FOLDER
        self.replies = Replies(self.folder / "replies")
        self.sent = SentFile(self.folder / "sent.json")
        self._results = Cache(self.folder / "done", JobResult)
        self._form = self.folder / "form.txt"

    @property
    def form(self) -> int:
        """The form of its reports: that in which they were begun, so that no reply is paid twice.

        Raises:
            LibraryDamaged: It cannot be read.
        """
        try:
            return int(self._form.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return 1 if self._is_begun() else FORM  # Before there were forms, none was written down.
        except (OSError, ValueError) as error:
            raise LibraryDamaged(
                f"{self._form} cannot be read: {error}.", f"Remove {self.folder}, and the batch begins anew."
            ) from error

    def _is_begun(self) -> bool:
        return any((self.folder / name).exists() for name in ("replies", "done", "sent.json"))

    def check_fresh(self, resume: bool) -> None:
        """Check that nothing was done already, unless it is to be resumed.

        Raises:
            InputError: Something was.
        """
        if not resume and self._is_begun():
            raise InputError(
                f"The batch of {self.output} was begun before.",
                f"Go on with --resume; or, to pay for it again, name another output or remove {self.folder}.",
            )

    def find_result(self, key: str) -> JobResult | None:
        """Find what was finished under a key, so long as all its files are there."""
        result = self._results.get(key)
        if result is None or not all((self.output / file).is_file() for file in result.files):
            return None
        return result.model_copy(update={"earlier": True})

    def list_faults(self) -> tuple[int, list[str]]:
        """Read all replies and results; return how many there are, and the names of files that are broken."""
        faults = [self.replies.list_faults(), self._results.list_faults()]
        return sum(count for count, _ in faults), [name for _, names in faults for name in names]

    def put_result(self, key: str, result: JobResult) -> None:
        """Write down that a job is finished; its files have to be there.

        Raises:
            LibraryError: The disk refuses.
        """
        try:
            self._results.put(key, result)
        except OSError as error:
            raise LibraryError(
                f"{self.folder} cannot be written: {error.strerror or error}.", "Free some room."
            ) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes out.

        Raises:
            LibraryLocked: One is at work.
            LibraryError: The disk refuses.
        """
        lock = FileLock(self.folder / "lock", mode=PRIVATE)
        try:
            make_folder(self.folder)
            lock.acquire(timeout=0)
        except Timeout as error:
            raise LibraryLocked(f"Another process is making {self.output}.", "Wait until it is done.") from error
        except OSError as error:
            what = f"{self.output} cannot be written: {error.strerror or error}."
            raise LibraryError(what, "Name another folder with output, or free some room.") from error
        try:
            self._remove_unfinished()
            if not self._form.exists():
                write_atomic(self._form, str(self.form).encode(), private=True)
            yield
        finally:
            lock.release()

    def _remove_unfinished(self) -> None:
        """Take away what a killed process was about to rename; nobody else is at work here."""
        for pattern in (".*", "*_files/.*", f"{FOLDER}/*", f"{FOLDER}/*/*"):
            for file in self.output.glob(pattern):
                if _UNFINISHED.search(file.name) and file.is_file():
                    file.unlink(missing_ok=True)


class SentBatch(Frozen):
    """One batch at OpenAI: the requests in it, and whose; ``token`` finds it where ``batch_id`` is not known yet."""

    token: str
    model: str
    keys: tuple[str, ...]
    batch_id: str | None = None


class SentState(Frozen):
    """The batches that are not collected yet, and how often each request was sent."""

    batches: tuple[SentBatch, ...] = ()
    tries: dict[str, int] = Field(default_factory=dict)

    def with_batch(self, sent: SentBatch) -> "SentState":
        """Return the state with a batch more, or with what is known of it now."""
        others = tuple(batch for batch in self.batches if batch.token != sent.token)
        return self.model_copy(update={"batches": (*others, sent)})

    def without_batch(self, sent: SentBatch) -> "SentState":
        """Return the state without a batch that was collected; its requests count as tried."""
        tries = self.tries | {key: self.tries.get(key, 0) + 1 for key in sent.keys}
        return SentState(batches=tuple(batch for batch in self.batches if batch.token != sent.token), tries=tries)


class SentFile:
    """The file that holds a ``SentState``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> SentState:
        """Read what is in it; an empty state where there is no file.

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
        write_atomic(self._path, state.model_dump_json().encode(), private=True)
