"""The sample, opened, a small library that needs no model, and a fake endpoint."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.testing import FakeOpenAIServer, fake_openai_server
from tests.assistant import small


@pytest.fixture(scope="session")
def namkoong(built: Path) -> Iterator[Assistant]:
    """An assistant of the sample; nobody may change it."""
    with Assistant.open(built) as opened:
        yield opened


@pytest.fixture(scope="session")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant of the papers of ``small.FIELD``; nobody may change its papers."""
    with small.assistant(tmp_path_factory.mktemp("field") / "library", small.FIELD) as made:
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Assistant]:
    """An assistant of the papers of ``small.FIELD``, to be changed at will."""
    with small.assistant(tmp_path / "library", small.FIELD) as made:
        yield made


@pytest.fixture
def server() -> Iterator[FakeOpenAIServer]:
    """A fake endpoint."""
    with fake_openai_server() as server:
        yield server


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in os.environ:
        if name.startswith(("CONSPECTUS_", "LANGCHAIN_", "LANGSMITH_", "OPENAI_")):
            monkeypatch.delenv(name)
