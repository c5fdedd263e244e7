"""Sends an answer piece by piece, waits where it says so, and notices when the client goes away."""

import asyncio
from http import HTTPStatus

from assistant.testing.gate import Gate
from assistant.testing.server.http import Cut, HungUp, Piece, Response


async def send(response: Response, request_id: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Send an answer.

    Returns:
        Whether the connection goes on.

    Raises:
        HungUp: The client went away.
    """
    waiting = [_head(response, request_id)]
    for piece in response.pieces:
        if isinstance(piece, bytes):
            waiting.append(_framed(piece) if response.streamed else piece)
            if not response.streamed:
                continue
        writer.write(b"".join(waiting))
        waiting.clear()
        if isinstance(piece, Cut):
            return False
        if not isinstance(piece, bytes):
            await _pause(piece, reader)
    writer.write(b"".join([*waiting, b"0\r\n\r\n" if response.streamed else b""]))
    await writer.drain()
    return True


def _head(response: Response, request_id: str) -> bytes:
    # A cut is a promise not kept: a byte is announced that never comes.
    size = sum(len(p) if isinstance(p, bytes) else isinstance(p, Cut) for p in response.pieces)
    length = "transfer-encoding: chunked" if response.streamed else f"content-length: {size}"
    status = HTTPStatus(response.status)
    more = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: {response.kind}\r\n{length}\r\n"
        f"x-request-id: {request_id}\r\n{more}\r\n"
    ).encode("latin-1")


def _framed(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


async def _pause(piece: Piece, reader: asyncio.StreamReader) -> None:
    """Wait as long as a piece says, or until the client goes away: then nobody waits for the rest."""
    held = asyncio.ensure_future(_held(piece))
    # No client sends its next request before it has its answer, so that only its going away ends this.
    gone = asyncio.ensure_future(reader.read(1))
    try:
        await asyncio.wait({held, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not held.done():
            raise HungUp
        held.result()
    finally:
        held.cancel()
        gone.cancel()
        await asyncio.gather(held, gone, return_exceptions=True)


async def _held(piece: Piece) -> None:
    if isinstance(piece, Gate):
        await piece.wait_async()
    elif isinstance(piece, int | float):
        await asyncio.sleep(piece)
