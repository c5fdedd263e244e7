"""The server itself, asked over HTTP by somebody who is no browser and may send any header."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest
from aiohttp import web

from tui.web import build_application
from tui.web.guard import Guard, create_guard

STUB = Path(__file__).resolve().parents[1] / "stub_app.py"
FORBIDDEN = 403


class Served(NamedTuple):
    """A server that runs, and a client of it."""

    guard: Guard
    client: aiohttp.ClientSession

    async def status(self, path: str, **headers: str) -> int:
        """The status that a path is answered with; TOKEN stands for the token."""
        url = self.guard.origin + path.replace("TOKEN", self.guard.token)
        async with self.client.get(url, headers=headers) as answer:
            return answer.status

    def page(self, name: str = "") -> Any:
        """What its page opens."""
        return self.client.ws_connect(f"{self.guard.url}ws{name and '/'}{name}", origin=self.guard.origin)


def stub(ended: Path) -> list[str]:
    """The command of the stub."""
    return [sys.executable, str(STUB), str(ended)]


@asynccontextmanager
async def served(command: Sequence[str]) -> AsyncIterator[Served]:
    """Serve what a command starts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        guard = create_guard(listener.getsockname()[1])
        runner = web.AppRunner(build_application(command, guard))
        await runner.setup()
        await web.SockSite(runner, listener).start()
        try:
            async with aiohttp.ClientSession() as client:
                yield Served(guard, client)
        finally:
            await runner.cleanup()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Served]:
    """The stub, served."""
    async with served(stub(tmp_path / "ended")) as running:
        yield running


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/ws", "/static/js/textual.js", "/static/../", "/nothing", "/download/abc", "/favicon.ico"),
        *(
            "/token/",
            "/TOKEN1/",
            "/TOKE/ws",
            "/?token=TOKEN",
            "//TOKEN/",
            "/download/TOKEN",
            "/static/TOKEN",
            "/%54/ws",
        ),
    ],
)
async def test_nothing_is_served_without_the_token(server: Served, path: str) -> None:
    assert await server.status(path.replace("TOKE/", f"{server.guard.token[:-1]}/")) == FORBIDDEN


async def test_with_the_token_the_page_and_its_files_are_served(server: Served) -> None:
    assert await server.status("/TOKEN/") == 200
    assert await server.status("/TOKEN/static/js/textual.js") == 200
    assert await server.status("/TOKEN/static/css/xterm.css", Origin=server.guard.origin) == 200
    assert await server.status("/TOKEN/nothing") == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.nip.io:{port}"]
)
async def test_another_name_for_the_address_is_refused(server: Served, host: str) -> None:
    assert await server.status("/TOKEN/", Host=host.format(port=server.guard.port)) == FORBIDDEN


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"])
async def test_another_page_is_refused(server: Served, origin: str) -> None:
    origin = origin.format(port=server.guard.port)
    assert await server.status("/TOKEN/", Origin=origin) == FORBIDDEN
    assert await websocket_status(server, origin) == FORBIDDEN


async def test_a_websocket_has_to_say_where_it_comes_from(server: Served) -> None:
    assert await websocket_status(server, None) == FORBIDDEN


async def websocket_status(server: Served, origin: str | None) -> int:
    """The status that a websocket with the right token is refused with."""
    url = f"{server.guard.url}ws"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await server.client.ws_connect(url, origin=origin)
    return refused.value.status


async def test_the_page_loads_nothing_from_elsewhere_and_tells_nobody_its_address(server: Served) -> None:
    async with server.client.get(server.guard.url) as answer:
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_page_is_a_process_and_its_end_is_the_end_of_it(tmp_path: Path) -> None:
    ended = tmp_path / "a file; touch 'oops'"
    async with served(stub(ended)) as server, server.page() as page, asyncio.timeout(60):
        await shown(page, "Ready.")
        await page.send_json(["stdin", "abc\r"])
        await shown(page, "cba")
        await page.send_json(["ping", 5])
        await page.send_json(["resize", {"width": 100, "height": 30}])
        assert not ended.exists()
    assert ended.exists()


async def test_a_page_that_is_loaded_again_goes_on_with_its_process(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    async with asyncio.timeout(60):
        async with served(stub(ended)) as server:
            async with server.page("one") as page:
                await shown(page, "Ready.")
                await page.send_json(["stdin", "abc"])
                await shown(page, "abc")
            async with server.page("one") as page:
                await shown(page, "abc")
                await page.send_json(["stdin", "\r"])
                await shown(page, "cba")
                assert not ended.exists()
        assert ended.exists()


async def test_a_page_too_many_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.web.MOST_PAGES", 1)
    async with asyncio.timeout(60), served(stub(tmp_path / "ended")) as server, server.page("one") as page:
        await shown(page, "Ready.")
        async with server.page("two") as other:
            await shown(other, "At most")
            assert (await other.receive()).type is aiohttp.WSMsgType.CLOSE
        await page.close()
        async with server.page("two") as other:  # The one that is away makes room.
            await shown(other, "Ready.")


async def test_the_page_has_a_title_an_icon_and_no_foreign_font(server: Served) -> None:
    async with server.client.get(server.guard.url) as answer:
        text = await answer.text()
    assert "<title>Conspectus</title>" in text
    assert 'rel="icon"' in text
    assert "https://" not in text


async def test_the_end_of_the_server_ends_its_pages(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    async with asyncio.timeout(60):
        async with served(stub(ended)) as server:
            page = await server.page()
            await shown(page, "Ready.")
        assert ended.exists()
        await page.close()


async def test_a_process_that_dies_closes_its_page() -> None:
    async with served([sys.executable, "-S", "-c", "pass"]) as server, server.page() as page, asyncio.timeout(60):
        assert (await page.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.web.chat_process.SAVE_TIMEOUT", 0.2)
    async with served(driver("signal.pause()")) as server, server.page() as page, asyncio.timeout(60):
        await page.close()


@pytest.mark.parametrize(
    ("url", "opened"), [("https://example.org/a", True), ("javascript:alert(1)", False), ("file:///etc/passwd", False)]
)
async def test_only_links_to_the_web_are_opened(url: str, opened: bool) -> None:
    command = driver("send({'type': 'open_url', 'url': sys.argv[1], 'new_tab': False})", url)
    async with served(command) as server, server.page() as page, asyncio.timeout(60):
        message = await page.receive()
        told = json.loads(message.data) if message.type is aiohttp.WSMsgType.TEXT else None
        assert told == (["open_url", {"url": url, "new_tab": True}] if opened else None)


def driver(code: str, *args: str) -> list[str]:
    """A process that speaks as Textual's driver does: begins, and then does what the code says."""
    prelude = (
        "import json, signal, struct, sys\n"
        "def send(message):\n"
        "    data = json.dumps(message).encode()\n"
        "    sys.stdout.buffer.write(b'M' + struct.pack('>I', len(data)) + data)\n"
        "print('__GANGLION__', flush=True)\n"
    )
    return [sys.executable, "-S", "-c", prelude + code, *args]


async def shown(page: aiohttp.ClientWebSocketResponse, text: str) -> None:
    """Wait until a text was written to the terminal."""
    written = ""
    while text not in written:
        message = await page.receive()
        assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), written
        written += message.data.decode() if isinstance(message.data, bytes) else ""


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {create_guard(1).token, create_guard(1).token}
    assert len(tokens) == 2
    assert min(map(len, tokens)) >= 43
