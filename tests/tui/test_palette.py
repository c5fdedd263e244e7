from typing import ClassVar

from textual.app import App
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import Input

from tests.tui.host import text_of
from tests.tui.waiting import wait_until
from tui.commands import Commands


class Noting(Screen[None]):
    """Can retry, and rename."""

    def action_retry(self) -> None:
        self.app.done.append("retry")  # type: ignore[attr-defined]

    def action_rename(self, title: str) -> None:
        self.app.done.append(f"rename {title!r}")  # type: ignore[attr-defined]


class Palette(App[None]):
    """Has the commands in its palette."""

    COMMANDS: ClassVar = {Commands}

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def on_mount(self) -> None:
        self.push_screen(Noting())

    def action_sessions(self, words: str = "") -> None:
        self.done.append(f"sessions {words!r}")


async def chosen(words: str) -> list[str]:
    app = Palette()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await wait_until(pilot, lambda: isinstance(app.screen, CommandPalette), "the palette")
        app.screen.query_one(Input).value = words
        await wait_until(pilot, lambda: "Retry" not in text_of(app) or words == "retry", "what is looked for")
        await wait_until(pilot, lambda: words.capitalize() in text_of(app), "the command")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.done, "the action")
    return app.done


async def test_commands_of_the_screen_and_of_the_application() -> None:
    assert await chosen("retry") == ["retry"]
    assert await chosen("rename") == ["rename ''"]
    assert await chosen("sessions") == ["sessions ''"]


async def test_offers_what_can_be_done_here() -> None:
    app = Palette()
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("ctrl+p")
        await wait_until(pilot, lambda: "Retry" in text_of(app), "the commands")
        shown = text_of(app)
        assert "Rename" in shown
        assert "Export" not in shown  # This screen cannot.


async def test_a_word_of_what_a_command_does_finds_it() -> None:
    app = Palette()
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("ctrl+p")
        await wait_until(pilot, lambda: "Retry" in text_of(app), "the commands")
        app.screen.query_one(Input).value = "delete conv"
        await wait_until(pilot, lambda: "Retry" not in text_of(app), "the search")
        assert "Sessions" in text_of(app)
