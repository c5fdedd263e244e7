"""What the commands of the chat do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from textual import on, work
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType

from assistant.escaping import plain
from store.errors import ConspectusError
from store.paper import Paper
from tui.chat.composer import Composer
from tui.chat.conversation import ConversationScreen
from tui.chat.editor import edited
from tui.chat.exchange import Exchange
from tui.chat.export import export_session
from tui.chat.transcript import Transcript
from tui.citing import copy_citation
from tui.clipboard import Copied, copy
from tui.commands import bindings
from tui.dialogs.text import AskText
from tui.messages import EvidenceShown, Restrict
from tui.safe import one_line
from tui.scope import Scope
from tui.widgets.evidence import Evidence

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
