"""Making and opening reports on the screen of themes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Checkbox, Input

from assistant.client import Assistant
from assistant.testing import HashEmbedder, ScriptedChatModel
from store.errors import ModelError
from tests.assistant import small
from tests.assistant.report.writing import copying
from tests.tui.themes_host import MIDDLE, OPEN, SMALL, TWO_FIELDS, Host, counting, failing, waiting
from tests.tui.waiting import wait_until
from tui.dialogs.ask import ConfirmDialog
from tui.dialogs.choose import ChoiceDialog
from tui.themes.report_dialog import MakeReportDialog
from tui.themes.report_tasks import OutputFiles, name_files
from tui.themes.screen import BUSY, NO_MODEL


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("fields") / "library"
    with small.assistant(made, TWO_FIELDS):
        return made


@pytest.fixture
def fields(folder: Path) -> Iterator[Assistant]:
    """Two themes; nobody may change the papers."""
    with Assistant.open(folder, embedder=HashEmbedder()) as opened:
        yield opened


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Assistant]:
    """The same papers, and a model that is right."""
    with small.assistant(tmp_path / "own", TWO_FIELDS):
        pass
    model = ScriptedChatModel(turns=(), default=copying)
    with Assistant.open(tmp_path / "own", embedder=HashEmbedder(), model=model) as opened:
        yield opened


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that one works in."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


async def dialog(app: Host, pilot: Pilot[None]) -> MakeReportDialog:
    """Open the dialog."""
    await app.ready(pilot)
    await pilot.press("f9")
    await wait_until(pilot, lambda: isinstance(app.screen, MakeReportDialog) and app.screen.is_mounted, "the dialog")
    await pilot.pause()
    assert isinstance(app.screen, MakeReportDialog)
    return app.screen


def test_it_is_told_why_there_are_no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.report.figures.figure.can_draw", lambda: False)
    told = name_files(OutputFiles(folder=Path("/r"), name="themes", formats=("md", "json")))
    assert told.startswith("Written: /r/themes.md, /r/themes.json. Without pictures: matplotlib draws them. ")
    assert name_files(OutputFiles(folder=Path("/r"), name="themes", formats=("json",))) == "Written: /r/themes.json"


class TestMaking:
    async def test_it_is_saved_and_says_where_and_is_opened(self, fields: Assistant, here: Path) -> None:
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await dialog(app, pilot)
            await pilot.press("enter", "enter")
            await app.says(pilot, f"Written: {here}/themes.md, {here}/themes.html")
            assert app.told == [f"Written: {here}/themes.md, {here}/themes.html"]
            assert "Queues of Patients" in (here / "themes.html").read_text()
            assert json.loads((here / "themes.manifest.json").read_text())["settings"]["kind"] == "themes"
            for steps, file in (((), "themes.html"), (("down",), "themes.md")):
                await pilot.press("ctrl+o")
                await wait_until(pilot, lambda: isinstance(app.screen, ChoiceDialog), "the list")
                await pilot.press(*steps, "enter")
                await app.says(pilot, f"{here}/{file}")
            assert app.opened == [(here / "themes.html").as_uri()]

    async def test_what_is_looked_at_is_not_made_again(
        self, fields: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = counting(monkeypatch)
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await dialog(app, pilot)
            await pilot.press("enter", "enter")
            await app.says(pilot, "Written")
            await dialog(app, pilot)
            await pilot.press("down", "enter", "enter")
            await wait_until(pilot, lambda: "timeline" in app.said, "the timeline")
            assert made == ["themes", "timeline"]

    async def test_a_question_has_to_be_asked_and_names_the_file(self, fields: Assistant, here: Path) -> None:
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            made = await dialog(app, pilot)
            await pilot.press("down", "down", "enter", "enter")
            assert "! The question is missing." in app.text
            await pilot.press(*"Why wait?")
            assert made.query_one("#report-file", Input).value == f"{here}/question-why-wait"
            await pilot.press("enter")
            await app.says(pilot, f"{here}/question-why-wait.md")

    async def test_an_author_is_a_filter(self, fields: Assistant, here: Path) -> None:
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await dialog(app, pilot)
            await pilot.press("down", "down", "down", "down", "enter", *"Lee", "enter")
            await app.says(pilot, "Written")
            text = (here / "author-lee.md").read_text()
            assert "Queues" in text
            assert "Robots" not in text

    async def test_formats_and_file_are_chosen(self, fields: Assistant, tmp_path: Path) -> None:
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            made = await dialog(app, pilot)
            for name in ("md", "html"):
                made.query_one(f"#report-{name}", Checkbox).value = False
            await pilot.click("#make-report Button")
            assert "No format is chosen." in app.text
            await wait_until(pilot, lambda: not made.query(Button).first().has_class("-active"), "a button at rest")
            made.query_one("#report-json", Checkbox).value = True
            made.query_one("#report-file", Input).value = str(tmp_path / "there" / "mine.json")
            await pilot.click("#make-report Button")
            await app.says(pilot, f"Written: {tmp_path}/there/mine.json")
            await pilot.press("ctrl+o")
            await wait_until(pilot, lambda: "mine.json" in app.text, "the list")

    async def test_a_report_that_is_there_is_asked_about(self, fields: Assistant, here: Path) -> None:
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await dialog(app, pilot)
            await pilot.press("enter", "enter")
            await app.says(pilot, "Written")
            written = (here / "themes.md").stat().st_mtime_ns
            for answer in (("escape",), ("right", "enter")):
                await dialog(app, pilot)
                await pilot.press("enter", "enter")
                await wait_until(pilot, lambda: isinstance(app.screen, ConfirmDialog), "the question")
                assert (here / "themes.md").stat().st_mtime_ns == written
                await pilot.press(*answer)
            await wait_until(pilot, lambda: (here / "themes.md").stat().st_mtime_ns != written, "the second report")

    async def test_a_file_that_is_somebody_elses_stays(self, fields: Assistant, here: Path) -> None:
        (here / "themes.md").write_text("mine")
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await dialog(app, pilot)
            await pilot.press("enter", "enter")
            await app.says(pilot, "Nothing was written")
            assert (here / "themes.md").read_text() == "mine"

    async def test_a_file_beside_it_that_is_somebody_elses_stays(self, fields: Assistant, here: Path) -> None:
        (here / "themes.bib").write_text("mine")
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await dialog(app, pilot)
            await pilot.press("enter", "enter")
            await app.says(pilot, "Nothing was written")
            assert [path.name for path in here.iterdir()] == ["themes.bib"]
            assert (here / "themes.bib").read_text() == "mine"

    async def test_what_cannot_be_written_is_told(self, fields: Assistant, here: Path) -> None:
        (here / "file").write_text("")
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            made = await dialog(app, pilot)
            made.query_one("#report-file", Input).value = str(here / "file" / "themes")
            await pilot.press("enter", "enter")
            await app.says(pilot, "cannot be written")
            assert "cannot be written" in app.told[0]

    async def test_esc_leaves_it_then_stops_it(self, fields: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await app.ready(pilot)
            waiting(monkeypatch)
            await dialog(app, pilot)
            await pilot.press("down", "enter")
            await pilot.press("enter")
            await wait_until(pilot, lambda: "section 2 of 2" in app.text, "the section")
            await pilot.press("f9")
            await app.says(pilot, BUSY)
            await pilot.press("escape")
            await app.says(pilot, "Stopped.")
            assert app.result is OPEN

    async def test_none_was_made(self, fields: Assistant, here: Path) -> None:
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await app.ready(pilot)
            await pilot.press("ctrl+o")
            await app.says(pilot, f"No report was saved in {here} yet.")


class TestByAModel:
    async def test_w_tells_what_it_takes_and_then_it_costs_nothing(self, written: Assistant) -> None:
        app = Host(written)
        async with app.run_test(size=MIDDLE) as pilot:
            await app.ready(pilot)
            assert "quoted from the abstracts" in app.text
            await pilot.press("ctrl+g")
            await wait_until(pilot, lambda: isinstance(app.screen, ConfirmDialog), "the question")
            await wait_until(pilot, lambda: "writes it: about " in app.text, "what it takes")
            assert "tokens, price not known" in app.text
            await pilot.press("escape", "ctrl+g")
            await wait_until(pilot, lambda: isinstance(app.screen, ConfirmDialog), "the question again")
            await pilot.press("right", "enter")
            await wait_until(pilot, lambda: "· written by " in app.text, "the model's text")
            await pilot.press("ctrl+g")
            await wait_until(pilot, lambda: "quoted from the abstracts" in app.text, "the quotes")
            await pilot.press("ctrl+g")
            await wait_until(pilot, lambda: "· written by " in app.text, "the model's text again")
            await pilot.press("escape")
            app.open()
            await wait_until(pilot, lambda: "· written by " in app.text, "it when it is opened")

    async def test_a_report_by_the_model_is_agreed_to(self, written: Assistant, here: Path) -> None:
        app = Host(written)
        async with app.run_test(size=MIDDLE) as pilot:
            await dialog(app, pilot)
            await pilot.press("down")
            assert "its words compared with their sources" in app.text
            await pilot.press("enter", "enter")
            await wait_until(pilot, lambda: isinstance(app.screen, ConfirmDialog), "the question")
            await pilot.press("right", "enter")
            await app.says(pilot, "Written")
            assert "quoted from the abstracts" in app.text

    async def test_without_a_model_it_says_so(self, fields: Assistant) -> None:
        app = Host(fields)
        async with app.run_test(size=SMALL) as pilot:
            await app.ready(pilot)
            await pilot.press("ctrl+g")
            await app.says(pilot, NO_MODEL)

    async def test_a_model_that_fails_leaves_the_quotes(
        self, written: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = Host(written)
        async with app.run_test(size=MIDDLE) as pilot:
            await app.ready(pilot)
            failing(monkeypatch, ModelError("The model is asleep.", "Wake it."))
            await pilot.press("ctrl+g")
            await wait_until(pilot, lambda: isinstance(app.screen, ConfirmDialog), "the question")
            await pilot.press("right", "enter")
            await app.says(pilot, "! The model is asleep. Wake it.")
            assert "quoted from the abstracts" in app.text
            assert app.themes.sections.pages
