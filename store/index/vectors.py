"""The file of vectors: rows of float32, appended and never changed, so a reader's view stays whole.

A row whose paper was removed or updated stays behind unused until the index is rebuilt.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.embedding import Vectors

FLOAT = 4


class VectorFile:
    """Rows of ``dimension`` float32 in one file, mapped into memory when read."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._dimension = dimension

    @property
    def rows(self) -> int:
        """How many whole rows the file holds."""
        return self._path.stat().st_size // (self._dimension * FLOAT) if self._path.exists() else 0

    def append(self, vectors: "Vectors") -> int:
        """Write rows of shape (n, dimension) to disk and return the number of the first.

        Raises:
            OSError: The disk is full or cannot be written.
        """
        import numpy as np

        first = self.rows
        with self._path.open("r+b" if self._path.exists() else "w+b") as file:
            file.truncate(first * self._dimension * FLOAT)  # A row torn by a crash goes.
            file.seek(0, os.SEEK_END)
            file.write(np.ascontiguousarray(vectors, dtype="<f4").tobytes())
            file.flush()
            os.fsync(file.fileno())
        return first

    def read(self) -> "Vectors":
        """All rows, shape (rows, dimension), as the file is now; read-only."""
        import numpy as np

        shape = (self.rows, self._dimension)
        if not shape[0]:
            return np.zeros(shape, dtype=np.float32)
        return np.memmap(self._path, dtype="<f4", mode="r", shape=shape)
