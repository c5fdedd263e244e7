import json
from collections.abc import Callable
from typing import Any

import pytest

from assistant.llm.connect import connect_chat_model
from assistant.llm.model_limits import _load_contexts, choose_context, fetch_context, find_context
from assistant.settings import ModelSettings
from assistant.testing import fake_openai_server
from tests.assistant.llm.asking import KEY, Page

Serve = Callable[[dict[str, Page]], str]


def models(**about: Any) -> Page:
    """A list of models, among them ``m``."""
    listed = {"object": "list", "data": [{"id": "other", "max_model_len": 1}, {"id": "m", **about}]}
    return Page(body=json.dumps(listed).encode(), headers={"content-type": "application/json"})


def props(**about: Any) -> Page:
    """What llama.cpp says of itself."""
    return Page(body=json.dumps(about).encode(), headers={"content-type": "application/json"})


@pytest.mark.parametrize(
    ("pages", "context"),
    [
        ({"/v1/models": models(max_model_len=4096)}, 4096),
        ({"/v1/models": models(meta={"n_ctx": 2048, "n_ctx_train": 32768})}, 2048),
        ({"/v1/models": models(context_length=131072)}, 131072),
        (
            {
                "/v1/models": models(meta={"n_ctx_train": 32768}),
                "/props": props(default_generation_settings={"n_ctx": 4096}),
            },
            4096,
        ),
        ({"/v1/models": models(meta={"n_ctx_train": 32768})}, 32768),
        ({"/v1/models": models()}, None),
        ({"/v1/models": models(max_model_len="many", meta=[1])}, None),
        ({"/v1/models": Page(body=b"[1, 2]", headers={"content-type": "application/json"})}, None),
        ({"/v1/models": Page(body=b"<html>", headers={"content-type": "text/html"})}, None),
        ({"/v1/models": Page(401)}, None),
        ({}, None),
    ],
)
def test_what_a_server_says_of_its_context(serve: Serve, pages: dict[str, Page], context: int | None) -> None:
    assert fetch_context(ModelSettings(model="m", base_url=f"{serve(pages)}/v1"), KEY) == context


def test_where_nothing_listens_nothing_is_known() -> None:
    assert fetch_context(ModelSettings(model="m", base_url="http://127.0.0.1:9/v1"), None) is None


def test_openai_and_others_are_not_asked() -> None:
    assert fetch_context(ModelSettings(model="openai:gpt-4o"), KEY) is None
    assert fetch_context(ModelSettings(model="anthropic:claude"), KEY) is None


def test_the_fake_server_says_it() -> None:
    with fake_openai_server(models=["m"], context_length=1234) as server:
        assert fetch_context(ModelSettings(model="m", base_url=server.base_url), KEY) == 1234


@pytest.mark.parametrize(
    ("settings", "context"),
    [
        (ModelSettings(model="openai:gpt-4o-mini"), 128000),
        (ModelSettings(model="openai:gpt-4o-mini", context=9000), 9000),
        (ModelSettings(model="gpt-4o-mini", base_url="http://localhost:1/v1"), 8192),
        (ModelSettings(model="openai:a-new-one"), 8192),
    ],
)
def test_the_context_to_plan_with(settings: ModelSettings, context: int) -> None:
    assert choose_context(settings, connect_chat_model(settings, KEY)) == context


def test_the_contexts_are_those_that_langchain_lists() -> None:
    from langchain_openai.data._profiles import _PROFILES

    listed = {name: profile.get("max_input_tokens") for name, profile in _PROFILES.items()}
    assert _load_contexts() == {
        name: tokens for name, tokens in listed.items() if tokens and not name.startswith("text-embedding")
    }


def test_a_dated_version_reads_as_much_as_its_model() -> None:
    assert find_context(ModelSettings(model="openai:o3-2025-04-16")) == 200_000
