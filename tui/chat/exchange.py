"""A question and what came of it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantFocus, Focus
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownStream

from assistant.types import Answer, Reference, Turn
from tui.chat import answer_text
from tui.chat.outcome import footer, notice
from tui.chat.steps import Steps
from tui.safe import safe
from tui.text import Glyphs

GATHERING = 0.1
"""Seconds between two additions to a draft."""


class Exchange(Vertical, can_focus=True):
    """One turn of the chat: queued, being answered, or ended.

    Args:
        question: As it was asked.
        glyphs: The signs to use.
        turn: What came of it, None where that is still open.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket,n", "cite(1)", "Next citation", id="exchange.next"),
        Binding("left_square_bracket,p", "cite(-1)", "Previous citation", id="exchange.previous"),
        *(Binding(str(n), f"cite_number({n})", f"Citation {n}", show=False) for n in range(1, 10)),
        Binding("enter,o", "steps", "Steps", id="exchange.steps"),
    ]

    class Chosen(Message):
        """The exchange was moved to."""

        def __init__(self, exchange: "Exchange") -> None:
            super().__init__()
            self.exchange = exchange

    class Cited(Message):
        """A reference of the answer was chosen."""

        def __init__(self, exchange: "Exchange", reference: Reference) -> None:
            super().__init__()
            self.exchange = exchange
            self.reference = reference

    def __init__(self, question: str, glyphs: Glyphs, turn: Turn | None = None) -> None:
        super().__init__()
        self.question = question
        self.turn = turn
        self._glyphs = glyphs
        self._stream: MarkdownStream | None = None
        self._unwritten = ""
        self._timer: Timer | None = None
        self._at = -1

    @property
    def answer(self) -> Answer | None:
        """The answer, None where there is none (yet)."""
        return self.turn.answer if self.turn else None

    def compose(self) -> ComposeResult:
        """Question, steps, answer, what there is to say of it, and how it was made."""
        yield Static(Content(safe(f"{self._glyphs.question} {self.question}")), classes="question", markup=False)
        yield Steps()
        text = answer_text.markdown(self.answer, self._glyphs) if self.answer and not self.answer.abstained else ""
        yield Markdown(text, open_links=False)
        yield Static(classes="notice", markup=False)
        yield Static(classes="footer", markup=False)

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(Steps).display = False
        self._end()

    def say(self, step: str) -> None:
        """Tell a step of the engine."""
        self.query_one(Steps).say(step)

    def checked(self, step: str) -> None:
        """Tell how far the check is, in place of how far it was."""
        self.query_one(Steps).say(step, instead=True)

    async def write(self, text: str) -> None:
        """Add a piece of the draft. Pieces are gathered for a moment: each draws the whole chat anew."""
        self._unwritten += safe(text)
        if self._timer is None:
            self._timer = self.set_timer(GATHERING, self._write_out)

    async def _write_out(self) -> None:
        self._timer, text, self._unwritten = None, self._unwritten, ""
        if self._stream is None:
            self._stream = Markdown.get_stream(self.query_one(Markdown))
        await self._stream.write(text)

    async def end(self, turn: Turn) -> None:
        """Show how it ended. A draft that was cut off stays."""
        await self.stop()
        self.turn = turn
        if turn.answer:
            shown = "" if turn.answer.abstained else answer_text.markdown(turn.answer, self._glyphs)
            await self.query_one(Markdown).update(shown)
        self._end()

    async def stop(self) -> None:
        """Write no more."""
        if self._timer is not None:
            self._timer.stop()
            await self._write_out()
        if self._stream is not None:
            await self._stream.stop()
            self._stream = None

    def _end(self) -> None:
        said, made = self.query_one(".notice", Static), self.query_one(".footer", Static)
        content = notice(self.turn, self._glyphs) if self.turn else Content("")
        said.update(content)
        said.display = bool(content)
        made.update(footer(self.turn, self._glyphs) if self.turn else "")
        made.display = bool(self.answer)
        self.set_class(self.turn is None, "open")

    def on_focus(self, event: Focus) -> None:
        """Tell that this one is meant."""
        self.post_message(self.Chosen(self))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The same for what is in it."""
        self.post_message(self.Chosen(self))

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Follow a citation; no other link is followed."""
        event.stop()
        number = event.href.removeprefix(answer_text.CITE)
        if number != event.href and number.isdecimal():
            self.action_cite_number(int(number))

    def action_cite(self, step: int) -> None:
        """Move to the next citation or the one before."""
        references = self.answer.references if self.answer else ()
        if references:
            self._at = (
                (self._at + step) % len(references) if self._at >= 0 else (0 if step > 0 else -1) % len(references)
            )
            self.post_message(self.Cited(self, references[self._at]))

    def action_cite_number(self, number: int) -> None:
        """Move to a citation by its number."""
        for at, reference in enumerate(self.answer.references if self.answer else ()):
            if reference.n == number:
                self._at = at
                self.post_message(self.Cited(self, reference))

    def action_steps(self) -> None:
        """Open or fold the steps."""
        self.query_one(Steps).toggle()
