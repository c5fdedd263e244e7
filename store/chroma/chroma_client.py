"""Opening and closing Chroma, in a folder or behind a server."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from store.errors import InputError


def server_url(url: str) -> str:
    """The URL of a Chroma server as it was given.

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
    """A client of Chroma in a folder of this machine; raises whatever Chroma does."""
    import chromadb

    try:
        return chromadb.PersistentClient(folder, _settings())
    except Exception:
        # Chroma keeps what failed to start for the next caller, and lets go of it when that fails, too.
        with suppress(Exception):
            chromadb.PersistentClient(folder, _settings())
        raise


def server_client(url: str) -> Any:
    """A client of a running Chroma server; raises whatever Chroma does."""
    import chromadb

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    return chromadb.HttpClient(parts.hostname or "", port, ssl=secure, settings=_settings())


def disconnect(client: Any, is_server: bool) -> None:
    """Let go of a client."""
    if is_server:  # Chroma (1.5) leaves its connections open.
        for part in (client, client._admin_client):
            part._server._session.close()
    client.close()


def _settings() -> Any:
    from chromadb.config import Settings

    # Chroma would take both from the environment, or from a file .env in the folder that it is run in.
    return Settings(anonymized_telemetry=False, chroma_otel_collection_endpoint="")
