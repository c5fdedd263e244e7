from functools import partial
from pathlib import Path
from typing import cast

import pytest

from assistant.client import Assistant
from tests.tui.host import Host, text_of
from tests.tui.saved import Saved
from tests.tui.waiting import wait_until
from tui.commands import COMMANDS
from tui.help import HelpScreen
from tui.help_contents import (
    SIGNS,
    HelpRow,
    HelpSection,
    command_rows,
    guide_sections,
    search_sections,
    sign_rows,
)
from tui.preferences import Preferences
from tui.sessions.screen import SessionsScreen
from tui.text import ASCII


class Remapped(Host):
    """Has other keys and plain signs."""

    glyphs = ASCII
    preferences = Preferences(keymap={"retry": "ctrl+r", "sessions.delete": "z"})


def test_every_command_with_its_keys() -> None:
    rows = command_rows({"retry": "f5,ctrl+r", "fork": "x"}).rows
    assert [row.name.split()[0] for row in rows] == [f"/{command.name}" for command in COMMANDS]
    keys = {row.name: row.keys for row in rows}
    assert keys["/retry"] == "F5, Ctrl+R"
    assert keys["/fork"] == ""  # It has no binding that a keymap could change.
    assert keys["/sessions WORDS"] == "F3"


def test_every_sign_is_explained() -> None:
    assert set(SIGNS) | {"separator"} == set(ASCII._fields)
    assert sign_rows(ASCII).rows[0].keys == "="


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_shows_the_keys_that_are_active_beneath(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Remapped(SessionsScreen(cast(Assistant, Saved(tmp_path))))
    async with app.run_test(size=(size[0], 120)) as pilot:
        app.set_keymap(app.preferences.keymap)
        await wait_until(pilot, lambda: app.shown.is_mounted, "the list")
        app.push_screen(HelpScreen())
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen), "the help")
        await pilot.pause()
        lines = [" ".join(line.split()) for line in text_of(app).split("\n")]
        for line in (
            "Ctrl+R /retry Ask the",
            "z sessions.delete Delete",
            "Ctrl+R sessions.rename Rename",
            "Sessions screen",
        ):
            assert any(line in shown for shown in lines), line
        assert any("Down list.down Down" in shown for shown in lines)
        assert any("x its source says otherwise" in shown for shown in lines)


@pytest.mark.parametrize("key", ["escape", "enter"])
async def test_closes(key: str) -> None:
    app = Host(HelpScreen())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await wait_until(pilot, lambda: app.screen is not app.shown, "the way back")


async def test_scrolls() -> None:
    app = Host(HelpScreen())
    async with app.run_test(size=(80, 24)) as pilot:
        page = app.shown.query_one("#help-page")
        await pilot.pause()

        def stands(at: int) -> bool:
            return page.scroll_y == at

        for key, at in (
            ("down", 1),
            ("down", 2),
            ("up", 1),
            ("end", page.max_scroll_y),
            ("home", 0),
            ("pagedown", page.size.height - 2),
            ("pageup", 0),
        ):
            await pilot.press(key)
            await wait_until(pilot, partial(stands, at), key)
        assert page.max_scroll_y > 10


async def test_letters_filter_it_and_close_nothing() -> None:
    app = Host(HelpScreen())
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press(*"retr", "space", *"QUES")
        await wait_until(pilot, lambda: "/papers" not in text_of(app), "the filter")
        assert app.screen is app.shown
        assert "/retry" in text_of(app)
        assert "Signs" not in text_of(app)
        await pilot.press(*["backspace"] * 9, *"zzz")
        await wait_until(pilot, lambda: "Nothing here has these words." in text_of(app), "that there is none")
        await pilot.press(*["backspace"] * 3)
        await wait_until(pilot, lambda: "/papers" in text_of(app), "all of it")


def find(text: str, *sections: HelpSection) -> list[str]:
    """What the rows say that are found."""
    return [row.what for section in search_sections(sections, text) for row in section.rows]


def test_every_word_has_to_stand_in_a_row_or_the_title_over_it() -> None:
    section = HelpSection("Signs", (HelpRow("x", "", "its source says otherwise"), HelpRow("!", "", "Failed")))
    assert find("SIGNS failed", section) == ["Failed"]
    assert find(" ", section) == ["its source says otherwise", "Failed"]


def test_the_rows_with_most_of_the_words_are_found_where_none_has_all() -> None:
    section = HelpSection("Keys", (HelpRow("a", "", "copies a text"), HelpRow("b", "", "copies the whole answer")))
    assert find("copies an answer quickly", section) == ["copies the whole answer"]


@pytest.mark.parametrize("typed", ["cite", "cites", "cited", "citing", "citation", "citations"])
@pytest.mark.parametrize("written", ["cite", "cited", "citing", "citation"])
def test_a_word_is_found_in_any_of_its_forms(typed: str, written: str) -> None:
    section = HelpSection("Keys", (HelpRow("a", "", written), HelpRow("b", "", "the city")))
    assert find(typed, section) == [written]


def test_a_form_is_no_other_word() -> None:
    section = HelpSection("Keys", (HelpRow("a", "", "leads to them"), HelpRow("b", "", "leads to a theme")))
    assert find("themes", section) == ["leads to a theme"]


def test_a_word_that_none_has_finds_one_that_is_spelled_nearly_so() -> None:
    assert find("bibtec", HelpSection("Keys", (HelpRow("a", "", "as BibTeX"), HelpRow("b", "", "as text")))) == [
        "as BibTeX"
    ]
    assert not find("xylophone", *guide_sections())


def test_the_guide_shows_only_what_is_looked_for() -> None:
    assert find("", *guide_sections()) == []
    assert any("wheel" in what for what in find("scroll", *guide_sections()))


def test_what_is_called_so_comes_first() -> None:
    assert find("theme", command_rows({}))[0] == "Choose the colours"
    assert find("exit", command_rows({})) == ["Leave; everything is saved"]


@pytest.mark.parametrize(
    "word",
    [
        *("cite", "citation", "bibtex", "copy", "export", "save", "quit", "scroll", "theme", "model", "key", "delete"),
        *("undo", "print", "font", "language", "history", "pdf", "mouse", "search", "filter", "shortcut", "cost"),
    ],
)
def test_what_people_look_for_is_found_as_it_is_spelled(word: str) -> None:
    found = search_sections([command_rows({}), *guide_sections()], word)
    assert any(word[:3] in " ".join((section.title, *row)).casefold() for section in found for row in section.rows)
