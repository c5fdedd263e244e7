"""A provider on loopback that says what a test tells it to, and misbehaves on purpose."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came: path unquoted, header names in lower case."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """An answer; ``promised`` bytes more than come, ``hangs`` until the server ends."""

    body: bytes = b""
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    promised: int = 0
    hangs: bool = False
    endless: bool = False


Answering = Callable[[Asked], Reply]


def told(value: Any, status: int = 200, **headers: str) -> Reply:
    """An answer in JSON."""
    return Reply(
        json.dumps(value).encode(), status, headers={key.replace("_", "-"): one for key, one in headers.items()}
    )


class Loopback:
    """The server. ``answering`` says what it says; ``asked`` is what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answering: Answering = lambda asked: Reply(b"not here", 404, "text/plain")
        self.over = threading.Event()
        self.came = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def says(self, *replies: Reply) -> None:
        """These answers in turn, the last one for ever."""
        left = list(replies)
        self.answering = lambda asked: left.pop(0) if len(left) > 1 else left[0]

    @contextmanager
    def running(self) -> Iterator["Loopback"]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True)), headers)
                loopback.asked.append(asked)
                loopback.came.set()
                try:
                    self._send(loopback.answering(asked))
                except OSError:  # the client went away, as it may
                    self.close_connection = True

            def _send(self, reply: Reply) -> None:
                if reply.hangs:
                    loopback.over.wait()
                self.send_response(reply.status)
                self.send_header("content-type", reply.kind)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if not reply.endless:
                    self.send_header("content-length", str(len(reply.body) + reply.promised))
                self.end_headers()
                self.wfile.write(reply.body)
                while reply.endless:
                    self.wfile.write(b" " * 65536)
                self.close_connection = bool(reply.promised or reply.endless)

            def log_message(self, *args: object) -> None: ...

        return Handler
