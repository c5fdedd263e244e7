"""Fixtures that every test may use."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.network_guard import network_guard, offline

__all__ = ["anyio_backend", "network_guard", "offline", "shared"]

SHARED = Path(__file__).resolve().parents[2] / "shared"

# The same examples each time, so that a run says something about the change and not about luck; `make fuzz` looks
# for new ones. No deadlines: machines that run tests are busy.
_UNHURRIED = [HealthCheck.too_slow]
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=_UNHURRIED)
settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True, suppress_health_check=_UNHURRIED)
settings.load_profile("steady")


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
