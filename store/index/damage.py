"""Files of the index that turn out to be broken: the index is built again from Chroma."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from store.errors import LibraryDamaged


class IndexDamaged(LibraryDamaged):
    """The derived index cannot be read. Its stamp is gone by then, so the next look builds it again."""


class DamageGuard:
    """An object of tantivy, what it raises on broken files turned into ``IndexDamaged``."""

    def __init__(self, target: Any, stamp: Path) -> None:
        self._target = target
        self._stamp = stamp

    def __getattr__(self, name: str) -> Any:
        """Return the same attribute of the object."""
        attribute = getattr(self._target, name)
        return partial(self.run, attribute) if callable(attribute) else attribute

    def run(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Call a function that reads what came from the object."""
        try:
            return function(*args, **options)
        except BaseException as error:
            if not _is_damage(error):
                raise
            raise _build_damage_error(error, self._stamp) from error


@contextmanager
def detect_damage(stamp: Path) -> Iterator[None]:
    """Raise IndexDamaged where broken files are read, and delete the stamp."""
    try:
        yield
    except BaseException as error:
        if not _is_damage(error):
            raise
        raise _build_damage_error(error, stamp) from error


@contextmanager
def translate_write_errors() -> Iterator[None]:
    """Raise OSError where files cannot be written; tantivy raises ValueError, or ends in a panic."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, ValueError) or _is_panic(error):
            raise OSError(str(error)) from error
        raise


def _is_damage(error: BaseException) -> bool:
    return isinstance(error, ValueError | OSError | LookupError) or _is_panic(error)


def _build_damage_error(error: BaseException, stamp: Path) -> IndexDamaged:
    with suppress(OSError):  # In a folder that cannot be written the next look finds the same.
        stamp.unlink(missing_ok=True)
    return IndexDamaged(f"The index in {stamp.parent} is damaged: {error}.", "Try again: it is built again.")


def _is_panic(error: BaseException) -> bool:
    # What a bug in Rust code becomes in Python; the class cannot be imported.
    return type(error).__name__ == "PanicException"
