"""Cases of models' servers, and what plays them: shared by ``benchmarks.servers`` and ``benchmarks.replies``.

A folder of cases has ``cases.jsonl`` with what happens and what is right, and for each case that a server plays a
folder with the raw bytes of its replies. Cases may be of a half, ``dev`` or ``test``: the code is changed after a look
at those of ``dev`` alone. ``benchmarks/server_cases`` is one such folder.
"""

import argparse
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.corpora import SHARED

CASES = SHARED / "cases" / "answers"
# Of the length of the first prompt: shorter ones are no longer too long for the servers of cases.
_SHORTER = 0.7


class CaseSet(NamedTuple):
    """Which cases are played: those of a folder, of a half of it ("" for all), whose names hold one of the words."""

    folder: Path = CASES
    half: str = ""
    words: tuple[str, ...] = ()

    def read(self) -> Iterator[dict[str, Any]]:
        """Read the cases; ``folder`` and ``rule`` are those of the replies, of another case where a case says so."""
        lines = (self.folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
        cases: dict[str, dict[str, Any]] = {case["name"]: case for case in map(json.loads, lines)}
        for name, case in cases.items():
            if self.half not in ("", case.get("half")) or not (
                not self.words or any(word in name for word in self.words)
            ):
                continue
            played = _read_data(case).get("quirk", name)
            rule = _read_data(cases.get(played, {})).get("rule", "")
            yield {**case, "folder": self.folder / played, "rule": rule}


def _read_data(case: dict[str, Any]) -> dict[str, Any]:
    """Read what a case says of its replies; of some cases that is a text, which no server plays."""
    data = case.get("data")
    return data if isinstance(data, dict) else {}


def read_arguments() -> CaseSet:
    """Read from the command line which cases are played."""
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*", help="parts of names; without any all cases are played")
    parser.add_argument("--cases", type=Path, default=CASES, help="the folder of the cases")
    parser.add_argument("--half", default="", choices=("dev", "test"), help="of cases that are divided")
    arguments = parser.parse_args()
    return CaseSet(arguments.cases, arguments.half, tuple(arguments.words))


class CaseServer:
    """Answers on loopback with the raw bytes of a case, by its rule; ``bodies`` are those of the requests that came.

    Args:
        case: As ``CaseSet.read`` gives it.
    """

    def __init__(self, case: dict[str, Any]) -> None:
        self.bodies: list[dict[str, Any]] = []
        self._rule: str = case["rule"]
        folder: Path = case["folder"]
        self._replies = {path.stem: path.read_bytes() for path in folder.glob("*.http")}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                self.wfile.write(server.choose_reply(json.loads(self.rfile.read(length))))
                self.close_connection = True

            def do_GET(self) -> None:
                self.send_error(404)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def choose_reply(self, body: dict[str, Any]) -> bytes:
        """Choose the reply to a request: by what is in its body, its length, or whether it is the first."""
        self.bodies.append(body)
        replies = self._replies
        if "reply_1" in replies:
            return replies["reply_1" if len(self.bodies) == 1 else "reply_2"]
        if "reply_first" in replies:
            lengths = [len(json.dumps(sent["messages"])) for sent in (self.bodies[0], body)]
            return replies["reply_first" if lengths[1] > _SHORTER * lengths[0] else "reply_shorter_prompt"]
        if "reply_with_key" in replies:
            return replies["reply_with_key" if self._has_key(body) else "reply_without_key"]
        return replies["reply_with_response_format" if body.get("response_format") else "reply_without"]

    def _has_key(self, body: dict[str, Any]) -> bool:
        if self._rule.startswith("a message of role system"):
            return any(message["role"] == "system" for message in body["messages"])
        if self._rule.startswith("stream true"):
            return bool(body.get("stream"))
        return self._rule.split()[0] in body

    def close(self) -> None:
        """End it."""
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def replay(case: dict[str, Any]) -> Iterator[CaseServer]:
    """Play a case."""
    server = CaseServer(case)
    try:
        yield server
    finally:
        server.close()
