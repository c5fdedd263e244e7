"""Chroma's clients: one of each folder for all who use it in this process, and one of a server for each.

A client of a folder keeps the folder's vectors in memory, and writes them from there. Where another process wrote
meanwhile it would write over what that one wrote, so no client is used on whose folder has a generation that neither it
saw when it was opened nor this process wrote since (``open_folder``).
"""

import os
from contextlib import suppress
from threading import Lock
from typing import Any

from store.chroma.access import DATABASE, TENANT, ServerAccess
from store.chroma.segments import FILE, ChromaFolder
from store.environment import build_chroma_settings, import_chroma
from store.errors import StoreUnreachable


class FolderClient:
    """A client of a folder, who uses it, and the generations of the folder that it knows.

    Args:
        client: Chroma's.
        generation: The one that the folder had before the client was opened.
    """

    def __init__(self, client: Any, generation: str) -> None:
        self.client = client
        self.generations = {generation}
        self.users: set[int] = set()


# Clients of one folder share what Chroma starts, and two threads that start it at once get it half made.
_OPENING = Lock()
_clients: dict[str, FolderClient] = {}


def open_folder(folder: str, generation: str, user: int) -> Any:
    """Return the client of a folder; opens it where there is none, or where it does not know this generation.

    Raises whatever Chroma does.
    """
    path = os.path.abspath(folder)
    with _OPENING:
        open_client = _clients.get(path)
        users = open_client.users if open_client else set()
        if open_client and generation not in open_client.generations:
            del _clients[path]
            open_client.client.close()
            open_client = None
        if open_client is None:
            open_client = _clients[path] = FolderClient(_start_client(folder), generation)
            open_client.users = users
        open_client.users.add(user)
        return open_client.client


def expect_generation(folder: str, generation: str) -> None:
    """Tell the client of a folder that it is about to write this generation."""
    with _OPENING:
        if client := _clients.get(os.path.abspath(folder)):
            client.generations.add(generation)


def settle_generation(folder: str, generation: str) -> None:
    """Tell the client of a folder that this is the generation now, and no other."""
    with _OPENING:
        if client := _clients.get(os.path.abspath(folder)):
            client.generations = {generation}


def leave_folder(folder: str, user: int) -> None:
    """Let go of the client of a folder; who is last closes it."""
    path = os.path.abspath(folder)
    with _OPENING:
        client = _clients.get(path)
        if client is None:
            return
        client.users.discard(user)
        if not client.users:
            del _clients[path]
            client.client.close()


def drop_folder(folder: str) -> None:
    """Close the client of a folder for all who use it: each opens it again. For one on which a call failed."""
    with _OPENING:
        client = _clients.pop(os.path.abspath(folder), None)
        if client is not None:
            client.client.close()


def _start_client(folder: str) -> Any:
    files = ChromaFolder(folder)
    is_new = not (files.path / FILE).exists()
    try:
        client = _start_once(folder)
    except Exception as error:
        if not files.restore_string_index(error):
            raise
        return _start_once(folder)
    if is_new:
        files.drop_string_index()
    return client


def _start_once(folder: str) -> Any:
    chromadb = import_chroma()
    try:
        return chromadb.PersistentClient(folder, build_chroma_settings())
    except Exception:
        # Chroma keeps what failed to start for the next caller, and lets go of it when that fails, too.
        with suppress(Exception):
            chromadb.PersistentClient(folder, build_chroma_settings()).close()
        raise


class ServerClient:
    """A client of a server. It asks for nothing when it is opened, where Chroma's own asks three times.

    Args:
        access: Where to, and how to get in.
    """

    def __init__(self, access: ServerAccess) -> None:
        import_chroma()
        from chromadb.api.fastapi import FastAPI
        from chromadb.config import System

        from store.chroma.transport import ServerSession

        parts = access.address
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        port = parts.port or (443 if parts.scheme == "https" else 8000)
        base = f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"
        settings = build_chroma_settings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=base,
            chroma_server_http_port=port,
            chroma_server_ssl_enabled=parts.scheme == "https",
        )
        self._system = System(settings)
        server: Any = self._system.instance(FastAPI)
        self._server = server
        self._server._session.close()
        self.session = ServerSession(access)
        self.session.headers.update({"Content-Type": "application/json", "User-Agent": "conspectus"})
        self._server._session = self.session
        self._names = {"tenant": access.tenant or TENANT, "database": access.database or DATABASE}
        if access.is_cloud and not (access.tenant and access.database):
            self._names = self._ask_names(access)

    def close(self) -> None:
        """Let go of the connections."""
        self.session.close()

    def get_collection(self, name: str, embedding_function: None = None) -> Any:
        """Return a collection by its name; raises NotFoundError of Chroma where there is none."""
        return self._build_collection(self._server.get_collection(name, **self._names))

    def create_collection(self, name: str, **options: Any) -> Any:
        """Make a collection; raises where there is one of this name."""
        options.pop("embedding_function", None)
        return self._build_collection(self._server.create_collection(name, **options, **self._names))

    def get_or_create_collection(self, name: str, **options: Any) -> Any:
        """Return a collection, made where there is none."""
        return self.create_collection(name, get_or_create=True, **options)

    def delete_collection(self, name: str) -> None:
        """Delete a collection by its name."""
        self._server.delete_collection(name, **self._names)

    def _build_collection(self, model: Any) -> Any:
        from chromadb.api.models.Collection import Collection

        return Collection(client=self._server, model=model, embedding_function=None)

    def _ask_names(self, access: ServerAccess) -> dict[str, str]:
        """Ask Chroma Cloud whose the key is."""
        identity = self._server.get_user_identity()
        databases = list(identity.databases or [])
        tenant = access.tenant or str(identity.tenant or "")
        database = access.database or (str(databases[0]) if len(databases) == 1 else "")
        if not tenant or not database or "*" in (tenant, database):
            raise StoreUnreachable(
                f"The key for {access.place} does not say which tenant and database are meant.",
                "Set server.tenant and server.database.",
            )
        return {"tenant": tenant, "database": database}
