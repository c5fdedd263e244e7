import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from assistant.llm.chat import ChatModel
from assistant.llm.connect import connect_chat_model
from assistant.settings import ModelSettings
from assistant.testing import FakeOpenAIServer, fake_openai_server, faults
from store.errors import ModelBusy, ModelRefused
from tests.assistant.llm.asking import KEY, SECRET, WAYS, Page, asked

Way = Callable[[ChatModel], str]
each_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


def test_a_local_model_is_asked_directly_and_learns_nothing_else(
    model: ChatModel, settings: ModelSettings, server: FakeOpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_PROXY", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai-0123456789")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Internal: secret\nAuthorization: Bearer secret")
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    for way in WAYS:
        assert way(connect_chat_model(settings, KEY))
    assert len(server.requests) == 2
    needed = {"accept", "accept-encoding", "authorization", "connection", "content-length", "content-type"}
    for request in server.requests:
        assert request.headers.keys() <= needed | {"host", "user-agent"}
        assert "secret" not in str(request.headers)


def test_the_right_key_is_sent(settings: ModelSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer another")
    with fake_openai_server(api_key=SECRET) as strict:
        own = settings.model_copy(update={"base_url": strict.base_url})
        assert [bool(way(connect_chat_model(own, KEY))) for way in WAYS] == [True] * 2


def test_a_redirect_is_not_followed(
    serve: Callable[[dict[str, Page]], str], settings: ModelSettings, server: FakeOpenAIServer
) -> None:
    elsewhere = Page(307, headers={"location": f"{server.base_url}/chat/completions"})
    base = serve({"/v1/chat/completions": elsewhere})
    for way in WAYS:
        with pytest.raises(ModelRefused, match="redirects to another address"):
            way(connect_chat_model(settings.model_copy(update={"base_url": f"{base}/v1"}), KEY))
    assert server.requests == []


def test_each_event_loop_can_use_the_model(model: ChatModel) -> None:
    assert [bool(asked(model)) for _ in range(3)] == [True] * 3


@each_way
def test_it_asks_again_where_that_helps(way: Way, settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.rate_limited(0.01), nth=1)
    server.fail(faults.rate_limited(0.01), nth=2)
    assert way(connect_chat_model(settings.model_copy(update={"retries": 2}), KEY))
    assert len(server.requests) == 3


@each_way
def test_a_long_wait_is_said_and_not_waited_for(way: Way, settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.rate_limited(90))
    with pytest.raises(ModelBusy, match="wait for 90 s"):
        way(connect_chat_model(settings.model_copy(update={"retries": 5, "timeout": 60.0}), KEY))
    assert len(server.requests) == 1


def test_nothing_of_the_environment_is_changed(model: ChatModel) -> None:
    before = dict(os.environ)
    asked(model)
    assert dict(os.environ) == before


@each_way
def test_an_end_that_says_nothing_more_is_an_end(
    way: Way, serve: Callable[[dict[str, Page]], str], settings: ModelSettings
) -> None:
    chunks: list[dict[str, Any]] = [{"delta": {"role": "assistant", "content": "Because."}}, {"finish_reason": "stop"}]
    lines = [f"data: {json.dumps({'choices': [{'index': 0, **chunk}]})}\n\n" for chunk in chunks]
    page = Page(body="".join([*lines, "data: [DONE]\n\n"]).encode(), headers={"content-type": "text/event-stream"})
    base = serve({"/v1/chat/completions": page})
    assert way(connect_chat_model(settings.model_copy(update={"base_url": f"{base}/v1"}), KEY)) == "Because."
