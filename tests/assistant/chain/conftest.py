"""A fake endpoint and an environment in which no setting of whoever runs the tests counts."""

import os
from collections.abc import Iterator

import pytest

from assistant.api import Assistant
from assistant.testing import FakeOpenAIServer, fake_openai_server
from store.library import Library


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("CONSPECTUS_", "LANGCHAIN_", "LANGSMITH_", "OPENAI_")):
            monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[FakeOpenAIServer]:
    with fake_openai_server() as server:
        yield server


@pytest.fixture
def library(field: Assistant) -> Library:
    """The papers of ``small.FIELD``; nobody may change them."""
    return field.library
