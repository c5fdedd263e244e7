"""An environment in which no setting of whoever runs the tests counts."""

import pytest


@pytest.fixture(autouse=True)
def _own_environment(own_environment: None) -> None:
    """Each test has it."""
