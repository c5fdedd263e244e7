"""Jumping by a letter to a part of the screen or to a citation."""

from pathlib import Path

import pytest

from tests.assistant.answer.asking import QUESTION, RIGHT, claims
from tests.tui.chatting import LARGE, chatting, contents
from tui.chat.exchange import LIT
from tui.chat.status import ExampleQuestions
from tui.jump import LETTERS, JumpScreen, list_places

TWICE = claims(RIGHT, f"{RIGHT[:-1]} again.")


async def test_a_letter_leads_to_a_part_and_any_other_key_leaves_all_as_it_is(library: Path) -> None:
    async with chatting(library, size=LARGE) as talk:
        await talk.press("alt+j")
        await talk.until(lambda: isinstance(talk.app.screen, JumpScreen), "the letters")
        await talk.press("2")
        await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")
        assert talk.draft == ""
        corners = {widget.region.offset for widget in talk.app.chat.focus_chain}
        places = zip(list_places(talk.app.chat), LETTERS, strict=False)
        parts = [(place, letter) for place, letter in places if place.offset in corners]
        for place, letter in parts:
            await talk.press("alt+j")
            await talk.until(lambda: isinstance(talk.app.screen, JumpScreen), "the letters")
            await talk.press(letter)
            await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")
            focused = talk.app.chat.focused
            assert focused is not None
            assert focused.region.offset == place.offset
        assert talk.draft == ""
        assert len(parts) > 1


async def test_a_letter_asks_a_question_that_the_welcome_offers(library: Path) -> None:
    async with chatting(library, size=LARGE) as talk:
        examples = talk.one(ExampleQuestions)
        await talk.until(
            lambda: any("@click" in str(span.style) for span in getattr(examples.visual, "spans", ())), "the questions"
        )
        await talk.pilot.pause()
        rows = talk.screen.split("\n")
        places = zip(LETTERS, list_places(talk.app.chat), strict=False)
        lines = {letter: rows[place.offset.y][place.offset.x :] for letter, place in places}
        letter, line = next((letter, line) for letter, line in lines.items() if line.startswith("Which papers"))
        await talk.press("alt+j")
        await talk.until(lambda: isinstance(talk.app.screen, JumpScreen), "the letters")
        await talk.press(letter)
        await talk.until(lambda: talk.turns, "an answer")
        assert line.startswith(talk.turns[0].question)


async def test_a_letter_leads_to_a_citation_where_its_number_stands(library: Path) -> None:
    async with chatting(library, TWICE, size=LARGE) as talk:
        asked = await talk.ask(QUESTION)
        rows = talk.screen.split("\n")
        letters = [
            letter
            for letter, place in zip(LETTERS, list_places(talk.app.chat), strict=False)
            if rows[place.offset.y][place.offset.x :].startswith("[1]")
        ]
        assert letters
        await talk.press("alt+j")
        await talk.until(lambda: isinstance(talk.app.screen, JumpScreen), "the letters")
        await talk.press(letters[0])
        await talk.until(lambda: any(LIT in str(span.style) for text in contents(asked) for span in text.spans), "it")


@pytest.mark.parametrize("key", ["escape", "f2", "enter"])
async def test_other_keys_leave_the_letters_alone(library: Path, key: str) -> None:
    async with chatting(library, size=LARGE) as talk:
        await talk.press("alt+j")
        await talk.until(lambda: isinstance(talk.app.screen, JumpScreen), "the letters")
        await talk.press(key)
        await talk.until(lambda: talk.app.screen is talk.app.chat, "the chat")
