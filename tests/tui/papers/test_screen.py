"""The screen of papers: every key and state."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.assistant import small
from tests.tui.papers_host import OPEN, Host, dismissed, many, sizes
from tests.tui.waiting import wait_until
from tui.engine import EVERYTHING, Scope
from tui.papers.detail import PaperDetail


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """The eight papers of the field, newest first."""
    return Host(small.assistant(tmp_path / "library", small.FIELD))


@sizes
async def test_first_look(host: Host, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        head, first, *_ = host.lines()
        assert head.split() == ["Title", "Year", "↓", "Author", *(["Category"] if "Category" in head else [])]
        assert "2025" in first
        assert "Yanlin Qu" in first
        assert host.shown("#papers-counts") == "8 papers · by year"
        await wait_until(pilot, lambda: "regularizer" in host.shown("#paper-content"), "the abstract")
        await wait_until(pilot, lambda: host.papers.query_one("#similar").display, "similar papers")
        assert host.papers.query_one(PaperDetail).region.height > 5
        assert host.papers.has_class("-wide" if size[0] == 120 else "-narrow")


@sizes
async def test_moving(host: Host, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        at = []
        for key in ("down", "up", "end", "home", "ctrl+f", "ctrl+b", "pagedown", "pageup", "up"):
            await pilot.press(key)
            at.append(host.listed.cursor)
        assert at[:4] == [1, 0, 7, 0]
        assert min(at[4], at[6]) > 3
        assert at[5] == at[7] == at[8] == 0
        await pilot.press("down")
        await wait_until(pilot, lambda: "queueing networks" in host.shown("#paper-content"), "the second abstract")


@sizes
async def test_marked_papers_are_what_the_chat_asks(host: Host, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        await pilot.press("space", "down", "space")
        assert host.shown("#papers-counts") == "8 papers · 2 marked · by year"
        assert [line[0] for line in host.lines()[1:5]] == ["●", "○", "●", "○"]
        await pilot.press("enter")
        assert await dismissed(host, pilot) == Scope.of({"ids": ("thompson", "batches")}, "2 marked papers")


async def test_marks_outlive_a_filter_and_can_be_cleared(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await pilot.press("space")
        await host.type(pilot, "fairness")
        assert host.shown("#papers-counts") == "2 of 8 papers · 1 marked · by year"
        await pilot.press("ctrl+a")
        assert host.papers.selection.marks == {"thompson", "audit", "fair"}
        await pilot.press("ctrl+l", "space", "space")
        assert host.papers.selection.marks == {"audit", "fair"}
        await pilot.press("space")
        assert host.papers.selection.marks == {"audit"}
        await pilot.press("ctrl+r")
        assert (await dismissed(host, pilot)).filters == {"ids": ("audit",)}


@sizes
async def test_filter_as_you_type_restricts_to_what_is_shown(host: Host, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        await pilot.press("slash", *"che")
        assert host.papers.query_one("#papers-filter", Input).value == "che"
        assert host.shown("#papers-counts") == "2 of 8 papers · by year"
        await pilot.press("enter", "enter")
        assert await dismissed(host, pilot) == Scope.of({"ids": ("queue", "batches")}, "2 papers: che")


async def test_a_filter_of_years_stays_a_filter(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await host.type(pilot, "year:2018-2020")
        await pilot.press("ctrl+r")
        scope = await dismissed(host, pilot)
        assert scope == Scope.of({"year_from": 2018, "year_to": 2020}, "3 papers: year:2018-2020")


async def test_a_filter_that_is_not_finished_says_so(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await host.type(pilot, "year:20")
        assert "8 papers · by year · year: takes a year" in host.shown("#papers-counts")


async def test_nothing_found_cannot_be_asked(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await host.type(pilot, "xylophone")
        await wait_until(pilot, lambda: "No paper meets" in host.shown("#paper-content"))
        await pilot.press("enter", "space", "delete", "ctrl+o", "ctrl+y", "down")
        assert host.result is OPEN
        assert host.shown("#papers-said") == "There is no paper to ask."
        await pilot.press("escape")
        assert host.shown("#papers-counts") == "8 papers · by year"


async def test_everything_and_nothing(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await pilot.press("ctrl+r")
        assert await dismissed(host, pilot) == EVERYTHING


@pytest.mark.parametrize(("key", "result"), [("ctrl+e", EVERYTHING), ("escape", None)])
async def test_leaving(host: Host, key: str, result: Scope | None) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await pilot.press("space", key)
        assert await dismissed(host, pilot) == result


async def test_escape_goes_back_step_by_step(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await host.type(pilot, "che")
        await pilot.press("slash", "escape")
        assert host.listed.has_focus
        await pilot.press("tab", "escape")
        assert host.listed.has_focus
        await pilot.press("escape")
        assert host.papers.query_one("#papers-filter", Input).value == ""
        assert host.result is OPEN
        await pilot.press("escape")
        assert await dismissed(host, pilot) is None


async def test_letters_filter_wherever_the_cursor_is_and_act_on_nothing(host: Host) -> None:
    async with host.run_test(size=(120, 36)) as pilot:
        await host.ready(pilot)
        await pilot.press(*"aresy", *["backspace"] * 5, *"ban", "space", *"dit")
        assert host.papers.query_one("#papers-filter", Input).value == "ban dit"
        assert not host.papers.selection.marks
        await pilot.press(*["backspace"] * 7, *"che", "down")
        assert host.listed.has_focus
        await pilot.press("space")
        assert len(host.papers.selection.marks) == 1
        host.papers.query_one(PaperDetail).focus()
        await pilot.press("n")
        assert host.papers.query_one("#papers-filter", Input).value == "chen"
        await pilot.press("escape", "escape", "ctrl+a")
        assert len(host.papers.selection.marks) == 8
        assert host.result is OPEN


async def test_what_the_chat_asks_now_is_marked(tmp_path: Path) -> None:
    scope = Scope.of({"ids": ("rare", "gone")}, "2 marked papers")
    host = Host(small.assistant(tmp_path / "library", small.FIELD), scope)
    async with host.run_test() as pilot:
        await host.ready(pilot)
        assert host.papers.selection.marks == {"rare"}
        assert host.shown("#papers-counts").endswith("1 marked · by year · the chat asks 2 marked papers")


async def test_sorting_keeps_the_cursor_on_its_paper(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await pilot.press("down", "ctrl+s")
        assert (host.current, host.listed.cursor) == ("queue", 0)
        assert "Author ↓" in host.lines()[0]
        await pilot.press("ctrl+s")
        assert (host.current, host.listed.cursor) == ("queue", 6)
        assert "Title ↓" in host.lines()[0]
        await pilot.press("ctrl+s")
        assert "by year" in host.shown("#papers-counts")


async def test_mouse(host: Host) -> None:
    async with host.run_test(size=(120, 36)) as pilot:
        await host.ready(pilot)
        await pilot.click("#paper-list", offset=(30, 4))
        assert host.listed.cursor == 2
        assert not host.papers.selection.marks
        await pilot.click("#paper-list", offset=(1, 3))
        assert host.papers.selection.marks == {"queue"}
        await pilot.double_click("#paper-list", offset=(30, 5))
        assert host.papers.selection.marks == {"queue", host.current}
        await pilot.click("#paper-list", offset=(host.lines()[0].index("Author") + 1, 1))
        assert "by author" in host.shown("#papers-counts")
        await pilot.click("#paper-list", offset=(30, 20))
        assert host.result is OPEN


async def test_the_abstract_can_be_hidden_and_neighbours_followed(host: Host) -> None:
    async with host.run_test(size=(120, 36)) as pilot:
        await host.ready(pilot)
        await pilot.press("f4")
        assert not host.papers.query_one(PaperDetail).display
        await pilot.press("f4")
        await host.type(pilot, "regularizer")
        await wait_until(pilot, lambda: host.papers.query_one("#similar").display, "similar papers")
        host.papers.query_one("#similar").focus()
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: host.current != "thompson", "following")
        assert host.papers.query_one("#papers-filter", Input).value == ""
        assert host.listed.has_focus


async def test_ten_thousand_papers() -> None:
    host = Host(many(10_000))
    async with host.run_test() as pilot:
        await wait_until(pilot, lambda: host.papers.query("#papers-counts"))
        await wait_until(pilot, lambda: host.papers.selection.shown_rows, "the first rows")
        if host.papers.reading:
            await pilot.press("ctrl+a")
            assert not host.papers.selection.marks
        await host.ready(pilot)
        assert host.shown("#papers-counts") == "10,000 papers · by year"
        await pilot.press("end")
        assert host.current == "p9999"
        assert "Paper 9999" in host.lines()[-1]
        await host.type(pilot, "paper 123 author:nunez")
        assert {row.id[:4] for row in host.papers.selection.shown_rows} >= {"p123"}
        await pilot.press("ctrl+a", "ctrl+r")
        scope = await dismissed(host, pilot)
        assert len(scope.filters["ids"]) == len(host.papers.selection.shown_rows)
