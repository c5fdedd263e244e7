"""HTTP/1.1 as far as clients of OpenAI's interface need it: keep-alive, JSON, uploads, streamed answers.

An answer is sent piece by piece, with waits between; a client that goes away is noticed.
"""

import asyncio
import json
import re
import threading
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from assistant.testing.gate import Gate

Json = dict[str, Any]

_MASKED = "***"
_SECRET = re.compile(r"authorization|cookie|(?:^|-)(?:key|token|secret)$")


class Cut(Enum):
    """Where the connection is cut."""

    CUT = "cut"


Piece = bytes | float | Gate | Cut
"""Of an answer's body: bytes, seconds to wait, a gate to wait at, or the cut of the connection."""


class HttpError(Exception):
    """A request that is answered with an error; ``body`` says so as OpenAI does."""

    def __init__(self, status: int, message: str, code: str | None = None, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        kind = {401: "authentication_error", 429: "rate_limit_error"}.get(status, "invalid_request_error")
        kind = kind if status < 500 else "server_error"
        self.body: Json = {"error": {"message": message, "type": kind, "param": None, "code": code}}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class HungUp(ConnectionError):
    """The client went away before its answer was complete."""


@dataclass(frozen=True)
class RecordedRequest:
    """A request as tests look at it; keys in its headers are masked.

    Attributes:
        method: ``GET``, ``POST``, ``DELETE``.
        path: Without host and query: ``/v1/chat/completions``.
        headers: Names in lower case.
        body: What the JSON or the form held; None without a body, bytes where it was neither.
        hung_up: Set when the client went away while a gate or a delay held its answer up.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    hung_up: threading.Event = field(default_factory=threading.Event, compare=False)


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    content: bytes

    @classmethod
    async def read(cls, reader: asyncio.StreamReader) -> "HttpRequest | None":
        """Read the next request of a connection; None when the client has closed it or does not speak HTTP."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
            method, target, _ = first.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            return cls(method, target, headers, await _read_content(reader, headers))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            return None

    @property
    def path(self) -> str:
        """The path without its query."""
        return urlsplit(self.target).path

    @property
    def parts(self) -> list[str]:
        """The path's parts below ``/v1``, with their escapes undone."""
        return [unquote(part) for part in self.path.removeprefix("/v1").split("/") if part]

    @property
    def key(self) -> str:
        """The API key that was sent."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def parse_json(self) -> Json:
        """Parse the body as a JSON object.

        Raises:
            HttpError: It is not one.
        """
        try:
            body = json.loads(self.content)
        except ValueError as error:
            raise HttpError(400, f"We could not parse the JSON body of your request: {error}") from error
        if not isinstance(body, dict):
            raise HttpError(400, "The body of the request has to be a JSON object.")
        return body

    def parse_form(self) -> Json:
        """Parse the fields of a multipart form: a text each, but (name, bytes) for a file.

        Raises:
            HttpError: The body is not a form.
        """
        header = Message()
        header["content-type"] = self.headers.get("content-type", "")
        boundary = header.get_boundary()
        if not boundary:
            raise HttpError(400, "The body of the request has to be multipart/form-data.")
        parts = (b"\r\n" + self.content).split(b"\r\n--" + boundary.encode())[1:-1]
        return dict(_form_field(part) for part in parts)

    def to_record(self) -> RecordedRequest:
        """Copy what tests may see of it."""
        headers = {name: _MASKED if _SECRET.search(name) else value for name, value in self.headers.items()}
        if self.key and "authorization" in headers:
            headers["authorization"] = f"Bearer {_MASKED}"
        return RecordedRequest(self.method, self.path, headers, self._parse_body())

    def _parse_body(self) -> Any:
        kind = self.headers.get("content-type", "")
        try:
            if kind.startswith("multipart/form-data"):
                return self.parse_form()
            return json.loads(self.content) if self.content else None
        except (ValueError, HttpError):
            return self.content


@dataclass(frozen=True)
class Response:
    """An answer: all at once, or piece by piece as an event stream."""

    pieces: list[Piece]
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, body: Json, status: int = 200, headers: dict[str, str] | None = None) -> "Response":
        """Make an answer in JSON."""
        return cls([json.dumps(body, ensure_ascii=False).encode()], status, headers=headers or {})

    @property
    def streamed(self) -> bool:
        """Whether the pieces go out one by one."""
        return self.kind == "text/event-stream"

    async def send(self, request_id: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Send it.

        Returns:
            Whether the connection goes on.

        Raises:
            HungUp: The client went away.
        """
        waiting = [_build_head(self, request_id)]
        for piece in self.pieces:
            if isinstance(piece, bytes):
                waiting.append(_frame_piece(piece) if self.streamed else piece)
                if not self.streamed:
                    continue
            writer.write(b"".join(waiting))
            waiting.clear()
            if isinstance(piece, Cut):
                return False
            if not isinstance(piece, bytes):
                await _pause_at(piece, reader)
        writer.write(b"".join([*waiting, b"0\r\n\r\n" if self.streamed else b""]))
        await writer.drain()
        return True


def _form_field(part: bytes) -> tuple[str, Any]:
    head, _, content = part.partition(b"\r\n\r\n")
    names = dict(re.findall(r'\b(name|filename)="([^"]*)"', head.decode()))
    return names["name"], (names["filename"], content) if "filename" in names else content.decode()


async def _read_content(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    content = b""
    while size := int((await reader.readline()).partition(b";")[0], 16):
        content += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return content


def _build_head(response: Response, request_id: str) -> bytes:
    # A cut is a promise not kept: a byte is announced that never comes.
    size = sum(len(p) if isinstance(p, bytes) else isinstance(p, Cut) for p in response.pieces)
    length = "transfer-encoding: chunked" if response.streamed else f"content-length: {size}"
    status = HTTPStatus(response.status)
    more = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: {response.kind}\r\n{length}\r\n"
        f"x-request-id: {request_id}\r\n{more}\r\n"
    ).encode("latin-1")


def _frame_piece(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


async def _pause_at(piece: Piece, reader: asyncio.StreamReader) -> None:
    """Wait as long as a piece says, or until the client goes away: then nobody waits for the rest."""
    pause = asyncio.ensure_future(_wait_out(piece))
    # No client sends its next request before it has its answer, so that only its going away ends this.
    gone = asyncio.ensure_future(reader.read(1))
    try:
        await asyncio.wait({pause, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not pause.done():
            raise HungUp
        pause.result()
    finally:
        pause.cancel()
        gone.cancel()
        await asyncio.gather(pause, gone, return_exceptions=True)


async def _wait_out(piece: Piece) -> None:
    if isinstance(piece, Gate):
        await piece.wait_async()
    elif isinstance(piece, int | float):
        await asyncio.sleep(piece)
