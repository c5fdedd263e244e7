"""Which rows of the file of vectors are pending: of papers that words alone find, until they are embedded."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from store.index.vector_file import Ranges, iterate_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class PendingRows:
    """Rows that are pending in one view; some of them may be of papers that are gone.

    Args:
        ranges: The rows.
        rows: How many the file has.
    """

    def __init__(self, ranges: Ranges, rows: int) -> None:
        self._ranges = ranges
        self._rows = rows

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self._ranges)

    def __contains__(self, row: int) -> bool:
        """Return whether a row is pending."""
        return bool(self._ranges) and bool(self._mask[row])

    def __iter__(self) -> Iterator[int]:
        """Yield them in order."""
        return iterate_rows(self._ranges)

    def take(self, count: int) -> list[int]:
        """Return the first so many of them."""
        return list(islice(self, count))

    def select(self, rows: "NDArray[np.int64]") -> "NDArray[np.bool_]":
        """Return of each row whether it is pending."""
        return self._mask[rows]

    def leave_out(self, rows: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """Return the rows that are not pending."""
        return rows[~self.select(rows)] if self else rows

    @cached_property
    def _mask(self) -> "NDArray[np.bool_]":
        import numpy as np

        mask = np.zeros(self._rows, dtype=bool)
        for first, end in self._ranges:
            mask[first:end] = True
        return mask
