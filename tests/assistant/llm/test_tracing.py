"""Tracing is off while langchain works for us, and as it was for everybody else."""

from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from langsmith import tracing_context
from langsmith.utils import tracing_is_enabled

from assistant.llm.tracing import disable_tracing, stream_untraced


async def states(closed: list[str]) -> AsyncIterator[object]:
    """Whether langchain would trace, at each of two steps; notes that it was closed."""
    try:
        yield tracing_is_enabled()
        yield tracing_is_enabled()
    finally:
        closed.append("closed")


class TestTracing:
    async def test_it_is_off_in_each_step_of_a_stream_and_on_between_them(self) -> None:
        with tracing_context(enabled=True):
            seen = [(inside, tracing_is_enabled()) async for inside in stream_untraced(states([]))]
        assert seen == [(False, True), (False, True)]

    async def test_whoever_stops_reading_closes_the_stream(self) -> None:
        closed: list[str] = []
        stream = stream_untraced(states(closed))
        assert await anext(stream) is False
        await stream.aclose()
        assert closed == ["closed"]

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
        monkeypatch.setattr("assistant.llm.tracing.os.environ", environ)
        with disable_tracing():
            pass
        assert {name: environ[name] for name in names if name in environ} == after
