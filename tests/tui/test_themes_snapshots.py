"""Pictures of the screen of themes, as those of ``test_snapshots``."""

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from assistant.client import Assistant
from assistant.testing import HashEmbedder
from tests.assistant import small
from tests.tui.test_snapshots import Pictures
from tests.tui.themes_host import MIDDLE, SMALL, TWO_FIELDS, WIDE, Host
from tests.tui.waiting import wait_until
from tui.text import ASCII


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """What the screen looked like when somebody looked at it."""
    return snapshot.use_extension(Pictures)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("fields") / "library"
    with small.assistant(made, TWO_FIELDS):
        return made


async def drawn(app: Host, pilot: Pilot[None]) -> str:
    """The screen at rest, without what differs from time to time."""
    await pilot.pause()
    await pilot.pause()
    svg = re.sub(r"@font-face \{.*?\}", "", app.export_screenshot(), flags=re.DOTALL)
    return re.sub(r"terminal-\d+", "terminal", svg)


@pytest.mark.parametrize(("size", "theme"), [(MIDDLE, "textual-dark"), (WIDE, "textual-light")], ids=["middle", "wide"])
async def test_text(folder: Path, size: tuple[int, int], theme: str, picture: SnapshotAssertion) -> None:
    with Assistant.open(folder, embedder=HashEmbedder()) as assistant:
        app = Host(assistant)
        async with app.run_test(size=size) as pilot:
            app.theme = theme
            await app.inside(pilot)
            await pilot.press("down", "enter")
            await wait_until(pilot, lambda: "Most similar" in app.paper, "the evidence")
            assert await drawn(app, pilot) == picture


async def test_list(folder: Path, picture: SnapshotAssertion) -> None:
    with Assistant.open(folder, embedder=HashEmbedder()) as assistant:
        app = Host(assistant)
        async with app.run_test(size=SMALL) as pilot:
            await app.ready(pilot)
            assert await drawn(app, pilot) == picture


async def test_timeline_in_ascii_without_colour(
    folder: Path, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with Assistant.open(folder, embedder=HashEmbedder()) as assistant:
        app = Host(assistant, glyphs=ASCII)
        async with app.run_test(size=SMALL) as pilot:
            await app.inside(pilot)
            await pilot.press("3")
            await wait_until(pilot, lambda: app.themes.query_one("#years").has_focus, "the timeline")
            assert await drawn(app, pilot) == picture
