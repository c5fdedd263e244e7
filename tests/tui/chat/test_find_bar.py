"""Words are looked for in the conversation."""

from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.testing import HashEmbedder
from assistant.types import Answer, Turn
from tests.tui.chatting import chatting
from tests.tui.saved import turn
from tui.chat.find_bar import find_turns
from tui.chat.transcript import FIRST, Transcript

TURNS = [
    Turn.now("What is a soup?", Answer(question="", text="An average of weights.")),
    Turn.now("Who cooks it?", error="no route"),
    Turn.now("Wie heißt die Suppe?", Answer(question="", text="Soup of Münster")),
]


@pytest.mark.parametrize(
    ("text", "places"),
    [("soup", [0, 2]), ("SOUP munster", [2]), ("weights average", [0]), ("route", [1]), ("fish", []), ("  ", [])],
)
def test_all_words_have_to_stand_in_a_question_or_its_answer(text: str, places: list[int]) -> None:
    assert find_turns(TURNS, text) == places


async def test_the_last_turn_that_has_the_words_comes_first_and_enter_goes_to_the_one_before(library: Path) -> None:
    sessions = Assistant.open(library, embedder=HashEmbedder()).sessions
    session = sessions.new().id
    for n in range(FIRST + 10):
        sessions.record(session, turn(f"Which number {n} is {'rare' if n in (1, 4) else 'common'}?", "None."))
    async with chatting(library, session=session) as talk:
        await talk.until(lambda: talk.exchanges)
        await talk.press("ctrl+f", *"rare")
        await talk.until(lambda: "2 of 2" in talk.screen and "❯ Which number 4" in talk.screen, "the last one")
        await talk.press("enter")
        await talk.until(lambda: "1 of 2" in talk.screen and "❯ Which number 1 " in talk.screen, "the one before")
        await talk.press("enter")
        await talk.until(lambda: "2 of 2" in talk.screen, "behind the first comes the last")
        await talk.press(*" fish")
        await talk.until(lambda: "none" in talk.screen)
        await talk.press("escape", "x")
        assert talk.draft == "x"


async def test_another_session_closes_it(library: Path) -> None:
    async with chatting(library) as talk:
        await talk.ask("How many papers are there?", "Which papers are there?")
        await talk.press("ctrl+f", *"papers")
        await talk.until(lambda: "2 of 2" in talk.screen)
        await talk.app.chat.action_new()
        await talk.until(lambda: not talk.exchanges)
        assert await talk.one(Transcript).go_to_turn(1) is None
        await talk.until(lambda: "2 of 2" not in talk.screen, "no line to find in")
