"""Work counted in calls, for tests that something takes no more of it than it should: the same on any machine."""

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

# What is linear doubles; a little is left for what is rounded.
LINEAR = 2.1


def calls(work: Callable[[], object]) -> int:
    """How many functions some work calls in this thread, those of C among them."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    was_on = gc.isenabled()
    gc.disable()  # What is called when garbage is collected is no part of the work.
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
        if was_on:
            gc.enable()
    return count


def growth(work: Callable[[int], object], size: int) -> float:
    """How many times the calls of ``work(size)`` are made by ``work(2 * size)``, once it is warm."""
    work(size)
    return calls(lambda: work(2 * size)) / calls(lambda: work(size))
