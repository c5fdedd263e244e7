"""What is at OpenAI's Batch API, written down before it is sent, so that no end in between sends it twice."""

from pathlib import Path

from pydantic import Field, ValidationError

from store.disk import put
from store.errors import LibraryDamaged
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
