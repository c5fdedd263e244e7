from pathlib import Path

import pytest

from assistant.sessions import Sessions
from tests.counting import LINEAR, growth
from tests.tui.host import OPEN, text_of
from tests.tui.listing import cursor, host, listed, ready, says, turns
from tests.tui.saved import HOSTILE, Saved, turn
from tests.tui.waiting import wait_until
from tui.dialogs.ask import ConfirmDialog
from tui.sessions.lists import SessionList, read_rows
from tui.sessions.screen import NONE_FOUND, NONE_YET

SIZES = [(80, 24), (120, 36)]


@pytest.mark.parametrize("size", SIZES)
class TestWhatIsShown:
    async def test_all_the_last_used_first_with_the_turns(
        self, saved: Saved, three: list[str], size: tuple[int, int]
    ) -> None:
        app = host(saved, current=three[1])
        async with app.run_test(size=size) as pilot:
            await ready(pilot, 3, 1)
            shown = text_of(app)
            assert shown.index("What is rare?") < shown.index("Fairness") < shown.index("What is a soup?")
            assert "● Fairness" in shown
            assert "2 questions" in shown
            assert cursor(app) == three[1]
            await says(pilot, "Two of them do.")
            await pilot.press("down")
            await ready(pilot, 3, 2)
            await says(pilot, "Wortsman.")

    async def test_none_yet(self, saved: Saved, size: tuple[int, int]) -> None:
        app = host(saved)
        async with app.run_test(size=size) as pilot:
            await says(pilot, NONE_YET)
            await pilot.press("enter", "ctrl+r", "ctrl+k", "f9", "delete", "ctrl+d")
            assert app.screen is app.shown
            await pilot.press("escape")
            await wait_until(pilot, lambda: app.result is None, "the way back")

    async def test_hostile_text(self, saved: Saved, size: tuple[int, int]) -> None:
        for text in HOSTILE:
            saved.add(turn(text, text), title=text)
        app = host(saved, words="\x1b[31m" if size[0] == 80 else "")
        async with app.run_test(size=size) as pilot:
            if size[0] == 80:
                await pilot.press("escape")
            await ready(pilot, len(HOSTILE), 1)
            for _ in HOSTILE:
                await pilot.press("down")
                await ready(pilot, len(HOSTILE), 1)
            assert not {"\x1b", "\u202e"} & set(text_of(app))
            for key in ("ctrl+r", "f9", "delete", "ctrl+d"):
                await pilot.press(key)
                await wait_until(pilot, lambda: app.screen is not app.shown, f"the dialog of {key}")
                text_of(app)
                await pilot.press("escape")
                await wait_until(pilot, lambda: app.screen is app.shown, "the list")
            await pilot.press("home")
            await wait_until(pilot, lambda: listed(app).highlighted == 0, "the first")

    async def test_a_damaged_one(self, saved: Saved, three: list[str], size: tuple[int, int]) -> None:
        saved.damage(three[0])
        app = host(saved)
        async with app.run_test(size=size) as pilot:
            await ready(pilot, 3)
            assert f"! {three[0]}" in text_of(app)
            listed(app).highlighted = [row.info.id for row in read_rows(saved.sessions, "")].index(three[0])
            await pilot.press("enter")
            await says(pilot, "line 1")
            assert app.result is OPEN
            await pilot.press("delete", "right", "enter")
            await ready(pilot, 2)
            await says(pilot, "Deleted.")


class TestMoving:
    async def test_keys(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3)
            for key, at in (
                ("down", 1),
                ("end", 2),
                ("up", 1),
                ("home", 0),
                ("ctrl+f", 2),
                ("ctrl+b", 0),
            ):
                await pilot.press(key)
                assert listed(app).highlighted == at, key

    async def test_enter_goes_on_in_it(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3)
            await pilot.press("down", "enter", "enter")
            await wait_until(pilot, lambda: app.result == three[1], "the result")

    async def test_a_click_goes_on_in_it(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 3)
            await pilot.click(SessionList, offset=(8, 3))
            await wait_until(pilot, lambda: app.result == three[1], "the result")

    async def test_keys_can_be_mapped_anew(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(80, 24)) as pilot:
            app.set_keymap({"sessions.delete": "z", "list.down": "n"})
            await ready(pilot, 3)
            await pilot.press("n", "z")
            await wait_until(pilot, lambda: isinstance(app.screen, ConfirmDialog), "the question")


class TestSearching:
    async def test_as_one_types(self, saved: Saved, three: list[str]) -> None:
        app = host(saved)
        async with app.run_test(size=(120, 36)) as pilot:
            await ready(pilot, 3)
            await pilot.press("slash", *"wortsm")
            await ready(pilot, 1, 2)
            assert "Wortsman." in text_of(app)
            assert turns(app).highlighted == 1  # The turn in which the words stand.
            await pilot.press("enter", "escape")
            await ready(pilot, 3)
            assert app.result is OPEN

    async def test_what_is_nowhere(self, saved: Saved, three: list[str]) -> None:
        app = host(saved, words="tungsten")
        async with app.run_test(size=(80, 24)) as pilot:
            await says(pilot, NONE_FOUND)
            assert turns(app).count == 0
            await pilot.press("slash", "ctrl+u", *"()")
            await says(pilot, "There is nothing to search for.")

    async def test_words_that_are_given(self, saved: Saved, three: list[str]) -> None:
        app = host(saved, words="soup")
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, 1, 2)
            await pilot.press("enter")
            await wait_until(pilot, lambda: app.result == three[2], "the result")


def filled(folder: Path, count: int) -> Path:
    """A folder of so many saved conversations, all the same."""
    saved = Saved(folder)
    first = folder / f"{saved.add(turn('What is rare?', 'Crashes. ' * 200))}.jsonl"
    for number in range(count - 1):
        (folder / f"20250101-{number // 60:06d}-{number:04x}.jsonl").write_bytes(first.read_bytes())
    return folder


async def test_a_thousand_are_listed_and_can_be_gone_through(tmp_path: Path) -> None:
    app = host(Saved(filled(tmp_path / "thousand", 1000)))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, 1000)
        await pilot.press("end")
        await ready(pilot, 1000, 1)


def test_twice_as_many_cost_twice_as_much(tmp_path: Path) -> None:
    folders = {count: filled(tmp_path / str(count), count) for count in (200, 400)}
    assert growth(lambda count: read_rows(Sessions(folders[count]), ""), 200) <= LINEAR
