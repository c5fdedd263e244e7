"""What the small library holds, for questions to be read against."""

import pytest

from assistant.client import Assistant
from store.index.snapshot import Snapshot


@pytest.fixture(scope="session")
def view(field: Assistant) -> Snapshot:
    """The view of ``small.FIELD``."""
    held = field.library.view()
    assert held is not None
    return held
