"""Open and close Chroma, in a folder or behind a server, and translate what it raises into errors of the library."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from store.errors import ConspectusError, InputError, LibraryDamaged, LibraryError, LibraryLocked, StoreUnreachable
from store.files import is_full


def server_url(url: str) -> str:
    """Check the URL of a Chroma server and return it as it was given.

    Raises:
        InputError: It is no such URL.
    """
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/") and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise InputError(
            f"{url[:200]!r} is not the URL of a Chroma server.", "It looks like this: --store http://localhost:8000"
        )
    return url


def folder_client(folder: str) -> Any:
    """Open Chroma in a folder of this machine; raise whatever Chroma does."""
    import chromadb

    try:
        return chromadb.PersistentClient(folder, _build_settings())
    except Exception:
        # Chroma keeps what failed to start for the next caller, and lets go of it when that fails, too.
        with suppress(Exception):
            chromadb.PersistentClient(folder, _build_settings())
        raise


def server_client(url: str) -> Any:
    """Connect to a running Chroma server; raise whatever Chroma does."""
    import chromadb

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    return chromadb.HttpClient(parts.hostname or "", port, ssl=secure, settings=_build_settings())


def close_client(client: Any, is_server: bool) -> None:
    """Let go of a client."""
    if is_server:  # Chroma (1.5) leaves its connections open.
        for part in (client, client._admin_client):
            part._server._session.close()
    client.close()


def _build_settings() -> Any:
    from chromadb.config import Settings

    # Chroma would take both from the environment, or from a file .env in the folder that it is run in.
    return Settings(anonymized_telemetry=False, chroma_otel_collection_endpoint="")


_FULL = ("disk is full", "no space left", "file too large", "quota")
_FAILED = ("disk i/o error",)
_REFUSED = ("readonly", "read-only", "permission denied", "unable to open", "not a directory", "os error 20")
_BUSY = ("database is locked", "database table is locked")
_GONE = ("does not exist",)
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
    if any(sign in low for sign in _GONE):
        return LibraryDamaged(f"The collection of this library in {place} is gone: {text}", _RESTORE)
    if any(sign in low for sign in _NO_VECTOR):
        return LibraryDamaged(f"Vectors are lost from {place}: {text}", "Run: conspectus doctor --repair.")
    if any(sign in low for sign in _STUCK):
        return _build_log_error(text, place, is_server)
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
