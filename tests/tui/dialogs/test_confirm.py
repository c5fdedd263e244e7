from string import ascii_letters, digits

import pytest

from tests.tui.host import OPEN, Host, text_of
from tests.tui.saved import HOSTILE
from tests.tui.waiting import wait_until
from tui.dialogs.ask import ConfirmDialog


@pytest.mark.parametrize(
    ("keys", "yes"),
    [
        (("escape",), False),
        (("enter",), False),
        (("right", "enter"), True),
        (("tab", "enter"), True),
        (("right", "left", "enter"), False),
    ],
)
async def test_keys(keys: tuple[str, ...], yes: bool) -> None:
    app = Host(ConfirmDialog("Delete?", "Delete"))
    async with app.run_test(size=(80, 24)) as pilot:
        for key in keys:
            await pilot.press(key)
        await wait_until(pilot, lambda: app.result is yes, "the answer")


async def test_no_letter_says_yes_or_leads_there() -> None:
    app = Host(ConfirmDialog("Delete?", "Delete"))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: app.shown.is_mounted, "the dialog")
        await pilot.press(*ascii_letters, *digits, "space")
        assert app.result is OPEN
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.result is False, "the answer")


@pytest.mark.parametrize("after", [0.0, 0.399])
async def test_no_yes_is_taken_that_was_typed_ahead(after: float) -> None:
    times = iter([100.0, 100.0 + after, 100.0 + after, 100.4])
    app = Host(ConfirmDialog("Delete?", "Delete", clock=times.__next__))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: app.shown.is_mounted, "the dialog")
        await pilot.press("right", "enter")
        assert app.result is OPEN
        await wait_until(pilot, lambda: not app.shown.query_one("#yes").has_class("-active"), "a button at rest")
        await pilot.click("#yes")
        assert app.result is OPEN
        await wait_until(pilot, lambda: not app.shown.query_one("#yes").has_class("-active"), "a button at rest")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.result is True, "the answer")


async def test_a_no_is_taken_at_once() -> None:
    app = Host(ConfirmDialog("Delete?", "Delete", clock=lambda: 100.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.result is False, "the answer")


@pytest.mark.parametrize(("button", "yes"), [("#yes", True), ("#no", False)])
async def test_mouse(button: str, yes: bool) -> None:
    app = Host(ConfirmDialog("Delete?", "Delete"))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: app.shown.is_mounted, "the dialog")
        await pilot.click(button)
        await wait_until(pilot, lambda: app.result is yes, "the answer")


@pytest.mark.parametrize("text", HOSTILE)
async def test_any_text(text: str) -> None:
    app = Host(ConfirmDialog(f"Delete?\n\n{text}", "[red]Delete[/]"))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: "[red]Delete[/]" in text_of(app), "the buttons")
