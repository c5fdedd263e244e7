"""Models of the fake endpoint, and pages to serve in its place."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistant.llm.chat import ChatModel
from assistant.llm.connect import connect_chat_model
from assistant.settings import ModelSettings
from assistant.testing import FakeOpenAIServer
from tests.assistant.llm.asking import KEY, Page


@pytest.fixture(autouse=True)
def _own_environment(own_environment: None) -> None:
    """Each test has it."""


@pytest.fixture
def settings(server: FakeOpenAIServer) -> ModelSettings:
    """Of the fake endpoint, which is asked once and waited for."""
    return ModelSettings(
        model="fake-chat", base_url=server.base_url, api_key_env="FAKE_KEY", timeout=120, stall=120, retries=0
    )


@pytest.fixture
def model(settings: ModelSettings) -> ChatModel:
    return connect_chat_model(settings, KEY)


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, Page]], str]]:
    """Serve pages by their paths; gives the address."""
    servers: list[ThreadingHTTPServer] = []

    def start(pages: dict[str, Page]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                page = pages.get(self.path, Page(404))
                self.send_response(page.status)
                for name, value in (*page.headers.items(), ("content-length", str(len(page.body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(page.body)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
