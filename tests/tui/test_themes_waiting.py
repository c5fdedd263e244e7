"""Themes that take their time, are stopped, fail, or are there already."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client import Assistant
from store.errors import LibraryError
from store.ingest import add_items
from tests.assistant import small
from tests.assistant.small import paper
from tests.tui.themes_host import OPEN, SMALL, TWO_FIELDS, Host, counting, failing, waiting
from tests.tui.waiting import wait_until


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Two themes; nobody may change the papers."""
    with small.assistant(tmp_path_factory.mktemp("fields") / "library", TWO_FIELDS) as made:
        yield made


class TestWaiting:
    async def test_how_far_it_is_and_esc_stops_it_and_r_begins_anew(
        self, fields: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gate, app = waiting(monkeypatch), Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await wait_until(pilot, lambda: "section 2 of 2: Second one" in app.text, "the section")
            await pilot.press("escape")
            await app.says(pilot, "Stopped. F5 finds the themes.")
            assert not app.is_making
            assert app.result is OPEN
            gate.open()
            await pilot.press("f5")
            await app.ready(pilot)

    async def test_the_button_stops_it(self, fields: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
        waiting(monkeypatch)
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await wait_until(pilot, lambda: "Second one" in app.text, "the section")
            await pilot.click("#making Button")
            await app.says(pilot, "Stopped.")

    async def test_it_goes_on_when_the_screen_is_left_and_comes_back(
        self, fields: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gate, app = waiting(monkeypatch), Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await wait_until(pilot, lambda: "Second one" in app.text, "the section")
            await pilot.press("f10")
            await wait_until(pilot, lambda: app.result is None, "the way out")
            assert app.reports.is_busy
            app.open()
            await wait_until(pilot, lambda: "Second one" in app.text, "how far it is")
            gate.open()
            await app.ready(pilot)

    async def test_a_failure_is_told_and_r_tries_again(
        self, fields: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            failing(patched, LibraryError("The [red]disk[/] is gone.", "Plug it in."))
            app = Host(fields)
            async with app.run_test(size=SMALL) as pilot:
                await app.says(pilot, "! The [red]disk[/] is gone. Plug it in.")
                assert not app.is_making
                patched.undo()
                await pilot.press("f5")
                await app.ready(pilot)

    async def test_what_was_made_is_there_at_once_until_the_library_changes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = counting(monkeypatch)
        with small.assistant(tmp_path / "library", TWO_FIELDS) as assistant:
            app = Host(assistant)
            async with app.run_test(size=SMALL) as pilot:
                await app.ready(pilot)
                await pilot.press("escape")
                app.open()
                await app.ready(pilot)
                assert made == ["themes"]
                await pilot.press("f5")
                await wait_until(pilot, lambda: len(made) == 2, "another one")
                await app.ready(pilot)
                new = paper("new", "Queues of Patients 8", "We count beds of patients.", "Ann Lee", 2020)
                assert list(add_items(assistant.library, [new], lambda: 1.0))
                await pilot.press("escape")
                app.open()
                await wait_until(pilot, lambda: "14 papers" in app.text, "the new paper")
