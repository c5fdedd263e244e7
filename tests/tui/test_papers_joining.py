"""The screen of papers: where they are from, retractions, merging, splitting, duplicates."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.client import Assistant
from store.ingest import add_items
from store.paper import Source
from store.writer import write_lock
from tests.assistant import small
from tests.assistant.small import paper
from tests.tui.papers_host import Host
from tests.tui.waiting import wait_until
from tui.dialogs.ask import ConfirmDialog
from tui.papers.duplicates_screen import NONE, DuplicatesScreen
from tui.papers.screen import MARK_FIRST, NOT_MERGED
from tui.text import ASCII
from tui.widgets.controls import Choices

sizes = pytest.mark.parametrize("size", [(80, 24), (120, 36)])
# What says yes to a question.
YES = ("right", "enter")
DOI = {"doi": "10.1000/k"}
PAPERS = (
    paper("gone", "Cold Fusion", "It is hot.", "Cy Roe", 2024, retraction="retracted 2025-03-04 (10.1000/n)"),
    paper("talk", "Deep Surveys of Small Things", "A talk.", "Di Poe", 2022, identifiers={"doi": "10.1000/talk"}),
    paper("article", "Deep Surveys of Small Things", "Long.", "Di Poe", 2023, identifiers={"doi": "10.1000/article"}),
    paper("mine", "Hidden Queues", "", "Ann Lee", 2020, identifiers=DOI, source=Source(file="my.bib", line=3)),
    paper("theirs", "Hidden Queues", "They hide.", "Ann Lee", 2020, identifiers=DOI, source=Source(file="its.nbib")),
)


def library(folder: Path) -> Assistant:
    """Four papers, one of them of two records, two of them perhaps one."""
    made = small.assistant(folder)
    for _ in add_items(made.library, PAPERS, lambda: 1.0):
        pass
    return made


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(library(tmp_path / "library"))


def ids(host: Host) -> set[str]:
    return {one.id for one in host.papers.assistant.papers.list()}


async def asked(host: Host, pilot: Pilot[None], *answer: str) -> str:
    """What a question says; it is answered."""
    await wait_until(pilot, lambda: isinstance(host.screen, ConfirmDialog), "the question")
    text = host.shown(".dialog-title")
    await pilot.press(*answer)
    await wait_until(pilot, lambda: not isinstance(host.screen, ConfirmDialog), "the answer")
    return text


async def said(host: Host, pilot: Pilot[None], text: str) -> None:
    await wait_until(pilot, lambda: text in host.shown("#papers-said"), text)


async def duplicates(host: Host, pilot: Pilot[None]) -> DuplicatesScreen:
    await pilot.press("ctrl+g")
    await wait_until(pilot, lambda: isinstance(host.screen, DuplicatesScreen), "the duplicates")
    screen = host.screen
    assert isinstance(screen, DuplicatesScreen)
    await wait_until(pilot, lambda: screen.is_attached and not screen.reading, "reading")
    return screen


@sizes
async def test_where_a_merged_paper_is_from(host: Host, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        host.listed.go_to("mine")
        await wait_until(pilot, lambda: "Merged of 2 records" in host.shown("#paper-origin"), "where it is from")
        assert "my.bib:3, its.nbib" in host.shown("#paper-origin")
        assert "abstract: its.nbib" in host.shown("#paper-origin")


@pytest.mark.parametrize("colour", [True, False])
async def test_a_retracted_paper_is_marked_in_words_and_colour(
    tmp_path: Path, colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")
    host = Host(library(tmp_path / "library"), glyphs=ASCII)
    async with host.run_test(size=(120, 36)) as pilot:
        await host.ready(pilot)
        host.listed.go_to("gone")
        await wait_until(pilot, lambda: "retracted 2025-03-04 (10.1000/n)" in host.shown("#paper-content"), "the pane")
        lines = host.lines()
        at = next(y for y, line in enumerate(lines) if "[retracted] Cold Fusion" in line)
        await pilot.press("end")
        styles = [{one.text.strip(): one.style for one in host.listed.render_line(y)} for y in (at, at + 1)]
        gone = next(style for text, style in styles[0].items() if text.startswith("[retracted]"))
        other = next(style for text, style in styles[1].items() if text.startswith("Deep"))
        assert gone is not None
        assert other is not None
        assert gone.color != other.color


async def test_the_filter_knows_retracted_and_merged_papers(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await host.type(pilot, "retracted:yes")
        assert [row.id for row in host.papers.selection.shown_rows] == ["gone"]
        await host.type(pilot, "merged:yes")
        assert [row.id for row in host.papers.selection.shown_rows] == ["mine"]


@sizes
async def test_split_says_what_it_became_and_merge_undoes_it(host: Host, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        host.listed.go_to("mine")
        await pilot.press("ctrl+x")
        assert "my.bib: Hidden Queues (2020)" in await asked(host, pilot, "escape")
        assert len(ids(host)) == 4
        await pilot.press("ctrl+x")
        await asked(host, pilot, *YES)
        await said(host, pilot, "Split into 2 papers: mine, theirs.")
        await wait_until(pilot, lambda: "5 papers" in host.shown("#papers-counts"), "the list")
        await wait_until(pilot, lambda: "No abstract." in host.shown("#paper-content"), "the pane")
        assert (ids(host) > {"mine", "theirs"}, host.told) == (True, ["changed"])
        host.papers.selection.marks.update({"mine", "theirs"})
        host.listed.go_to("theirs")
        await pilot.press("ctrl+u")
        assert "It keeps the id theirs." in await asked(host, pilot, *YES)
        await said(host, pilot, "Merged into theirs, of 2 records.")
        await wait_until(pilot, lambda: host.shown("#papers-counts") == "4 papers · by year", "the list")
        assert "theirs" in ids(host)


async def test_what_cannot_be_split_or_merged_says_why(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        host.listed.go_to("talk")
        await pilot.press("ctrl+x")
        await said(host, pilot, NOT_MERGED)
        await pilot.press("space", "ctrl+u")
        await said(host, pilot, MARK_FIRST)
        await host.type(pilot, "xylophone")
        await pilot.press("ctrl+x")
        assert len(ids(host)) == 4
        host.papers.assistant.papers.remove("gone")
        await host.type(pilot, "fusion")
        await pilot.press("ctrl+x")
        await said(host, pilot, "! There is no paper")


async def test_merging_while_another_process_writes(host: Host) -> None:
    with write_lock(host.papers.assistant.library.folder, "a test"):
        async with host.run_test() as pilot:
            await host.ready(pilot)
            host.papers.selection.marks.update({"talk", "article"})
            await pilot.press("ctrl+u")
            await asked(host, pilot, *YES)
            await said(host, pilot, "is being written by process")
            assert host.papers.selection.marks == {"talk", "article"}


@sizes
async def test_duplicates_are_listed_with_the_reason_and_merged(host: Host, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        await host.ready(pilot)
        screen = await duplicates(host, pilot)
        assert host.shown("#duplicates-counts") == "1 pair"
        line = str(screen.query_one(Choices).get_option_at_index(0).prompt)
        assert line.splitlines() == ["Deep Surveys of Small Things", "  the same title, but another DOI"]
        left, right = (str(one.render()) for one in screen.query("#pair Static").results(Static))
        assert "10.1000/article" in left
        assert "10.1000/talk" in right
        await pilot.press("enter")
        await asked(host, pilot, "escape")
        await pilot.press("ctrl+u")
        assert "Are these 2 papers one? It keeps the id article." in await asked(host, pilot, *YES)
        await wait_until(pilot, lambda: "Merged into article" in host.shown("#duplicates-said"), "merging")
        await wait_until(pilot, lambda: host.shown("#duplicates-counts") == NONE, "the list")
        await pilot.press("ctrl+u", "ctrl+x", "escape")
        await wait_until(pilot, lambda: "3 papers" in host.shown("#papers-counts"), "the papers")
        assert ids(host) == {"gone", "article", "mine"}
        assert host.told == ["changed"]


async def test_duplicates_are_kept_apart_for_good_and_merging_undoes_it(host: Host) -> None:
    async with host.run_test() as pilot:
        await host.ready(pilot)
        await duplicates(host, pilot)
        await pilot.press("ctrl+x")
        assert "Are these two papers, never to be merged?" in await asked(host, pilot, *YES)
        await wait_until(pilot, lambda: "article and talk stay apart." in host.shown("#duplicates-said"), "deciding")
        await wait_until(pilot, lambda: host.shown("#duplicates-counts") == NONE, "the list")
        await pilot.press("escape")
        await wait_until(pilot, lambda: host.screen is host.papers, "the papers")
        await duplicates(host, pilot)
        assert host.shown("#duplicates-counts") == NONE
        await pilot.press("escape")
        await wait_until(pilot, lambda: host.screen is host.papers, "the papers")
        host.papers.selection.marks.update({"talk", "article"})
        await pilot.press("ctrl+u")
        await asked(host, pilot, *YES)
        await said(host, pilot, "Merged into article, of 2 records.")


async def test_a_library_that_cannot_be_written_leaves_the_pair(host: Host) -> None:
    with write_lock(host.papers.assistant.library.folder, "a test"):
        async with host.run_test() as pilot:
            await host.ready(pilot)
            await duplicates(host, pilot)
            await pilot.press("ctrl+x")
            await asked(host, pilot, *YES)
            await wait_until(pilot, lambda: "is being written" in host.shown("#duplicates-said"), "the error")
            assert host.shown("#duplicates-counts") == "1 pair"
