from tests.tui.host import OPEN, Host, text_of
from tests.tui.saved import HOSTILE
from tests.tui.waiting import wait_until
from tui.dialogs.choose import Choice, ChoiceDialog

THREE = (Choice("a", "First", "the one"), Choice("b", "[red]Second[/]"), Choice("c", "漢字"))


async def answer(dialog: ChoiceDialog, *keys: str) -> object:
    app = Host(dialog)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        return app.result


async def test_what_the_cursor_stands_on() -> None:
    assert await answer(ChoiceDialog("One", THREE), "enter") == "a"
    assert await answer(ChoiceDialog("One", THREE), "down", "down", "up", "enter") == "b"
    assert await answer(ChoiceDialog("One", THREE, current="c"), "enter") == "c"
    assert await answer(ChoiceDialog("One", THREE, current="gone"), "end", "enter") == "c"


async def test_letters_filter_and_what_is_left_is_taken() -> None:
    assert await answer(ChoiceDialog("One", THREE), *"seco", "enter") == "b"
    assert await answer(ChoiceDialog("One", THREE), *"secoz", "enter") is OPEN
    assert await answer(ChoiceDialog("One", THREE), *"seco", "escape", "enter") == "b"


async def test_leaving() -> None:
    assert await answer(ChoiceDialog("One", THREE), "down", "escape") is None


async def test_none_to_choose() -> None:
    assert await answer(ChoiceDialog("One", ()), "enter") is OPEN


async def test_each_is_tried_as_the_cursor_comes_to_it() -> None:
    seen: list[str] = []
    assert await answer(ChoiceDialog("One", THREE, "b", seen.append), "down", "up", "enter") == "b"
    assert seen == ["b", "c", "b"]


async def test_texts_are_shown_as_they_are() -> None:
    app = Host(ChoiceDialog("[/]", [*THREE, *(Choice(text, text, text) for text in HOSTILE)]))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: "[red]Second[/]" in text_of(app), "the choices")
        await pilot.press("end")
        text_of(app)
