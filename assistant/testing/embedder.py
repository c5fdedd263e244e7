"""An embedder that needs no model: it hashes words."""

import hashlib
import re
from typing import TYPE_CHECKING

from store.embedding import EmbedderStamp

if TYPE_CHECKING:
    from store.embedding import Vectors


class HashEmbedder:
    """Embeds by hashing words: the same on every machine, at once, and texts that share words are near.

    Each word adds 1 or -1 to one place of the vector (Weinberger et al., "Feature Hashing for Large Scale Multitask
    Learning", 2009).

    Args:
        dimension: Length of a vector, from 1 up.
    """

    def __init__(self, dimension: int = 64) -> None:
        self.stamp = EmbedderStamp(model=f"hash-{dimension}", weights="", dimension=dimension, max_tokens=1_000_000)

    def embed(self, texts: list[str]) -> "Vectors":
        """Embed ``n`` texts: float32 of shape (n, dimension), each row of length 1."""
        import numpy as np

        vectors = np.zeros((len(texts), self.stamp.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()):
                place, sign = _hash_word(word, self.stamp.dimension)
                vector[place] += sign
            if not vector.any():  # No words, or words that cancel out.
                vector[0] = 1.0
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def _hash_word(word: str, dimension: int) -> tuple[int, int]:
    digest = hashlib.sha256(word.encode()).digest()
    return int.from_bytes(digest[:8]) % dimension, 1 if digest[8] % 2 else -1
