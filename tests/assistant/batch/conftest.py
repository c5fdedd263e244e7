"""A small library of one's own, for what is kept in it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.api import Assistant
from tests.assistant import small


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("CONSPECTUS_", "LANGCHAIN_", "LANGSMITH_", "OPENAI_")):
            monkeypatch.delenv(name)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Assistant]:
    """An assistant of the papers of ``small.FIELD``, in a folder that may be written."""
    with small.assistant(tmp_path / "library", small.FIELD) as made:
        yield made
