from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.host import OPEN, text_of
from tests.tui.listing import cursor, host, listed, ready, says, turns
from tests.tui.saved import Saved
from tests.tui.waiting import wait_until
from tui.dialogs.ask import ConfirmDialog, TextDialog
from tui.dialogs.choose import ChoiceDialog
from tui.sessions.screen import OPEN as IS_OPEN


class TestChanging:
    async def test_rename(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3)
            await pilot.press("down", "ctrl+r")
            await wait_until(pilot, lambda: isinstance(app.screen, TextDialog), "the dialog")
            assert app.screen.query_one(Input).value == "Fairness"
            app.screen.query_one(Input).value = "[red]Just[/]"
            await pilot.press("enter")
            await says(pilot, "[red]Just[/]")
            assert saved.sessions.get(three[1]).title == "[red]Just[/]"
            assert cursor(app) == three[1]

    async def test_rename_to_nothing_and_not_at_all(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3)
            await pilot.press("down", "ctrl+r", "escape", "ctrl+r")
            await wait_until(pilot, lambda: isinstance(app.screen, TextDialog), "the dialog")
            app.screen.query_one(Input).value = ""
            await pilot.press("enter")
            await says(pilot, "Renamed.")
            assert saved.sessions.get(three[1]).title == "Which papers study fairness?"

    async def test_fork_from_a_turn(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3, 1)
            await pilot.press("end")
            await ready(pilot, 3, 2)
            await pilot.press("ctrl+k")
            await wait_until(pilot, lambda: turns(app).has_focus, "the turns")
            await pilot.press("up", "ctrl+k")
            await ready(pilot, 4, 1)
            await says(pilot, "Forked")
            made = cursor(app)
            assert saved.sessions.get(made).forked_from == three[2]
            await pilot.press("enter")
            await wait_until(pilot, lambda: app.result == made, "the result")

    async def test_esc_from_the_turns_goes_back_to_the_list(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3, 1)
            await pilot.press("ctrl+k", "escape")
            assert listed(app).has_focus
            assert len(saved.sessions.list()) == 3

    async def test_nothing_to_fork(self, saved: Saved) -> None:
        saved.add()
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 1)
            await pilot.press("ctrl+k")
            await says(pilot, "There is no question in it")

    @pytest.mark.parametrize("key", ["escape", "enter"])
    async def test_delete_is_asked_first(self, saved: Saved, three: list[str], key: str) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3)
            await pilot.press("ctrl+d")
            await wait_until(pilot, lambda: isinstance(app.screen, ConfirmDialog), "the question")
            await wait_until(pilot, lambda: "What is rare?" in text_of(app), "what it is about")
            await pilot.press(key)
            await wait_until(pilot, lambda: app.screen is app.shown, "the list")
            assert len(saved.sessions.list()) == 3

    async def test_delete(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3)
            await pilot.press("down", "delete", "right", "enter")
            await ready(pilot, 2)
            assert [info.id for info in saved.sessions.list()] == [three[0], three[2]]
            await wait_until(pilot, lambda: cursor(app) == three[2], "the neighbour")

    @pytest.mark.parametrize("word", ["day", "dy", "fluffy", "rdeny"])
    async def test_a_word_that_is_typed_changes_nothing(self, saved: Saved, three: list[str], word: str) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3, 1)
            await pilot.press(*word)
            assert app.screen is app.shown
            assert app.shown.query_one(Input).value == word
            assert [info.id for info in saved.sessions.list()] == three

    async def test_the_open_one_is_not_deleted(self, saved: Saved, three: list[str]) -> None:
        app = host(saved, current=three[0])
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3)
            await pilot.press("ctrl+d")
            await says(pilot, IS_OPEN)
            assert app.screen is app.shown

    @pytest.mark.parametrize(
        "keys", [("enter",), ("ctrl+k", "ctrl+k"), ("delete", "right", "enter"), ("ctrl+r", "a", "enter")]
    )
    async def test_one_that_another_process_deleted(
        self, saved: Saved, three: list[str], keys: tuple[str, ...]
    ) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3, 1)
            Saved(saved.folder).sessions.delete(three[0])
            await pilot.press(keys[0])
            await pilot.pause()
            await pilot.press(*keys[1:])
            await says(pilot, "There is no session")
            await ready(pilot, 2)
            assert app.result is OPEN


class TestExporting:
    async def test_says_where_it_is_written(
        self, saved: Saved, three: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        app = host(saved)
        async with app.run_test(size=(120, 36)) as pilot:
            await ready(pilot, 3)
            await pilot.press("down", "f9")
            await wait_until(pilot, lambda: isinstance(app.screen, ChoiceDialog), "the formats")
            await pilot.press("down", "enter")
            await wait_until(pilot, lambda: isinstance(app.screen, TextDialog), "the name")
            assert app.screen.query_one(Input).value == str(tmp_path / "fairness.bib")
            await pilot.press("enter")
            await says(pilot, "Written to")
            assert (tmp_path / "fairness.bib").read_text() == "bib of Fairness\n"

    async def test_what_cannot_be_written_is_told(self, saved: Saved, three: list[str], tmp_path: Path) -> None:
        app = host(saved)
        async with app.run_test(size=(120, 36)) as pilot:
            await ready(pilot, 3)
            await pilot.press("f9", "enter")
            await wait_until(pilot, lambda: isinstance(app.screen, TextDialog), "the name")
            app.screen.query_one(Input).value = str(tmp_path / "nowhere" / "x.md")
            await pilot.press("enter")
            await says(pilot, "cannot be written")
