"""Serving an agent over standard input and output.

The wire is taken from the process first: what anything prints meanwhile goes to standard error, and nothing else reads
the agent's messages. Reading is a thread that the end of the process does not wait for, so a signal ends the server
while the agent is silent.

The agent's first message is answered before the SDK is loaded, which takes several times as long as the start. The SDK
is given the same message later and answers it once more, for nobody: that answer is left out. What is answered here is
what the SDK answers, and a test compares the two for every version of the protocol. A first message of any other kind,
or one that is not as it should be, is left to the SDK.
"""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from assistant.limits import MAX_BYTES
from assistant.mcp import identity

if TYPE_CHECKING:
    import anyio

    from assistant.mcp.tools import Tools

# Bytes of a message: a draft of the largest size, each character of it escaped.
_LONGEST = 8 * MAX_BYTES
_PIECE = 1 << 16
VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""Versions of the protocol that begin with a handshake, the newest last: the answer to one that nobody knows."""


class Handshake(NamedTuple):
    """An answer to ``initialize``: the id of the request, and the line to send."""

    id: int | str
    answer: str


class Wire(NamedTuple):
    """The agent's side of the process: files to read from and to write to."""

    read_from: int
    write_to: int

    def read_line(self) -> bytes:
        """Read the first line and no byte more; b"" where the agent has gone."""
        line = bytearray()
        while not line.endswith(b"\n") and (byte := os.read(self.read_from, 1)):
            line += byte
        return bytes(line)

    def write(self, line: str) -> None:
        """Write a line."""
        left = memoryview(f"{line}\n".encode())
        while left:
            left = left[os.write(self.write_to, left) :]


def take_wire() -> Wire:
    """Take the standard streams for the agent alone."""
    wire = Wire(os.dup(0), os.dup(1))
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    os.close(nowhere)
    return wire


def serve_wire(make_tools: "Callable[[], Tools]") -> None:
    """Serve the agent at the standard streams until it goes; a signal ends it by ``SystemExit``, as any command.

    Args:
        make_tools: Makes the tools, once the first message is answered.
    """
    wire = take_wire()
    first = wire.read_line()
    if not first:
        return
    handshake = answer_first(first.decode("utf-8", "replace"))
    if handshake:
        wire.write(handshake.answer)
    import anyio

    tools = make_tools()
    try:
        number = anyio.run(_serve_until_signal, wire, first, handshake, tools)
    finally:
        tools.close()
    if number:
        raise SystemExit(128 + number)


async def _serve_until_signal(wire: Wire, first: bytes, handshake: Handshake | None, tools: "Tools") -> int:
    """Serve until the agent goes, or a signal comes, whose number is returned then."""
    import anyio

    numbers: list[int] = []

    async def wait_for_signal() -> None:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGHUP) as signals:
            async for number in signals:
                numbers.append(number)
                group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(wait_for_signal)
        await _serve(wire, first, handshake, tools)
        group.cancel_scope.cancel()
    return numbers[0] if numbers else 0


async def _serve(wire: Wire, first: bytes, handshake: Handshake | None, tools: "Tools") -> None:
    from mcp.server.stdio import stdio_server

    from assistant.mcp.server import build_server

    server = build_server(tools)
    messages, replies = _Messages(wire, first), _Replies(wire, handshake)
    # Both are what the SDK uses of files: lines that come, and texts that go.
    files = cast("anyio.AsyncFile[str]", messages), cast("anyio.AsyncFile[str]", replies)
    async with stdio_server(*files) as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


class _Messages:
    """Lines of the agent, the first of which was read before."""

    def __init__(self, wire: Wire, first: bytes) -> None:
        self._reader = asyncio.StreamReader(limit=_LONGEST)
        self._reader.feed_data(first)
        self._loop = asyncio.get_running_loop()
        Thread(target=self._read, args=(wire.read_from,), name="agent", daemon=True).start()

    async def __aiter__(self) -> AsyncIterator[str]:
        while line := await self._reader.readline():
            yield line.decode("utf-8", "replace")

    def _read(self, file: int) -> None:
        try:
            while piece := os.read(file, _PIECE):
                self._loop.call_soon_threadsafe(self._reader.feed_data, piece)
            self._loop.call_soon_threadsafe(self._reader.feed_eof)
        except RuntimeError:  # The server has ended, and its loop is closed.
            return


class _Replies:
    """Texts to the agent, but for the answer to a message that was answered before."""

    def __init__(self, wire: Wire, handshake: Handshake | None) -> None:
        self._wire = wire
        self._answered = handshake

    async def write(self, text: str) -> None:
        """Write a message."""
        if self._answered is not None and self._is_answered(text):
            self._answered = None
            return
        await asyncio.to_thread(self._wire.write, text.rstrip("\n"))

    async def flush(self) -> None:
        """Nothing is held back."""

    def _is_answered(self, text: str) -> bool:
        message: dict[str, Any] = json.loads(text)
        return self._answered is not None and "method" not in message and message.get("id") == self._answered.id


def answer_first(line: str) -> Handshake | None:
    """Answer the first message; None where it is no handshake, or not a sound one."""
    try:
        request = json.loads(line)
    except ValueError:
        return None
    if not isinstance(request, dict) or request.get("method") != "initialize" or request.get("jsonrpc") != "2.0":
        return None
    number, params = request.get("id"), request.get("params")
    if not isinstance(number, int | str) or isinstance(number, bool):
        return None
    if not isinstance(params, dict) or not _is_sound(params):
        return None
    wanted = params["protocolVersion"]
    answer = {
        "jsonrpc": "2.0",
        "id": number,
        "result": describe_server(wanted if wanted in VERSIONS else VERSIONS[-1]),
    }
    return Handshake(number, json.dumps(answer, ensure_ascii=False))


def describe_server(version: str) -> dict[str, Any]:
    """Describe the server in a version of the protocol."""
    return {
        "protocolVersion": version,
        "capabilities": {
            "prompts": {"listChanged": False},
            "resources": {"subscribe": False, "listChanged": False},
            "tools": {"listChanged": False},
        },
        "serverInfo": {"name": identity.NAME, "title": identity.TITLE, "version": identity.read_version()},
        "instructions": identity.INSTRUCTIONS,
    }


def _is_sound(params: dict[str, Any]) -> bool:
    """Whether the SDK would take them, as far as that is sure: it says what is wrong with all others."""
    if set(params) - {"protocolVersion", "capabilities", "clientInfo", "_meta"}:
        return False
    client = params.get("clientInfo")
    return (
        isinstance(params.get("protocolVersion"), str)
        and isinstance(params.get("capabilities"), dict)
        and isinstance(client, dict)
        and isinstance(client.get("name"), str)
        and isinstance(client.get("version"), str)
        and isinstance(params.get("_meta", {}), dict)
    )
