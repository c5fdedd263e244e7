"""What the checks remember of words and papers is forgotten before each module of tests.

Otherwise an answer that was remembered for another test would stand in for one that is wrong now.
"""

import pytest

from assistant.verify import injection, names, numbers, source, tokens


@pytest.fixture(autouse=True, scope="module")
def forget() -> None:
    for module in (injection, names, numbers, source, tokens):
        for member in vars(module).values():
            if hasattr(member, "cache_clear"):
                member.cache_clear()
