"""A conversation: its questions and answers over the line to ask in, and the queue that has them answered."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from assistant.types import EXTRACTIVE, Restriction, Turn
from store.errors import ConspectusError
from tui.chat.composer import Composer
from tui.chat.exchange import Exchange
from tui.chat.find_bar import FindBar
from tui.chat.question_queue import QuestionQueue
from tui.chat.scope_chips import ScopeChips
from tui.chat.scopes import ScopeName, read_scopes
from tui.chat.status import Welcome
from tui.chat.transcript import Transcript
from tui.engine import EngineHolder, Scope
from tui.text import glyphs_of

FAULT = "A fault in Conspectus."


class NewAnswers(Static):
    """How many answers came below what one looks at; a click leads there."""

    count: reactive[int] = reactive(0)

    class Wanted(Message):
        """They are to be shown."""

    def __init__(self) -> None:
        super().__init__(id="new", markup=False)

    def watch_count(self) -> None:
        """Show the number, or nothing."""
        self.update(Content(f"{glyphs_of(self.app).sorted} {self.count} new"))
        self.display = bool(self.count)

    def on_click(self) -> None:
        """Ask for them."""
        self.post_message(self.Wanted())


class ConversationPane(Vertical):
    """Asks one question after the other, and shows what comes of each.

    What is sent in the composer is not taken here: the screen tells questions from commands.

    Args:
        holder: Engine, papers and strictness, as they are when a question has its turn.
    """

    class Answering(Message):
        """The engine begins with a question."""

    @dataclass
    class Answered(Message):
        """It is shown what came of a question."""

        exchange: Exchange

    @dataclass
    class SessionShown(Message):
        """The turns of another session are shown, of none for a new one.

        Attributes:
            lost: What narrowed its last question and is not known any more, in words.
        """

        lost: str = ""

    @dataclass
    class Refused(Message):
        """What was sent is not asked, and is in the composer again where that is empty."""

        error: ConspectusError

    def __init__(self, holder: EngineHolder) -> None:
        super().__init__(id="chat")
        self._holder = holder
        self.questions = QuestionQueue(holder, lambda: self.turns)
        self._chosen: Exchange | None = None
        self._sending = asyncio.Lock()
        self._names: Sequence[ScopeName] = ()
        self._generation = ""
        """Of the library that the names of scopes are of."""

    def compose(self) -> ComposeResult:
        """The transcript over the composer."""
        yield Transcript(Welcome())
        yield FindBar()
        yield NewAnswers()
        yield Composer()

    def on_mount(self) -> None:
        """Be ready for a question at once; what needs the engine waits for it."""
        self.focus_composer()
        self._answer_questions()

    @property
    def turns(self) -> Sequence[Turn]:
        """Everything that has ended, oldest first."""
        return self.query_one(Transcript).turns

    def focus_composer(self) -> None:
        """Let the keys go to the line to ask in."""
        self.query_one("#draft").focus()

    # What narrows the papers

    def narrow(self, scope: Scope) -> None:
        """Ask of these papers from now on."""
        self._holder.scope = scope
        self.query_one(ScopeChips).show_scope(scope)

    def on_scope_chips_dropped(self, event: ScopeChips.Dropped) -> None:
        """Take a part out of what narrows them."""
        event.stop()
        self.narrow(self._holder.scope.drop(event.place))
        self.focus_composer()

    def on_composer_scope_picked(self, event: Composer.ScopePicked) -> None:
        """Narrow them further."""
        event.stop()
        self.narrow(self._holder.scope.add(event.scope))

    @work(exclusive=True, group="names")
    async def on_composer_scope_begun(self, event: Composer.ScopeBegun) -> None:
        """Offer the names that there are."""
        event.stop()
        with suppress(ConspectusError):  # It is said where something is asked.
            if await self._load_names():
                self.query_one(Composer).show_names(self._names)

    async def _load_names(self) -> bool:
        """Read the names of scopes, where the library is another one than before; says whether it is."""
        from tui.chat.scope_names import load_scope_names  # Here: it brings part of the engine with it.

        assistant = await self._holder.get_engine()
        generation = await asyncio.to_thread(lambda: assistant.papers.generation)
        if generation == self._generation:
            return False
        self._names = await asyncio.to_thread(load_scope_names, assistant)
        self._generation = generation
        return True

    # Asking

    async def send(self, text: str) -> None:
        """Ask what was typed, of the papers that it names behind an ``@`` and of those that were chosen before."""
        question, names = read_scopes(text)
        if names or self._sending.locked():  # Else it would be asked before one whose scope is still looked for.
            self._ask_within(text)
        else:
            await self.ask(question)

    @work
    async def _ask_within(self, text: str) -> None:
        question, names = read_scopes(text)
        async with self._sending:
            try:
                scope = self._holder.scope.add(*await self._resolve_scopes(names))
            except ConspectusError as error:
                composer = self.query_one(Composer)
                if not composer.text:
                    composer.write(text)
                self.post_message(self.Refused(error))
                return
            self.narrow(scope)
            if question:
                await self.ask(question)

    async def _resolve_scopes(self, names: Sequence[str]) -> list[Restriction]:
        from tui.chat.scope_lookup import resolve_scope  # Here: as above.

        assistant = await self._holder.get_engine()
        if names:
            await self._load_names()
        return [await asyncio.to_thread(resolve_scope, assistant, name, self._names) for name in names]

    async def ask(self, question: str, ignore: tuple[str, ...] = (), scope: Scope | None = None) -> None:
        """Put a question behind those that wait.

        Args:
            question: What is asked.
            ignore: Conditions of it that do not count.
            scope: What narrows the papers; None for what narrows them in the chat now.
        """
        waits, scope = not self.questions.is_idle, self._holder.scope if scope is None else scope
        self.questions.add(await self.query_one(Transcript).open_question(question, ignore, waits, scope))

    async def withdraw(self, exchange: Exchange) -> bool:
        """Take a question back; says whether it still waited.

        Raises:
            ConspectusError: That cannot be saved; it is taken back all the same.
        """
        if not self.questions.waits(exchange):
            return False
        try:
            await self.questions.withdraw(exchange)
        finally:
            await self.query_one(Transcript).drop_question(exchange)
        return True

    async def on_exchange_asked_without(self, event: Exchange.AskedWithout) -> None:
        """Ask a question again, some of its conditions not counting."""
        event.stop()
        await self.ask(event.question, event.ignore, event.scope)

    @work
    async def _answer_questions(self) -> None:
        """Answer one question after the other, for as long as the screen lives."""
        transcript = self.query_one(Transcript)
        while True:
            exchange, answering = await self.questions.start_next()
            exchange.start()
            self.post_message(self.Answering())
            try:
                turn = await self.questions.wait_for(exchange, answering)
            except Exception as error:  # A fault in the engine ends this answer, and neither the next nor the chat.
                turn = Turn.now(exchange.question, error=f"{FAULT} {type(error).__name__}: {error}")
            was_at_end = transcript.is_at_end
            await transcript.close_question(exchange, turn)
            self.query_one(NewAnswers).count += not was_at_end
            self.questions.finish()
            quoted = turn.answer and turn.answer.mode == EXTRACTIVE  # At once: nobody read it as it was written.
            if quoted and was_at_end and self.questions.is_idle:
                transcript.show_beginning(exchange)
            self.post_message(self.Answered(exchange))

    @on(Transcript.EndReached)
    def _on_end_reached(self) -> None:
        self.query_one(NewAnswers).count = 0

    async def on_new_answers_wanted(self) -> None:
        """Go to the last answer."""
        await self.query_one(Transcript).go_to_end()
        self.query_one(NewAnswers).count = 0

    def find(self) -> None:
        """Look for words in what was said."""
        self.query_one(FindBar).open(self.turns)

    async def on_find_bar_reached(self, event: FindBar.Reached) -> None:
        """Show a turn that has the words."""
        event.stop()
        exchange = await self.query_one(Transcript).go_to_turn(event.place)
        if exchange:
            self._chosen = exchange

    def on_find_bar_closed(self, event: FindBar.Closed) -> None:
        """Write on."""
        event.stop()
        self.focus_composer()

    async def show_session(self, session: str | None, turns: Sequence[Turn] = ()) -> None:
        """Show the turns of another session; None for one that begins with the next question."""
        self.questions.session, self._chosen = session, None
        self.query_one(Composer).remember(*(turn.question for turn in turns))
        await self.query_one(Transcript).show_turns(turns)
        self.query_one(FindBar).display = False
        kept = turns[-1].scope if turns else ()
        if session:  # One that is begun anew goes on with what narrows the papers now.
            self.narrow(Scope.restore(kept))
        self.post_message(self.SessionShown(", ".join(part.label for part in kept if not part.filters)))

    # The chosen exchange

    def choose(self, exchange: Exchange) -> None:
        """Let commands be about this exchange."""
        self._chosen = exchange

    @property
    def current_exchange(self) -> Exchange | None:
        """The exchange that was chosen, else the last of those that are mounted."""
        exchanges = self.query_one(Transcript).exchanges
        return self._chosen if self._chosen in exchanges else exchanges[-1] if exchanges else None

    async def find_exchange(self) -> Exchange | None:
        """Return the exchange that was chosen, else the last of all, after going there."""
        if self._chosen not in self.query_one(Transcript).exchanges:
            await self.query_one(Transcript).go_to_end()
        return self.current_exchange

    def focus_exchange(self, step: int) -> None:
        """Go to the exchange before or after the chosen one; where that is not seen, to one that is."""
        transcript = self.query_one(Transcript)
        exchanges, seen = transcript.exchanges, transcript.list_seen()
        if self._chosen in seen:
            exchanges[min(max(exchanges.index(self._chosen) + step, 0), len(exchanges) - 1)].focus()
        elif seen:
            seen[-1 if step < 0 else 0].focus()
