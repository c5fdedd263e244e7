"""ImportProgress files from the chat: completion, progress, problems, errors, stopping."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from zipfile import ZipFile

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Log

from store.paper import Problem
from store.results import AddEvent
from store.writer import write_lock
from tests.assistant import small
from tests.tui.papers_host import Host
from tests.tui.waiting import wait_until
from tui.papers.add_dialog import AddFilesDialog
from tui.papers.import_queue import ImportProgress
from tui.widgets.controls import Choices

BIB = "@article{lee, title={Kernels of Hidden Queues}, author={Lee, Ann}, year=2020, doi={10.1000/k}}"
RIS = "TY  - JOUR\nTI  - Kernels of Hidden Queues\nAU  - Lee, Ann\nPY  - 2020\nDO  - 10.1000/k\nAB  - Yes.\nER  - \n"

sizes = pytest.mark.parametrize("size", [(80, 24), (120, 36)])


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(small.assistant(tmp_path / "library", small.FIELD[:2]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    records(made / "papers.jsonl", 3)
    records(made / "pages.jsonl", 2, start=10)
    (made / "inner").mkdir()
    records(made / "inner" / "more.jsonl", 1, start=20)
    (made / "other.bin").write_bytes(b"\0\1\2" * 50)
    return made


def records(file: Path, count: int, start: int = 0, bad: str = "") -> Path:
    lines = [
        json.dumps({"title": f"Paper {n}", "abstract": f"About {n}.", "year": 2020})
        for n in range(start, start + count)
    ]
    file.write_text("\n".join([*lines, *([bad] if bad else [])]) + "\n")
    return file


def hold(host: Host) -> Event:
    """Let imports wait after each batch until the event is set."""
    gate, adding = Event(), host.papers.assistant.stream_add

    def held(path: Path) -> Iterator[AddEvent]:
        for event in adding(path):
            yield event
            if event.event == "batch_stored":
                gate.wait(60)

    host.papers.assistant.stream_add = held  # type: ignore[method-assign, assignment]
    return gate


async def opened(host: Host, pilot: Pilot[None]) -> AddFilesDialog:
    await host.ready(pilot)
    await pilot.press("plus")
    await wait_until(pilot, lambda: isinstance(host.screen, AddFilesDialog), "the dialog")
    await pilot.pause()
    assert isinstance(host.screen, AddFilesDialog)
    return host.screen


async def add(host: Host, pilot: Pilot[None], path: Path | str) -> AddFilesDialog:
    dialog = await opened(host, pilot)
    dialog.query_one(Input).value = str(path)
    await pilot.press("enter")
    return dialog


def log(dialog: AddFilesDialog) -> str:
    return "\n".join(dialog.query_one(Log).lines)


@sizes
async def test_a_file_is_added_and_the_list_shows_it(host: Host, folder: Path, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        await add(host, pilot, folder / "papers.jsonl")
        await wait_until(pilot, lambda: "3 added" in host.shown("#adding-outcome"), "the outcome")
        assert host.shown("#adding-outcome").startswith("✓ papers.jsonl: 3 added, 0 updated, 0 unchanged")
        await wait_until(pilot, lambda: "changed" in host.told, "the message")
        assert host.told[0] == "progress"
        await pilot.press("escape")
        await wait_until(pilot, lambda: "5 papers" in host.shown("#papers-counts"), "the list")


@sizes
async def test_names_are_completed(host: Host, folder: Path, size: tuple[int, int]) -> None:
    async with host.run_test(size=size) as pilot:
        dialog = await opened(host, pilot)
        line, names = dialog.query_one(Input), dialog.query_one(Choices)
        line.value = f"{folder}/p"
        await wait_until(pilot, lambda: names.option_count == 2, "names")
        await pilot.press("tab")
        await wait_until(pilot, lambda: line.value == f"{folder}/pa", "completion")
        await pilot.press("tab")
        await wait_until(pilot, lambda: names.has_focus, "the names")
        await pilot.press("escape")
        assert line.has_focus
        await pilot.press("down", "down", "enter")
        await wait_until(pilot, lambda: line.value == f"{folder}/papers.jsonl", "choosing")
        assert line.has_focus
        await pilot.press("tab")
        await wait_until(pilot, lambda: not line.has_focus, "nothing to complete")
        assert line.value == f"{folder}/papers.jsonl"


async def test_every_readable_file_of_a_folder(host: Host, folder: Path) -> None:
    async with host.run_test() as pilot:
        dialog = await add(host, pilot, folder)
        await wait_until(pilot, lambda: "files: 6 added" in log(dialog) and "changed" in host.told, "the files")
        assert "other.bin: passed over: " in log(dialog)
        assert host.papers.assistant.papers.count() == 8


async def test_an_archive_of_other_formats_with_what_was_merged(host: Host, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("library.bib", BIB)
        archive.writestr("export.ris", RIS)
    async with host.run_test() as pilot:
        await add(host, pilot, tmp_path / "export.zip")
        await wait_until(pilot, lambda: "added" in host.shown("#adding-outcome"), "the outcome")
        counts = "export.zip: 1 added, 0 updated, 1 merged, 0 unchanged, 1 without an abstract"
        assert host.shown("#adding-outcome") == f"✓ {counts}"
        await pilot.press("escape")
        await wait_until(pilot, lambda: "3 papers" in host.shown("#papers-counts"), "the list")
        assert counts in host.shown("#papers-said")


async def test_what_only_merges_is_seen_in_the_list_at_once(host: Host, tmp_path: Path) -> None:
    (tmp_path / "library.bib").write_text(BIB)
    (tmp_path / "export.ris").write_text(RIS)
    async with host.run_test() as pilot:
        host.papers.assistant.add(tmp_path / "library.bib")
        await host.ready(pilot)
        host.papers.read_papers()
        await wait_until(pilot, lambda: "3 papers" in host.shown("#papers-counts"), "the first record")
        await add(host, pilot, tmp_path / "export.ris")
        await wait_until(pilot, lambda: "1 merged" in host.shown("#adding-outcome"), "the outcome")
        await pilot.press("escape")
        await wait_until(pilot, lambda: any(row.merged for row in host.papers.selection.shown_rows), "the list")


async def test_problems_are_listed_with_line_and_reason(host: Host, tmp_path: Path) -> None:
    file = records(tmp_path / "some.jsonl", 2, bad='{"title": "[/] [red]bad", "year": "many"')
    async with host.run_test() as pilot:
        dialog = await add(host, pilot, file)
        await wait_until(pilot, lambda: "1 record not taken" in host.shown("#adding-outcome"), "the outcome")
        assert "some.jsonl:3: " in log(dialog)


@pytest.mark.parametrize("path", ["", "nowhere.jsonl", "~nobody-of-that-name/x", "bad\x00name"])
async def test_errors_say_what_to_do_and_leave_the_line(host: Host, path: str) -> None:
    async with host.run_test() as pilot:
        dialog = await add(host, pilot, path)
        await wait_until(pilot, lambda: "." in host.shown("#add-problem") + host.shown("#adding-outcome"), "the error")
        assert dialog.query_one(Input).has_focus
        await wait_until(pilot, lambda: not host.imports.busy, "the end")


async def test_a_file_that_is_none_and_a_folder_without_any(host: Host, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    async with host.run_test() as pilot:
        dialog = await add(host, pilot, folder / "other.bin")
        await wait_until(pilot, lambda: host.shown("#adding-outcome").startswith("! "), "the error")
        dialog.query_one(Input).value = str(tmp_path / "empty")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "There is no file in the folder" in log(dialog), "the second error")
        dialog.query_one(Input).value = str(folder / "papers.jsonl")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "3 added" in log(dialog), "a way on")


async def test_a_library_that_another_process_writes(host: Host, folder: Path) -> None:
    async with host.run_test() as pilot:
        with write_lock(host.papers.assistant.library.folder, "a test"):
            await add(host, pilot, folder / "papers.jsonl")
            await wait_until(pilot, lambda: "is being written by process" in host.shown("#adding-outcome"), "the error")
            assert "try again" in host.shown("#adding-outcome")
            await wait_until(pilot, lambda: not host.imports.busy, "the end")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "3 added" in host.shown("#adding-outcome"), "the second try")


@pytest.mark.parametrize("way", ["key", "button"])
async def test_stopping_keeps_what_was_stored(host: Host, tmp_path: Path, way: str) -> None:
    file, gate = records(tmp_path / "big.jsonl", 500), hold(host)
    async with host.run_test(size=(120, 36)) as pilot:
        dialog = await add(host, pilot, file)
        await wait_until(pilot, lambda: host.told.count("progress") > 1, "a batch")
        if way == "key":
            await pilot.press("ctrl+t")
        else:
            dialog.query_one("#adding-stop", Button).press()
        await pilot.pause()
        gate.set()
        await wait_until(pilot, lambda: "stopped" in host.told and not host.imports.busy, "stopping")
        await wait_until(pilot, lambda: host.shown("#adding-outcome").endswith(", stopped"), "the outcome")
        assert host.papers.assistant.papers.count() == 2 + 64 + 256  # The batch that had begun was stored, too.
        await wait_until(pilot, lambda: "changed" in host.told, "the message")


async def test_the_import_goes_on_when_the_dialog_and_the_screen_are_closed(host: Host, tmp_path: Path) -> None:
    file, gate = records(tmp_path / "big.jsonl", 200), hold(host)
    async with host.run_test() as pilot:
        await add(host, pilot, file)
        await wait_until(pilot, lambda: host.told.count("progress") > 1, "the first batch")
        await pilot.press("escape")
        await wait_until(pilot, lambda: host.screen is host.papers, "closing")
        await wait_until(pilot, lambda: "Adding big.jsonl" in host.shown("#papers-said"), "the progress")
        await pilot.press("plus")
        await wait_until(pilot, lambda: isinstance(host.screen, AddFilesDialog), "the dialog")
        await wait_until(pilot, lambda: "big.jsonl: 64 papers" in host.shown("#adding-file"), "what was told")
        await pilot.press("escape", "escape")
        await wait_until(pilot, lambda: host.result is None, "leaving the screen")
        gate.set()
        await wait_until(pilot, lambda: "changed" in host.told, "the end")
        assert host.papers.assistant.papers.count() == 202


async def test_one_at_a_time_the_others_wait(host: Host, tmp_path: Path, folder: Path) -> None:
    first, gate = records(tmp_path / "big.jsonl", 100, start=100), hold(host)
    async with host.run_test() as pilot:
        dialog = await add(host, pilot, first)
        dialog.query_one(Input).value = str(folder / "papers.jsonl")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "papers.jsonl waits for its turn" in log(dialog), "the second")
        gate.set()
        await wait_until(pilot, lambda: host.told.count("done") == 2, "both")
        await wait_until(pilot, lambda: "papers.jsonl: 3 added" in log(dialog), "the log")
        assert log(dialog).index("big.jsonl: 100 added") < log(dialog).index("papers.jsonl: 3 added")


async def test_leaving_the_application_stops_the_import(host: Host, tmp_path: Path) -> None:
    file, gate = records(tmp_path / "big.jsonl", 200), hold(host)
    async with host.run_test() as pilot:
        await add(host, pilot, file)
        await wait_until(pilot, lambda: host.told.count("progress") > 1, "a batch")
    gate.set()
    assert host.papers.assistant.papers.count() in (2 + 64, 2 + 2 * 64)  # A batch that had begun may be stored, too.


async def test_thousands_of_problems_are_counted_not_all_listed(host: Host) -> None:
    async with host.run_test() as pilot:
        dialog = await opened(host, pilot)
        adding = dialog.query_one(ImportProgress)
        problems = [Problem(file="x", line=n, reason="[/] \x1b[31mbad") for n in range(1, 5001)]
        adding.post_message(ImportProgress.Problems(problems))
        await wait_until(pilot, lambda: len(dialog.query_one(Log).lines) > 1000, "the list")
        assert len(dialog.query_one(Log).lines) < 1005
        assert "\x1b" not in log(dialog)
        assert "x:1: [/] " in log(dialog)
