"""Not faster than a host allows, and how long it asks to be left alone."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

SLOWEST = 60.0
"""Seconds between two requests, whatever a host says of its rate."""


class Pace:
    """When each host may be asked next. One run has one of it; it starts no thread.

    Args:
        wait: Waits so many seconds.
        clock: Seconds that only go forward.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.wait, self.clock, self.now = wait, clock, now
        self._asked: dict[str, float] = {}
        self._slower: dict[str, float] = {}

    def before(self, host: str, interval: float) -> None:
        """Wait until a host may be asked again; ``interval`` is what its documents say."""
        last = self._asked.get(host)
        if last is not None:
            left = last + max(interval, self._slower.get(host, 0.0)) - self.clock()
            if left > 0:
                self.wait(left)

    def after(self, host: str) -> None:
        """A host has answered, or not: from now on it is left alone for the interval."""
        self._asked[host] = self.clock()

    def told(self, host: str, limit: str, interval: str) -> None:
        """Take what a host says of its rate: so many requests (``50``) in such a time (``1s``)."""
        requests, seconds = _number(limit), _number(interval.strip().removesuffix("s"))
        if requests and seconds:
            self._slower[host] = min(seconds / requests, SLOWEST)

    def asked_to_wait(self, header: str) -> float:
        """The seconds that ``Retry-After`` names, as a number or a date; 0 for none."""
        seconds = _number(header)
        if seconds is not None:
            return seconds
        try:
            return max(0.0, parsedate_to_datetime(header).timestamp() - self.now())
        except (ValueError, TypeError, OverflowError):  # no date, and what no RFC knows
            return 0.0


def _number(text: str) -> float | None:
    text = text.strip()
    plain = text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 9
    return float(text) if plain else None
