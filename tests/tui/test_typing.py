"""Keys: what is typed comes to the composer wherever one clicked, and Ctrl+C does what is nearest."""

from pathlib import Path

import pytest
from textual.events import Paste

from assistant.testing import Gate
from assistant.types import CANCELLED
from tests.assistant.answer.asking import QUESTION, RIGHT, claims
from tests.tui.chatting import LARGE, chatting, held
from tui.chat.draft import Draft
from tui.clipboard import Copied

COUNT = "How many papers are from 2018?"


@pytest.mark.parametrize("place", [".question", "Markdown", ".footer", "#paper", "#references", "#status"])
async def test_what_is_typed_after_a_click_comes_to_the_composer(library: Path, place: str) -> None:
    async with chatting(library, claims(RIGHT), size=LARGE) as talk:
        await talk.ask(QUESTION)
        await talk.until(lambda: "Most similar" in talk.paper)
        await talk.pilot.click(place)
        await talk.press(*"no pax")
        assert talk.draft == "no pax"


async def test_what_is_typed_or_pasted_over_an_answer_comes_to_the_composer(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask(COUNT)
        await talk.press("ctrl+up")
        await talk.until(lambda: talk.exchanges[0].has_focus)
        await talk.press(*"1 [x]")
        assert talk.draft == "1 [x]"
        await talk.press("ctrl+up")
        talk.exchanges[0].post_message(Paste(" and more"))
        await talk.until(lambda: talk.draft == "1 [x] and more", talk.draft)


async def test_ctrl_c_copies_then_clears_then_stops_then_leaves(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    def copy(text: str) -> Copied:
        copied.append(text)
        return Copied("Copied.", proved=True)

    monkeypatch.setattr("tui.chat.screen.copy_text", copy)
    gate = Gate()
    async with chatting(library, held(gate, RIGHT)) as talk:
        await talk.send(QUESTION)
        await talk.until(gate.reached.is_set)
        await talk.press(*"next")
        talk.one(Draft).select_all()
        await talk.press("ctrl+c")
        await talk.until(lambda: copied == ["next"])
        assert talk.draft == "next"
        talk.one(Draft).move_cursor((0, 0))
        await talk.press("ctrl+c")
        assert talk.draft == ""
        await talk.press("up")
        assert talk.draft == "next"
        await talk.press("ctrl+c", "ctrl+c")
        await talk.settled()
        assert [turn.error for turn in talk.turns] == [CANCELLED]
        await talk.press("ctrl+c")
        assert talk.told[-1][0] == "Ctrl+C once more leaves; everything is saved."
        assert talk.app.is_running
        await talk.press("ctrl+c")
        await talk.until(lambda: not talk.app.is_running)
