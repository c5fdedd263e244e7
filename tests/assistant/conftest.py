"""The sample as a library, built once for all workers, and a small library that needs no model."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.api import Assistant
from tests.assistant import small

LISTING = Path(__file__).resolve().parents[2] / "assistant" / "data" / "namkoong_listing.txt"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a library, by the shipped embedder; nobody may change it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-library"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            new = folder.with_name("sample-being-built")
            with Assistant.open(new) as made:
                made.add(LISTING)
            new.rename(folder)
    return folder


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
