"""Vectors that a library is to have when all of them are there, in a folder beside it, by the texts they are of."""

import hashlib
import json
import os
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from store.embedding import Embedder
from store.files import make_folder, open_private, replace_file
from store.index.vector_file import VectorFile
from store.writer import is_unit

if TYPE_CHECKING:
    from store.embedding import Vectors

FOLDER = "embedded-anew"
_STAMP, _LIST, _VECTORS = "stamp.json", "texts.txt", "vectors.f32"


class KeptVectors:
    """An embedder that keeps the vectors it makes in a folder, and makes none twice.

    Args:
        folder: Where; what another embedder left there goes.
        embedder: What makes them.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.stamp = embedder.stamp
        self._folder = folder
        self._embedder = embedder
        self._file = VectorFile(folder / _VECTORS, self.stamp.dimension)

    def embed(self, texts: list[str]) -> "Vectors":
        """Embed ``n`` texts: float32 of shape (n, dimension), each row of length 1.

        Raises:
            EmbedderError: The model cannot be loaded or run.
            OSError: The folder cannot be written.
        """
        import numpy as np

        stored = self._file.read()
        digests = [_hash(text) for text in texts]
        vectors = np.zeros((len(texts), self.stamp.dimension), dtype=np.float32)
        missing = []
        for place, digest in enumerate(digests):
            row = self._rows.get(digest, len(stored))
            if row < len(stored) and is_unit(stored[row]):
                vectors[place] = stored[row]
            else:
                missing.append(place)
        if missing:
            vectors[missing] = self._embedder.embed([texts[place] for place in missing])
            self._keep([digests[place] for place in missing], vectors[missing])
        return vectors

    def delete(self) -> None:
        """Delete what is kept: it is in the library now."""
        rmtree(self._folder, ignore_errors=True)
        self.__dict__.pop("_rows", None)

    @cached_property
    def _rows(self) -> dict[str, int]:
        """The row of each text that is kept, by its hash."""
        stamp = self._folder / _STAMP
        content = json.dumps(self.stamp.model_dump()).encode()
        if not stamp.is_file() or stamp.read_bytes() != content:
            rmtree(self._folder, ignore_errors=True)
            make_folder(self._folder)
            replace_file(stamp, (content,), private=True)
        if not (self._folder / _LIST).is_file():
            return {}
        whole, _, torn = (self._folder / _LIST).read_bytes().rpartition(b"\n")
        if torn:  # By a crash: what follows is to be a line of its own.
            os.truncate(self._folder / _LIST, len(whole) + 1 if whole else 0)
        lines = (line.partition(b" ") for line in whole.splitlines())
        return {digest.decode(): int(row) for row, _, digest in lines}

    def _keep(self, digests: list[str], vectors: "Vectors") -> None:
        first = self._file.append(vectors)  # On disk before a line names them.
        rows = dict(zip(digests, range(first, first + len(digests)), strict=True))
        with open(self._folder / _LIST, "a", encoding="ascii", opener=open_private) as file:
            file.writelines(f"{row} {digest}\n" for digest, row in rows.items())
        self._rows.update(rows)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
