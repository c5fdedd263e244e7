"""A small library on disk for each test of the whole chat."""

import itertools
import shutil
from pathlib import Path

import pytest

from tests.assistant import small
from tests.tui.saved import Saved, turn


@pytest.fixture(scope="session")
def field_on_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The papers of ``small.FIELD`` as a library; nobody may change it."""
    folder = tmp_path_factory.mktemp("field-on-disk") / "library"
    with small.assistant(folder, small.FIELD):
        return folder


@pytest.fixture
def library(field_on_disk: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(field_on_disk, tmp_path / "library"))


@pytest.fixture(autouse=True)
def _questions_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second passes between a question and its answer, and nobody waits for it."""
    monkeypatch.setattr("tui.dialogs.ask.monotonic", itertools.count(1.0).__next__)


@pytest.fixture(autouse=True)
def _nothing_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own settings, answers and keys come into a test, and nothing goes there."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.casefold()))


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    return Saved(tmp_path / "sessions")


@pytest.fixture
def three(saved: Saved) -> list[str]:
    """Three conversations, the one used last first."""
    old = saved.add(turn("What is a soup?", "An average of weights."), turn("Who cooks it?", "Wortsman."))
    mid = saved.add(turn("Which papers study fairness?", "Two of them do."), title="Fairness")
    new = saved.add(turn("What is rare?", "Crashes of vehicles."))
    return [new, mid, old]
