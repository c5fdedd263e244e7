"""Serving agents over HTTP, on this machine alone, to whoever has the token."""

import socket
from collections.abc import Callable
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any, NamedTuple

from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config, Server

from assistant.mcp.server import build_server
from assistant.mcp.tools import Tools
from store.errors import InputError

HOST = "127.0.0.1"
PATH = "/mcp"
_REFUSED = {
    401: "The token is missing or wrong: send the header that conspectus printed.",
    403: "Pages from elsewhere may not talk to this server.",
    421: "This server is not reached under that name.",
}


class AccessGuard(NamedTuple):
    """Lets requests in, or refuses them.

    Attributes:
        port: Where the server listens.
        token: What a request has to bring.
    """

    port: int
    token: str

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://{HOST}:{self.port}{PATH}"

    @property
    def header(self) -> str:
        """The header that lets a request in."""
        return f"Authorization: Bearer {self.token}"

    @property
    def hosts(self) -> list[str]:
        """What ``Host`` may be: another name for this address is a page's that was bound to us."""
        return [f"{name}:{self.port}" for name in (HOST, "localhost")]

    @property
    def origins(self) -> list[str]:
        """Where scripts in a browser may come from."""
        return [f"http://{host}" for host in self.hosts]

    def refuse(self, headers: dict[str, str]) -> int:
        """Return the status by which a request is refused, 0 where it is let in.

        Args:
            headers: Those of the request, with names in lower case.
        """
        if headers.get("host", "") not in self.hosts:
            return 421
        if headers.get("origin", self.origins[0]) not in self.origins:
            return 403
        brought = headers.get("authorization", "").encode("utf-8", "replace")
        return 0 if compare_digest(brought, f"Bearer {self.token}".encode()) else 401

    def wrap(self, application: ASGIApp) -> ASGIApp:
        """Return the application behind the guard: nothing of it is reached by a request that is refused."""

        async def check_and_handle(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
                if status := self.refuse(headers):
                    challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
                    refusal = PlainTextResponse(f"{_REFUSED[status]}\n", status, challenge)
                    await refusal(scope, receive, send)
                    return
            await application(scope, receive, send)

        return check_and_handle


def create_guard(port: int) -> AccessGuard:
    """Return the guard of a port, with a token of its own."""
    return AccessGuard(port, token_urlsafe(32))


def build_application(tools: Tools, guard: AccessGuard) -> ASGIApp:
    """Build what is served, behind its guard."""
    security = TransportSecuritySettings(allowed_hosts=guard.hosts, allowed_origins=guard.origins)
    return guard.wrap(build_server(tools).streamable_http_app(streamable_http_path=PATH, transport_security=security))


def serve_http(tools: Tools, port: int, announce: Callable[[AccessGuard], Any]) -> None:
    """Serve until a signal comes.

    Args:
        tools: What is served.
        port: Where to listen, on 127.0.0.1 alone.
        announce: Called with the guard when requests can come.

    Raises:
        InputError: The port is taken.
    """
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        raise InputError(f"Port {port} cannot be had: {error.strerror}.", "Name another: --http PORT") from error
    with listener:
        guard = create_guard(listener.getsockname()[1])
        config = Config(build_application(tools, guard), log_level="error", access_log=False, lifespan="on")
        announce(guard)
        try:
            Server(config).run(sockets=[listener])
        finally:
            tools.close()
