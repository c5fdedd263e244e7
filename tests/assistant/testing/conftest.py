"""OpenAI's own clients to drive the fake server; none of them waits for ever."""

from collections.abc import AsyncIterator, Iterator

import pytest
from openai import AsyncOpenAI, OpenAI

from assistant.testing import FakeOpenAIServer
from tests.assistant.testing.talking import KEY


@pytest.fixture(scope="session")
def _pool() -> Iterator[OpenAI]:
    # One for all tests: a client reads the system's certificates when it is made, which takes longer than a test.
    with OpenAI(base_url="http://127.0.0.1:1/v1", api_key=KEY, timeout=60, max_retries=0) as client:
        yield client


@pytest.fixture
def client(server: FakeOpenAIServer, _pool: OpenAI) -> OpenAI:
    return _pool.with_options(base_url=server.base_url)


@pytest.fixture
async def aclient(server: FakeOpenAIServer) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=server.base_url, api_key=KEY, timeout=60, max_retries=0) as client:
        yield client
