"""The pages that are open: what is typed there goes to a process each, what that shows comes back."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from tui.web.web_process import Process

# Seconds between signs of life, without which a page counts as closed.
HEARTBEAT = 15.0
# Seconds to wait for a page to say that it knows it is closed.
GOODBYE = 1.0


class Pages:
    """All pages of a server.

    Args:
        command: What each of them starts.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._running: set[Process] = set()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Run a process for as long as the websocket of a page is open."""
        page = web.WebSocketResponse(heartbeat=HEARTBEAT, timeout=GOODBYE)
        await page.prepare(request)
        process = await Process.start(self._command, _cells(request, "width", 80), _cells(request, "height", 24))
        self._running.add(process)
        showing = asyncio.create_task(_show(process, page))
        try:
            async for message in page:
                if message.type is WSMsgType.TEXT:
                    await _tell(process, page, message.json())
        finally:
            await process.stop()
            self._running.discard(process)
        await showing
        return page

    async def stop(self, _: web.Application) -> None:
        """End all processes, and so their pages."""
        await asyncio.gather(*(process.stop() for process in self._running))


async def _show(process: Process, page: web.WebSocketResponse) -> None:
    """Hand on until the process ends, to nobody once the page is closed; then close the page, which says so."""
    async for letter, content in process.packets():
        with suppress(ConnectionResetError):
            if letter == b"D":
                await page.send_bytes(content)
            elif letter == b"M":
                await _meant(page, json.loads(content))
    await page.close()


async def _meant(page: web.WebSocketResponse, message: Any) -> None:
    """Open a link in the browser. Links come from papers: one that is a script would run in this page."""
    match message:
        case {"type": "open_url", "url": str(url)} if url.lower().startswith(("http://", "https://")):
            await page.send_json(["open_url", {"url": url, "new_tab": True}])


async def _tell(process: Process, page: web.WebSocketResponse, message: Any) -> None:
    match message:
        case ["stdin", str(typed)]:
            await process.type(typed)
        case ["resize", {"width": int(width), "height": int(height)}]:
            await process.tell("resize", width=width, height=height)
        case ["focus" | "blur" as kind, *_]:
            await process.tell(kind)
        case ["ping", sent]:
            await page.send_json(["pong", sent])


def _cells(request: web.Request, name: str, default: int) -> int:
    given = request.query.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 4 else default
