"""Memory that holds nothing of before, for who writes it to disk as he gets it."""

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

# What glibc calls the option; blocks are filled with the complement of its value, freed ones with the value.
_PERTURB, _ZEROES, _OFF = -6, 0xFF, 0
_CHANGING = Lock()
_users = 0


@contextmanager
def zeroed() -> Iterator[None]:
    """Have glibc zero the memory that it gives out meanwhile; nothing happens where the C library is another one.

    Chroma (1.5) writes blocks of its vector index to disk before it fills them. What stood in them before, an API key
    say, would stand in the file.
    """
    _count(1)
    try:
        yield
    finally:
        _count(-1)


def _count(change: int) -> None:
    global _users
    with _CHANGING:
        before, _users = _users, _users + change
        if not before or not _users:
            _mallopt()(_PERTURB, _ZEROES if _users else _OFF)


@cache
def _mallopt() -> Callable[[int, int], int]:
    found = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return found or (lambda option, value: 0)
