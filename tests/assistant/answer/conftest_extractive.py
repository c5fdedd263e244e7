"""What the small library holds, for answers to be made from."""

import pytest

from assistant.answer.routing import Finding
from assistant.client import Assistant


@pytest.fixture(scope="session")
def finding(field: Assistant) -> Finding:
    """The library of ``small.FIELD`` and its view."""
    view = field.library.view()
    assert view is not None
    return Finding(field.library, view)
