"""Letters filter lists and do nothing else there."""

from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from tests.tui.host import Host, text_of
from tests.tui.listing import host, listed, ready, says
from tests.tui.saved import Saved
from tests.tui.waiting import wait_until
from tui.widgets.row_filter import FilteredChoices

ROWS = ("Bandits", "Álvarez on bandits", "a rule that is only read", "Fairness 2020")


class Shown(Screen[None]):
    """A list of which the third row cannot be chosen; digits and Esc stand for something."""

    BINDINGS = [Binding("2", "note('two')"), Binding("escape", "note('left')")]  # noqa: RUF012
    noted = ""

    def compose(self) -> ComposeResult:
        yield FilteredChoices("rows")

    def on_mount(self) -> None:
        self.rows.show_rows(map(Content, ROWS), unchoosable=[2])
        self.rows.focus()

    @property
    def rows(self) -> FilteredChoices:
        return self.query_one(FilteredChoices)

    def action_note(self, what: str) -> None:
        self.noted = what


def shown(rows: FilteredChoices) -> list[str]:
    return [str(option.prompt) for option in rows.options]


async def test_what_is_typed_filters_and_rows_count_among_all() -> None:
    screen = Shown()
    async with Host(screen).run_test(size=(60, 20)) as pilot:
        assert (shown(screen.rows), screen.rows.place) == ([*ROWS], 0)
        await pilot.press(*"BAND")
        assert shown(screen.rows) == ["Bandits", "Álvarez on bandits"]
        assert "/ BAND" in text_of(pilot.app)
        await pilot.press("space", *"alva")
        assert (shown(screen.rows), screen.rows.place) == (["Álvarez on bandits"], 1)
        await pilot.press("enter", "z")
        assert (shown(screen.rows), screen.rows.place) == ([], None)
        await pilot.press("backspace")
        assert screen.rows.place == 1
        await pilot.press("escape")
        assert (shown(screen.rows), screen.rows.place, screen.noted) == ([*ROWS], 1, "")
        await pilot.press("escape")
        assert screen.noted == "left"


async def test_a_row_is_drawn_anew_also_while_it_is_hidden() -> None:
    screen = Shown()
    async with Host(screen).run_test(size=(60, 20)) as pilot:
        await pilot.press(*"band")
        screen.rows.redraw_row(3, Content("Fairness 2021"))
        screen.rows.redraw_row(0, Content("Bandits!"))
        assert shown(screen.rows) == ["Bandits!", "Álvarez on bandits"]
        await pilot.press("escape")
        assert shown(screen.rows) == ["Bandits!", *ROWS[1:3], "Fairness 2021"]
        screen.rows.place = 2
        assert screen.rows.place == 2


async def test_a_digit_that_stands_for_something_is_typed_only_behind_a_letter() -> None:
    screen = Shown()
    async with Host(screen).run_test(size=(60, 20)) as pilot:
        await pilot.press("2")
        assert (screen.noted, screen.rows.typed) == ("two", "")
        await pilot.press("s", "2")
        assert (shown(screen.rows), screen.rows.typed) == ([], "s2")
        await pilot.press("escape", "space")
        assert shown(screen.rows) == [*ROWS]


async def test_the_cursor_goes_to_a_row_that_was_hidden() -> None:
    screen = Shown()
    async with Host(screen).run_test(size=(60, 20)) as pilot:
        await pilot.press(*"fair")
        screen.rows.place = 0
        assert (shown(screen.rows), screen.rows.place, screen.rows.typed) == ([*ROWS], 0, "")


async def test_other_rows_are_filtered_by_what_is_typed() -> None:
    screen = Shown()
    async with Host(screen).run_test(size=(60, 20)) as pilot:
        await pilot.press(*"fair")
        screen.rows.show_rows([Content("Unfair"), Content("Rare")])
        assert (shown(screen.rows), screen.rows.place) == (["Unfair"], 0)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_letters_typed_in_the_list_of_conversations_are_looked_for(tmp_path: Path, size: tuple[int, int]) -> None:
    saved = Saved(tmp_path)
    for title in ("Bandits", "Fairness needs data"):
        saved.add(title=title)
    app = host(saved)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, 2)
        await pilot.press(*"fair", "space", *"ne")
        await wait_until(pilot, lambda: listed(app).option_count == 1, "the one with the words")
        assert app.shown.query_one(Input).value == "fair ne"
        await pilot.press("down")
        assert listed(app).has_focus
        await says(pilot, "Fairness")
