"""What is remembered of titles and names is forgotten before each module of tests.

Otherwise an answer that was remembered for another test would stand in for one that is wrong now.
"""

import pytest

from store.dedup import keys


@pytest.fixture(autouse=True, scope="module")
def forget() -> None:
    for member in vars(keys).values():
        if hasattr(member, "cache_clear"):
            member.cache_clear()
