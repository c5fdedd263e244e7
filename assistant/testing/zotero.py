"""A Zotero on loopback: its Web API v3 below ``/``, and its local API below ``/api``, as their documentation has them.

Versions, conditional requests (304, 412, 428), pages (``Link``, ``Total-Results``), ``since``, ``/deleted``, the trash,
collections, groups, keys that may not do everything (403), writes with versions and write tokens, and faults on demand:
429 with ``Retry-After`` or ``Backoff``, 500, JSON that breaks off.
"""

import json
import re
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from assistant.testing.zotero_library import FakeZoteroLibrary, ZoteroRequestError

# Objects of a page, at the most and where nobody says how many, as Zotero's documentation has them.
MAX_LIMIT, DEFAULT_LIMIT = 100, 25
USER = 475425
SERVER_ID = "fAkE5erVer1d"


@dataclass(frozen=True)
class ZoteroFault:
    """What happens to the next request whose path has ``where`` in it.

    Attributes:
        status: With which status it is answered, and nothing is done; 0 for the right one.
        headers: What is said beside, such as ``Retry-After`` or ``Backoff``.
        cut: After how many bytes the right body ends; None for a whole one. ``Content-Length`` says the cut length,
            as where a proxy keeps half of an answer.
        where: A part of the path.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    where: str = ""


@dataclass(frozen=True)
class ZoteroRequest:
    """A request as tests look at it; of the key there is only whether it was sent."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int


class FakeZotero:
    """A Zotero; ``fake_zotero()`` runs it.

    Attributes:
        libraries: The user's library under ``user``, and groups under ``groups/123``.
        requests: What was asked, in order.
        faults: What happens to the next requests; each happens once.
        may_write: Whether the key may change anything.
        closed_groups: Numbers of groups that the key opens not.
        is_local_enabled: Whether other programs are let in by the local API.
        is_legacy: Whether the local API is that of Zotero 7: no versions, no pages, no ``/deleted``, no writes.
        citation_keys: Better BibTeX's, by the items' keys; None where it is not installed.
        allows_writes: Whether the person in front of Zotero lets a program write (Zotero 10).
        server_id: Of the database, in ``Zotero-Server-ID``.
    """

    def __init__(self, key: str = "zoteroFAKEkey0123456789x", user: int = USER) -> None:
        self.key, self.user = key, user
        self.libraries: dict[str, FakeZoteroLibrary] = {"user": FakeZoteroLibrary({"type": "user", "id": user})}
        self.requests: list[ZoteroRequest] = []
        self.faults: list[ZoteroFault] = []
        self.may_write = True
        self.closed_groups: set[int] = set()
        self.is_local_enabled = True
        self.is_legacy = False
        self.citation_keys: dict[str, str] | None = None
        self.allows_writes = True
        self.server_id = SERVER_ID
        self.address = ""
        self._local_key = ""
        self._lock = threading.RLock()

    @property
    def url(self) -> str:
        """The address of the Web API."""
        return self.address

    @property
    def local_url(self) -> str:
        """The address of the local API."""
        return f"{self.address}/api"

    @property
    def library(self) -> FakeZoteroLibrary:
        """The user's own library."""
        return self.libraries["user"]

    def add_group(self, number: int, name: str) -> FakeZoteroLibrary:
        """Add a group, which has a library of its own."""
        library = FakeZoteroLibrary({"type": "group", "id": number, "name": name})
        self.libraries[f"groups/{number}"] = library
        return library

    def count_requests(self) -> int:
        """Count the requests so far, and forget them."""
        count = len(self.requests)
        self.requests.clear()
        return count

    def answer(
        self, method: str, target: str, headers: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Answer a request; header names in lower case."""
        with self._lock:
            parts = urlsplit(target)
            query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            body = json.loads(content) if content else None
            fault = next((fault for fault in self.faults if fault.where in parts.path), ZoteroFault())
            if fault in self.faults:
                self.faults.remove(fault)
            try:
                if fault.status:
                    raise ZoteroRequestError(fault.status, "A fault that was asked for")
                status, sent, value = self._route(method, parts.path, query, headers, body)
            except ZoteroRequestError as error:
                status, sent, value = error.status, {"Content-Type": "text/plain", **error.headers}, str(error)
            sent, data = {**sent, **fault.headers}, _encode(value)[: fault.cut]
            seen = {name: "***" if "key" in name or name == "authorization" else text for name, text in headers.items()}
            self.requests.append(ZoteroRequest(method, parts.path, query, seen, body, status))
            return status, sent, data

    def _route(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, str], Any]:
        if path == "/better-bibtex/json-rpc":
            return self._answer_json_rpc(body)
        is_local = path == "/api" or path.startswith("/api/")
        path = path.removeprefix("/api") if is_local else path
        base = {"Zotero-API-Version": "3", "Content-Type": "application/json"}
        if is_local:
            if not self.is_local_enabled:
                raise ZoteroRequestError(403, "Local API is not enabled")
            base |= {} if self.is_legacy else {"Zotero-Server-ID": self.server_id}
            if path == "/":
                return 200, {**base, "Content-Type": "text/plain"}, "Nothing to see here."
            if path == "/local/authorize" and method == "POST" and not self.is_legacy:
                return self._authorize(headers, base)
            self._check_local(method, headers)
        else:
            self._check_key(method, path, headers)
        if path == "/keys/current":
            access = {"user": {"library": True, "notes": True, "write": self.may_write}}
            return 200, base, {"userID": self.user, "username": "fake", "access": access}
        match = re.fullmatch(r"/(users|groups)/(\d+)(/.*)?", path)
        if not match:
            raise ZoteroRequestError(404, "Not found")
        kind, number, rest = match[1], int(match[2]), match[3] or ""
        if kind == "users" and rest == "/groups":
            return 200, base, [self._describe_group(name) for name in self.libraries if name != "user"]
        library = self._find_library(kind, number, is_local)
        status, sent, value = self._ask_library(library, method, rest, query, headers, body, is_local)
        if is_local and self.is_legacy:
            sent = {name: text for name, text in sent.items() if name not in ("Last-Modified-Version", "Link")}
        if is_local and method != "GET" and status < 300 and self._local_key.startswith("once"):
            self._local_key = ""
        return status, {**base, **sent}, value

    def _find_library(self, kind: str, number: int, is_local: bool) -> FakeZoteroLibrary:
        if kind == "users":
            if number == self.user or (is_local and number == 0):
                return self.library
            raise ZoteroRequestError(400 if is_local else 403, "Forbidden")
        if number in self.closed_groups:
            raise ZoteroRequestError(403, "Forbidden")
        if f"groups/{number}" not in self.libraries:
            raise ZoteroRequestError(404, "Not found")
        return self.libraries[f"groups/{number}"]

    def _check_key(self, method: str, path: str, headers: dict[str, str]) -> None:
        sent = headers.get("zotero-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        if sent != self.key:
            raise ZoteroRequestError(403, "Invalid key" if sent else "Forbidden")
        if method != "GET" and not self.may_write:
            raise ZoteroRequestError(403, "Write access denied")

    def _check_local(self, method: str, headers: dict[str, str]) -> None:
        if self.is_legacy:
            if method != "GET":
                raise ZoteroRequestError(400, "Endpoint does not support method")
            return
        sent = headers.get("zotero-server-id")
        if sent and sent != self.server_id:
            raise ZoteroRequestError(412, "Another Zotero database")
        if method != "GET":
            if not sent:
                raise ZoteroRequestError(428, "Zotero-Server-ID not provided")
            if not self._local_key or headers.get("zotero-api-key") != self._local_key:
                raise ZoteroRequestError(401, "A key is required")

    def _authorize(self, headers: dict[str, str], base: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        if headers.get("zotero-server-id") != self.server_id:
            raise ZoteroRequestError(428, "Zotero-Server-ID not provided")
        if not self.allows_writes:
            raise ZoteroRequestError(403, "Denied by the user")
        self._local_key = "always-allowed-key"
        return 200, base, {"key": self._local_key, "remember": True}

    def _answer_json_rpc(self, body: Any) -> tuple[int, dict[str, str], Any]:
        if self.citation_keys is None:
            raise ZoteroRequestError(404, "No endpoint found")
        keys = body["params"][0]
        result = {key: self.citation_keys.get(key) for key in keys}
        return 200, {"Content-Type": "application/json"}, {"jsonrpc": "2.0", "id": body["id"], "result": result}

    def _describe_group(self, name: str) -> dict[str, Any]:
        number = int(name.removeprefix("groups/"))
        return {"id": number, "version": 1, "data": {"id": number, "name": self.libraries[name].about["name"]}}

    def _ask_library(
        self,
        library: FakeZoteroLibrary,
        method: str,
        rest: str,
        query: dict[str, str],
        headers: dict[str, str],
        body: Any,
        is_local: bool,
    ) -> tuple[int, dict[str, str], Any]:
        if method != "GET":
            status, value = library.write(method, rest, headers, body)
            return status, {"Last-Modified-Version": str(library.version)}, value
        found = library.read(rest, query)
        if found.is_single:
            return 200, {"Last-Modified-Version": str(found.value["version"])}, found.value
        sent = {"Last-Modified-Version": str(library.version)}
        known = headers.get("if-modified-since-version")
        if known is not None and int(known) >= library.version and not (is_local and self.is_legacy):
            return 304, sent, None
        if not isinstance(found.value, list):
            if is_local and self.is_legacy and rest == "/deleted":
                raise ZoteroRequestError(404, "No endpoint found")
            return 200, sent, found.value
        if is_local and self.is_legacy:
            return 200, sent, found.value
        return (
            200,
            {**sent, **_page_headers(self.address, rest, query, len(found.value))},
            _cut_page(found.value, query),
        )


def _read_page(query: dict[str, str]) -> tuple[int, int]:
    return int(query.get("start", 0)), max(1, min(int(query.get("limit", DEFAULT_LIMIT)), MAX_LIMIT))


def _cut_page(listed: list[Any], query: dict[str, str]) -> list[Any]:
    start, limit = _read_page(query)
    return listed[start : start + limit]


def _page_headers(address: str, rest: str, query: dict[str, str], total: int) -> dict[str, str]:
    start, limit = _read_page(query)
    links = []
    if start + limit < total:
        links.append(f'<{address}{rest}?{urlencode({**query, "start": start + limit})}>; rel="next"')
        links.append(f'<{address}{rest}?{urlencode({**query, "start": (total - 1) // limit * limit})}>; rel="last"')
    return {"Total-Results": str(total)} | ({"Link": ", ".join(links)} if links else {})


def _encode(value: Any) -> bytes:
    if value is None:
        return b""
    return value.encode() if isinstance(value, str) else json.dumps(value, ensure_ascii=False).encode()


class _QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that go away."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a connection that broke; print what else goes wrong."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def fake_zotero(items: Iterable[dict[str, Any]] = (), **options: Any) -> Iterator[FakeZotero]:
    """Run a Zotero whose library has these items (editable JSON), until the block ends.

    Args:
        items: What the user's library holds.
        **options: Of ``FakeZotero``: ``key``, ``user``.
    """
    zotero = FakeZotero(**options)
    zotero.library.add_items(items)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_request(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, sent, data = zotero.answer(self.command, self.path, headers, content)
            self.send_response(status)
            for name, value in sent.items():
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if status not in (204, 304):
                self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = _QuietServer(("127.0.0.1", 0), Handler)
    zotero.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True, name="fake-zotero")
    thread.start()
    try:
        yield zotero
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
