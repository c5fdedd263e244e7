"""Serving an agent over standard input and output.

The wire is taken from the process first: what anything prints meanwhile goes to standard error, and nothing else reads
the agent's messages. Reading is a thread that the end of the process does not wait for, so a signal ends the server
while the agent is silent.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from assistant.limits import MAX_BYTES
from assistant.mcp.handshake import Handshake, answer_first

if TYPE_CHECKING:
    import anyio

    from assistant.mcp.tools import Tools

# Bytes of a message: a draft of the largest size, each character of it escaped.
_LONGEST = 8 * MAX_BYTES
_PIECE = 1 << 16


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
        import json

        message: dict[str, Any] = json.loads(text)
        return self._answered is not None and "method" not in message and message.get("id") == self._answered.id
