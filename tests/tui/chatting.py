"""The whole chat with a scripted model, for tests: it is asked, and looked at, as a user does."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from textual.content import Content
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets.markdown import MarkdownBlock

from assistant.client import Assistant
from assistant.settings import Settings
from assistant.testing import Gate, HashEmbedder, Reply, ScriptedChatModel
from assistant.testing.reply import Said
from assistant.types import Turn
from tests.tui.picture import rows
from tests.tui.waiting import wait_until
from tui.app import ConspectusApp
from tui.chat.composer import Composer
from tui.chat.conversation_pane import FAULT
from tui.chat.exchange import Exchange
from tui.chat.status import Status
from tui.chat.transcript import Transcript
from tui.styles import SHEETS
from tui.text import UNICODE, Glyphs

SMALL, LARGE = (80, 24), (120, 36)
W = TypeVar("W", bound=Widget)


class Talk:
    """A chat that runs.

    Attributes:
        told: What was said in passing, with its severity.
        opened: Addresses that were opened in a browser.
    """

    def __init__(self, app: ConspectusApp, pilot: Pilot[Any], folder: Path) -> None:
        self.app = app
        self.pilot = pilot
        self.folder = folder
        self.told: list[tuple[str, str]] = []
        self.opened: list[str] = []

    @property
    def assistant(self) -> Assistant:
        """The same library once more, for looking at what was saved."""
        return Assistant.open(self.folder, embedder=HashEmbedder())

    @property
    def saved(self) -> tuple[Turn, ...]:
        """The turns of the session on disk."""
        assert self.app.chat.conversation.questions.session is not None
        return self.assistant.sessions.get(self.app.chat.conversation.questions.session).turns

    @property
    def turns(self) -> Sequence[Turn]:
        """Those that have ended, as the chat has them."""
        return self.one(Transcript).turns

    @property
    def exchanges(self) -> list[Exchange]:
        """Those that are mounted."""
        return self.one(Transcript).exchanges

    @property
    def status(self) -> str:
        """The line at the bottom."""
        return self.one(Status).render().plain

    @property
    def draft(self) -> str:
        """What is written."""
        return self.one(Composer).text

    @property
    def screen(self) -> str:
        """What is shown."""
        return "\n".join(rows(self.app))

    @property
    def paper(self) -> str:
        """What the evidence says of a paper."""
        return plain(self.app.chat.query_one("#paper Static", Static))

    def one(self, kind: type[W]) -> W:
        """The widget of a kind in the chat."""
        return self.app.chat.query_one(kind)

    async def until(self, predicate: Callable[[], object], what: str = "it") -> None:
        """Let it run until something holds."""
        await wait_until(self.pilot, predicate, what)

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    async def write(self, text: str) -> None:
        """Put a text into the composer, as if it had been typed, and have it looked at."""
        self.one(Composer).write(text)
        await self.pilot.pause()

    async def send(self, text: str) -> None:
        """Write a question or a command, and press Enter."""
        await self.write(text)
        await self.press("enter")

    async def ask(self, *questions: str) -> Exchange:
        """Ask, and wait for the answers; the last one's exchange."""
        for question in questions:
            count = len(self.turns) + 1
            await self.send(question)
            await self.until(lambda: len(self.turns) >= count, f"an answer to {question!r}")  # noqa: B023
        await self.settled()
        return self.exchanges[-1]

    async def settled(self) -> None:
        """Wait until everything that was asked has ended and is shown."""
        await self.until(lambda: self.app.chat.conversation.questions.is_idle and not self.one(Status).busy, "rest")
        await self.pilot.pause()

    async def opens(self) -> None:
        """Wait for the library."""
        await self.until(lambda: " paper" in self.status, "an open library")
        await self.until(lambda: not [one for one in self.app.workers if one.group == "open"], "the session")
        await self.pilot.pause()

    async def click(self, text: str) -> None:
        """Click where a text stands on the screen."""
        rows = self.screen.splitlines()
        place = next(((row.index(text), y) for y, row in enumerate(rows) if text in row), None)
        assert place, f"{text!r} is not shown"
        await self.pilot.click(offset=Offset(*place))


@asynccontextmanager
async def chatting(
    folder: Path,
    *turns: Said | Reply,
    size: tuple[int, int] = LARGE,
    session: str | None = None,
    signs: Glyphs = UNICODE,
    model: ScriptedChatModel | None = None,
    opens: bool = True,
    settings: Settings | None = None,
) -> AsyncIterator[Talk]:
    """A chat over a library; without turns and model it quotes, or asks the one that is set."""
    said = model or (ScriptedChatModel(turns=[*turns]) if turns else None)

    def open_assistant(chosen: Settings | None) -> Assistant:
        return Assistant.open(folder, embedder=HashEmbedder(), model=said, settings=chosen if settings else None)

    app = Watched(open_assistant, lambda: (settings, None), session=session, signs=signs)
    async with app.run_test(size=size) as pilot:
        talk = app.talk = Talk(app, pilot, folder)
        if opens:
            await talk.opens()
        yield talk
    assert not [text for text, _ in talk.told if FAULT in text], "a worker failed; say talk.told.clear() where it shall"


class Watched(ConspectusApp):
    """Writes down what would leave the application, and what it says in passing."""

    CSS_PATH = SHEETS
    talk: Talk

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.talk.opened.append(url)

    def notify(self, message: str, **options: Any) -> None:
        self.talk.told.append((message, options.get("severity", "information")))
        super().notify(message, **options)


def plain(widget: Static) -> str:
    """What a widget shows, without styles."""
    return str(widget.visual)


def notice(exchange: Exchange) -> str:
    """What is said of how a question ended."""
    return "".join(plain(widget) for widget in exchange.query(".notice").results(Static))


def footer(exchange: Exchange) -> str:
    """How an answer was made."""
    return plain(exchange.query_one(".footer", Static))


def answer(exchange: Exchange) -> str:
    """The text of an answer as it is shown."""
    return "\n".join(content.plain for content in contents(exchange))


def contents(exchange: Exchange) -> list[Content]:
    """The blocks of an answer with their styles."""
    shown = [block.visual for block in exchange.query(MarkdownBlock)]
    return [content for content in shown if isinstance(content, Content)]


def held(gate: Gate, *said: str, after: Sequence[str] = ()) -> list[Any]:
    """A model's JSON that stops at a gate, in the middle of the last of these sentences."""
    text = json.dumps({"claims": [{"text": text, "sources": [1]} for text in said]}, ensure_ascii=False)
    middle = text.rindex(said[-1]) + len(said[-1]) // 2
    return [text[:middle], gate, text[middle:], *after]
