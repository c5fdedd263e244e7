"""A process that dies at a chosen moment of a write, played inside this one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from store.chroma import Chroma
from store.index.index import Index, IndexWriter
from store.index.vector_file import VectorFile


class Blown(BaseException):
    """The process is dead. Nothing in the project catches it."""


class Fuse:
    """Counts every call that changes something on disk; blows at the chosen one, before or after it."""

    def __init__(self, at: int, after: bool) -> None:
        self.calls: list[str] = []
        self._at = at
        self._after = after

    def around(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, counted."""

        def counted(*args: Any, **options: Any) -> Any:
            if len(self.calls) > self._at >= 0:
                raise Blown  # What runs while the stack unwinds would not run in a dead process.
            self.calls.append(name)
            blows = len(self.calls) == self._at + 1
            if blows and not self._after:
                raise Blown
            result = method(*args, **options)
            if blows:
                raise Blown
            return result

        return counted


class Fused:
    """A Chroma client or collection whose changing methods are counted."""

    def __init__(self, target: Any, fuse: Fuse) -> None:
        self._target = target
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if name in ("get_or_create_collection", "delete_collection", "upsert", "update", "delete", "modify"):
            return self._fuse.around(name, found)
        if name == "get_collection":
            return lambda *args, **options: Fused(found(*args, **options), self._fuse)
        return found


@contextmanager
def fused(at: int = -1, after: bool = False) -> Iterator[Fuse]:
    """Everything that a library changes on disk goes through a fuse; with ``at=-1`` it only counts."""
    fuse = Fuse(at, after)
    opened = Chroma._open
    steps = (
        *((IndexWriter, name) for name in ("put", "fill", "commit")),
        *((Index, name) for name in ("_mark", "clear")),
        *((VectorFile, name) for name in ("append", "fill")),
    )
    with patch.object(Chroma, "_open", lambda chroma: Fused(opened(chroma), fuse)):
        patches = [patch.object(owner, name, fuse.around(name, getattr(owner, name))) for owner, name in steps]
        for one in patches:
            one.start()
        try:
            yield fuse
        finally:
            for one in patches:
                one.stop()
