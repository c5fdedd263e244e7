"""The first time: digits choose how to fill the library, what is added is counted, and a click asks a question."""

from pathlib import Path

import pytest

from tests.tui.chatting import chatting
from tui.papers.import_queue import ImportProgress
from tui.widgets.first_run import FirstRun


@pytest.mark.parametrize(("key", "is_sample"), [("1", True), ("2", False), ("3", False)])
async def test_a_digit_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, is_sample: bool) -> None:
    chosen: list[bool] = []
    monkeypatch.setattr("tui.app.ConspectusApp._add_sample", lambda self: chosen.append(True))
    monkeypatch.setattr("tui.app.ConspectusApp.action_add", lambda self, path="": chosen.append(False))
    async with chatting(tmp_path / "library") as talk:
        await talk.until(lambda: talk.app.chat.query("FirstRun:focus-within"), "the ways to begin")
        await talk.press(key)
        await talk.until(lambda: chosen)
    assert chosen == [is_sample]


async def test_other_keys_are_written(tmp_path: Path) -> None:
    async with chatting(tmp_path / "library") as talk:
        await talk.until(lambda: talk.app.chat.query(FirstRun))
        await talk.until(lambda: talk.app.chat.query("FirstRun:focus-within"))
        await talk.press(*"jk")
        assert talk.draft == "jk"


async def test_a_question_to_an_empty_library_waits_in_the_composer(tmp_path: Path) -> None:
    async with chatting(tmp_path / "library") as talk:
        await talk.until(lambda: talk.app.chat.query("FirstRun:focus-within"))
        await talk.press(*"why", "enter")
        await talk.until(lambda: talk.told)
        assert "no paper yet" in talk.told[0][0]
        assert (talk.draft, talk.exchanges) == ("why", [])
        await talk.until(lambda: talk.app.chat.query("FirstRun:focus-within"), "the ways to begin")


async def test_papers_are_counted_while_they_are_added(library: Path) -> None:
    async with chatting(library) as talk:
        talk.app.post_message(ImportProgress.Progress(500, 2000, "x.bib", papers=1200))
        await talk.until(lambda: "adding: 1,200 papers (25%)" in talk.status)


async def test_a_click_asks_one_of_three_questions_of_this_library(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.until(lambda: "a click asks it" in talk.screen, "the questions")
        await talk.click("How many papers are from 2025?")
        await talk.until(lambda: len(talk.turns) == 1)
        assert talk.turns[0].question == "How many papers are from 2025?"
