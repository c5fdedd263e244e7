"""Waiting in tests of the terminal chat: for something to be so, never for some time."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

# Seconds until what does not come true is given up. Nothing that comes true waits for them; a machine that is busy
# with other things may take its time.
PATIENCE = 60.0


async def wait_until(pilot: Pilot[Any], predicate: Callable[[], object], what: str = "it") -> None:
    """Let the application run until the predicate holds.

    Raises:
        AssertionError: It did not come true.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            while not predicate():
                await pilot.pause(0.01)
    except TimeoutError:
        raise AssertionError(f"{what} did not come true") from None
