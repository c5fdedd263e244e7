"""The screen of papers: hostile, gone and no papers; removing, citing and adding them."""

from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Button

from store.errors import LibraryError
from store.writer import write_lock
from tests.assistant import small
from tests.tui.papers_host import HOSTILE, Host, fake, shows, sizes
from tests.tui.waiting import wait_until
from tui import clipboard as citing
from tui.clipboard import Copied
from tui.dialogs.ask import ConfirmDialog
from tui.papers.add_dialog import AddFilesDialog
from tui.text import ASCII
from tui.widgets.first_run import FirstRun


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """The eight papers of the field, newest first."""
    return Host(small.assistant(tmp_path / "library", small.FIELD))


async def test_open_and_cite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    def copy(text: str) -> Copied:
        copied.append(text)
        return Copied("Copied with a fake.")

    monkeypatch.setattr(citing, "copy_text", copy)
    one = small.paper("one", "A Title", "Text.", "Ann Poe", 2020, identifiers={"doi": "10.1/x"})
    host = Host(small.assistant(tmp_path / "library", [one, small.paper("two", "No Address", "", "", 2010)]))
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: host.opened == ["https://doi.org/10.1/x"], "opening")
        await pilot.press("ctrl+y")
        await wait_until(pilot, lambda: host.screen is not host.papers, "the choice of styles")
        await pilot.press("enter")
        await wait_until(pilot, lambda: host.shown("#papers-said") == "Copied with a fake.", "copying")
        assert "Poe, A. (2020)" in copied[0]
        await pilot.press("down", "ctrl+o")
        await wait_until(pilot, lambda: "without an address" in host.shown("#papers-said"), "no address")
        await pilot.press("ctrl+y")
        await wait_until(pilot, lambda: host.screen is not host.papers, "the choice of styles")
        await pilot.press("escape")
        await wait_until(pilot, lambda: host.screen is host.papers, "leaving the choice")
        assert len(copied) == len(host.opened) == 1


@sizes
async def test_removal_names_the_papers_and_can_be_refused(host: Host, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        await pilot.press("space", "space", "ctrl+d")
        await wait_until(pilot, lambda: isinstance(host.screen, ConfirmDialog), "the question")
        asked = host.shown(".dialog-title")
        assert "Remove 2 papers from the library? /undo brings back what was removed" in asked
        assert "A Broader View of Thompson Sampling" in asked
        await pilot.press("enter")
        await wait_until(pilot, lambda: host.screen is host.papers, "refusing")
        assert host.papers.assistant.papers.count() == 8
        assert "8 papers · 2 marked" in host.shown("#papers-counts")


async def test_removal_confirmed(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await pilot.press("down", "delete")
        await wait_until(pilot, lambda: isinstance(host.screen, ConfirmDialog), "the question")
        assert "Queues with Differentiable" in host.shown(".dialog-title")
        await pilot.press("right", "enter")
        await wait_until(pilot, lambda: host.told == ["changed"], "removal")
        assert host.shown("#papers-counts") == "7 papers · by year"
        assert host.shown("#papers-said").startswith("Removed 1 paper. /undo")
        assert host.papers.assistant.papers.count() == 7
        assert host.current != "queue"


async def test_a_text_that_is_typed_removes_nothing(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await pilot.press("ctrl+a", *"dmxcD", *["backspace"] * 5)
        assert host.screen is host.papers
        assert "8 marked" in host.shown("#papers-counts")
        await pilot.press(*"What", "space", *"do", "space", *"they", "enter")
        assert not isinstance(host.screen, ConfirmDialog)
        assert "changed" not in host.told
        assert host.papers.assistant.papers.count() == 8


async def test_removal_is_not_confirmed_by_what_was_typed_ahead(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.dialogs.ask.monotonic", lambda: 1.0)
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await pilot.press("ctrl+d", "right", "enter", "ctrl+y")
        await wait_until(pilot, lambda: isinstance(host.screen, ConfirmDialog), "the question")
        await pilot.press("escape")
        await wait_until(pilot, lambda: host.screen is host.papers, "the list")
        assert host.papers.assistant.papers.count() == 8


async def test_removal_while_another_process_writes(host: Host) -> None:
    with write_lock(host.papers.assistant.library.folder, "a test"):
        async with host.run_test() as pilot:
            await host.ready(pilot)
            await pilot.press("delete")
            await wait_until(pilot, lambda: isinstance(host.screen, ConfirmDialog), "the question")
            await pilot.press("right", "enter")
            await wait_until(pilot, lambda: "is being written by process" in host.shown("#papers-said"), "the error")
            assert "try again" in host.shown("#papers-said")
            assert host.shown("#papers-counts") == "8 papers · by year"


async def test_a_paper_that_was_removed_by_another_process(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        host.papers.assistant.papers.remove("queue")
        await pilot.press("down")
        await wait_until(pilot, lambda: "There is no paper" in host.shown("#paper-content"), "the error")


async def test_a_library_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, host: Host) -> None:
    def broken(**filters: object) -> None:
        raise LibraryError("The library is broken.", "Mend it.")

    monkeypatch.setattr(host.papers.assistant.papers, "list", broken)
    async with host.run_test() as pilot:
        await wait_until(pilot, lambda: host.papers.query("#papers-said"))
        await wait_until(pilot, lambda: host.shown("#papers-said") == "! The library is broken. Mend it.", "the error")


@sizes
async def test_hostile_papers_are_shown_as_text(size: tuple[int, int]) -> None:
    host = Host(fake(*HOSTILE), glyphs=ASCII)
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        width = host.listed.scrollable_content_region.width
        assert all(host.listed.render_line(y).cell_length == width for y in range(len(HOSTILE) + 1))
        drawn = "\n".join(host.lines())
        assert "[Re] A replication" in drawn
        assert not set(drawn) & set("\x1b\x07\u202e")
        for one in HOSTILE:
            assert host.current == one.id
            await wait_until(pilot, partial(shows, host, one.title[:2]), one.id)
            assert not set(host.shown("#paper-content")) & set("\x1b\x07\u202e")
            await pilot.press("down")
        await host.type(pilot, "!!!")
        assert host.current == "marks"
        await host.type(pilot, "强化")
        assert host.current == "cjk"
        host.papers.selection.marks.update(one.id for one in HOSTILE)
        await pilot.press("delete")
        await wait_until(pilot, lambda: isinstance(host.screen, ConfirmDialog), "the question")
        assert "\x1b" not in host.shown(".dialog-title")
        assert "[Re]" in host.shown(".dialog-title")


@sizes
async def test_an_empty_library_offers_ways_on(tmp_path: Path, size: tuple[int, int]) -> None:
    host = Host(small.assistant(tmp_path / "library"))
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        assert host.papers.query_one(FirstRun).display
        assert host.shown("#papers-counts") == "0 papers · by year"
        assert isinstance(host.focused, Button)
        await pilot.press("2")
        await wait_until(pilot, lambda: isinstance(host.screen, AddFilesDialog), "the dialog")
        await pilot.press("escape")
        await wait_until(pilot, lambda: host.screen is host.papers, "closing")
        await pilot.press("down", "down", "enter")
        await wait_until(pilot, lambda: isinstance(host.screen, AddFilesDialog), "the dialog")
        assert host.told == []


async def test_the_sample_is_added_from_an_empty_library(tmp_path: Path) -> None:
    host = Host(small.assistant(tmp_path / "library"))
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "changed" in host.told, "adding")
        await pilot.press("escape")
        await wait_until(pilot, lambda: "45 papers" in host.shown("#papers-counts"), "the papers")
        await host.ready(pilot)
        assert not host.papers.query_one(FirstRun).display
        assert host.listed.has_focus
        assert host.papers.assistant.papers.count() == 45
        assert "asked twice" not in host.told
