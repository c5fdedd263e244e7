"""Beginning and leaving: what cannot be opened, what is empty, what is asked when one leaves."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from textual.widgets import Static

from assistant.client import Assistant
from assistant.settings import ModelSettings, Settings
from assistant.testing import Gate, HashEmbedder
from assistant.types import CANCELLED
from tests.assistant import small
from tests.assistant.answer.asking import QUESTION, RIGHT, claims
from tests.tui.chatting import LARGE, SMALL, chatting, held, notice, plain
from tui.text import ASCII
from tui.widgets.first_run import FirstRun

COUNT = "How many papers are from 2018?"


async def test_what_was_asked_when_one_leaves_is_saved_as_cancelled(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        await talk.send("Second?")
        await talk.send("Third?")
        session = talk.app.chat.conversation.questions.session
        assert session
        await talk.press("ctrl+q")
        await talk.until(lambda: not talk.app.is_running)
    with Assistant.open(library, embedder=HashEmbedder()) as opened:
        assert [(turn.question, turn.error) for turn in opened.sessions.get(session).turns] == [
            (QUESTION, CANCELLED),
            ("Second?", CANCELLED),
            ("Third?", CANCELLED),
        ]
        assert not [check for check in opened.doctor() if not check.ok]


async def test_leaving_while_the_library_is_opened(library: Path) -> None:
    async with chatting(library, opens=False) as talk:
        await talk.send(COUNT)
        await talk.press("ctrl+q")
        await talk.until(lambda: not talk.app.is_running)


async def test_a_question_may_be_asked_before_the_library_is_open(library: Path) -> None:
    async with chatting(library, opens=False) as talk:
        asked = await talk.ask(COUNT)
        assert asked.answer
        assert "2 papers" in asked.answer.text


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_damaged_library_is_told_with_a_way_on(library: Path, size: tuple[int, int]) -> None:
    for file in library.rglob("*.sqlite3"):
        file.write_bytes(b"no database" * 1000)
    shutil.rmtree(library / "index")
    async with chatting(library, size=size, opens=False) as talk:
        await talk.until(lambda: "library not open" in talk.status, talk.screen)
        text = plain(talk.app.chat.query_one("#welcome-text", Static))
        assert text.startswith("The library cannot be opened.")
        assert "doctor" in text
        asked = await talk.ask(COUNT)
        assert notice(asked).startswith("! Failed: ")
        await talk.send("/help")
        await talk.until(lambda: talk.app.screen is not talk.app.chat)


async def test_a_damaged_store_is_told_and_read_from_the_index(library: Path) -> None:
    for file in library.rglob("*.sqlite3"):
        file.write_bytes(b"no database" * 1000)
    async with chatting(library) as talk:
        await talk.until(lambda: talk.told)
        text, severity = talk.told[0]
        assert severity == "warning"
        assert "Its 8 papers are read from the index. Run: conspectus doctor --repair." in text
        asked = await talk.ask(COUNT)
        assert asked.answer


async def test_a_session_that_is_not_there_is_told_and_the_chat_goes_on(library: Path) -> None:
    async with chatting(library, session="20260101-000000-0000") as talk:
        await talk.until(lambda: talk.told)
        assert talk.told[0][1] == "error"
        asked = await talk.ask(COUNT)
        assert asked.answer


async def test_an_empty_library_offers_the_ways_to_fill_it(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "library"):
        pass
    async with chatting(tmp_path / "library") as talk:
        await talk.until(lambda: list(talk.app.chat.query(FirstRun)))
        await talk.until(lambda: "This library is empty." in talk.screen)
        await talk.click("Try it with the sample")
        await talk.until(lambda: "45 papers" in talk.status, talk.status)
        await talk.until(lambda: not list(talk.app.chat.query(FirstRun)), "no offer any more")
        await talk.press(*"How")
        assert talk.draft == "How"
        asked = await talk.ask("How many papers are there?")
        assert asked.answer
        assert "45" in asked.answer.text


async def test_without_colours_and_without_unicode(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with chatting(library, claims(RIGHT), signs=ASCII, size=SMALL) as talk:
        await talk.ask(QUESTION)
        shown = talk.screen
        assert "[1] ~" in shown
        assert "> How much" in shown
        assert not set("✓≈–✗❯·") & set(shown)


async def test_the_window_may_change_its_size_while_an_answer_runs(library: Path) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT), size=LARGE) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: RIGHT[:20] in talk.screen)
        for size in (SMALL, (40, 10), (200, 60), (20, 5), LARGE):
            await talk.pilot.resize_terminal(*size)
            await talk.pilot.pause()
        gate.open()
        await talk.settled()
        assert "1 sentence: 1 worded alike" in talk.screen


async def test_a_missing_key_does_not_lock_the_library_and_is_taken_unseen(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "")
    monkeypatch.setitem(sys.modules, "keyring", None)
    chat = ModelSettings(model="m", base_url="http://localhost:9/v1", api_key_env="MY_KEY")
    async with chatting(library, settings=Settings(chat=chat, library=library)) as talk:
        assert "Answers are quoted until this is set right" in talk.screen
        assert "MY_KEY" in talk.screen
        assert "quoted excerpts" in talk.status
        assert (await talk.ask(COUNT)).answer
        await talk.send("/key")
        await talk.until(lambda: talk.app.screen is not talk.app.chat)
        await talk.press(*"sk-123456789", "enter")
        await talk.until(lambda: talk.status.endswith(" m"), talk.status)
        assert "sk-123456789" not in talk.screen
        assert os.environ["MY_KEY"] == "sk-123456789"
        assert talk.told[0][0].startswith("There is no keyring here: the key holds until you leave.")
