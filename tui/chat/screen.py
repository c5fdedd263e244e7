"""The screen that the application begins with: a conversation, its evidence beside it, and what its commands do.

What stands over it is imported when it is first opened: reports and tables bring half of the engine with them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.screen import Screen

from assistant.escaping import strip_markup
from assistant.types import Usage
from store.errors import ConspectusError
from tui.chat.composer import Composer
from tui.chat.conversation_pane import ConversationPane
from tui.chat.draft import Draft
from tui.chat.editor import edit_text
from tui.chat.exchange import Exchange
from tui.chat.panes import ChatPanes
from tui.chat.scopes import make_scope
from tui.chat.status import ExampleQuestions, Status, Welcome
from tui.chat.transcript import Transcript
from tui.clipboard import Copied, copy_citation, copy_text
from tui.commands import build_bindings, find_command, suggest_command
from tui.dialogs.ask import TextDialog
from tui.engine import EngineHolder, Scope
from tui.messages import EvidenceShown, ScopeChosen
from tui.preferences import WIDE
from tui.text import one_line, safe
from tui.widgets.evidence import Evidence
from tui.widgets.first_run import FirstRun
from tui.widgets.row_filter import read_typed

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from assistant import Paper

# Seconds that a toast stays: an error has to be read to its end.
_TOAST, _ERROR_TOAST = 5, 20
# Seconds in which a second Ctrl+C leaves: as long as it takes to read that it would (chosen by hand).
_TWICE = 3.0
# How a path begins that was dropped on the terminal, perhaps in quotation marks.
_PATH = re.compile(r"""['"]?(?:[/~]|file://)""")
LEAVES = "Ctrl+C once more leaves; everything is saved."
NO_PAPERS = "There is no paper yet to answer from: 1, 2 and 3 add some. The question stays where it is."
NOTHING_ASKED = "Nothing was asked yet."
# Papers that are shown while an answer is drafted: what the panel has room for (chosen by hand).
_FOUND = 10
_BUSY = "Wait for the answer, or stop it with Esc."
_NOT_SAVED = "This conversation is not saved: its answers say why."


def _is_dropped(text: str) -> bool:
    from tui.papers.add_dialog import is_dropped  # Here: it brings part of the engine with it.

    return is_dropped(text)


class ChatScreen(Screen[None]):
    """A conversation at the left, its evidence at the right; its actions are those of the table of commands.

    Args:
        holder: Engine, papers and strictness, as they are when a question has its turn.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *build_bindings("screen"),
        Binding("ctrl+up", "step(-1)", "Previous answer", id="chat.previous", priority=True, show=False),
        Binding("ctrl+down", "step(1)", "Next answer", id="chat.next", priority=True, show=False),
        Binding("ctrl+c", "interrupt", "Copy, clear, stop or leave", id="chat.interrupt", priority=True, show=False),
        Binding("ctrl+f", "find", "Find in this conversation", id="chat.find", show=False),
        Binding("alt+left", "widen(5)", "Wider evidence", id="chat.wider", priority=True, show=False),
        Binding("alt+right", "widen(-5)", "Narrower evidence", id="chat.narrower", priority=True, show=False),
        Binding("pageup", "scroll(-1)", "Scroll up", id="chat.up", priority=True, show=False),
        Binding("pagedown", "scroll(1)", "Scroll down", id="chat.down", priority=True, show=False),
    ]

    def __init__(self, holder: EngineHolder) -> None:
        super().__init__()
        self.holder = holder
        self.conversation = ConversationPane(holder)
        self._interrupted = -_TWICE
        self.panes = ChatPanes(self.conversation)

    def compose(self) -> ComposeResult:
        """The chat at the left, its evidence at the right, the status below."""
        yield self.panes
        yield Status()

    def show_toast(self, text: str, severity: SeverityLevel = "information") -> None:
        """Say something in passing; errors stay for a while."""
        timeout = _ERROR_TOAST if severity == "error" else _TOAST
        self.notify(safe(text), severity=severity, markup=False, timeout=timeout)

    @asynccontextmanager
    async def _toast_errors(self) -> AsyncIterator[None]:
        """Say what went wrong with a command, in words."""
        try:
            yield
        except ConspectusError as error:
            self.show_toast(str(error), "error")

    # What is sent

    @on(Composer.Submitted)
    async def _on_line_submitted(self, event: Composer.Submitted) -> None:
        command = find_command(event.text.casefold())
        if event.text.startswith("/") and find_command(event.text[1:].partition(" ")[0]):
            await self._run_command(event.text)
        elif _PATH.match(event.text) and _is_dropped(event.text):
            await self.run_action(f"app.add({event.text!r})")
        elif event.text.startswith("/"):
            self._refuse_command(event.text)
        elif command:
            self.query_one(Composer).write(f"/{command.name}")
            self.show_toast(f"Enter runs /{command.name} ({command.help}). With a ? behind it, the word is asked.")
        elif self.query(FirstRun):
            self.query_one(Composer).write(event.text)
            self.query_one("#first-sample").focus()
            self.show_toast(NO_PAPERS, "warning")
        else:
            await self.conversation.send(event.text)

    @on(ExampleQuestions.Chosen)
    async def _on_example_chosen(self, event: ExampleQuestions.Chosen) -> None:
        await self.conversation.ask(event.question)

    @on(Welcome.Empty)
    def _on_library_empty(self) -> None:
        """Let the keys choose how to fill it, where nobody writes."""
        if not self.query_one(Composer).text and self.focused is self.query_one(Draft):
            self.query_one("#first-sample").focus()

    @on(ConversationPane.Refused)
    def _on_question_refused(self, event: ConversationPane.Refused) -> None:
        self.show_toast(str(event.error), "warning")

    async def _run_command(self, line: str) -> None:
        """Do what a line with a slash says."""
        name, _, operand = line.partition(" ")
        if command := find_command(name[1:]):
            await self.run_action(f"{command.action}({operand.strip()!r})" if command.operand else command.action)

    def _refuse_command(self, line: str) -> None:
        """Say that a line is neither a command nor a file, and what may have been meant."""
        self.query_one(Composer).write(line)
        name = line.partition(" ")[0]
        if "/" in name[1:]:
            self.show_toast(f"There is no file {line}. /add completes its name.", "warning")
            return
        near = suggest_command(name[1:])
        meant = f" Did you mean /{near.name} ({near.help})?" if near else ""
        self.show_toast(f"There is no command {name}.{meant} F1 lists them.", "warning")

    @on(ConversationPane.Answering)
    def _on_answer_begun(self) -> None:
        self.query_one(Status).start_timer()

    @on(ConversationPane.Answered)
    def _on_answer_shown(self, event: ConversationPane.Answered) -> None:
        self.query_one(Status).stop_timer()
        self._show_usage()
        answer = event.exchange.answer
        evidence = self.query_one(Evidence)
        if evidence.has_focus_within:
            return
        if answer and answer.references:
            self._show_evidence(event.exchange)
        elif not event.exchange.found:  # What the answer before rests on is not this one's evidence.
            evidence.clear()

    def _show_usage(self) -> None:
        usage = sum((turn.usage for turn in self.conversation.turns), Usage())
        self.query_one(Status).show_usage(usage)

    # The evidence

    @on(Exchange.Found)
    @work(exclusive=True, group="found")
    async def _on_papers_found(self, event: Exchange.Found) -> None:
        """Show what an answer is drafted from, where nobody looks at something else."""
        if not event.paper_ids or self.has_class("-narrow") or not isinstance(self.focused, Draft):
            return
        with suppress(ConspectusError):  # One may have been removed since; the answer says what it rests on.
            assistant = await self.holder.get_engine()
            shown = event.paper_ids[:_FOUND]
            papers = await asyncio.to_thread(lambda: list(assistant.papers.list(ids=shown)))
            if event.exchange.turn is None or not event.exchange.answer:
                papers.sort(key=lambda paper: shown.index(paper.id))
                self.query_one(Evidence).show_found(event.exchange.question, papers)

    def _show_evidence(self, exchange: Exchange) -> None:
        if exchange.answer and self.has_class("-wide"):
            self.query_one(Evidence).show_references(exchange.answer)

    @on(Exchange.Chosen)
    def _on_exchange_focused(self, event: Exchange.Chosen) -> None:
        self.conversation.choose(event.exchange)
        self._show_evidence(event.exchange)

    @on(Exchange.Cited)
    def _on_citation_chosen(self, event: Exchange.Cited) -> None:
        self.add_class("-drawer")
        self.remove_class("-hidden")
        if event.exchange.answer:
            evidence = self.query_one(Evidence)
            evidence.show_references(event.exchange.answer, event.reference, event.claim, event.citation)

    @on(Evidence.Wanted)
    @work(exclusive=True, group="paper")
    async def _on_paper_wanted(self, event: Evidence.Wanted) -> None:
        evidence = self.query_one(Evidence)
        try:
            await evidence.load_paper(await self.holder.get_engine(), event.paper_id)
        except ConspectusError as error:  # It may have been removed since.
            evidence.show_problem(str(error))

    @on(Evidence.Asked)
    def _on_evidence_key(self, event: Evidence.Asked) -> None:
        match event.what:
            case "open":
                self._open_page(event.paper)
            case "only":
                self._ask_only(event.paper)
            case "copy":
                self._copy_citation(event.paper)

    def _open_page(self, paper: Paper) -> None:
        url = next((url for url in paper.urls if url.startswith(("https://", "http://"))), "")
        if url:
            self.app.open_url(url)
        else:
            self.show_toast("This paper comes without an address.", "warning")

    async def show_found_paper(self, paper: Paper) -> None:
        """Show a paper that was looked for."""
        self.add_class("-drawer")
        self.remove_class("-hidden")
        self.query_one(Evidence).show_found(paper.title, [paper])

    async def ask_theme(self, name: str) -> None:
        """Ask the papers of a theme only."""
        self.conversation.narrow(self.holder.scope.add(make_scope(name, {"text": name})))
        self.conversation.focus_composer()

    def _ask_only(self, paper: Paper) -> None:
        self.post_message(ScopeChosen(Scope.of({"ids": (paper.id,)}, f"“{one_line(paper.title, 40)}”")))
        self.conversation.focus_composer()

    @work(group="command")
    async def _copy_citation(self, paper: Paper) -> None:
        async with self._toast_errors():
            if copied := await copy_citation(self.app, await self.holder.get_engine(), paper.id):
                self._toast_copied(copied)

    def _toast_copied(self, copied: Copied) -> None:
        self.show_toast(copied.how, "information" if copied.proved else "warning")

    def action_evidence(self) -> None:
        """Show or hide the evidence."""
        if not self.has_class("-narrow"):
            self.post_message(EvidenceShown(not self.toggle_class("-hidden").has_class("-hidden")))
            return
        self.toggle_class("-drawer")
        exchange = self.conversation.current_exchange
        if exchange and exchange.answer:
            self.query_one(Evidence).show_references(exchange.answer)
        self.query_one("#references" if self.has_class("-drawer") else "#draft").focus()

    def action_widen(self, step: int) -> None:
        """Give the evidence more of the screen, or less."""
        if not self.has_class("-hidden"):
            self.panes.widen(step)

    # Moving

    def action_step(self, step: int) -> None:
        """To the answer before or after."""
        self.conversation.focus_exchange(step)

    def action_scroll(self, step: int) -> None:
        """Scroll the chat by a page."""
        self.query_one(Transcript).scroll_page(step)

    def action_find(self) -> None:
        """Look for words in this conversation."""
        self.conversation.find()

    def action_cancel(self) -> None:
        """Stop the answer that runs; else close the drawer; in any case back to the composer."""
        if not self.conversation.questions.cancel():
            self.remove_class("-drawer")
        self.conversation.focus_composer()

    # Keys that are typed

    def on_key(self, event: Key) -> None:
        """Let what is typed come to the composer, wherever the focus is."""
        if character := read_typed(event, self):
            event.stop()
            event.prevent_default()
            self.query_one(Composer).insert(character)

    def on_paste(self, event: Paste) -> None:
        """The same for what is pasted."""
        draft = self.query_one("#draft")
        if self.focused is not draft:
            event.stop()
            draft.focus()
            draft.post_message(Paste(event.text))

    def action_interrupt(self) -> None:
        """Copy what is selected, else clear what is written, else stop the answer, else leave at the second time."""
        composer, draft = self.query_one(Composer), self.query_one(Draft)
        selected = draft.selected_text or self.get_selected_text()
        if selected:
            self._copy_selected(selected)
        elif composer.text:
            composer.clear()
        elif not self.conversation.questions.cancel():
            now = monotonic()
            if now - self._interrupted < _TWICE:
                self.run_worker(self.app.action_quit(), group="leave")
                return
            self._interrupted = now
            self.show_toast(LEAVES)

    @work(group="command")
    async def _copy_selected(self, text: str) -> None:
        async with self._toast_errors():
            self._toast_copied(await asyncio.to_thread(copy_text, text))
            self.clear_selection()

    # Questions and answers

    async def _find_exchange(self) -> Exchange | None:
        """Return the exchange that a command is about; says so where there is none."""
        exchange = await self.conversation.find_exchange()
        if exchange is None:
            self.show_toast(NOTHING_ASKED, "warning")
        return exchange

    async def action_retry(self) -> None:
        """Ask again; what came before stays."""
        if exchange := await self._find_exchange():
            await self.conversation.ask(exchange.question, exchange.ignore)

    async def action_edit(self) -> None:
        """Take a question back into the composer."""
        if exchange := await self._find_exchange():
            self.query_one(Composer).write(exchange.question)
            await self._withdraw(exchange)

    @on(Exchange.Withdrawn)
    async def _on_question_withdrawn(self, event: Exchange.Withdrawn) -> None:
        await self._withdraw(event.exchange)
        self.conversation.focus_composer()

    async def _withdraw(self, exchange: Exchange) -> None:
        """Take a question back where it still waits."""
        async with self._toast_errors():
            await self.conversation.withdraw(exchange)

    def action_editor(self) -> None:
        """Write the question in an editor."""
        composer = self.query_one(Composer)
        try:
            with self.app.suspend():
                text = edit_text(composer.text)
        except SuspendNotSupported:
            self.show_toast("There is no terminal here for an editor to run in.", "warning")
        except ConspectusError as error:
            self.show_toast(str(error), "error")
        else:
            composer.write(text)

    @work(group="command")
    async def action_copy(self) -> None:
        """Copy an answer with its references."""
        exchange = await self._find_exchange()
        if exchange is None:
            return
        if exchange.answer is None:
            self.show_toast("There is no answer to copy.", "warning")
            return
        references = exchange.answer.references
        lines = [f"[{reference.n}] {reference.title} ({reference.year or 'undated'})" for reference in references]
        async with self._toast_errors():
            text = "\n".join([strip_markup(exchange.answer.text), "", *lines])
            self._toast_copied(await asyncio.to_thread(copy_text, text))

    @work(group="command")
    async def action_where(self, text: str = "") -> None:
        """Look for the papers that say a sentence, and show the places."""
        from tui.chat.places import PlacesScreen

        async with self._toast_errors():
            assistant = await self.holder.get_engine()
            sought: str | None = text or await self.app.push_screen_wait(TextDialog("Where does it say that?"))
            if sought:
                places = await assistant.papers.awhere(sought, **self.holder.paper_filters)
                self.app.push_screen(PlacesScreen(places))

    @work(group="command")
    async def action_update(self) -> None:
        """Read what is watched, and show what is new."""
        from tui.chat.news import NewsScreen

        async with self._toast_errors():
            assistant = await self.holder.get_engine()
            self.notify("Reading what is watched.", markup=False)
            report = await assistant.aupdate()
            self.app.push_screen(NewsScreen(report, assistant.watches.render(report)))

    @work(group="command")
    async def action_table(self, text: str = "") -> None:
        """Make a table of the papers that the chat is restricted to, and show it."""
        from assistant import TableReport
        from tui.chat.table import TableScreen

        async with self._toast_errors():
            assistant = await self.holder.get_engine()
            asked: str | None = text or await self.app.push_screen_wait(
                TextDialog("What is each paper asked? Columns, with semicolons between them")
            )
            columns = [column.strip() for column in (asked or "").split(";") if column.strip()]
            if columns:
                filters = self.holder.paper_filters
                labels = [part.label for part in self.holder.scope.parts]

                async def make() -> TableReport:
                    report = await assistant.reports.acreate("table", columns=columns, **filters)
                    assert isinstance(report, TableReport)
                    return report

                self.app.push_screen(TableScreen(await make(), assistant, make, labels))

    # Sessions

    async def action_new(self) -> None:
        """Begin another session with the next question."""
        await self.open_session(None)

    async def open_session(self, session: str | None) -> None:
        """Go on in another session, None for a new one, unless something is being answered."""
        if not self.conversation.questions.is_idle:
            self.show_toast(_BUSY, "warning")
        elif session is None:
            await self.conversation.show_session(None)
        else:
            async with self._toast_errors():
                assistant = await self.holder.get_engine()
                saved = await asyncio.to_thread(assistant.sessions.get, session)
                await self.conversation.show_session(session, saved.turns)
        self.conversation.focus_composer()

    @on(ConversationPane.SessionShown)
    def _on_session_shown(self, event: ConversationPane.SessionShown) -> None:
        self.query_one(Evidence).clear()
        if exchange := self.conversation.current_exchange:  # As where one stopped: that of the last answer.
            self._show_evidence(exchange)
        self._show_usage()
        if event.lost:
            self.show_toast(f"Its last question was asked of {event.lost}. F2 chooses papers again.", "warning")

    @work(group="command")
    async def action_fork(self) -> None:
        """Go on from the chosen answer in a new session."""
        exchange, session = await self._find_exchange(), self.conversation.questions.session
        if exchange is None or session is None:
            if exchange:
                self.show_toast(_NOT_SAVED, "warning")
            return
        if not self.conversation.questions.is_idle:
            self.show_toast(_BUSY, "warning")
            return
        async with self._toast_errors():
            assistant = await self.holder.get_engine()
            saved = await asyncio.to_thread(assistant.sessions.get, session)
            turn = self.query_one(Transcript).count_saved(exchange, saved.turns)
            forked = await asyncio.to_thread(assistant.sessions.fork, session, turn)
            await self.open_session(forked.id)
            self.show_toast(f"This is a copy up to question {turn}; the other conversation stays as it is.")

    @work(group="command")
    async def action_rename(self, title: str = "") -> None:
        """Give this session a title."""
        async with self._toast_errors():
            assistant, session = await self.holder.get_engine(), self.conversation.questions.session
            if session is None:
                self.show_toast(_NOT_SAVED if self.conversation.turns else NOTHING_ASKED, "warning")
                return
            saved = await asyncio.to_thread(assistant.sessions.get, session)
            dialog = TextDialog("Call this conversation", saved.title)
            chosen: str | None = title or await self.app.push_screen_wait(dialog)
            if chosen:
                await asyncio.to_thread(assistant.sessions.rename, session, chosen)
                self.show_toast(f"This conversation is called “{chosen}”.")

    @work(group="command")
    async def action_export(self, file: str = "") -> None:
        """Save this session to a file."""
        from tui.chat.export import export_session

        async with self._toast_errors():
            assistant, session = await self.holder.get_engine(), self.conversation.questions.session
            if session is None:
                self.show_toast(_NOT_SAVED if self.conversation.turns else NOTHING_ASKED, "warning")
            elif path := await export_session(self.app, assistant, session, file=file):
                self.show_toast(f"Written to {path}")
