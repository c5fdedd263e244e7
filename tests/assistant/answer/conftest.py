"""An environment in which no setting of whoever runs the tests counts."""

import pytest

from assistant.client import Assistant
from store.library import Library


@pytest.fixture(autouse=True)
def _own_environment(own_environment: None) -> None:
    """Each test has it."""


@pytest.fixture
def library(field: Assistant) -> Library:
    """The papers of ``small.FIELD``; nobody may change them."""
    return field.library
