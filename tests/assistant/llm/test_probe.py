import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel

from assistant.llm.probe import QUESTION, probe_models
from assistant.settings import ModelSettings, Settings
from assistant.testing import FakeOpenAIServer, Gate, Reply, ScriptedChatModel, fake_openai_server, faults
from assistant.testing.faults import FAULTS
from store.doctor import Check
from tests.assistant.llm.asking import SECRET

# Seconds in which a server that says nothing any more is given up.
HURRY = {"timeout": 0.2, "stall": 0.3}
ENV = {"FAKE_KEY": SECRET}


@pytest.fixture
def able() -> Iterator[FakeOpenAIServer]:
    """A server that says what it can, and answers as it is asked."""

    def answer(messages: Any) -> str:
        return "one, two, three" if messages[-1]["content"] == QUESTION else '{"colour": "blue"}'

    with fake_openai_server(answer, models=["m"], api_key=SECRET, context_length=16000) as server:
        yield server


def chat(server: FakeOpenAIServer, **more: Any) -> ModelSettings:
    """The settings of a role at a server."""
    given: dict[str, Any] = {
        "model": "m",
        "base_url": server.base_url,
        "api_key_env": "FAKE_KEY",
        "timeout": 120,
        "stall": 120,
    }
    return ModelSettings(**(given | more))


def asked(
    chat: ModelSettings, report: ModelSettings | None = None, embedding: ModelSettings | None = None
) -> dict[str, Check]:
    """The checks by their names."""
    settings = Settings(chat=chat, report=report or chat, embedding=embedding or ModelSettings())
    return {check.name: check for check in probe_models(settings, ENV)}


def failed(checks: dict[str, Check]) -> list[str]:
    """The names of those that failed."""
    return [name for name, check in checks.items() if not check.ok]


def test_all_that_works_is_said(able: FakeOpenAIServer) -> None:
    checks = asked(chat(able), embedding=chat(able))
    assert failed(checks) == []
    said = {name: check.detail for name, check in checks.items()}
    assert said["chat reachable"].startswith(f"{able.base_url} answered in ")
    assert said["chat key"] == "the one in FAKE_KEY is accepted"
    assert said["chat model"] == said["embedding model"] == "m"
    assert said["chat streaming"].startswith("works, ")
    assert said["chat streaming"].endswith("tokens read, 5 written")
    assert said["chat context"] == "16000 tokens"
    assert said["chat json_schema"] == "works"
    assert said["chat tools"].startswith("no")
    assert said["report"] == "the same as chat"
    assert said["embedding dimension"] == "64 numbers a vector"


def test_without_models_nothing_is_asked() -> None:
    checks = asked(ModelSettings())
    assert failed(checks) == []
    assert [check.detail.partition(":")[0] for check in checks.values()] == [
        *("no model is set", "the same as chat", "no model is set")
    ]


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (faults.unauthorised(echo_key=True), "chat key"),
        (faults.no_such_model(), "chat model"),
        (faults.server_error(), "chat answer"),
        (faults.rate_limited(60), "chat answer"),
        (faults.cut(), "chat reachable"),
        (faults.stall(), "chat reachable"),
        (faults.content_filtered(), "chat answer"),
        (faults.slow_first_token(Gate(limit=None)), "chat reachable"),
    ],
)
def test_what_fails_is_said_with_what_to_do(able: FakeOpenAIServer, fault: Any, name: str) -> None:
    able.fail(fault)
    checks = asked(chat(able, **(HURRY if name == "chat reachable" else {})))
    assert failed(checks) == [name]
    assert checks[name].hint
    assert SECRET not in repr(checks)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_it_never_raises(able: FakeOpenAIServer, name: str) -> None:
    able.fail(FAULTS[name](), endpoint="all")
    assert asked(chat(able, **HURRY), embedding=chat(able, **HURRY))


def test_nothing_listens() -> None:
    away = ModelSettings(model="m", base_url="http://127.0.0.1:9/v1")
    checks = asked(away, report=away.model_copy(update={"model": "n"}), embedding=away)
    assert failed(checks) == ["chat reachable", "report reachable", "embedding reachable"]


def test_settings_that_lack_something_are_said() -> None:
    checks = asked(ModelSettings(model="m"), embedding=ModelSettings(model="n"))
    assert failed(checks) == ["chat settings", "embedding settings"]


@pytest.mark.parametrize(
    ("kind", "words"), [("refused", "not taken: the answer comes as plain text"), ("ignored", "not keep")]
)
def test_a_server_without_json_schema_is_no_failure(kind: Any, words: str) -> None:
    with fake_openai_server(json_schema=kind) as server:
        checks = asked(chat(server))
    assert failed(checks) == []
    assert words in checks["chat json_schema"].detail


@pytest.mark.parametrize(
    ("set_to", "served", "ok", "words"),
    [
        (None, None, True, "unknown, assuming 8192"),
        (4000, 16000, True, "4000 tokens, as set"),
        (32000, 16000, False, "set to 32000 tokens, but the server takes 16000"),
        (None, 4000, False, "the server takes 4000"),
    ],
)
def test_the_context_is_compared(set_to: int | None, served: int | None, ok: bool, words: str) -> None:
    with fake_openai_server(models=["m"], context_length=served) as server:
        check = asked(chat(server, context=set_to))["chat context"]
    assert (check.ok, words in check.detail) == (ok, True)


def test_a_model_of_another_provider_is_asked_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def scripted(settings: ModelSettings, key: object) -> BaseChatModel:
        return ScriptedChatModel(turns=[Reply("one, two"), Reply("Sunny.")])

    monkeypatch.setattr("assistant.llm.probe.connect_chat_model", scripted)
    checks = asked(ModelSettings(model="groq:m"))
    assert failed(checks) == []
    assert "plain text" in checks["chat json_schema"].detail


def test_an_embedder_of_known_dimension_is_asked_too() -> None:
    with fake_openai_server(dimension=64) as server:
        server.fail(faults.server_error(), endpoint="embeddings")
        checks = asked(ModelSettings(), embedding=chat(server, model="text-embedding-3-small"))
    assert failed(checks) == ["embedding answer"]


def test_it_can_be_asked_from_within_an_event_loop(able: FakeOpenAIServer) -> None:
    async def ask() -> dict[str, Check]:
        return asked(chat(able))

    assert failed(asyncio.run(ask())) == []
