"""Tokens and dollars that a batch, or an item of it, may take."""

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.types import Usage


class OverBudget(Exception):
    """The next request might take more than is left; never leaves the batch. It is no error of the model."""


class Budget:
    """Tokens and dollars that may be taken, and those that were; a request is paid in advance for the worst case.

    Args:
        max_tokens: Read and written together; None for any number.
        max_cost: US dollars; None for any number. What has no known price cannot be bounded so.
        taken: What was taken before.

    Attributes:
        taken: What was taken so far.
        spent: Whether a request did not fit.
    """

    def __init__(
        self, max_tokens: int | None = None, max_cost: float | None = None, taken: Usage | None = None
    ) -> None:
        self.taken = taken or Usage()
        self.spent = False
        self._max_tokens = max_tokens
        self._max_cost = max_cost
        self._reserved: list[Usage] = []

    def take(self, usage: Usage) -> None:
        """Count what a request took."""
        self.taken += usage

    def check(self, worst: Usage) -> None:
        """Check that a request which takes so much at the most fits beside those under way; the limits are included.

        Raises:
            OverBudget: It does not; ``spent`` is True from now on.
        """
        total = sum((*self._reserved, worst), self.taken)
        tokens = total.input_tokens + total.output_tokens
        over = self._max_tokens is not None and tokens > self._max_tokens
        if over or (self._max_cost is not None and (total.dollars or 0.0) > self._max_cost):
            self.spent = True
            raise OverBudget

    @contextmanager
    def reserve(self, worst: Usage) -> Iterator[None]:
        """Keep room for a request while it is under way; raises as ``check`` does."""
        self.check(worst)
        self._reserved.append(worst)
        try:
            yield
        finally:
            self._reserved.remove(worst)
