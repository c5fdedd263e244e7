"""The server over HTTP: who is let in, and who is not."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from uvicorn import Config, Server

from assistant import Assistant, InputError
from assistant.mcp.call_context import OpenLibrary
from assistant.mcp.http import AccessGuard, build_application, create_guard, serve_http
from assistant.mcp.tools import Tools
from assistant.settings import Settings
from tests.mcp.calling import WRONG, call


class Served(NamedTuple):
    """A server that runs, and a client of HTTP alone."""

    guard: AccessGuard
    client: httpx2.AsyncClient

    async def status(self, method: str = "POST", path: str = "/mcp", **headers: str) -> int:
        """The status of a request that brings the token and the right host, unless ``headers`` say otherwise."""
        sound = {
            "Authorization": f"Bearer {self.guard.token}",
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
        }
        brought = {name: value for name, value in {**sound, **headers}.items() if value}
        url = self.guard.url.replace("/mcp", path)
        return (await self.client.request(method, url, headers=brought, content=b"{}")).status_code


@asynccontextmanager
async def served(library: Path) -> AsyncIterator[Served]:
    """Serve a library on a port that is free."""
    tools = Tools(lambda: OpenLibrary(Assistant.open(library), Settings()))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        guard = create_guard(listener.getsockname()[1])
        server = Server(Config(build_application(tools, guard), log_level="error", lifespan="on"))
        async with anyio.create_task_group() as group:
            group.start_soon(server.serve, [listener])
            async with httpx2.AsyncClient(trust_env=False) as client:
                yield Served(guard, client)
            server.should_exit = True
    tools.close()


async def test_with_the_token_the_client_of_the_sdk_is_served(built: Path) -> None:
    async with served(built) as server:
        headers = {"Authorization": f"Bearer {server.guard.token}"}
        async with (
            httpx2.AsyncClient(headers=headers, trust_env=False) as http,
            Client(streamable_http_client(server.guard.url, http_client=http)) as client,
        ):
            [wrong] = await call(client, "verify", sentences=[WRONG])
    assert wrong["support"] == "contradicted"


async def test_who_is_not_let_in(built: Path) -> None:
    async with served(built) as server:
        port = server.guard.port
        for method in ("POST", "GET", "DELETE", "OPTIONS"):
            assert await server.status(method, Authorization="") == 401
            assert await server.status(method, Authorization="Bearer wrong") == 401
            assert await server.status(method, Authorization=server.guard.token) == 401
            assert await server.status(method, Origin="https://evil.example") == 403
            assert await server.status(method, Origin="null") == 403
            assert await server.status(method, Origin=f"http://127.0.0.1:{port + 1}") == 403
            assert await server.status(method, Host=f"evil.example:{port}") == 421
            assert await server.status(method, Host=f"127.0.0.1.evil.example:{port}") == 421
            assert await server.status(method, Host="127.0.0.1") == 421
        assert await server.status("GET", "/nothing", Authorization="") == 401
        assert await server.status("GET", "/nothing") == 404


async def test_who_is_let_in(built: Path) -> None:
    async with served(built) as server:
        for host in ("127.0.0.1", "localhost"):
            named = f"{host}:{server.guard.port}"
            assert await server.status(Host=named) == 400  # It is no message, but it is read.
            assert await server.status(Host=named, Origin=f"http://{named}") == 400


def test_every_server_has_a_token_of_its_own() -> None:
    first, second = create_guard(5000), create_guard(5000)
    assert first.token != second.token
    assert len(first.token) >= 43
    assert first.header == f"Authorization: Bearer {first.token}"


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(InputError, match=f"Port {port} cannot be had"):
            serve_http(Tools(lambda: OpenLibrary(Assistant.open("nowhere"), Settings())), port, print)
