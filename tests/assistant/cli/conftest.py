"""A library of the sample, to be changed, and the command line run in this process."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.testing import FakeOpenAIServer, HashEmbedder, fake_openai_server
from store.embedding.minilm import MiniLM
from tests.assistant.answer.asking import SECRET, claims
from tests.assistant.cli.running import RIGHT, Done, Run, Terminal

_COLOUR = ("NO_COLOR", "FORCE_COLOR")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests, and no folder of theirs."""
    for name in os.environ:
        if name.startswith(("CONSPECTUS_", "LANGCHAIN_", "LANGSMITH_", "OPENAI_")) or name in _COLOUR:
            monkeypatch.delenv(name)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config-home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data-home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def sample(built: Path, tmp_path: Path) -> Path:
    """A copy of the sample's library, to be changed at will."""
    return Path(shutil.copytree(built, tmp_path / "library"))


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command line; the library is said with ``library=``."""

    def run(*args: str, library: Path | None = None) -> Done:
        capfd.readouterr()
        code = main([*args, *(["--library", str(library)] if library else [])])
        return Done(code, *capfd.readouterr())

    return run


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Run a command line with both streams a terminal of ``columns``."""

    def run(*args: str, library: Path | None = None, columns: int = 80) -> Done:
        monkeypatch.setenv("COLUMNS", str(columns))
        out, err = Terminal(), Terminal()
        with monkeypatch.context() as streams:
            streams.setattr("sys.stdout", out)
            streams.setattr("sys.stderr", err)
            code = main([*args, *(["--library", str(library)] if library else [])])
        return Done(code, out.text(), err.text())

    return run


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped embedder's work done by hashing, which takes no time."""
    embedder = HashEmbedder(MiniLM.stamp.dimension)
    monkeypatch.setattr(MiniLM, "embed", lambda self, texts: embedder.embed(texts))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAIServer]:
    """An endpoint with a model ``m`` and the right answer to ``QUESTION``; it takes the key that is in MY_KEY.

    It is asked once, and waited for however long the machine takes: the environment says so, as it may say everything.
    """
    for name, value in {"TIMEOUT": "120", "STALL": "120", "RETRIES": "0"}.items():
        monkeypatch.setenv(f"CONSPECTUS_{name}", value)
    monkeypatch.setenv("MY_KEY", SECRET)
    with fake_openai_server(lambda messages: claims(RIGHT), models=["m"], api_key=SECRET) as server:
        yield server


@pytest.fixture
def impatient(server: FakeOpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience with that endpoint, for tests in which it falls silent for good."""
    monkeypatch.setenv("CONSPECTUS_TIMEOUT", "0.5")
    monkeypatch.setenv("CONSPECTUS_STALL", "0.3")


@pytest.fixture
def flags(server: FakeOpenAIServer) -> list[str]:
    """That model with its key, and nothing kept."""
    return ["--model", "m", "--base-url", server.base_url, "--api-key-env", "MY_KEY", "--no-cache"]
