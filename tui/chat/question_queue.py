"""The questions of a conversation: they wait in a queue, and the engine's events go to the exchange that shows them."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from functools import partial

from assistant.events import (
    AnswerDone,
    AskEvent,
    ClaimChecked,
    EvidenceFound,
    Repairing,
    RequestRetried,
    Searching,
    TextDelta,
    Thinking,
)
from assistant.phrases import count_supports
from assistant.types import CANCELLED, WITHDRAWN, Answer, Turn, Usage
from store.errors import ConspectusError, InputError, LibraryError, NotFound
from tui.chat.exchange import Exchange
from tui.engine import EngineHolder
from tui.text import glyphs_of

# Characters that go into a token, roughly, as thinking is counted, too: what a server counts comes with the end alone.
_CHARACTERS = 4


class QuestionQueue:
    """The questions that wait, the one that is answered, and the session that they are saved in.

    Args:
        holder: Engine, papers and strictness; strictness is that of the moment when a question has its turn.
        read_turns: Returns what was said before; a question that cannot be saved is asked with it.
    """

    def __init__(self, holder: EngineHolder, read_turns: Callable[[], Sequence[Turn]]) -> None:
        self.session: str | None = None
        self._holder = holder
        self._read_turns = read_turns
        self._waiting: deque[Exchange] = deque()
        self._added = asyncio.Event()
        self._begun: dict[Exchange, str] = {}
        """What the session knows the questions by that are saved and have not ended."""
        self._saving = asyncio.Lock()
        self._savers: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[Turn] | None = None
        self._busy = False

    def add(self, exchange: Exchange) -> None:
        """Put a question behind those that wait, and save it."""
        self._waiting.append(exchange)
        self._added.set()
        saver = asyncio.create_task(self._save_waiting(exchange))
        self._savers.add(saver)
        saver.add_done_callback(self._savers.discard)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked, nothing waits, and everything that ended is shown."""
        return not self._waiting and not self._busy

    def waits(self, exchange: Exchange) -> bool:
        """Whether a question has not had its turn."""
        return exchange in self._waiting

    async def withdraw(self, exchange: Exchange) -> None:
        """Take a question back that waits; the session has it no more.

        Raises:
            ConspectusError: That cannot be saved.
        """
        self._waiting.remove(exchange)
        async with self._saving:  # It may be saved at this moment.
            begun = self._begun.pop(exchange, "")
        if begun:
            await self._record(_make_turn(exchange, error=WITHDRAWN), begun)

    async def start_next(self) -> tuple[Exchange, asyncio.Task[Turn]]:
        """Wait for a question, and begin to answer it."""
        while not self._waiting:
            self._added.clear()
            await self._added.wait()
        exchange = self._waiting.popleft()
        self._busy = True
        self._task = asyncio.create_task(self._answer(exchange))
        return exchange, self._task

    async def wait_for(self, exchange: Exchange, answering: asyncio.Task[Turn]) -> Turn:
        """Wait until a question has ended. Cancelling who waits leaves it going on.

        Raises:
            Exception: A fault in the engine.
        """
        try:
            return await asyncio.shield(answering)
        except asyncio.CancelledError:
            if not answering.cancelled():  # It is who waits that is cancelled.
                raise
        turn = _make_turn(exchange, error=CANCELLED)  # It was stopped before its first step: nobody has saved it.
        try:
            await self._record(turn, self._begun.pop(exchange, ""))
        except ConspectusError as error:
            return _make_turn(exchange, error=str(error))
        return turn

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
        waiting = list(self._waiting)
        self._waiting.clear()
        if self.cancel() and self._task is not None:
            await asyncio.wait([self._task])
        for exchange in waiting:
            async with self._saving:
                begun = self._begun.pop(exchange, "")
            await self._record(_make_turn(exchange, error=CANCELLED), begun)

    async def _answer(self, exchange: Exchange) -> Turn:
        try:
            return _make_turn(exchange, await _show_events(await self._start_answer(exchange), exchange))
        except ConspectusError as error:
            return await self._keep_draft(exchange, _make_turn(exchange, error=str(error)))
        except asyncio.CancelledError:
            return await self._keep_draft(exchange, _make_turn(exchange, error=CANCELLED))
        finally:
            self._begun.pop(exchange, None)

    async def _keep_draft(self, exchange: Exchange, turn: Turn) -> Turn:
        """Return how a question ended with the draft of its answer, which is saved beside what the engine has saved."""
        begun = self._begun.get(exchange, "")
        if not exchange.draft.strip():
            return turn
        usage = Usage(output_tokens=exchange.thought + len(exchange.draft) // _CHARACTERS + 1)
        with suppress(ConspectusError):  # The turn is saved, and the draft is on the screen.
            assistant = await self._holder.get_engine()
            usage = assistant.with_price(usage)
            if begun and self.session:
                keep = partial(assistant.sessions.keep_draft, self.session, begun, exchange.draft, usage)
                await asyncio.to_thread(keep)
        return turn.model_copy(update={"draft": exchange.draft, "draft_usage": usage})

    async def _start_answer(self, exchange: Exchange) -> AsyncGenerator[AskEvent, None]:
        """Return the events; from here on it is the engine that saves what becomes of the question."""
        assistant = await self._holder.get_engine()
        ask = partial(assistant.astream, exchange.question, strict=self._holder.strict, ignore=exchange.ignore)
        filters = self._holder.filter_papers(exchange.scope)
        try:
            try:
                begun = await self._save_question(exchange)
            except (LibraryError, NotFound) as error:  # Papers can be read where nothing can be written.
                exchange.unsaved = str(error)
                return await asyncio.to_thread(ask, history=self._read_turns(), **filters)
            return await asyncio.to_thread(ask, self.session, begun=begun, **filters)
        except InputError as error:
            await self._record(_make_turn(exchange, error=str(error)), self._begun.get(exchange, ""))
            raise
        except asyncio.CancelledError:
            if begun := self._begun.get(exchange, ""):  # The engine does not know of it yet.
                await self._record(_make_turn(exchange, error=CANCELLED), begun)
            raise

    async def _save_question(self, exchange: Exchange) -> str:
        """Save a question that is not saved yet, in a session that is made for the first of them.

        Returns:
            What the session knows it by.

        Raises:
            ConspectusError: The library cannot be opened, it is no question, or it cannot be saved.
        """
        assistant = await self._holder.get_engine()
        async with self._saving:
            self.session = self.session or (await asyncio.to_thread(assistant.sessions.new)).id
            if exchange not in self._begun:
                text = assistant.check_question(exchange.question)
                begin = partial(assistant.sessions.begin, self.session, text, exchange.scope.kept)
                self._begun[exchange] = await asyncio.to_thread(begin)
            return self._begun[exchange]

    async def _save_waiting(self, exchange: Exchange) -> None:
        with suppress(ConspectusError):  # It is said when its turn comes.
            await self._holder.get_engine()
            if exchange in self._waiting:
                await self._save_question(exchange)

    async def _record(self, turn: Turn, begun: str = "") -> None:
        if self.session:
            assistant = await self._holder.get_engine()
            await asyncio.to_thread(assistant.sessions.record, self.session, turn, begun)


def _make_turn(exchange: Exchange, answer: Answer | None = None, error: str = "") -> Turn:
    if answer and exchange.unsaved:
        notes = (*answer.trace.notes, f"This is not saved. {exchange.unsaved}")
        answer = answer.model_copy(update={"trace": answer.trace.model_copy(update={"notes": notes})})
    turn = Turn.now(exchange.question, answer, error)
    return turn.model_copy(update={"scope": exchange.scope.kept}) if exchange.scope else turn


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
                    exchange.show_found(ids)
                case Thinking(seconds=seconds, tokens=tokens):
                    exchange.show_thinking(seconds, tokens)
                case RequestRetried():
                    exchange.add_step(event.words)
                case TextDelta(text=text):
                    await exchange.write_draft(text)
                case Repairing(claims=claims):
                    doubted = f"{claims} sentence{'s' * (claims != 1)}"
                    exchange.add_step(f"{doubted} in doubt; they are written again, and compared once more")
                case ClaimChecked(claim=claim):
                    exchange.brighten(claim)
                    if claim.is_of_the_record:
                        continue
                    supports.append(claim.support)
                    exchange.replace_step(f"Compared: {count_supports(supports, glyphs_of(exchange.app).is_ascii)}")
                case AnswerDone():
                    answer = event.answer
    if answer is None:
        raise AssertionError("the answer ended without its last event")
    return answer
