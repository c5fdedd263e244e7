import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from assistant.llm.chat_model import EndpointChat
from assistant.llm.connect import connect_chat_model, connect_embedder
from assistant.llm.http import build_timeouts
from assistant.settings import ModelSettings
from assistant.testing import fake_openai_server
from store.errors import InputError, ModelError
from tests.assistant.llm.asking import KEY, SECRET, asked


@pytest.mark.parametrize("make", [connect_chat_model, connect_embedder])
@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("", "No model is set"),
        ("gpt-4o", r"where the model 'gpt-4o' is.*openai:gpt-4o.*base_url"),
        ("openai:", "where the model 'openai:' is"),
        ("openai:gpt-4o", r"OPENAI_API_KEY is not set.*export OPENAI_API_KEY"),
    ],
)
def test_a_model_has_to_be_named_in_full(make: Any, model: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make(ModelSettings(model=model))


def test_a_key_that_was_named_has_to_be_there() -> None:
    with pytest.raises(InputError, match="MY_KEY is not set"):
        connect_chat_model(ModelSettings(model="m", base_url="http://localhost:1/v1", api_key_env="MY_KEY"))


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    model: Any = connect_chat_model(ModelSettings(model="openai:gpt-4o"))
    assert model.key.get_secret_value() == SECRET


def test_connecting_sends_nothing_and_this_machine_needs_no_key() -> None:
    assert isinstance(connect_chat_model(ModelSettings(model="m", base_url="http://localhost:1/v1")), EndpointChat)
    assert isinstance(connect_chat_model(ModelSettings(model="openai:gpt-4o-mini"), KEY), EndpointChat)


def test_the_limits_are_the_settings_own() -> None:
    settings = ModelSettings(model="openai:gpt-4o", timeout=7, stall=9, retries=4, max_output=50, temperature=0.3)
    timeouts = build_timeouts(settings)
    assert (timeouts.connect, timeouts.read) == (7, 9)
    body = EndpointChat(settings, KEY).build_body("Why?", {})
    assert body == {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "Why?"}],
        "max_completion_tokens": 50,
        "temperature": 0.3,
    }


def test_an_endpoint_is_asked_without_langchain_and_openais_package() -> None:
    code = """
import asyncio, sys
from assistant.answer.pipeline_factory import connect_model
from assistant.settings import ModelSettings

with_key = connect_model(ModelSettings(model="m", base_url=sys.argv[1]))
print(asyncio.run(with_key.complete("Why?")).text)
print([name for name in ("langchain_core", "langchain_openai", "langsmith", "openai") if name in sys.modules])
"""
    with fake_openai_server(lambda messages: "Because.") as server:
        done = subprocess.run([sys.executable, "-c", code, server.base_url], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["Because.", "[]"]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("anthropic:claude", r"package langchain-anthropic.*pip install langchain-anthropic"),
        ("google_genai:gemini", "pip install langchain-google-genai"),
        ("ollama:llama3", r"pip install langchain-ollama.*base_url"),
        ("llama3:8b", r"no provider 'llama3' \(llama3:8b\).*base_url"),
    ],
)
def test_the_package_of_another_provider_is_named(model: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("anthropic", "google_genai", "ollama", "community"):
        monkeypatch.setitem(sys.modules, f"langchain_{package}", None)
    with pytest.raises(InputError, match=words) as raised:
        connect_chat_model(ModelSettings(model=model))
    assert raised.value.__context__ is None


def test_a_model_of_another_provider_is_made_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Any] = {}

    def chat_groq(**options: Any) -> BaseChatModel:
        made.update(options)
        return FakeListChatModel(responses=["Because."])

    _install(monkeypatch, chat_groq)
    model = connect_chat_model(ModelSettings(model="groq:llama", api_key_env="GROQ_KEY", temperature=0.5), KEY)
    assert asked(model) == "Because."
    assert made == {
        **{"model": "llama", "temperature": 0.5, "max_tokens": 1024, "timeout": 60, "max_retries": 2, "api_key": KEY}
    }


def test_what_another_provider_makes_of_it_is_explained_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def chat_groq(**options: Any) -> BaseChatModel:
        raise ValueError(f"bad key {SECRET}")

    _install(monkeypatch, chat_groq)
    with pytest.raises(ModelError, match="bad key") as raised:
        connect_chat_model(ModelSettings(model="groq:llama", api_key_env="GROQ_KEY"), KEY)
    assert SECRET not in str(raised.value)
    assert raised.value.__context__ is None


def test_embeddings_come_from_openais_interface_alone() -> None:
    with pytest.raises(InputError, match=r"'cohere' is none.*base_url"):
        connect_embedder(ModelSettings(model="cohere:embed"))


def _install(monkeypatch: pytest.MonkeyPatch, chat_groq: Any) -> None:
    """A stand-in for the package ``langchain-groq``."""
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    module = ModuleType("langchain_groq")
    module.__dict__["ChatGroq"] = chat_groq
    monkeypatch.setitem(sys.modules, "langchain_groq", module)
