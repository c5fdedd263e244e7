"""The chat in a browser: the page is textual-serve's, each page has a process, all on this machine alone.

Files that the chat writes are on this machine, too: there are no downloads.

The process behind a page is the chat with Textual's driver for the web, which speaks packets on its standard streams. A
packet is one letter, four bytes of length (the first the highest) and that many bytes: ``D`` is what a terminal is
sent, ``M`` a message in JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Any, Self

import aiohttp_jinja2
from aiohttp import WSMsgType, web
from jinja2 import FileSystemLoader
from textual_serve.server import Server

from store.errors import InputError
from tui.web.guard import HOST, Guard, create_guard

_TITLE = "Conspectus"


def serve_chat(command: Sequence[str], announce: Callable[[str], object], port: int = 0) -> None:
    """Serve a terminal application until Ctrl-C.

    Args:
        command: The program that is it, and its arguments.
        announce: Called with the address to open, token included, once it is served.
        port: Where to listen; 0 for any that is free.

    Raises:
        InputError: The port is in use or may not be used.
    """
    with _open_socket(port) as listener:
        guard = create_guard(listener.getsockname()[1])
        app = build_application(command, guard)

        async def announce_url(_: web.Application) -> None:
            announce(guard.url)

        app.on_startup.append(announce_url)
        web.run_app(app, sock=listener, print=None, access_log=None, shutdown_timeout=_CLOSE_TIMEOUT)


def build_application(command: Sequence[str], guard: Guard) -> web.Application:
    """Build the web application: the page, its files, and the websocket of each page."""
    page = Server(_TITLE, HOST, guard.port, _TITLE, guard.origin)
    pages = Pages(command)
    app = web.Application(middlewares=[guard.build_middleware()])
    aiohttp_jinja2.setup(app, loader=FileSystemLoader(page.templates_path))
    app.on_response_prepare.append(guard.add_headers)
    app.on_shutdown.append(pages.stop_all)
    app.add_routes(
        [
            web.get(f"/{guard.token}/", page.handle_index, name="index"),
            web.get(f"/{guard.token}/ws", pages.serve_page, name="websocket"),
            web.static(f"/{guard.token}/static", page.statics_path, name="static"),
        ]
    )
    return app


def _open_socket(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise InputError(
            f"Port {port} of {HOST} cannot be listened on: {os.strerror(error.errno or 0)}.",
            "Give another one, or no --port.",
        ) from error


# Seconds between signs of life, without which a page counts as closed (chosen by hand; not measured).
_HEARTBEAT = 15.0
# Seconds to wait for a page to say that it knows it is closed (chosen by hand; not measured).
_CLOSE_TIMEOUT = 1.0


class Pages:
    """All pages of a server.

    Args:
        command: What each of them starts.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._running: set[ChatProcess] = set()

    async def serve_page(self, request: web.Request) -> web.WebSocketResponse:
        """Run a process for as long as the websocket of a page is open."""
        page = web.WebSocketResponse(heartbeat=_HEARTBEAT, timeout=_CLOSE_TIMEOUT)
        await page.prepare(request)
        process = await ChatProcess.start(
            self._command, _read_cells(request, "width", 80), _read_cells(request, "height", 24)
        )
        self._running.add(process)
        showing = asyncio.create_task(_forward_output(process, page))
        try:
            async for message in page:
                if message.type is WSMsgType.TEXT:
                    await _forward_input(process, page, message.json())
        finally:
            await process.stop()
            self._running.discard(process)
        await showing
        return page

    async def stop_all(self, _: web.Application) -> None:
        """End all processes, and so their pages."""
        await asyncio.gather(*(process.stop() for process in self._running))


async def _forward_output(process: ChatProcess, page: web.WebSocketResponse) -> None:
    """Send a page what its process shows until that ends, then close the page, which says so."""
    async for letter, content in process.read_packets():
        with suppress(ConnectionResetError):  # The page is closed already.
            if letter == b"D":
                await page.send_bytes(content)
            elif letter == b"M":
                await _open_link(page, json.loads(content))
    await page.close()


async def _open_link(page: web.WebSocketResponse, message: Any) -> None:
    """Open a link in the browser, but for scripts: links come from papers, and a script would run in this page."""
    match message:
        case {"type": "open_url", "url": str(url)} if url.lower().startswith(("http://", "https://")):
            await page.send_json(["open_url", {"url": url, "new_tab": True}])


async def _forward_input(process: ChatProcess, page: web.WebSocketResponse, message: Any) -> None:
    match message:
        case ["stdin", str(typed)]:
            await process.send_input(typed)
        case ["resize", {"width": int(width), "height": int(height)}]:
            await process.send_message("resize", width=width, height=height)
        case ["focus" | "blur" as kind, *_]:
            await process.send_message(kind)
        case ["ping", sent]:
            await page.send_json(["pong", sent])


def _read_cells(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else default


# Seconds that a process gets to save what it does before it is killed (chosen by hand; not measured).
SAVE_TIMEOUT = 5.0
# Bytes before the content of a packet, and what the driver writes before the first one.
_HEAD = 5
_BEGIN = b"__GANGLION__\n"


class ChatProcess:
    """A chat without a terminal: made by ``start``, read all the time by ``read_packets``, ended by ``stop``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, command: Sequence[str], width: int, height: int) -> Self:
        """Start it; no shell reads the command.

        Args:
            command: The program and its arguments.
            width: Columns of the page.
            height: Rows of it.
        """
        env = {
            **os.environ,
            "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "TERM": "xterm-256color",
            "TERM_PROGRAM": "textual",
            "COLUMNS": str(width),
            "ROWS": str(height),
        }
        return cls(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, env=env))

    async def read_packets(self) -> AsyncIterator[tuple[bytes, bytes]]:
        """Yield the letter and the content of what it sends, until it ends."""
        stream = self._process.stdout
        assert stream
        with suppress(asyncio.IncompleteReadError):
            await stream.readuntil(_BEGIN)
            while True:
                head = await stream.readexactly(_HEAD)
                yield head[:1], await stream.readexactly(int.from_bytes(head[1:], "big"))

    async def send_input(self, text: str) -> None:
        """Send what was typed, pasted or clicked, as a terminal does."""
        await self._send_packet(b"D", text.encode("utf-8", "replace"))

    async def send_message(self, kind: str, **values: Any) -> None:
        """Send a message: ``resize``, ``focus``, ``blur`` or ``quit``."""
        await self._send_packet(b"M", json.dumps({"type": kind, **values}).encode())

    async def stop(self) -> None:
        """Let it save and end; one that does not is killed after a while."""
        await self.send_message("quit")
        try:
            async with asyncio.timeout(SAVE_TIMEOUT):
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _send_packet(self, letter: bytes, content: bytes) -> None:
        stream = self._process.stdin
        assert stream
        with suppress(ConnectionError):  # It has ended.
            stream.write(letter + len(content).to_bytes(4, "big") + content)
            await stream.drain()
