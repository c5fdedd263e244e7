import pytest
from textual.widgets import Input

from tests.tui.host import OPEN, Host, text_of
from tests.tui.saved import HOSTILE
from tests.tui.waiting import wait_until
from tui.dialogs.ask import TextDialog


async def answer(dialog: TextDialog, *keys: str) -> object:
    app = Host(dialog)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        return app.result


async def test_what_is_typed() -> None:
    assert await answer(TextDialog("Title"), "a", "space", "b", "space", "enter") == "a b"


async def test_what_stood_there() -> None:
    assert await answer(TextDialog("Title", "old"), "enter") == "old"


async def test_leaving() -> None:
    assert await answer(TextDialog("Title", "old"), "x", "escape") is None


async def test_nothing_is_an_answer_only_where_it_may_be() -> None:
    assert await answer(TextDialog("Title"), "space", "enter") is OPEN
    assert await answer(TextDialog("Title", empty=True), "enter") == ""


@pytest.mark.parametrize("text", HOSTILE)
async def test_any_text(text: str) -> None:
    app = Host(TextDialog(text, text))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: "Enter takes it" in text_of(app), "the dialog")
        assert not {"\x1b", "\u202e"} & set(app.shown.query_one(Input).value + text_of(app))
