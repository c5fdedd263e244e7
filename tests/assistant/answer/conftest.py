"""An environment in which no setting of whoever runs the tests counts."""

import pytest

from assistant.client import Assistant
from store.library import Library
from tests.assistant.answer.finding import Finding


@pytest.fixture(autouse=True)
def _own_environment(own_environment: None) -> None:
    """Each test has it."""


@pytest.fixture
def library(field: Assistant) -> Library:
    """The papers of ``small.FIELD``; nobody may change them."""
    return field.library


@pytest.fixture(scope="session")
def finding(field: Assistant) -> Finding:
    """The library of ``small.FIELD`` and its view."""
    view = field.library.view()
    assert view is not None
    return Finding(field.library, view)
