"""The vectors of a large index projected on the main directions of their collection, a byte a number.

They tell which rows are worth an exact comparison with a question, and nothing else: each cosine that is shown or
ranked is computed from the vectors themselves. A sixteenth of the bytes is read for that, and a hundredth of the
vectors (measured, benchmarks/README.md, "Scale").

The file is derived from the file of vectors and made by whoever writes, as soon as there are ``MINIMUM`` rows. It
covers the first rows of the index, up to the first that is pending, for these never change; what is behind them is
compared exactly. Its stamp says what it was made of. A file that is missing, damaged, torn, of another version or of
other vectors is passed over by readers and made anew by the next writer: without it a search only takes longer.
"""

import json
import os
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from store.embedding import EmbedderStamp
from store.files import is_full, open_private, replace_file
from store.index.vector_file import FLOAT, VectorFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from store.embedding import Vectors

    Codes = NDArray[np.int8]
    Rows = NDArray[np.int64]

# Of this file's form.
VERSION = 1
# Main directions that are kept of each vector. Measured on 400,000 vectors made of 7,616 real ones, a hundredth of them
# compared exactly: 64 keep .996 of the ten nearest and .987 of the hundred, 80 1.000 and .996, 96 1.000 and .999.
DIRECTIONS = 96
# Rows that are compared exactly: this share, so many of each that is wanted, and these at least. Of the 7,616 real ones
# 152 that are compared keep .999 of the ten nearest but .94 of the hundred, 1,000 all: so small a share needs a floor.
SHARE, FOR_EACH, LEAST = 0.01, 20, 4000
# Rows from which on there is such a file. At 50,000 it takes about 4 instead of 6 CPU-ms (computed from .03 and .12 µs
# a row, and .4 µs for each that is compared); below there is nothing to gain.
MINIMUM = 50_000
# Rows that are compared exactly before the file grows: each time costs two waits for the disk.
STEP = 1000
# The directions are found anew when the index has grown by this factor: other papers have other directions.
_GROWTH = 2
# Rows on which they are found, spread over all; chosen by hand: fifty of each of the 384 numbers.
_SAMPLE = 20_000
# Rows that are projected at once: 25 MB.
_PROJECTED = 16_384
# Rows that are made floats at once: they stay in the processor's cache (2,048 of 512 to 8,192 were fastest).
_BLOCK = 2048
# Rows that are projected again when the file is opened, to see that it is of these vectors.
_COMPARED = 32
_HIGHEST = 127


class Basis(NamedTuple):
    """Mean of the vectors (dimension,), main directions (dimension, d), and what a code counts on each (d,)."""

    mean: "Vectors"
    directions: "Vectors"
    scales: "Vectors"

    def encode(self, vectors: "Vectors") -> "Codes":
        """Project vectors of shape (n, dimension) to codes of shape (n, d)."""
        import numpy as np

        numbers = np.nan_to_num(((vectors - self.mean) @ self.directions) / self.scales)
        return np.rint(numbers).clip(-_HIGHEST, _HIGHEST).astype(np.int8)

    def to_bytes(self) -> bytes:
        """Write it one array behind the other."""
        return b"".join(array.astype("<f4").tobytes() for array in self)


class Projection:
    """The codes of the first rows of an index, as one view of it has them."""

    def __init__(self, basis: Basis, codes: "Codes") -> None:
        import numpy as np

        self._basis = basis
        self._codes = np.asarray(codes)  # To slice a mapped array as such takes as long as a block's product.

    @property
    def rows(self) -> int:
        """How many rows it covers, from the first on."""
        return len(self._codes)

    def select(self, rows: "Rows", vector: "Vectors", wanted: int) -> "Rows":
        """Select the rows that are worth an exact comparison.

        Args:
            rows: Of which; in order.
            vector: What they are compared with, of shape (dimension,) and length 1.
            wanted: How many of the nearest are wanted.

        Returns:
            Those that seem to be nearest, and all that are not covered, in order; all where they are few.
        """
        import numpy as np

        count = max(LEAST, FOR_EACH * wanted, int(SHARE * len(rows)))
        covered = int(np.searchsorted(rows, self.rows))
        if covered <= count:
            return rows
        scores = self._score(rows[:covered], vector)
        best = np.argpartition(scores, covered - count)[covered - count :]
        best.sort()
        return np.concatenate([rows[best], rows[covered:]])

    def is_of(self, vectors: "Vectors") -> bool:
        """Return whether it is of these vectors, by some of them."""
        import numpy as np

        if not self.rows or len(vectors) < self.rows:
            return False
        rows = np.linspace(0, self.rows - 1, _COMPARED).astype(np.int64)
        # What is rounded differently by another processor is no other vector.
        apart = self._basis.encode(vectors[rows]).astype(np.int16) - self._codes[rows]
        return bool((abs(apart) <= 1).all())

    def _score(self, rows: "Rows", vector: "Vectors") -> "Vectors":
        """Compute for each row the cosine less that of the mean, as far as the codes tell."""
        import numpy as np

        weights = np.asarray((vector @ self._basis.directions) * self._basis.scales, dtype=np.float32)
        # Where half of them are asked for, all that stand there are read: in order, and without being picked.
        everything = 2 * len(rows) > self.rows
        count = self.rows if everything else len(rows)
        scores = np.empty(count, dtype=np.float32)
        floats = np.empty((min(_BLOCK, count), len(weights)), dtype=np.float32)
        for first in range(0, count, _BLOCK):
            end = min(first + _BLOCK, count)
            block = floats[: end - first]
            block[:] = self._codes[first:end] if everything else self._codes[rows[first:end]]
            np.dot(block, weights, out=scores[first:end])
        return scores[rows] if everything and len(rows) < count else scores


class ProjectionFile:
    """The file of a projection, and its stamp, in the folder of an index.

    Args:
        folder: That of the index.
        embedder: What the vectors were made with.
        minimum: Rows from which on it is made.
    """

    def __init__(self, folder: Path, embedder: EmbedderStamp, minimum: int = MINIMUM) -> None:
        self._path = folder / "projected.i8"
        self._stamp = folder / "projected.json"
        self._dimension = embedder.dimension
        self._directions = min(DIRECTIONS, embedder.dimension)
        self._head = (embedder.dimension * (1 + self._directions) + self._directions) * FLOAT
        self._of = {"version": VERSION, "embedder": embedder.model_dump()}
        self._minimum = minimum

    def read(self, vectors: "Vectors") -> Projection | None:
        """Map the projection of these vectors into memory; None where there is none that can be trusted."""
        stamp = self._read_stamp()
        if stamp is None:
            return None
        try:
            projection = self._open(stamp)
        except (OSError, ValueError):
            return None
        return projection if projection.is_of(vectors) else None

    def update(self, vectors: VectorFile, pending: Collection[int]) -> None:
        """Make it cover the rows before the first that is pending; the caller holds the write lock.

        Where the disk has no room for it there is none, and room is left for what has to be written.
        """
        rows = min(pending, default=vectors.rows)
        if rows < self._minimum:
            return
        stamp = self._read_stamp()
        try:
            if is_full(self._path.parent, self._head + rows * self._directions):
                self.discard()
            elif stamp is None or self._is_outdated(stamp, vectors, rows):
                self._make(vectors, rows)
            elif rows >= stamp["rows"] + STEP:
                self._extend(vectors, stamp, rows)
            elif stamp["change"] != self._read_change():  # Copied, say: the next reader need not read all of it again.
                self._mark(stamp["rows"], stamp["fitted"], stamp["checksum"])
        except (OSError, ValueError):  # numpy raises the latter where a file is shorter than it was.
            self.discard()

    def _is_outdated(self, stamp: dict[str, Any], vectors: VectorFile, rows: int) -> bool:
        fits = stamp["rows"] <= rows < stamp["fitted"] * _GROWTH
        return not fits or not self._open(stamp).is_of(vectors.read())

    def check(self) -> None:
        """Read all of it, and delete it where it is not what was written."""
        if self._stamp.exists() and self._read_stamp(everything=True) is None:
            self.discard()

    def discard(self) -> None:
        """Delete it."""
        for file in (self._stamp, self._path):
            with suppress(OSError):
                file.unlink(missing_ok=True)

    def _make(self, vectors: VectorFile, rows: int) -> None:
        basis = find_basis(vectors.read_rows(range(0, rows, max(1, rows // _SAMPLE))), self._directions)
        if basis is None:
            return
        checksum = 0

        def list_pieces() -> Iterator[bytes]:
            nonlocal checksum
            for piece in chain((basis.to_bytes(),), _encode_rows(basis, vectors, 0, rows)):
                checksum = zlib.crc32(piece, checksum)
                yield piece

        replace_file(self._path, list_pieces(), private=True)
        self._mark(rows, rows, checksum)

    def _extend(self, vectors: VectorFile, stamp: dict[str, Any], rows: int) -> None:
        basis, checksum = self._read_basis(), stamp["checksum"]
        with open(self._path, "r+b", opener=open_private) as file:
            end = self._head + stamp["rows"] * self._directions
            file.truncate(end)  # What a crash left behind it goes.
            file.seek(end)
            for piece in _encode_rows(basis, vectors, stamp["rows"], rows):
                checksum = zlib.crc32(piece, checksum)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        self._mark(rows, stamp["fitted"], checksum)

    def _mark(self, rows: int, fitted: int, checksum: int) -> None:
        stated = {"rows": rows, "fitted": fitted, "checksum": checksum, "change": self._read_change()}
        replace_file(self._stamp, (json.dumps({**self._of, **stated}).encode(),), private=True)

    def _read_stamp(self, everything: bool = False) -> dict[str, Any] | None:
        """Read the stamp; None where it is missing or foreign, or the file is not what it says."""
        try:
            stamp: dict[str, Any] = json.loads(self._stamp.read_text(encoding="utf-8"))
            if {key: stamp[key] for key in self._of} != self._of or not _are_counts(stamp["rows"], stamp["fitted"]):
                return None
            if not isinstance(stamp["checksum"], int):
                return None
            change = self._read_change()
            if change[0] < self._head + stamp["rows"] * self._directions:
                return None
            if (everything or change != stamp["change"]) and self._sum(stamp["rows"]) != stamp["checksum"]:
                return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return stamp

    def _sum(self, rows: int) -> int:
        checksum, left = 0, self._head + rows * self._directions
        with self._path.open("rb") as stream:
            while left and (piece := stream.read(min(left, _PROJECTED * DIRECTIONS))):
                checksum, left = zlib.crc32(piece, checksum), left - len(piece)
        return checksum

    def _read_change(self) -> list[int]:
        stat = self._path.stat()
        return [stat.st_size, stat.st_mtime_ns]

    def _open(self, stamp: dict[str, Any]) -> Projection:
        return Projection(self._read_basis(), self._map_codes(stamp["rows"]))

    def _read_basis(self) -> Basis:
        import numpy as np

        numbers = np.fromfile(self._path, dtype="<f4", count=self._head // FLOAT)
        mean, directions, scales = np.split(numbers, [self._dimension, self._dimension * (1 + self._directions)])
        return Basis(mean, directions.reshape(self._dimension, self._directions), scales)

    def _map_codes(self, rows: int) -> "Codes":
        import numpy as np

        return np.memmap(self._path, dtype=np.int8, mode="r", offset=self._head, shape=(rows, self._directions))


def find_basis(sample: "Vectors", directions: int) -> Basis | None:
    """Find the main directions of vectors on a sample of them; None where one of it is no vector."""
    import numpy as np

    if not np.isfinite(sample).all():
        return None
    mean = sample.mean(axis=0)
    centred = sample - mean
    _, found = np.linalg.eigh(centred.T @ centred)  # Of least variance first.
    main = np.ascontiguousarray(found[:, ::-1][:, :directions], dtype=np.float32)
    reach = abs(centred @ main).max(axis=0)
    scales = np.asarray(np.where(reach > 0, reach, 1) / _HIGHEST, dtype=np.float32)
    return Basis(mean, main, scales)


def _encode_rows(basis: Basis, vectors: VectorFile, first: int, end: int) -> Iterator[bytes]:
    """Yield the codes of rows, piece by piece; of the vectors one piece is held in memory."""
    for start in range(first, end, _PROJECTED):
        # Mapped anew each time: what was read of a file that is mapped stays in memory.
        yield basis.encode(vectors.read()[start : min(start + _PROJECTED, end)]).tobytes()


def _are_counts(*numbers: object) -> bool:
    return all(isinstance(number, int) and number > 0 for number in numbers)
