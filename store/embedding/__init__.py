"""Turning text into vectors."""

from typing import TYPE_CHECKING, Protocol

from store.paper import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class EmbedderStamp(Frozen):
    """What makes two sets of vectors comparable; written on the library.

    ``weights`` is the SHA-256 of the weights, ``max_tokens`` where a text is cut.
    """

    model: str
    weights: str
    dimension: int
    max_tokens: int


class Embedder(Protocol):
    """What the library needs of an embedding model."""

    @property
    def stamp(self) -> EmbedderStamp:
        """Which model this is; cheap, nothing is loaded for it."""
        ...

    def embed(self, texts: list[str]) -> "Vectors":
        """Embed ``n`` texts: float32 of shape (n, dimension), each row of length 1.

        Raises:
            EmbedderError: The model cannot be loaded or run.
        """
        ...
