"""Tracing is off while langchain works for us, and as it was for everybody else."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from langchain_core.outputs import ChatGenerationChunk
from langsmith import tracing_context
from langsmith.utils import tracing_is_enabled
from pydantic import Field

from assistant.answer.model import Model
from assistant.llm.langchain_chat import disable_tracing
from assistant.testing import ScriptedChatModel


class Traces(ScriptedChatModel):
    """Notes whether langchain would trace while it streams."""

    seen: list[bool] = Field(default_factory=list)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            self.seen.append(bool(tracing_is_enabled()))
            yield chunk


class TestTracing:
    async def test_it_is_off_while_a_model_streams_and_on_for_the_caller(self) -> None:
        chat = Traces(turns=[["So ", "it is."]])
        with tracing_context(enabled=True):
            completion = await Model(chat, "scripted").complete("Why?")
            assert tracing_is_enabled() is True
        assert completion.text == "So it is."
        assert chat.seen
        assert not any(chat.seen)

    def test_a_failure_puts_it_back(self) -> None:
        with tracing_context(enabled=True):
            with suppress(KeyError), disable_tracing():
                assert tracing_is_enabled() is False
                raise KeyError
            assert tracing_is_enabled() is True

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ({"LANGCHAIN_TRACING": "true"}, {"LANGSMITH_TRACING": "true"}),
            ({"LANGCHAIN_TRACING": "true", "LANGSMITH_TRACING": "false"}, {"LANGSMITH_TRACING": "false"}),
            ({"LANGCHAIN_TRACING": "true", "LANGSMITH_TRACING": " "}, {"LANGSMITH_TRACING": "true"}),
            ({"LANGCHAIN_TRACING": ""}, {}),
            ({"LANGCHAIN_HANDLER": "langchain"}, {}),
            ({}, {}),
        ],
    )
    def test_the_oldest_variables_give_way_to_the_newer_one(
        self, monkeypatch: pytest.MonkeyPatch, before: dict[str, str], after: dict[str, str]
    ) -> None:
        names = ("LANGCHAIN_HANDLER", "LANGCHAIN_TRACING", "LANGSMITH_TRACING")
        environ = dict(before)
        monkeypatch.setattr("assistant.llm.langchain_chat.os.environ", environ)
        with disable_tracing():
            pass
        assert {name: environ[name] for name in names if name in environ} == after
