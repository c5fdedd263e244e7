"""Models that servers on this machine offer: found, listed, and nothing told to them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from assistant.settings import ModelSettings, Settings
from tests.tui.chatting import chatting
from tui.settings.model_choice import LocalModel, find_local_models
from tui.settings.screen import with_model


@contextmanager
def serving(body: bytes, status: int = 200) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A server with these models: its port, and the headers of what it was asked."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


MODELS = json.dumps({"object": "list", "data": [{"id": "llama3.2:3b"}, {"id": "qwen"}, {"id": 5}, "x"]}).encode()


def test_the_models_of_a_server_are_listed_and_no_key_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-proj-Very5ecret0123456789")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with serving(MODELS) as (port, asked):
        address = f"http://127.0.0.1:{port}/v1"
        assert find_local_models({"Ollama": port}) == [
            LocalModel("llama3.2:3b", address, "Ollama"),
            LocalModel("qwen", address, "Ollama"),
        ]
    assert [one["path"] for one in asked] == ["/v1/models"]
    assert "authorization" not in asked[0]
    assert not any("sk-proj" in value for value in asked[0].values())


@pytest.mark.parametrize(
    ("body", "status"), [(b"<html>", 200), (b"[]", 200), (b'{"data": {}}', 200), (b"\xff", 200), (MODELS, 500)]
)
def test_what_is_no_list_of_models_has_none(body: bytes, status: int) -> None:
    with serving(body, status) as (port, _):
        assert find_local_models({"llama.cpp": port}) == []


def test_a_port_on_which_nobody_listens_has_none() -> None:
    with serving(b"") as (port, _):
        pass
    assert find_local_models({"LM Studio": port}) == []


def test_a_model_of_this_machine_brings_its_address_and_no_key() -> None:
    chat = ModelSettings(model="gpt-4o", base_url="https://example.org/v1", api_key_env="MY_KEY")
    settings = with_model(Settings(chat=chat), "qwen", "http://127.0.0.1:1234/v1")
    assert (settings.chat.model, settings.chat.base_url) == ("qwen", "http://127.0.0.1:1234/v1")
    assert settings.chat.key_name == ""


async def test_a_model_of_this_machine_is_chosen_from_a_list(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.settings.model_choice.try_model", lambda settings: "")
    found = [LocalModel("qwen", "http://127.0.0.1:1234/v1", "LM Studio")]
    monkeypatch.setattr("tui.settings.model_choice.find_local_models", lambda: found)
    async with chatting(library, settings=Settings()) as talk:
        await talk.send("/model")
        await talk.until(lambda: "qwen  LM Studio" in talk.screen, "the list")
        await talk.press("enter")
        await talk.until(lambda: talk.told, "that it answers")
        assert talk.told[-1] == ("qwen answers.", "information")
        assert talk.app.holder.settings
        assert talk.app.holder.settings.chat.base_url == "http://127.0.0.1:1234/v1"
