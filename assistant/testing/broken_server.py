"""A server on loopback that does one thing wrong: says nothing, drips, hangs up, refuses, sends on."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

Behaviour = Callable[["BrokenServer", socket.socket], None]


class BrokenServer:
    """Answers every request in one way.

    Args:
        behaviour: What it does with a connection, once a request has come.

    Attributes:
        requests: The heads of the requests, as they came.
    """

    def __init__(self, behaviour: Behaviour) -> None:
        self.requests: list[str] = []
        self.stopped = Event()
        self._behaviour = behaviour
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def stop(self) -> None:
        """Stop, and wait until everything has."""
        self.stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(0.05)  # To look now and then whether all is over.
            thread = Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while not self.stopped.is_set() and (head := self._read_request(connection)):
                self.requests.append(head)
                self._behaviour(self, connection)

    def _read_request(self, connection: socket.socket) -> str:
        """Read a request with its body, and return its head; "" where there is none."""
        received = b""
        while not self.stopped.is_set():
            head, end, body = received.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").lower().splitlines()
            length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), 0)
            if end and len(body) >= length:
                return head.decode("latin-1")
            try:
                piece = connection.recv(65_536)
            except TimeoutError:
                continue
            if not piece:
                return ""
            received += piece
        return ""


@contextmanager
def broken_server(behaviour: Behaviour) -> Iterator[BrokenServer]:
    """Run such a server."""
    server = BrokenServer(behaviour)
    try:
        yield server
    finally:
        server.stop()


def say_nothing(server: BrokenServer, connection: socket.socket) -> None:
    """Take the request and never answer."""
    server.stopped.wait()


def drip(server: BrokenServer, connection: socket.socket) -> None:
    """Begin an answer and go on byte by byte, without end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-slow: ")
    while not server.stopped.wait(0.02):
        connection.sendall(b"a")


def drip_body(server: BrokenServer, connection: socket.socket) -> None:
    """Answer with a body that goes on byte by byte, without end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n")
    while not server.stopped.wait(0.02):
        connection.sendall(b" ")


def hang_up(server: BrokenServer, connection: socket.socket) -> None:
    """Die in the middle of an answer."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{")
    connection.shutdown(socket.SHUT_RDWR)


def answer(status: int, body: object = None, **headers: str) -> Behaviour:
    """Build a behaviour: answer everything with this status, JSON (or text, as it is), and headers."""
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html" if isinstance(body, str) else "application/json"

    def behave(server: BrokenServer, connection: socket.socket) -> None:
        content = text.encode()
        lines = [f"HTTP/1.1 {status} Status", f"content-type: {kind}", f"content-length: {len(content)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + content)

    return behave
