"""The tools of the sample and of small libraries, and a client of the SDK that calls them in memory."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from mcp import Client

from assistant import Assistant
from assistant.mcp.call_context import OpenLibrary
from assistant.mcp.server import build_server
from assistant.mcp.tools import Tools
from assistant.settings import Settings

Connect = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests, and no folder of theirs."""
    for name in os.environ:
        if name.startswith(("CONSPECTUS_", "LANGCHAIN_", "LANGSMITH_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config-home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data-home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def connect(built: Path) -> Connect:
    """Connect a client to the tools of a library, the sample without one."""

    @asynccontextmanager
    async def connect(
        library: Path = built, write: bool = False, settings: Settings | None = None
    ) -> AsyncIterator[Client]:
        chosen = settings or Settings()
        tools = Tools(lambda: OpenLibrary(Assistant.open(library), chosen), write)
        try:
            async with Client(build_server(tools), mode="legacy") as client:
                yield client
        finally:
            tools.close()

    return connect
