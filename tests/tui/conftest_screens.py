from pathlib import Path

import pytest

from tests.tui.saved import Saved, turn


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
