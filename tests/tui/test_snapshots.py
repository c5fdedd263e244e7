"""Pictures of the chat in its states, at the sizes that it has to work at.

``pytest tests/tui/test_snapshots.py --snapshot-update`` draws them anew: look at them before they are committed.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from textual.widgets import Input

from assistant.answer.replies import format_sentences
from assistant.client import Assistant
from assistant.testing import Gate, HashEmbedder
from assistant.types import CANCELLED, Answer, Citation, Claim, Reference, Support, Trace, Turn, Usage
from tests.assistant import small
from tests.assistant.answer.asking import QUESTION, RIGHT, WRONG
from tests.tui.chatting import LARGE, SMALL, Talk, chatting, held
from tui.chat.draft import Draft
from tui.chat.status import Status
from tui.text import ASCII
from tui.widgets.first_run import FirstRun

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
ASKED_AT = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)


class Pictures(SingleFileSnapshotExtension):
    """One file a picture, in the folder ``snapshots`` beside the test."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """The folder of a module's pictures."""
        return str(Path(test_location.filepath).parent / "snapshots" / test_location.basename)


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """What the screen looked like when somebody looked at it."""
    return snapshot.use_extension(Pictures)


async def drawn(talk: Talk) -> str:
    """The screen at rest, without what differs from machine to machine and from time to time."""
    lines: list[Draft | Input] = [*talk.app.chat.query(Draft), *talk.app.screen.query(Input)]
    for line in lines:
        line.cursor_blink = False
    await talk.until(lambda: not talk.app.animator.is_being_animated(talk.app.chat, "opacity"))
    before, svg = "", _take_picture(talk)
    while svg != before:  # Parts are laid out and drawn one after the other.
        await talk.pilot.pause()
        before, svg = svg, _take_picture(talk)
    return svg


def _take_picture(talk: Talk) -> str:
    svg = re.sub(r"@font-face \{.*?\}", "", talk.app.export_screenshot(), flags=re.DOTALL)
    return re.sub(r"terminal-\d+", "terminal", svg)


def citation(start: int, quote: str) -> Citation:
    """A place in the abstract on rare events."""
    return Citation(n=1, paper_id="rare", title="Rare Events", quote=quote, start=start, end=start + len(quote))


def answered() -> Turn:
    """An answer with a sentence of each support, always the same."""
    abstract = next(paper.abstract for paper in small.FIELD if paper.id == "rare")
    quote = "The estimate takes 20 times less time than naive Monte Carlo."
    rests = (citation(abstract.index(quote), quote),)
    claims = (
        Claim(text=RIGHT, support=Support.WORDED, citations=rests),
        Claim(text=WRONG, support=Support.ABSENT, citations=rests, reasons=("70 times is not in the source",)),
        Claim(text="It saves money.", support=Support.DOUBTFUL, citations=rests, reasons=("no word of “money”",)),
    )
    answer = Answer(
        question=QUESTION,
        text=format_sentences(claims),
        claims=claims,
        references=(Reference(n=1, paper_id="rare", title="Rare Events in Simulated Traffic", year=2018),),
        mode="llama3.1:8b",
        usage=Usage(input_tokens=1130, output_tokens=85, dollars=0.0012),
        trace=Trace(seconds=2.4, notes=("1 sentence was written again",)),
    )
    return Turn(asked_at=ASKED_AT, question=QUESTION, answer=answer)


def ended_badly() -> list[Turn]:
    """No answer, failed, cancelled."""
    none = Answer(question="Which zebras swim?", text="", abstained=True, reason="No paper is about “zebras”.")
    return [
        Turn(asked_at=ASKED_AT, question="Which zebras swim?", answer=none),
        Turn(asked_at=ASKED_AT, question="Why?", error="The model at localhost cannot be reached. Is it running?"),
        Turn(asked_at=ASKED_AT, question="And now?", error=CANCELLED),
    ]


def saved(library: Path, *turns: Turn) -> str:
    """Save a conversation; its id."""
    sessions = Assistant.open(library, embedder=HashEmbedder()).sessions
    made = sessions.new()
    for turn in turns:
        sessions.record(made.id, turn)
    return made.id


@SIZES
async def test_welcome(library: Path, size: tuple[int, int], picture: SnapshotAssertion) -> None:
    async with chatting(library, "never", size=size) as talk:
        await talk.until(lambda: "What they are about" in talk.screen)
        assert await drawn(talk) == picture


@SIZES
async def test_empty_library(tmp_path: Path, size: tuple[int, int], picture: SnapshotAssertion) -> None:
    with small.assistant(tmp_path / "library"):
        pass
    async with chatting(tmp_path / "library", size=size) as talk:
        await talk.until(lambda: list(talk.app.chat.query(FirstRun)))
        assert await drawn(talk) == picture


@SIZES
async def test_answer_in_doubt(library: Path, size: tuple[int, int], picture: SnapshotAssertion) -> None:
    async with chatting(library, session=saved(library, answered()), size=size) as talk:
        await talk.until(lambda: talk.exchanges)
        await talk.press("ctrl+up")
        await talk.until(lambda: size == SMALL or "Most similar" in talk.paper)
        assert await drawn(talk) == picture


async def test_drawer(library: Path, picture: SnapshotAssertion) -> None:
    async with chatting(library, session=saved(library, answered()), size=SMALL) as talk:
        await talk.until(lambda: talk.exchanges)
        await talk.press("ctrl+up", "alt+1")
        await talk.until(lambda: "Most similar" in talk.paper)
        assert await drawn(talk) == picture


@SIZES
async def test_no_answer_failed_cancelled(library: Path, size: tuple[int, int], picture: SnapshotAssertion) -> None:
    async with chatting(library, session=saved(library, *ended_badly()), size=size) as talk:
        await talk.until(lambda: len(talk.exchanges) == 3)
        assert await drawn(talk) == picture


@SIZES
async def test_commands_completed(library: Path, size: tuple[int, int], picture: SnapshotAssertion) -> None:
    async with chatting(library, size=size) as talk:
        await talk.press("/", "e", "down")
        assert await drawn(talk) == picture


async def test_draft_and_a_question_that_waits(library: Path, picture: SnapshotAssertion) -> None:
    gate = Gate()
    async with chatting(library, held(gate, RIGHT), size=SMALL) as talk:
        await talk.send(QUESTION)
        await talk.until(lambda: RIGHT[:20] in talk.screen)
        await talk.send("And then?")
        await talk.until(lambda: len(talk.exchanges) == 2)
        talk.one(Status).stop_timer()
        talk.one(Status).busy = "answering 3 s"
        assert await drawn(talk) == picture


async def test_ascii_without_colour(library: Path, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with chatting(library, session=saved(library, answered()), signs=ASCII, size=SMALL) as talk:
        await talk.until(lambda: talk.exchanges)
        assert await drawn(talk) == picture


async def test_light_theme(library: Path, picture: SnapshotAssertion) -> None:
    async with chatting(library, session=saved(library, answered()), size=LARGE) as talk:
        talk.app.theme = "textual-light"
        await talk.until(lambda: talk.exchanges)
        await talk.press("ctrl+up")
        await talk.until(lambda: "Most similar" in talk.paper)
        assert await drawn(talk) == picture


@SIZES
@pytest.mark.parametrize("name", ["papers", "help", "sessions"])
async def test_screens(library: Path, name: str, size: tuple[int, int], picture: SnapshotAssertion) -> None:
    shown = {"papers": "Rare Events", "help": "Commands", "sessions": "1 question"}[name]
    if name == "sessions":
        saved(library, answered())
    async with chatting(library, size=size) as talk:
        await talk.send(f"/{name}")
        await talk.until(lambda: talk.app.screen is not talk.app.chat and shown in talk.screen)
        await talk.until(lambda: name != "papers" or talk.app.screen.query_one("#similar").display, "similar papers")
        assert await drawn(talk) == picture


@SIZES
async def test_settings_down_to_the_colours(library: Path, size: tuple[int, int], picture: SnapshotAssertion) -> None:
    async with chatting(library, size=size) as talk:
        await talk.send("/settings")
        await talk.until(lambda: talk.app.screen is not talk.app.chat and "Answers" in talk.screen)
        talk.app.screen.query_one("#colours").scroll_visible(animate=False)
        await talk.until(lambda: "textual-dark" in talk.screen)
        assert await drawn(talk) == picture
