"""The embedder of a library whose vectors are all there: for reading, where the model itself need not be."""

from pathlib import Path
from typing import TYPE_CHECKING

from store.chroma import Chroma
from store.embedding import EmbedderStamp
from store.errors import EmbedderError, LibraryError
from store.state_copy import StateCopy

if TYPE_CHECKING:
    from store.embedding import Vectors


class StoredEmbedder:
    """Says which model made the vectors of a library, and embeds nothing."""

    def __init__(self, stamp: EmbedderStamp) -> None:
        self.stamp = stamp

    def embed(self, texts: list[str]) -> "Vectors":
        """Raise EmbedderError."""
        raise EmbedderError(
            f"The library was opened without its embedder {self.stamp.model}, and something has to be embedded.",
            "Run: conspectus doctor --repair, where that embedder is.",
        )


def find_stored_embedder(folder: Path) -> StoredEmbedder | None:
    """Find what the library in a folder was made with; None where there is none, or it cannot be read."""
    chroma = Chroma(str(folder / "chroma"))
    try:
        state = chroma.state() if chroma.exists() else None
    except LibraryError:
        state = None
    finally:
        chroma.close()
    try:
        state = state or StateCopy(folder).read()
    except LibraryError:
        return None
    return StoredEmbedder(state.embedder) if state else None
