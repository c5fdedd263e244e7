"""Waiting in tests of the terminal chat: for something to be so, never for some time."""

from collections.abc import Callable
from time import process_time
from typing import Any

from textual.pilot import Pilot

# Processor time of this process in seconds: a machine that is busy with other things takes longer, and may.
PATIENCE = 5.0
# While a thread waits for a disk or a socket no processor time passes: then so many rounds.
ROUNDS = 5000


async def wait_until(pilot: Pilot[Any], predicate: Callable[[], object], what: str = "it") -> None:
    """Let the application run until the predicate holds.

    Raises:
        AssertionError: It did not come true.
    """
    started = process_time()
    for _ in range(ROUNDS):
        if predicate():
            return
        if process_time() - started > PATIENCE:
            break
        await pilot.pause(0.01)
    raise AssertionError(f"{what} did not come true")
