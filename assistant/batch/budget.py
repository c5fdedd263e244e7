"""What a batch, or an item of it, may take."""

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
    """

    def __init__(
        self, max_tokens: int | None = None, max_cost: float | None = None, taken: Usage | None = None
    ) -> None:
        self.taken = taken or Usage()
        self.spent = False
        self._max_tokens = max_tokens
        self._max_cost = max_cost
        self._held: list[Usage] = []

    def take(self, used: Usage) -> None:
        """Count what was taken."""
        self.taken += used

    def check(self, worst: Usage) -> None:
        """Whether a request fits that takes so much at the most, beside those under way.

        Raises:
            OverBudget: It does not; ``spent`` is True from now on.
        """
        total = sum((*self._held, worst), self.taken)
        tokens = total.input_tokens + total.output_tokens
        over = self._max_tokens is not None and tokens > self._max_tokens
        if over or (self._max_cost is not None and (total.dollars or 0.0) > self._max_cost):
            self.spent = True
            raise OverBudget

    @contextmanager
    def holding(self, worst: Usage) -> Iterator[None]:
        """Keep room for a request while it is under way; raises as ``check`` does."""
        self.check(worst)
        self._held.append(worst)
        try:
            yield
        finally:
            self._held.remove(worst)
