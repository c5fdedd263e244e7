"""The chat in a browser: the page is textual-serve's, each page has a process, all on this machine alone.

Files that the chat writes are on this machine, too: there are no downloads.
A page that is loaded again goes on with the chat that it had.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp_jinja2
from aiohttp import WSMsgType, web
from jinja2 import FileSystemLoader
from textual_serve.server import Server

from store.errors import InputError
from tui.web.chat_process import ChatProcess
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
    files = Server(_TITLE, HOST, guard.port, _TITLE, guard.origin).statics_path
    pages = Pages(command)
    app = web.Application(middlewares=[guard.build_middleware()])
    aiohttp_jinja2.setup(app, loader=FileSystemLoader(Path(__file__).parent))

    @aiohttp_jinja2.template("page.html")
    async def show_page(request: web.Request) -> dict[str, object]:
        size = request.query.get("fontsize", "")
        return {
            "static": f"/{guard.token}/static/",
            "websocket": f"ws://{guard.host}/{guard.token}/ws",
            "font_size": size if size.isascii() and size.isdecimal() and len(size) <= 2 else "16",
        }

    app.on_response_prepare.append(guard.add_headers)
    app.on_shutdown.append(pages.stop_all)
    app.add_routes(
        [
            web.get(f"/{guard.token}/", show_page, name="index"),
            web.get(f"/{guard.token}/ws", pages.serve_page, name="websocket"),
            web.get(f"/{guard.token}/ws/{{page}}", pages.serve_page, name="page"),
            web.static(f"/{guard.token}/static", files, name="static"),
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
# Seconds that the chat of a page goes on without it: a reload takes one or two. Chosen by hand.
_RELOAD = 30.0
# Pages at once, each a process of some 150 MB. Chosen by hand.
MOST_PAGES = 8
_TOO_MANY = f"At most {MOST_PAGES} pages at once. Close one, and reload this.\r\n"
# What a terminal is told when the chat begins: another screen, the mouse, pastes in brackets, no cursor.
_MODES = b"\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?25l"


class ServedChat:
    """The chat of a page, which may leave it and come back.

    Args:
        process: What runs it.
    """

    def __init__(self, process: ChatProcess) -> None:
        self.process = process
        self._page: web.WebSocketResponse | None = None
        self._forwarding = asyncio.create_task(self._forward_output())

    @property
    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self._forwarding.done()

    def show_on(self, page: web.WebSocketResponse | None) -> None:
        """Send what is shown to a page from now on; to none while it is away."""
        self._page = page

    async def draw_again(self, width: int, height: int) -> None:
        """Draw everything on a page that knows nothing of it: a screen of another size is drawn anew."""
        if self._page is not None:
            await self._page.send_bytes(_MODES)
        await self.process.send_message("resize", width=width, height=height + 1)
        await self.process.send_message("resize", width=width, height=height)

    async def stop(self) -> None:
        """End it; its page is closed, which says so."""
        await self.process.stop()
        await self._forwarding

    async def _forward_output(self) -> None:
        async for letter, content in self.process.read_packets():
            with suppress(ConnectionResetError):  # The page is closed already.
                if self._page is not None and letter == b"D":
                    await self._page.send_bytes(content)
                elif self._page is not None and letter == b"M":
                    await _open_link(self._page, json.loads(content))
        if self._page is not None:
            await self._page.close()


class Pages:
    """All pages of a server.

    Args:
        command: What each of them starts.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._running: set[ServedChat] = set()
        self._away: dict[str, ServedChat] = {}
        """Those whose page is closed and may be loaded again, by the names of the pages."""
        self._waiting: set[asyncio.Task[None]] = set()

    async def serve_page(self, request: web.Request) -> web.WebSocketResponse:
        """Run a process for as long as the websocket of a page is open, and for a while longer where it has a name."""
        page = web.WebSocketResponse(heartbeat=_HEARTBEAT, timeout=_CLOSE_TIMEOUT)
        await page.prepare(request)
        width, height = _read_cells(request, "width", 80), _read_cells(request, "height", 24)
        name = request.match_info.get("page", "")
        chat = self._away.pop(name, None)
        is_known = chat is not None
        if chat is None:
            if len(self._running) >= MOST_PAGES and not await self._stop_one_away():
                await page.send_bytes(_TOO_MANY.encode())
                await page.close()
                return page
            chat = ServedChat(await ChatProcess.start(self._command, width, height))
            self._running.add(chat)
        chat.show_on(page)
        try:
            if is_known:
                await chat.draw_again(width, height)
            async for message in page:
                if message.type is WSMsgType.TEXT:
                    await _forward_input(chat.process, page, message.json())
        finally:
            chat.show_on(None)
            await self._leave(name, chat)
        return page

    async def _leave(self, name: str, chat: ServedChat) -> None:
        """Keep a chat for a page that may be loaded again; end it where that cannot be."""
        if not name or chat.is_over or name in self._away:
            await self._stop(chat)
            return
        self._away[name] = chat
        waiting = asyncio.create_task(self._stop_later(name, chat))
        self._waiting.add(waiting)
        waiting.add_done_callback(self._waiting.discard)

    async def _stop_later(self, name: str, chat: ServedChat) -> None:
        await asyncio.sleep(_RELOAD)
        if self._away.get(name) is chat:
            del self._away[name]
            await self._stop(chat)

    async def _stop_one_away(self) -> bool:
        """End the chat whose page is away for longest; says whether there was one."""
        name = next(iter(self._away), None)
        if name is None:
            return False
        await self._stop(self._away.pop(name))
        return True

    async def _stop(self, chat: ServedChat) -> None:
        self._running.discard(chat)
        await chat.stop()

    async def stop_all(self, _: web.Application) -> None:
        """End all processes, and so their pages."""
        for waiting in self._waiting:
            waiting.cancel()
        self._away.clear()
        await asyncio.gather(*(chat.stop() for chat in self._running))


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
