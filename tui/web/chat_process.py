"""The process behind a page: the chat with Textual's driver for the web, which speaks packets on its standard streams.

A packet is one letter, four bytes of length (the first the highest) and that many bytes: ``D`` is what a terminal is
sent, ``M`` a message in JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any, Self

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
