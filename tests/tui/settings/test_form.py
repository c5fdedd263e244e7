from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.settings import ModelSettings, Settings, load
from tui.settings.screen import describe_model, form_values, list_changes, read_form

OPENAI = load({"model": "openai:gpt-4o-mini", "context": 9000}, env={})
TEXT = st.text(max_size=30)


def filled_with(settings: Settings, **given: Any) -> Settings:
    made = read_form(settings, form_values(settings) | given)
    assert made.settings is not None, made.errors
    return made.settings


@pytest.mark.parametrize(
    "flags",
    [
        {},
        {"model": "openai:gpt-4o-mini", "temperature": 0.5},
        {"model": "m", "base_url": "http://localhost:1/v1", "api_key_env": "KEY", "report_model": "r"},
        {"model": "m", "base_url": "http://localhost:1/v1", "api_key_env": "KEY", "report_base_url": "http://b:2/v1"},
        {"model": "openai:a", "report_model": "x", "report_base_url": "http://b:2", "report_api_key_env": "B"},
        {"embedding_model": "e", "embedding_base_url": "http://localhost:2", "k": 3, "strict": True, "cache": False},
    ],
)
def test_a_form_that_is_left_alone_changes_nothing(flags: dict[str, object]) -> None:
    settings = load(flags, env={})
    assert read_form(settings, form_values(settings)) == (settings, {})
    assert list_changes(settings, form_values(settings)) == {}


def test_what_is_given_is_taken() -> None:
    made = filled_with(Settings(), model=" openai:x ", embedding_model="openai:e", k="7", strict=True, cache=False)
    assert (made.chat.model, made.embedding.model, made.k, made.strict, made.cache) == (
        "openai:x",
        "openai:e",
        7,
        True,
        False,
    )
    assert list_changes(Settings(), form_values(made)) == {
        "model": "openai:x",
        "embedding_model": "openai:e",
        "k": "7",
        "strict": True,
        "cache": False,
    }


def test_the_report_follows_chat_where_its_fields_are_empty() -> None:
    assert form_values(OPENAI)["report_model"] == ""
    made = filled_with(OPENAI, model="openai:other")
    assert made.report.model == "openai:other"
    assert made.report == made.chat


def test_a_key_is_not_sent_to_another_address_unasked() -> None:
    chat = {"model": "m", "base_url": "http://a:1", "api_key_env": "A_KEY"}
    made = filled_with(load(chat, env={}), report_base_url="http://b:2")
    assert made.report.key_name == ""


def test_another_model_forgets_the_context() -> None:
    assert filled_with(OPENAI, strict=True).chat.context == 9000
    assert filled_with(OPENAI, model="openai:other").chat.context is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("base_url", "localhost", "an address like"),
        ("api_key_env", "not a name", "the NAME of an environment variable"),
        ("embedding_base_url", "http://h/?q=1", "an address like"),
        ("report_api_key_env", "lower", "the NAME"),
        ("k", "0", "from 1 to 100"),
        ("k", "many", "from 1 to 100"),
        ("k", "", "from 1 to 100"),
        ("api_key_env", "sk-abcdefghijklmnop", "Keys are kept in environment variables"),
        ("model", "sk-abcdefghijklmnop", "Keys are kept in environment variables"),
    ],
)
def test_errors_stand_at_their_fields(name: str, value: str, said: str) -> None:
    made = read_form(Settings(), form_values(Settings()) | {name: value})
    assert made.settings is None
    assert list(made.errors) == [name]
    assert said in made.errors[name]
    assert "abcdefgh" not in str(made.errors)


@given(
    st.fixed_dictionaries(
        {name: TEXT for name in form_values(Settings()) if name not in ("strict", "cache", "fallback")}
    )
)
def test_any_text_is_settings_or_errors(texts: dict[str, str]) -> None:
    made = read_form(OPENAI, form_values(OPENAI) | texts)
    assert (made.settings is None) == bool(made.errors)


def test_whom_it_asks() -> None:
    assert describe_model(ModelSettings()) == "No model: nothing is sent anywhere."
    assert describe_model(OPENAI.chat) == "Asks https://api.openai.com/v1; sends the key in OPENAI_API_KEY."
    local = ModelSettings(model="m", base_url="http://localhost:1/v1")
    assert describe_model(local) == "Asks http://localhost:1/v1; sends no key."
    assert "nobody" in describe_model(ModelSettings(model="m"))
