"""A real Chromium, driven by its own protocol: opens a page, types, and tells what came through the websocket."""

import asyncio
import base64
import itertools
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

# Seconds until what does not come is given up; nothing that comes waits for them.
PATIENCE = 120.0
_FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --disable-dev-shm-usage --no-proxy-server --hide-scrollbars
--remote-debugging-port=0 --window-size=1600,900""".split()
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()].|[ -/]*[0-~])")
_KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "F4": (115, ""), "Tab": (9, "\t")}


class Page:
    """One page of the browser.

    Attributes:
        written: What the server sent to the terminal in the page, without its escape sequences.
        answers: The HTTP status of each address that was loaded.
        blocked: Each address that was wanted and not loaded, and why.
        complaints: What the browser wrote to its console.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.written = ""
        self.answers: dict[str, int] = {}
        self.blocked: dict[str, str] = {}
        self.complaints: list[str] = []
        self._wanted: dict[str, str] = {}
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        """Take in what the browser tells, until it is closed."""
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                self._waiting.pop(told["id"]).set_result(told)
            elif "method" in told:
                self._note(told["method"], told["params"])
                async with self._news:
                    self._news.notify_all()

    def _note(self, event: str, told: dict[str, Any]) -> None:
        if event == "Network.webSocketFrameReceived" and told["response"]["opcode"] == 2:
            text = base64.b64decode(told["response"]["payloadData"]).decode(errors="replace")
            self.written += _ESCAPES.sub("", text)
        elif event == "Log.entryAdded":
            self.complaints.append(told["entry"]["text"])
        elif event == "Network.requestWillBeSent":
            self._wanted[told["requestId"]] = told["request"]["url"]
        elif event == "Network.responseReceived":
            self.answers[told["response"]["url"]] = told["response"]["status"]
        elif event == "Network.loadingFailed":
            self.blocked[self._wanted.get(told["requestId"], "")] = told.get("blockedReason") or told["errorText"]

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser for something."""
        number = next(self._ids)
        self._waiting[number] = answer = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(PATIENCE):
            told = await answer
        assert "error" not in told, told
        return dict(told["result"])

    async def shows(self, text: str) -> None:
        """Wait until a text was written to the terminal."""
        try:
            async with asyncio.timeout(PATIENCE), self._news:
                await self._news.wait_for(lambda: text in self.written)
        except TimeoutError:
            pytest.fail(f"{text!r} was not shown; the last that was: {self.written[-2000:]}")

    async def evaluates(self, expression: str) -> Any:
        """What a piece of JavaScript gives in the page; promises are waited for."""
        told = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return told["result"].get("value")

    async def clicks(self, x: int, y: int) -> None:
        """Click at a place, in pixels; the terminal takes keys from its first click on."""
        for event in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=event, x=x, y=y, button="left", clickCount=1)

    async def types(self, text: str) -> None:
        """Type into the terminal."""
        for character in text:
            await self.call("Input.dispatchKeyEvent", type="char", text=character)

    async def presses(self, key: str) -> None:
        """Press one of the keys that have a name."""
        code, text = _KEYS[key]
        known = {"key": key, "code": key, "windowsVirtualKeyCode": code, **({"text": text} if text else {})}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **known)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **known)

    async def picture(self) -> bytes:
        """The page as PNG."""
        return base64.b64decode((await self.call("Page.captureScreenshot"))["data"])


@asynccontextmanager
async def browser(folder: Path, url: str) -> AsyncIterator[Page]:
    """Open an address in a browser that keeps what it keeps in a folder; skips the test where there is none."""
    program = shutil.which("chromium") or pytest.skip("there is no chromium on this machine")
    running = await asyncio.create_subprocess_exec(
        program, *_FLAGS, f"--user-data-dir={folder}", "about:blank", stderr=asyncio.subprocess.PIPE
    )
    try:
        port = await _port(running)
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(await _page(client, port), max_msg_size=0) as at,
        ):
            page = Page(at)
            listening = asyncio.create_task(page.listen())
            await page.call("Network.enable")
            await page.call("Page.enable")
            await page.call("Log.enable")
            await page.call("Page.navigate", url=url)
            yield page
            await at.close()
            await listening
    finally:
        running.terminate()
        await running.communicate()


async def _port(running: asyncio.subprocess.Process) -> int:
    assert running.stderr
    async with asyncio.timeout(PATIENCE):
        async for line in running.stderr:
            if found := re.search(rb"DevTools listening on ws://127\.0\.0\.1:(\d+)/", line):
                return int(found[1])
    raise AssertionError("chromium ended before it could be talked to")


async def _page(client: aiohttp.ClientSession, port: int) -> str:
    async with client.get(f"http://127.0.0.1:{port}/json/list") as answer:
        pages = await answer.json()
    return str(next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page"))
