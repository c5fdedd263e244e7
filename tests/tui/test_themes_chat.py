"""The screen of themes in the whole chat."""

from pathlib import Path

import pytest

from tests.tui.chatting import chatting
from tests.tui.themes_host import waiting
from tui.help import HelpScreen
from tui.help_contents import key_sections
from tui.settings.screen import SettingsScreen
from tui.themes.report_tasks import ReportProgress
from tui.themes.screen import ThemesScreen


async def test_what_is_chosen_there_restricts_the_chat_and_is_what_it_shows_next(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.press("f10")
        await talk.until(lambda: "cited" in talk.screen, "the themes")
        await talk.press("down", "enter")
        await talk.until(
            lambda: isinstance(talk.app.screen, ThemesScreen) and talk.app.screen.sections.content_widget.has_focus
        )
        await talk.press("2", "space", "space", "ctrl+r")
        await talk.until(lambda: "2 papers marked ✕" in talk.screen, "the restriction")
        await talk.send("/themes")
        await talk.until(lambda: "Themes of 2 papers marked" in talk.screen and "2 papers:" in talk.screen)


async def test_the_chat_goes_on_while_a_report_is_made_and_tells_of_its_end(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with chatting(library) as talk:
        await talk.press("f10")
        await talk.until(lambda: "cited" in talk.screen, "the themes")
        gate = waiting(monkeypatch)
        await talk.press("f9")
        await talk.until(lambda: "Make a report" in talk.screen, "the dialog")
        await talk.press("down", "enter", "enter")
        await talk.until(lambda: talk.app.screen.query_one(ReportProgress).display, "the making")
        await talk.press("f10")
        await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")
        await talk.ask("How many papers are from 2018?")
        assert not talk.told
        gate.open()
        await talk.until(lambda: talk.told, "its end")
        assert talk.told == [(f"Written: {tmp_path}/timeline.md, {tmp_path}/timeline.html", "information")]


async def test_f1_tells_its_keys_and_f10_is_free_in_the_settings(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.press("f10")
        await talk.until(lambda: "cited" in talk.screen, "the themes")
        await talk.press("f1")
        await talk.until(lambda: isinstance(talk.app.screen, HelpScreen), "the help")
        keys = [
            row.name
            for section in key_sections(talk.app.screen_stack[-2].active_bindings.values())
            for row in section.rows
        ]
        assert {"themes.make", "themes.open"} <= set(keys)
        await talk.until(lambda: "themes.make" in talk.screen, "what acts on the screen beneath, first")
        await talk.press("escape", "f10")
        await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")
        await talk.press("f7")
        await talk.until(lambda: isinstance(talk.app.screen, SettingsScreen), "the settings")
        await talk.press("f10")
        await talk.until(lambda: talk.app.screen.query_one("#checks").display, "the check")
        assert isinstance(talk.app.screen, SettingsScreen)
