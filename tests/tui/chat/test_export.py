from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import work
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from assistant.client import Assistant
from store.errors import ConspectusError
from tests.tui.saved import Saved, turn
from tests.tui.waiting import wait_until
from tui.chat.export import export_session, file_name
from tui.dialogs.ask import ConfirmDialog, TextDialog

WAITING: Any = object()


class Exporter(App[None]):
    """Exports a conversation when it starts."""

    def __init__(self, saved: Saved, id: str, file: str = "") -> None:
        super().__init__()
        self.saved, self.session, self.file = saved, id, file
        self.written: Any = WAITING

    @work
    async def on_mount(self) -> None:
        try:
            self.written = await export_session(self, cast(Assistant, self.saved), self.session, "A title", self.file)
        except ConspectusError as error:
            self.written = error


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    monkeypatch.chdir(tmp_path)
    return Saved(tmp_path / "sessions")


@pytest.fixture
def id(saved: Saved) -> str:
    return saved.add(turn("What?", "That."))


async def ended(pilot: Pilot[Any]) -> Any:
    app = cast(Exporter, pilot.app)
    await wait_until(pilot, lambda: app.written is not WAITING, "the export")
    return app.written


@pytest.mark.parametrize("format", ["md", "json", "bib"])
async def test_the_ending_says_the_format(saved: Saved, id: str, tmp_path: Path, format: str) -> None:
    async with Exporter(saved, id, f"out.{format}").run_test() as pilot:
        assert await ended(pilot) == tmp_path / f"out.{format}"
    assert (tmp_path / f"out.{format}").read_text() == f"{format} of What?\n"


async def test_an_ending_is_added_to_a_name_without(saved: Saved, id: str, tmp_path: Path) -> None:
    app = Exporter(saved, id)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, TextDialog), "the name")
        app.screen.query_one(Input).value = "a.b"
        await pilot.press("enter")
        assert await ended(pilot) == tmp_path / "a.b.md"


@pytest.mark.parametrize(
    ("keys", "content"),
    [(("right", "enter"), "md of What?\n"), (("y", "enter"), "mine"), (("escape",), "mine"), (("enter",), "mine")],
)
async def test_no_file_is_written_over_unasked(
    saved: Saved, id: str, tmp_path: Path, keys: tuple[str, ...], content: str
) -> None:
    there = tmp_path / "there.md"
    there.write_text("mine")
    app = Exporter(saved, id, str(there))
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmDialog), "the question")
        await pilot.press(*keys)
        assert await ended(pilot) == (there if content != "mine" else None)
    assert there.read_text() == content


@pytest.mark.parametrize("steps", [("escape",), ("enter", "escape")])
async def test_left(saved: Saved, id: str, tmp_path: Path, steps: tuple[str, ...]) -> None:
    async with Exporter(saved, id).run_test() as pilot:
        for key in steps:
            await pilot.press(key)
            await pilot.pause()
        assert await ended(pilot) is None
    assert [path.name for path in tmp_path.iterdir()] == ["sessions"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("out.txt", "End it with .md, .bib, .json."),
        ("out", "does not say in which format"),
        ("nowhere/out.md", "cannot be written"),
        ("a\0b.md", "cannot be written"),
        ("~nobody-of-this-name/out.md", "cannot be found"),
        ("sessions/x.md/y.md", "cannot be written"),
    ],
)
async def test_what_cannot_be_is_told(saved: Saved, id: str, file: str, said: str) -> None:
    async with Exporter(saved, id, file).run_test() as pilot:
        assert said in str(await ended(pilot))


async def test_one_that_is_gone(saved: Saved, id: str, tmp_path: Path) -> None:
    saved.sessions.delete(id)
    async with Exporter(saved, id, "out.md").run_test() as pilot:
        assert "There is no session" in str(await ended(pilot))
    assert not (tmp_path / "out.md").exists()


@given(st.text())
def test_the_name_of_a_file_is_one(title: str) -> None:
    name = file_name(title, "md")
    assert Path(name).name == name
    assert name.endswith(".md")
    assert 4 <= len(name) <= 63
    assert name[0].isalnum()


def test_the_name_of_a_file_is_readable() -> None:
    assert file_name("What is WiSE-FT? [/]", "bib") == "what-is-wise-ft.bib"
    assert file_name("…", "md") == "conversation.md"
