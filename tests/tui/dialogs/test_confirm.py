import pytest

from tests.tui.host import Host, text_of
from tests.tui.saved import HOSTILE
from tests.tui.waiting import wait_until
from tui.dialogs.confirm import Confirm


@pytest.mark.parametrize(
    ("keys", "yes"),
    [
        (("y",), True),
        (("n",), False),
        (("escape",), False),
        (("enter",), False),
        (("right", "enter"), True),
        (("l", "enter"), True),
        (("tab", "enter"), True),
        (("right", "left", "enter"), False),
    ],
)
async def test_keys(keys: tuple[str, ...], yes: bool) -> None:
    app = Host(Confirm("Delete?", "Delete"))
    async with app.run_test(size=(80, 24)) as pilot:
        for key in keys:
            await pilot.press(key)
        await wait_until(pilot, lambda: app.result is yes, "the answer")


@pytest.mark.parametrize(("button", "yes"), [("#yes", True), ("#no", False)])
async def test_mouse(button: str, yes: bool) -> None:
    app = Host(Confirm("Delete?", "Delete"))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: app.shown.is_mounted, "the dialog")
        await pilot.click(button)
        await wait_until(pilot, lambda: app.result is yes, "the answer")


@pytest.mark.parametrize("text", HOSTILE)
async def test_any_text(text: str) -> None:
    app = Host(Confirm(f"Delete?\n\n{text}", "[red]Delete[/]"))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: "[red]Delete[/]" in text_of(app), "the buttons")
