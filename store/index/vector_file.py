"""The file of vectors of an index: rows of float32, of which one that is pending is written later, and each but once.

Readers map the file into memory. A row that was pending when they opened it counts as pending for them, whatever
stands there since; every other row stays as it is, so what they see stays whole while others write.
"""

import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from store.files import open_private

if TYPE_CHECKING:
    from store.embedding import Vectors

# Bytes of a float32.
FLOAT = 4

Ranges = Sequence[Sequence[int]]
"""Rows in order, as pairs of the first row and the one behind the last."""


class VectorFile:
    """Rows of ``dimension`` float32 in one file, mapped into memory when read."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._width = dimension * FLOAT
        self._dimension = dimension

    @property
    def rows(self) -> int:
        """How many whole rows the file holds."""
        return self._path.stat().st_size // self._width if self._path.exists() else 0

    @property
    def change(self) -> list[int]:
        """Its size and when it was changed last, in nanoseconds."""
        stat = self._path.stat() if self._path.exists() else None
        return [stat.st_size, stat.st_mtime_ns] if stat else [0, 0]

    def sum(self, rows: Iterable[int]) -> int:
        """Compute the checksum of some rows: the sum of one of each, so that it can be added to in any order.

        Raises:
            OSError: One of them cannot be read.
        """
        total = 0
        for first, end in list_ranges(rows):
            with self._path.open("rb") as stream:
                stream.seek(first * self._width)
                for row in range(first, end):
                    content = stream.read(self._width)
                    if len(content) < self._width:
                        raise OSError(f"{self._path.name} is too short")
                    total += zlib.crc32(content, row)
        return total

    def append(self, vectors: "Vectors") -> int:
        """Write rows of shape (n, dimension) to disk and return the number of the first.

        Raises:
            OSError: The disk is full or cannot be written.
        """
        import numpy as np

        first = self.rows
        with open(self._path, "r+b" if self._path.exists() else "w+b", opener=open_private) as file:
            file.truncate(first * self._width)  # A row torn by a crash goes.
            file.seek(0, os.SEEK_END)
            file.write(np.ascontiguousarray(vectors, dtype="<f4").tobytes())
            file.flush()
            os.fsync(file.fileno())
        return first

    def fill(self, vectors: "Mapping[int, Vectors]") -> None:
        """Write vectors into rows that are there.

        Raises:
            OSError: The disk cannot be written.
        """
        import numpy as np

        if not vectors:
            return
        with open(self._path, "r+b", opener=open_private) as file:
            for row, vector in vectors.items():
                file.seek(row * self._width)
                file.write(np.ascontiguousarray(vector, dtype="<f4").tobytes())
            file.flush()
            os.fsync(file.fileno())

    def read_rows(self, rows: Sequence[int]) -> "Vectors":
        """Read some rows, shape (n, dimension), and nothing between them: a file that is mapped is read around each."""
        import numpy as np

        vectors = np.empty((len(rows), self._dimension), dtype="<f4")
        with self._path.open("rb") as stream:
            for place, row in enumerate(rows):
                stream.seek(row * self._width)
                vectors[place] = np.frombuffer(stream.read(self._width), dtype="<f4")
        return vectors

    def read(self) -> "Vectors":
        """Map all rows into memory, shape (rows, dimension), as the file is now; read-only."""
        import numpy as np

        shape = (self.rows, self._dimension)
        if not shape[0]:
            return np.zeros(shape, dtype=np.float32)
        return np.memmap(self._path, dtype="<f4", mode="r", shape=shape)


def list_ranges(rows: Iterable[int]) -> Ranges:
    """List ranges of which rows are made up."""
    runs = groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0])
    return [[(run := [row for _, row in group])[0], run[-1] + 1] for _, group in runs]


def iterate_rows(ranges: Ranges) -> Iterator[int]:
    """Yield the rows that ranges are made up of."""
    return (row for first, end in ranges for row in range(first, end))


def leave_out(count: int, rows: Collection[int]) -> Iterator[int]:
    """Yield the first ``count`` rows without some of them."""
    return (row for row in range(count) if row not in rows)
