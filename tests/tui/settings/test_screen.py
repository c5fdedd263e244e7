import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.widgets import Checkbox, Input, Select

from assistant.settings import Settings, load
from store.doctor import Check
from tests.tui.host import OPEN, Host, text_of
from tests.tui.waiting import wait_until
from tui.preferences import Preferences, load_preferences
from tui.settings.screen import SettingsScreen

SIZES = [(80, 24), (120, 36)]
SETTINGS = load({"model": "openai:gpt-4o-mini"}, env={})


def probe(settings: Settings, env: Mapping[str, str]) -> Iterator[Check]:
    """One check that is well and one that is not."""
    yield Check(name="chat reachable", ok=True, detail=f"{settings.chat.endpoint} answered [/]")
    yield Check(name="chat key", ok=False, detail="it was refused\x1b[31m", hint="Set it again.")


def host(settings: Settings = SETTINGS, asked: Any = probe) -> Host:
    return Host(SettingsScreen(settings, Preferences(), asked))


def field(app: Host, name: str) -> Input:
    return app.shown.query_one(f"#field-{name} Input", Input)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folders of settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONSPECTUS_CONFIG", "CONSPECTUS_MODEL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("size", SIZES)
class TestFilling:
    async def test_shows_what_holds_and_whom_it_asks(self, size: tuple[int, int]) -> None:
        app = host()
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            shown = text_of(app)
            assert "openai:gpt-4o-mini" in shown
            assert "Asks https://api.openai.com/v1; sends the key in OPENAI_API_KEY." in shown
            assert field(app, "model").has_focus

    async def test_enter_uses_it(self, size: tuple[int, int]) -> None:
        app = host()
        async with app.run_test(size=size) as pilot:
            field(app, "model").value = "openai:other"
            app.shown.query_one("#strict", Checkbox).value = True
            await pilot.press("enter")
            await wait_until(pilot, lambda: app.result is not OPEN, "the result")
        assert (app.result.chat.model, app.result.report.model, app.result.strict) == (
            "openai:other",
            "openai:other",
            True,
        )

    async def test_an_error_stands_beside_its_field_and_nothing_is_used(self, size: tuple[int, int]) -> None:
        app = host()
        async with app.run_test(size=size) as pilot:
            field(app, "base_url").value = "nonsense [/red]"
            await wait_until(pilot, lambda: "Allowed: an address like" in text_of(app), "the error")
            for key in ("enter", "ctrl+s", "ctrl+o", "f10"):
                await pilot.press(key)
            assert field(app, "base_url").has_focus
            assert app.result is OPEN
            field(app, "base_url").value = ""
            await wait_until(pilot, lambda: "Allowed" not in text_of(app), "no error")

    async def test_each_check_is_shown_as_it_comes(self, size: tuple[int, int]) -> None:
        go_on = Event()

        def slow(settings: Settings, env: Mapping[str, str]) -> Iterator[Check]:
            first, second = probe(settings, env)
            yield first
            assert go_on.wait(60)
            yield second

        app = host(asked=slow)
        async with app.run_test(size=size) as pilot:
            await pilot.press("f10")
            await wait_until(pilot, lambda: "✓ chat reachable works: https://api" in text_of(app), "the first")
            await wait_until(pilot, lambda: "asking on" in text_of(app), "that the next one is asked")
            go_on.set()
            await wait_until(pilot, lambda: "! chat key fails: it was refused" in text_of(app), "the second")
            await wait_until(pilot, lambda: "Set it again." in text_of(app), "its hint")
            await wait_until(pilot, lambda: "asking on" not in text_of(app), "the end")


class TestLeaving:
    async def test_esc_changes_nothing(self) -> None:
        app = host()
        async with app.run_test(size=(80, 24)) as pilot:
            before = app.theme
            field(app, "model").value = "x"
            app.shown.query_one("#colours", Select).value = "nord"
            await wait_until(pilot, lambda: app.theme == "nord", "the theme, tried")
            await pilot.press("escape")
            await wait_until(pilot, lambda: app.result is None, "the result")
            assert app.theme == before

    async def test_while_the_models_are_asked(self) -> None:
        begun, go_on = Event(), Event()

        def slow(settings: Settings, env: Mapping[str, str]) -> Iterator[Check]:
            begun.set()
            assert go_on.wait(60)
            yield Check(name="late", ok=True, detail="")

        app = host(asked=slow)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("f10")
            await wait_until(pilot, begun.is_set, "the question")
            await pilot.press("escape")
            await wait_until(pilot, lambda: app.result is None, "the result")
            go_on.set()
            await pilot.pause()


class TestSaving:
    async def test_what_was_changed_and_the_theme(self, folder: Path) -> None:
        app = host()
        async with app.run_test(size=(80, 24)) as pilot:
            field(app, "k").value = "7"
            app.shown.query_one("#colours", Select).value = "nord"
            await wait_until(pilot, lambda: app.theme == "nord", "the theme")
            await pilot.press("ctrl+o")
            await wait_until(pilot, lambda: app.result is not OPEN, "the result")
            assert app.result.k == 7
            assert app.theme == "nord"
        written = {path.name: tomllib.loads(path.read_text()) for path in folder.rglob("*.toml")}
        assert written["config.toml"] == {"k": 7}
        assert written["chat.toml"]["theme"] == "nord"

    async def test_what_cannot_be_saved_is_told(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = folder / "broken.toml"
        broken.write_text("no TOML")
        monkeypatch.setenv("CONSPECTUS_CONFIG", str(broken))
        app = host()
        async with app.run_test(size=(120, 36)) as pilot:
            field(app, "k").value = "7"
            await pilot.press("ctrl+o")
            await wait_until(pilot, lambda: "is not TOML" in text_of(app), "the error")
            assert app.result is OPEN

    async def test_the_environment_that_wins_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CONSPECTUS_K", "3")
        app = host()
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            field(app, "k").value = "7"
            await pilot.press("ctrl+o")
            await wait_until(pilot, lambda: "CONSPECTUS_K" in text_of(app), "the warning")


async def test_a_tick_shows_without_colour() -> None:
    def before(app: Host, label: str) -> str:
        return next(line for line in text_of(app).split("\n") if label in line).partition(label)[0]

    app = host()
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_until(pilot, lambda: "X" in before(app, "Answer the same"), "the one that is ticked")
        assert "X" not in before(app, "Leave out")
        app.shown.query_one("#strict", Checkbox).value = True
        await wait_until(pilot, lambda: "X" in before(app, "Leave out"), "the tick")


async def test_keys_are_set_and_saved_and_what_is_none_is_said(folder: Path) -> None:
    app = host()
    async with app.run_test(size=(120, 60)) as pilot:
        field(app, "keymap").value = "retry"
        await wait_until(pilot, lambda: "retry is no key of an id" in text_of(app), "the error")
        field(app, "keymap").value = "retry=ctrl+r"
        await wait_until(pilot, lambda: "is no key" not in text_of(app))
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: app.result is not OPEN, "the result")
    assert load_preferences()[0].keymap == {"retry": "ctrl+r"}


async def test_all_buttons_are_there_on_a_narrow_screen() -> None:
    app = host()
    for width in (40, 71, 72, 120):
        async with app.run_test(size=(width, 24)) as pilot:
            await pilot.pause()
            for label in ("Use and save", "Check the models", "Leave"):
                assert label in text_of(app), (width, label)
        app = host()
