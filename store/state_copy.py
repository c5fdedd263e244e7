"""A copy of what a library says of itself, beside the store that has it: what the index does not hold.

The index has every paper with its vector. With this copy, of the embedder, the decisions of people and the profiles,
the store can be built again where its own file is lost.
"""

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from store.errors import LibraryError
from store.files import replace_file
from store.record import LibraryState

NAME = "state.json"
# What sources and people said; the rest is of the form in which things are kept, which changes within a generation.
_TOLD = ("profiles", "together", "apart")


class StateCopy:
    """The copy in the folder of a library.

    Args:
        folder: Of the library.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        self._kept: LibraryState | None = None

    def read(self) -> LibraryState | None:
        """Read the copy; None where there is none, or it is not what was written.

        Raises:
            LibraryError: A newer version made it.
        """
        try:
            content = json.loads(self._file.read_bytes())
            metadata = content["metadata"]
            if content["sha256"] != _hash(metadata):
                return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return LibraryState.from_metadata(metadata, str(self._file))

    def keep(self, state: LibraryState) -> None:
        """Copy a state, unless the copy of just this generation says otherwise; a disk that refuses is passed over."""
        if state == self._kept:
            return
        with suppress(OSError):
            if not self._file.parent.is_dir() or self.differs(state):
                return
            metadata = state.to_metadata()
            content = json.dumps({"metadata": metadata, "sha256": _hash(metadata)}).encode()
            if not self._file.exists() or self._file.read_bytes() != content:
                replace_file(self._file, (content,), private=True)
            self._kept = state

    def differs(self, state: LibraryState) -> bool:
        """Return whether the copy is of the same generation as a state, and yet says something else."""
        try:
            copy = self.read()
        except LibraryError:
            return True
        if copy is None or copy.generation != state.generation:
            return False
        return any(getattr(copy, name) != getattr(state, name) for name in ("embedder", *_TOLD))

    def reconcile(self, state: LibraryState) -> LibraryState:
        """Return a state of which only that is left which its copy says, too: nothing tells which of two is right."""
        copy = self.read()
        if copy is None or not self.differs(state):
            return state
        common = {
            name: tuple(value for value in getattr(state, name) if value in getattr(copy, name)) for name in _TOLD
        }
        return state.model_copy(update=common)

    def forget(self) -> None:
        """Delete the copy, for another to be made.

        Raises:
            OSError: It cannot be deleted.
        """
        self._file.unlink(missing_ok=True)
        self._kept = None


def _hash(metadata: dict[str, str | int]) -> str:
    return hashlib.sha256(json.dumps(metadata, sort_keys=True).encode()).hexdigest()
