"""The questions of a conversation: they wait in a queue, and the engine's events go to the exchange that shows them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

from assistant.events import (
    AnswerDone,
    AskEvent,
    ClaimChecked,
    EvidenceFound,
    Repairing,
    Searching,
    TextDelta,
    Thinking,
)
from assistant.phrases import count_supports
from assistant.types import CANCELLED, Answer, Turn
from store.errors import ConspectusError, InputError
from tui.chat.exchange import Exchange
from tui.engine import EngineHolder
from tui.text import glyphs_of


class QuestionQueue:
    """The questions that wait, the one that is answered, and the session that they are saved in.

    Args:
        holder: Engine, papers and strictness; each question takes what holds when its turn comes.
    """

    def __init__(self, holder: EngineHolder) -> None:
        self.session: str | None = None
        self._holder = holder
        self._waiting: asyncio.Queue[Exchange] = asyncio.Queue()
        self._task: asyncio.Task[Turn] | None = None
        self._busy = False

    def add(self, exchange: Exchange) -> None:
        """Put a question behind those that wait."""
        self._waiting.put_nowait(exchange)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked, nothing waits, and everything that ended is shown."""
        return self._waiting.empty() and not self._busy

    async def start_next(self) -> tuple[Exchange, asyncio.Task[Turn]]:
        """Wait for a question, and begin to answer it."""
        exchange = await self._waiting.get()
        self._busy = True
        self._task = asyncio.create_task(self._answer(exchange))
        return exchange, self._task

    def finish(self) -> None:
        """Take note that the outcome of the question is shown: there may be another one."""
        self._busy = False

    def cancel(self) -> bool:
        """Stop the answer that runs; says whether there was one."""
        running = self._task is not None and not self._task.done()
        return running and self._task is not None and self._task.cancel()

    async def close(self) -> None:
        """Stop the answer that runs, and save what waits as cancelled; returns when all of it is on disk.

        Raises:
            ConspectusError: It cannot be saved.
        """
        waiting = [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
        if self.cancel() and self._task is not None:
            await asyncio.wait([self._task])
        for exchange in waiting:
            await self._record(Turn.now(exchange.question, error=CANCELLED))

    async def _answer(self, exchange: Exchange) -> Turn:
        question = exchange.question
        try:
            return Turn.now(question, await _show_events(await self._start_answer(question, exchange.ignore), exchange))
        except ConspectusError as error:
            return Turn.now(question, error=str(error))
        except asyncio.CancelledError:
            return Turn.now(question, error=CANCELLED)

    async def _start_answer(self, question: str, ignore: tuple[str, ...]) -> AsyncGenerator[AskEvent, None]:
        """Return the events; from here on it is the engine that saves what becomes of the question."""
        assistant = await self._holder.get_engine()
        self.session = self.session or (await asyncio.to_thread(assistant.sessions.new)).id
        ask = partial(assistant.astream, question, self.session, self._holder.strict, ignore=ignore)
        try:
            return await asyncio.to_thread(ask, **self._holder.paper_filters)
        except InputError as error:
            await self._record(Turn.now(question, error=str(error)))
            raise

    async def _record(self, turn: Turn) -> None:
        if self.session:
            assistant = await self._holder.get_engine()
            await asyncio.to_thread(assistant.sessions.record, self.session, turn)


async def _show_events(events: AsyncGenerator[AskEvent, None], exchange: Exchange) -> Answer:
    """Show events as they come; returns the answer of the last one."""
    answer: Answer | None = None
    supports: list[str] = []
    async with aclosing(events):
        async for event in events:
            match event:
                case Searching(query=query, understood=understood):
                    exchange.add_step(f"Searching: {query or understood}")
                case EvidenceFound(paper_ids=ids):
                    exchange.add_step(f"{len(ids)} paper{'s' * (len(ids) != 1)} found")
                case Thinking(seconds=seconds, tokens=tokens):
                    exchange.replace_step(f"Thinking: {seconds:.0f} s, about {tokens:,} tokens")
                case TextDelta(text=text):
                    await exchange.write_draft(text)
                case Repairing(claims=claims):
                    exchange.add_step(f"{claims} sentence{'s' * (claims != 1)} in doubt; they are written again")
                case ClaimChecked(claim=claim):
                    supports.append(claim.support)
                    exchange.replace_step(f"Compared: {count_supports(supports, glyphs_of(exchange.app).is_ascii)}")
                case AnswerDone():
                    answer = event.answer
    if answer is None:
        raise AssertionError("the answer ended without its last event")
    return answer
