"""A long conversation: a few exchanges are mounted at a time, and nobody notices."""

from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.testing import HashEmbedder
from assistant.types import CANCELLED, Answer, Citation, Claim, Reference, Support, Turn
from tests.assistant import small
from tests.tui.chatting import LARGE, SMALL, Talk, chatting, notice
from tests.tui.saved import NOW
from tui.chat.transcript import MOST, Transcript

LENGTH = 60
COUNT = "How many papers are from 2018?"


def answered(number: int) -> Turn:
    """A turn of a few paragraphs."""
    quote = "Crashes are rare events."
    citation = Citation(n=1, paper_id="rare", title="Rare Events", quote=quote, start=0, end=len(quote))
    claims = (Claim(text=quote, support=Support.WORDED, citations=(citation,)),)
    text = "\n\n".join([f"Answer {number} says that crashes are rare events. [1]"] * (1 + number % 4))
    reference = Reference(n=1, paper_id="rare", title="Rare Events", year=2018)
    made = Answer(question=f"Question {number}?", text=text, claims=claims, references=(reference,))
    return Turn(asked_at=NOW, question=f"Question {number}?", answer=made)


def session_of(folder: Path, turns: list[Turn]) -> str:
    """Save a conversation in a library."""
    sessions = Assistant.open(folder, embedder=HashEmbedder()).sessions
    made = sessions.new("long")
    for turn in turns:
        sessions.record(made.id, turn)
    return made.id


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A library with a conversation of 60 turns; nobody may change it."""
    folder = tmp_path_factory.mktemp("long") / "library"
    with small.assistant(folder, small.FIELD):
        return folder, session_of(folder, [answered(number) for number in range(1, LENGTH + 1)])


def numbers(talk: Talk) -> list[int]:
    """The numbers of the turns that are mounted."""
    return [talk.one(Transcript).number_of(exchange) for exchange in talk.exchanges]


def row_of(talk: Talk, text: str) -> int | None:
    """The row of the screen where a text stands."""
    return next((row for row, line in enumerate(talk.screen.splitlines()) if text in line), None)


async def still(talk: Talk) -> None:
    """Wait until nothing is mounted any more."""
    before: list[int] = []
    while before != numbers(talk):
        before = numbers(talk)
        await talk.pilot.pause()
        await talk.pilot.pause()


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60)])
async def test_a_long_session_opens_at_its_end_and_is_read_to_its_beginning(
    long: tuple[Path, str], size: tuple[int, int]
) -> None:
    async with chatting(long[0], session=long[1], size=size) as talk:
        await talk.until(lambda: len(talk.turns) == LENGTH)
        await still(talk)
        assert numbers(talk)[-1] == LENGTH
        assert f"Question {LENGTH}?" in talk.screen
        seen, most = set(numbers(talk)), 0
        for _ in range(LENGTH):
            await talk.press("pageup")
            await still(talk)
            seen |= set(numbers(talk))
            most = max(most, len(talk.exchanges))
            assert numbers(talk) == list(range(numbers(talk)[0], numbers(talk)[0] + len(talk.exchanges)))
            if talk.one(Transcript).scroll_y <= 0 and numbers(talk)[0] == 1:
                break
        assert seen == set(range(1, LENGTH + 1))
        assert most <= MOST
        assert "Question 1?" in talk.screen


async def test_scrolling_down_again_comes_back_to_the_end(long: tuple[Path, str]) -> None:
    async with chatting(long[0], session=long[1], size=SMALL) as talk:
        await talk.until(lambda: len(talk.turns) == LENGTH)
        await still(talk)
        while numbers(talk)[0] > LENGTH - 35:
            await talk.press("pageup")
            await still(talk)
        assert numbers(talk)[-1] < 200
        for _ in range(30):
            await talk.press("pagedown")
            await still(talk)
            assert len(talk.exchanges) <= MOST
        assert numbers(talk)[-1] == LENGTH
        assert talk.one(Transcript).is_vertical_scroll_end


async def test_what_is_read_stays_where_it_is_while_earlier_ones_are_loaded(long: tuple[Path, str]) -> None:
    async with chatting(long[0], session=long[1], size=LARGE) as talk:
        await talk.until(lambda: len(talk.turns) == LENGTH)
        await still(talk)
        transcript = talk.one(Transcript)
        for _ in range(30):
            first, y = numbers(talk)[0], transcript.scroll_y
            middle = next(line for line in talk.screen.splitlines()[6:] if "Question" in line)
            text = middle[middle.index("Question") : middle.index("?") + 1]
            before = row_of(talk, text)
            transcript.scroll_relative(y=-3, animate=False)
            await still(talk)
            after = row_of(talk, text)
            assert before is not None
            if after is not None and y >= 3:
                assert after == before + 3, (first, numbers(talk)[0], text)


async def test_asking_from_far_up_goes_to_the_end(library: Path) -> None:
    session = session_of(library, [answered(number) for number in range(1, 61)])
    async with chatting(library, session=session, size=SMALL) as talk:
        await talk.until(lambda: len(talk.turns) == 60)
        while not numbers(talk) or numbers(talk)[0] > 30:
            await talk.press("pageup")
            await still(talk)
        await talk.ask(COUNT)
        await still(talk)
        assert numbers(talk)[-1] == 61
        assert len(talk.exchanges) <= MOST
        assert "2 papers from 2018" in talk.screen
        assert len(talk.saved) == 61


async def test_no_more_than_twenty_are_mounted_while_one_asks_and_asks(library: Path) -> None:
    async with chatting(library, size=SMALL) as talk:
        for _ in range(25):
            await talk.ask(COUNT)
            assert len(talk.exchanges) <= MOST
        assert numbers(talk)[-1] == 25
        assert len(talk.saved) == 25


async def test_without_a_choice_it_is_the_last_question_that_is_meant(long: tuple[Path, str]) -> None:
    async with chatting(long[0], session=long[1], size=SMALL) as talk:
        await talk.until(lambda: len(talk.turns) == LENGTH)
        while not numbers(talk) or numbers(talk)[-1] > LENGTH - 10:
            await talk.press("pageup")
            await still(talk)
        await talk.press("f6")
        await talk.until(lambda: talk.draft)
        assert talk.draft == f"Question {LENGTH}?"


async def test_turns_that_failed_or_were_cancelled_are_shown_as_such(library: Path) -> None:
    turns = [
        Turn(asked_at=NOW, question="One?", error="The model cannot be reached. Is it running?"),
        Turn(asked_at=NOW, question="Two?", error=CANCELLED),
        answered(3),
    ]
    async with chatting(library, session=session_of(library, turns)) as talk:
        await talk.until(lambda: len(talk.exchanges) == 3)
        await talk.until(lambda: notice(talk.exchanges[0]) and notice(talk.exchanges[1]))
        assert notice(talk.exchanges[0]).startswith("! Failed: The model cannot be reached. Is it running?")
        assert notice(talk.exchanges[1]).startswith("! Cancelled.")
        await talk.press("up")
        assert talk.draft == "Question 3?"


async def test_short_turns_that_do_not_fill_the_screen_can_all_be_reached(library: Path) -> None:
    turns = [Turn(asked_at=NOW, question=f"Question {n}?", error=CANCELLED) for n in range(1, 41)]
    async with chatting(library, session=session_of(library, turns), size=(200, 60)) as talk:
        await talk.until(lambda: len(talk.turns) == 40)
        for _ in range(40):
            await talk.press("pageup")
            await still(talk)
        assert numbers(talk)[0] == 1
        assert "Question 1?" in talk.screen
