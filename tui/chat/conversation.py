"""Questions, answers, and the evidence beside them."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from assistant.types import Turn, Usage
from store.errors import ConspectusError
from tui.chat.composer import Composer
from tui.chat.exchange import Exchange
from tui.chat.questions import Asker
from tui.chat.status import Status
from tui.chat.transcript import Transcript
from tui.chat.welcome import Welcome
from tui.commands import named
from tui.engine import Desk
from tui.safe import safe
from tui.widgets.evidence import Evidence

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

SIMILAR = 5
WIDE = 110
"""Columns from which the evidence stands beside the chat; below, it is a drawer over it."""
_WIDTHS = [(0, "-narrow"), (WIDE, "-wide")]


class ConversationScreen(Screen[None]):
    """What the chat shows and how questions go through it; ``ChatScreen`` adds the commands."""

    HORIZONTAL_BREAKPOINTS = _WIDTHS

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.asker = Asker(desk)
        self.chosen: Exchange | None = None

    def compose(self) -> ComposeResult:
        """The chat at the left, its evidence at the right, the status below."""
        with Horizontal(id="main"):
            with Vertical(id="chat"):
                yield Transcript(self.desk.glyphs, Welcome())
                yield Composer()
            yield Evidence()
        yield Status(self.desk.glyphs.separator)

    def on_mount(self) -> None:
        """Be ready for a question at once; what needs the engine waits for it."""
        self.query_one("#draft").focus()
        self.answer_questions()

    async def resume(self, session: str) -> None:
        """Go on with a saved session; raises as ``Sessions.get``."""
        assistant = await self.desk.engine()
        saved = await asyncio.to_thread(assistant.sessions.get, session)
        await self.show(session, saved.turns)

    async def show(self, session: str | None, turns: Sequence[Turn] = ()) -> None:
        """Show the turns of another session; None for one that begins with the next question."""
        self.asker.session, self.chosen = session, None
        self.query_one(Composer).remember(*(turn.question for turn in turns))
        self.query_one(Evidence).clear()
        self._counted(turns)
        await self.query_one(Transcript).show(turns)

    @on(Composer.Submitted)
    async def _submitted(self, event: Composer.Submitted) -> None:
        if event.text.startswith("/"):
            await self.command(event.text)
        else:
            await self.ask(event.text)

    async def command(self, line: str) -> None:
        """Do what a line with a slash says."""
        name, _, operand = line.partition(" ")
        command = named(name[1:])
        if command:
            await self.run_action(f"{command.action}({operand.strip()!r})" if command.operand else command.action)
        else:
            self.query_one(Composer).take(line)
            self.tell(f"There is no command {name}. F1 lists them.", "warning")

    def tell(self, text: str, severity: "SeverityLevel" = "information") -> None:
        """Say something in passing; errors stay for a while."""
        self.notify(safe(text), severity=severity, markup=False, timeout=20 if severity == "error" else 5)

    async def ask(self, question: str) -> None:
        """Put a question behind those that wait."""
        self.asker.add(await self.query_one(Transcript).open(question))

    @work
    async def answer_questions(self) -> None:
        """Answer one question after the other, for as long as the screen lives."""
        status, transcript = self.query_one(Status), self.query_one(Transcript)
        while True:
            exchange, answering = await self.asker.next()
            status.begin()
            turn = await asyncio.shield(answering)  # It ends by itself; this worker may be cancelled.
            status.end()
            await transcript.end(exchange, turn)
            self.asker.shown()
            self._counted(transcript.turns)
            if turn.answer and turn.answer.references and not self.query_one(Evidence).has_focus_within:
                self._show_evidence(exchange)

    def _counted(self, turns: Sequence[Turn]) -> None:
        self.query_one(Status).used(sum((turn.answer.usage for turn in turns if turn.answer), Usage()))

    def _show_evidence(self, exchange: Exchange) -> None:
        if exchange.answer and self.has_class("-wide"):
            self.query_one(Evidence).show(exchange.answer)

    @on(Exchange.Chosen)
    def _chosen(self, event: Exchange.Chosen) -> None:
        self.chosen = event.exchange
        self._show_evidence(event.exchange)

    @on(Exchange.Cited)
    def _cited(self, event: Exchange.Cited) -> None:
        self.add_class("-drawer")
        self.remove_class("-hidden")
        if event.exchange.answer:
            self.query_one(Evidence).show(event.exchange.answer, event.reference)

    @on(Evidence.Wanted)
    def _wanted(self, event: Evidence.Wanted) -> None:
        self._show_paper(event.paper_id)

    @work(exclusive=True, group="paper")
    async def _show_paper(self, paper_id: str) -> None:
        evidence = self.query_one(Evidence)
        try:
            assistant = await self.desk.engine()
            paper = await asyncio.to_thread(assistant.paper, paper_id)
            evidence.show_paper(paper)
            evidence.show_paper(paper, await asyncio.to_thread(assistant.similar, paper_id, SIMILAR))
        except ConspectusError as error:  # It may have been removed since.
            evidence.show_problem(str(error))
