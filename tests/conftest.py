"""Fixtures that every test may use."""

import os
from itertools import count
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from assistant.client import Assistant
from tests.network_guard import network_guard, offline

__all__ = ["anyio_backend", "network_guard", "offline", "shared"]

_NUMBERS = count()

SHARED = Path(__file__).resolve().parents[2] / "shared"
LISTING = Path(__file__).resolve().parents[1] / "assistant" / "data" / "namkoong_listing.txt"

# The same examples each time, so that a run says something about the change and not about luck; `make fuzz` looks
# for new ones. No deadlines: machines that run tests are busy.
_UNHURRIED = [HealthCheck.too_slow]
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=_UNHURRIED)
settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True, suppress_health_check=_UNHURRIED)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _own_terms(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What an endpoint of one test takes is not known of another's, nor of the user's own."""
    file = tmp_path_factory.getbasetemp() / "endpoints" / f"{next(_NUMBERS)}.json"
    monkeypatch.setattr("assistant.llm.endpoint_terms.default_file", lambda: file)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data beside the checkout; the test is skipped, visibly, where it is missing."""
    if not (SHARED / "DESIGN.md").is_file():
        pytest.skip("the shared data folder (../shared) is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio alone, as the engine does."""
    return "asyncio"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a library, by the shipped embedder, built once for all workers; nobody may change it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-library"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            new = folder.with_name("sample-being-built")
            with Assistant.open(new) as made:
                made.add(LISTING)
            new.rename(folder)
    return folder
