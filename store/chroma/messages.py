"""What Chroma, SQLite and the system say when something goes wrong, told as an error of the library."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import ConspectusError, LibraryDamaged, LibraryError, LibraryLocked, StoreUnreachable
from store.files import is_full

# Signs by which messages of Chroma, SQLite and the system are told apart.
_FULL = ("disk is full", "no space left", "file too large", "quota")
_FAILED = ("disk i/o error",)
_REFUSED = ("readonly", "read-only", "permission denied", "unable to open", "not a directory", "os error 20")
_BUSY = ("database is locked", "database table is locked")
_GONE = ("does not exist",)
_NO_DATABASE = re.compile(r"\b(Database|Tenant) \[([^\]]*)\] (?:does not exist|not found)", re.I)
_NO_VECTOR = ("finding id",)
_STUCK = ("compact", "failed to apply logs")
_RESTORE = "restore the folder from a backup or add the files again."


@contextmanager
def translate_errors(place: str, is_server: bool) -> Iterator[None]:
    """Raise what goes wrong inside as an error of the library."""
    try:
        yield
    except ConspectusError:
        raise
    except Exception as error:  # Chroma raises ValueError, httpx and Rust errors without a common root.
        raise _build_error(error, place, is_server) from error


def _build_error(error: Exception, place: str, is_server: bool) -> LibraryError:
    text = " ".join(str(error).split())[:500] or type(error).__name__
    low = text.lower()
    if is_server and (missing := _NO_DATABASE.search(text)):
        return StoreUnreachable(
            f"The Chroma server at {place} has no {missing[1].lower()} {missing[2]}, or not for this tenant.",
            "Make it there, or give the right names: --server-tenant and --server-database.",
        )
    if any(sign in low for sign in _GONE):
        return LibraryDamaged(f"The collection of this library in {place} is gone: {text}", _RESTORE)
    if any(sign in low for sign in _NO_VECTOR):
        return LibraryDamaged(f"Vectors are lost from {place}: {text}", "Run: conspectus doctor --repair.")
    if any(sign in low for sign in _STUCK) and (is_server or not is_full(Path(place))):
        return _build_log_error(text, place, is_server)  # On a full disk no log is worked off, whatever is in it.
    return _build_server_error(text, place) if is_server else _build_folder_error(text, low, place)


def _build_log_error(text: str, place: str, is_server: bool) -> LibraryDamaged:
    what = f"Chroma cannot work off its log in {place}, where a record may be too large for it: {text}"
    if is_server:
        return LibraryDamaged(what, "Restore the folder of the server from a backup, or add the files to another one.")
    return LibraryDamaged(what, "Run: conspectus doctor --repair. It takes that record out and keeps all others.")


def _build_server_error(text: str, place: str) -> LibraryError:
    return StoreUnreachable(
        f"The Chroma server at {place} does not answer as expected: {text}",
        "Check that it runs (chroma run --path FOLDER) and that --store has its address. Nothing was lost.",
    )


def _build_folder_error(text: str, low: str, place: str) -> LibraryError:
    if any(sign in low for sign in _FULL) or is_full(Path(place)):
        return LibraryError(f"No room left on the disk of {place}: {text}", "Free some and run it again.")
    if any(sign in low for sign in _FAILED):
        return LibraryError(
            f"The disk of {place} failed: {text}", "See whether it is full or broken, and run it again."
        )
    if any(sign in low for sign in _BUSY):
        return LibraryLocked(f"Another process is writing to {place}: {text}", "Wait until it has finished.")
    if any(sign in low for sign in _REFUSED):
        return LibraryError(f"{place} cannot be written: {text}", "Give another folder with --library.")
    return LibraryDamaged(
        f"The Chroma store in {place} cannot be read: {text}",
        f"Run: conspectus doctor --repair. If it stays so, {_RESTORE}",
    )
