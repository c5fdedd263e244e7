"""What the commands of the chat do.

Questions, answers, and the evidence beside them.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from assistant import Paper
from assistant.escaping import plain
from assistant.types import Turn, Usage
from store.errors import ConspectusError
from tui.chat.composer import Composer, edited
from tui.chat.exchange import Exchange
from tui.chat.export import export_session
from tui.chat.questions import Asker
from tui.chat.status import Status, Welcome
from tui.chat.transcript import Transcript
from tui.clipboard import Copied, copy, copy_citation
from tui.commands import bindings, named
from tui.dialogs.ask import AskText
from tui.engine import Desk, Scope
from tui.messages import EvidenceShown, Restrict
from tui.text import one_line, safe
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
            paper = await asyncio.to_thread(assistant.papers.get, paper_id)
            evidence.show_paper(paper)
            evidence.show_paper(paper, await asyncio.to_thread(assistant.papers.similar, paper_id, SIMILAR))
        except ConspectusError as error:  # It may have been removed since.
            evidence.show_problem(str(error))


NOTHING_ASKED = "Nothing was asked yet."
_BUSY = "Wait for the answer, or stop it with Esc."


class ChatScreen(ConversationScreen):
    """The screen that the application begins with; its actions are those of the table of commands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("screen"),
        Binding("ctrl+up", "step(-1)", "Previous answer", id="chat.previous", priority=True, show=False),
        Binding("ctrl+down", "step(1)", "Next answer", id="chat.next", priority=True, show=False),
        Binding("pageup", "scroll(-1)", "Scroll up", id="chat.up", priority=True, show=False),
        Binding("pagedown", "scroll(1)", "Scroll down", id="chat.down", priority=True, show=False),
    ]

    async def _meant(self) -> Exchange | None:
        """The exchange that was chosen, else the last one."""
        transcript = self.query_one(Transcript)
        if self.chosen in transcript.exchanges:
            return self.chosen
        await transcript.go_to_end()
        exchanges = transcript.exchanges
        if not exchanges:
            self.tell(NOTHING_ASKED, "warning")
        return exchanges[-1] if exchanges else None

    def action_step(self, step: int) -> None:
        """To the answer before or after."""
        exchanges = self.query_one(Transcript).exchanges
        if exchanges:
            at = exchanges.index(self.chosen) + step if self.chosen in exchanges else len(exchanges) - 1
            exchanges[min(max(at, 0), len(exchanges) - 1)].focus()

    def action_scroll(self, step: int) -> None:
        """Scroll the chat by a page."""
        self.query_one(Transcript).scroll_page(step)

    def action_cancel(self) -> None:
        """Stop the answer that runs; else close the drawer; in any case back to the composer."""
        if not self.asker.cancel():
            self.remove_class("-drawer")
        self.query_one("#draft").focus()

    def action_evidence(self) -> None:
        """Show or hide the evidence."""
        if not self.has_class("-narrow"):
            self.toggle_class("-hidden")
            self.post_message(EvidenceShown(not self.has_class("-hidden")))
            return
        self.toggle_class("-drawer")
        exchanges = self.query_one(Transcript).exchanges
        shown = self.chosen if self.chosen in exchanges else exchanges[-1] if exchanges else None
        if shown and shown.answer:
            self.query_one(Evidence).show(shown.answer)
        self.query_one("#references" if self.has_class("-drawer") else "#draft").focus()

    async def action_retry(self) -> None:
        """Ask again; what came before stays."""
        if exchange := await self._meant():
            self.asker.add(await self.query_one(Transcript).open(exchange.question))

    async def action_edit(self) -> None:
        """Take a question back into the composer."""
        if exchange := await self._meant():
            self.query_one(Composer).take(exchange.question)

    async def action_new(self) -> None:
        """Begin another session with the next question."""
        await self.begin(None)

    async def begin(self, session: str | None) -> None:
        """Go on in another session, None for a new one, unless something is being answered."""
        if not self.asker.is_idle:
            self.tell(_BUSY, "warning")
        elif session is None:
            await self.show(None)
        else:
            async with self._reporting():
                await self.resume(session)
        self.query_one("#draft").focus()

    @work(group="command")
    async def action_fork(self) -> None:
        """Go on from the chosen answer in a new session."""
        exchange = await self._meant()
        if exchange is None or self.asker.session is None:
            return
        if not self.asker.is_idle:
            self.tell(_BUSY, "warning")
            return
        async with self._reporting():
            assistant = await self.desk.engine()
            turn = self.query_one(Transcript).number(exchange)
            forked = await asyncio.to_thread(assistant.sessions.fork, self.asker.session, turn)
            await self.begin(forked.id)
            self.tell(f"This is a copy up to question {turn}; the other conversation stays as it is.")

    @work(group="command")
    async def action_rename(self, title: str = "") -> None:
        """Give this session a title."""
        async with self._reporting():
            assistant, session = await self.desk.engine(), self.asker.session
            if session is None:
                self.tell(NOTHING_ASKED, "warning")
                return
            before = await asyncio.to_thread(assistant.sessions.get, session)
            asked = AskText("Call this conversation", before.title)
            chosen: str | None = title or await self.app.push_screen_wait(asked)
            if chosen:
                await asyncio.to_thread(assistant.sessions.rename, session, chosen)
                self.tell(f"This conversation is called “{chosen}”.")

    @work(group="command")
    async def action_export(self, file: str = "") -> None:
        """Save this session to a file."""
        async with self._reporting():
            assistant = await self.desk.engine()
            if self.asker.session is None:
                self.tell(NOTHING_ASKED, "warning")
            elif path := await export_session(self.app, assistant, self.asker.session, file=file):
                self.tell(f"Written to {path}")

    @work(group="command")
    async def action_copy(self) -> None:
        """Copy an answer with its references."""
        exchange = await self._meant()
        if exchange is None:
            return
        if exchange.answer is None:
            self.tell("There is no answer to copy.", "warning")
            return
        lines = [f"[{one.n}] {one.title} ({one.year or 'undated'})" for one in exchange.answer.references]
        await self._copied("\n".join([plain(exchange.answer.text), "", *lines]))

    async def _copied(self, text: str) -> None:
        async with self._reporting():
            self._tell_copied(await asyncio.to_thread(copy, text))

    def _tell_copied(self, copied: Copied) -> None:
        self.tell(copied.how, "information" if copied.proved else "warning")

    def action_editor(self) -> None:
        """Write the question in an editor."""
        composer = self.query_one(Composer)
        try:
            with self.app.suspend():
                text = edited(composer.text)
        except SuspendNotSupported:
            self.tell("There is no terminal here for an editor to run in.", "warning")
        except ConspectusError as error:
            self.tell(str(error), "error")
        else:
            composer.take(text)

    @on(Evidence.Asked)
    def _asked(self, event: Evidence.Asked) -> None:
        match event.what:
            case "open":
                self._open(event.paper)
            case "only":
                self._only(event.paper)
            case "copy":
                self._cite(event.paper)

    def _open(self, paper: Paper) -> None:
        url = next((url for url in paper.urls if url.startswith(("https://", "http://"))), "")
        if url:
            self.app.open_url(url)
        else:
            self.tell("This paper comes without an address.", "warning")

    def _only(self, paper: Paper) -> None:
        self.post_message(Restrict(Scope(filters={"ids": (paper.id,)}, label=f"“{one_line(paper.title, 40)}”")))
        self.query_one("#draft").focus()

    @work(group="command")
    async def _cite(self, paper: Paper) -> None:
        async with self._reporting():
            if copied := await copy_citation(self.app, await self.desk.engine(), paper.id):
                self._tell_copied(copied)

    @asynccontextmanager
    async def _reporting(self) -> AsyncIterator[None]:
        """Tell what went wrong with a command, in words."""
        try:
            yield
        except ConspectusError as error:
            self.tell(str(error), "error")
