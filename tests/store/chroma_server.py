"""A real Chroma server on loopback."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

# A tenth of what a server takes in one request unless it is told otherwise.
MAX_REQUEST = 4_000_000
RUN = "from chromadb.cli.cli import app; import sys; sys.argv[0] = 'chroma'; sys.exit(app())"


class ChromaServer:
    """``chroma run`` for a folder, on a free port that stays the same when it is started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {
            "port": self.port,
            "listen_address": "127.0.0.1",
            "persist_path": str(self.folder),
            "max_payload_size_bytes": MAX_REQUEST,
        }
        config = self.folder.with_suffix(".yaml")
        config.write_text(json.dumps(settings), encoding="utf-8")
        with self.folder.with_suffix(".log").open("ab") as log:
            command = [sys.executable, "-c", RUN, "run", str(config)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None, f"chroma run ended with {self._process.returncode}"
            assert time.monotonic() < until, "chroma run does not answer"

    def kill(self) -> None:
        """End it like a power cut."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        url = f"{self.url}/api/v2/tenants/default_tenant/databases/default_database/collections"
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(url, timeout=5) as answer:
            return sorted(one["name"] for one in json.load(answer))

    def _answers(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(f"{self.url}/api/v2/heartbeat", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
