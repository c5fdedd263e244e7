import sys
from types import ModuleType
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from assistant.llm.connect import connect_chat_model, connect_embedder
from assistant.settings import ModelSettings
from store.errors import InputError, ModelError
from tests.assistant.llm.asking import KEY, SECRET


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
    assert model.openai_api_key.get_secret_value() == SECRET
    assert model.openai_api_base == "https://api.openai.com/v1"


def test_connecting_sends_nothing_and_this_machine_needs_no_key() -> None:
    assert isinstance(connect_chat_model(ModelSettings(model="m", base_url="http://localhost:1/v1")), BaseChatModel)
    assert isinstance(connect_chat_model(ModelSettings(model="openai:gpt-4o-mini"), KEY), BaseChatModel)


def test_the_limits_are_the_settings_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGCHAIN_OPENAI_STREAM_CHUNK_TIMEOUT_S", "1")
    monkeypatch.setenv("LC_OUTPUT_VERSION", "v1")
    settings = ModelSettings(model="openai:gpt-4o", timeout=7, stall=9, retries=4, max_output=50, temperature=0.3)
    model: Any = connect_chat_model(settings, KEY)
    assert (model.max_retries, model.max_tokens, model.temperature) == (4, 50, 0.3)
    assert (model.request_timeout.connect, model.request_timeout.read) == (7, 9)
    assert (model.stream_chunk_timeout, model.output_version) == (None, "v0")
    assert model.use_responses_api is False


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
    assert model.invoke("Why?").content == "Because."
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
