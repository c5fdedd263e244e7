"""A library of the sample, built once, and the command line run in this process."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.testing import HashEmbedder
from store.embedding.minilm import MiniLM
from tests.assistant.cli.running import ROOT, Done, Run, Terminal

LISTING = ROOT / "assistant" / "data" / "namkoong_listing.txt"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests, and no folder of theirs."""
    for name in ("CONSPECTUS_LIBRARY", "CONSPECTUS_STORE", "CONSPECTUS_DEBUG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data-home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def model() -> MiniLM:
    """The shipped embedder, loaded once."""
    return MiniLM()


@pytest.fixture(autouse=True)
def _one_model(model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading it takes longer than most tests."""
    monkeypatch.setattr("assistant.late.MiniLM", lambda: model)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a library; nobody may change it."""
    folder = tmp_path_factory.mktemp("sample") / "library"
    assert main(["add", str(LISTING), "--library", str(folder)]) == 0
    return folder


@pytest.fixture
def sample(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed at will."""
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
