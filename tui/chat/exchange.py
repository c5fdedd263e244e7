"""A question and what came of it.

What the engine did for an answer: one line, or every step when it is opened.

An answer as the Markdown that the chat shows: citations to choose, and a sign for what comparing the words found.

Emphasis, inline code and strike-through are used for the signs alone: text from papers and models is escaped, so none
of it can look like one. The style sheet gives each its colour.

What there is to say about how a question ended, as content with the colours of the theme.
"""

import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, DescendantFocus, Focus
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownStream

from assistant.escaping import SIGNS, renew_signs
from assistant.phrases import NOT_SO, PARTLY, count_worded
from assistant.types import CANCELLED, EXTRACTIVE, Answer, Claim, Reference, Support, Turn
from tui.text import Glyphs, one_line, safe


class Steps(Static):
    """The steps of an answer, folded to the last one."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._steps: list[str] = []
        self._open = False

    def say(self, step: str, instead: bool = False) -> None:
        """Add a step, or tell the last one anew where both begin with the same word."""
        line = one_line(step)
        if instead and self._steps and self._steps[-1].split()[0] == line.split()[0]:
            self._steps.pop()
        self._steps.append(line)
        self._show()

    def toggle(self) -> None:
        """Open or fold."""
        self._open = not self._open
        self._show()

    def on_click(self, event: Click) -> None:
        """Open or fold."""
        event.stop()
        self.toggle()

    def _show(self) -> None:
        self.display = bool(self._steps)
        if self._open:
            self.update(Content("\n".join(f"  {step}" for step in self._steps)))
        elif self._steps:
            more = f"  (+{len(self._steps) - 1})" if len(self._steps) > 1 else ""
            self.update(Content(f"  {self._steps[-1]}{more}"))


CITE = "cite:"
"""What a link to a reference begins with; the number follows."""
_PARTIAL, _UNSUPPORTED = (re.escape(SIGNS[support]) for support in (Support.PARTIAL, Support.UNSUPPORTED))
_MARKS = re.compile(rf"(?P<cited>(?: ?\[\d+\])*)(?P<sign>{_PARTIAL}|{_UNSUPPORTED})|(?P<sound>(?: ?\[\d+\])+)")
_NUMBER = re.compile(r"\[(\d+)\]")


def markdown(answer: Answer, glyphs: Glyphs) -> str:
    """The answer's text with ``[n]`` as links ``cite:n`` and a sign behind each sentence that was compared."""

    def marked(match: re.Match[str]) -> str:
        cited = linked(match["cited"] or match["sound"] or "")
        return f"{cited} {_sign(match['sign'], glyphs)}" if answer.claims else cited

    return _MARKS.sub(marked, safe(renew_signs(answer.text)))


def linked(text: str) -> str:
    """Every ``[n]`` as a link."""
    return _NUMBER.sub(rf"[\\[\1\\]]({CITE}\1)", text)


def _sign(sign: str | None, glyphs: Glyphs) -> str:
    if sign is None:
        return f"`{glyphs.supported}`"
    if sign == SIGNS[Support.PARTIAL]:
        return f"*{_escaped(glyphs.partial)} {PARTLY}*"
    return f"~~{_escaped(glyphs.unsupported)} {NOT_SO}~~"


def _escaped(sign: str) -> str:
    return rf"\{sign}" if sign in "~*+-" else sign


WAY_ON = "Ask in other words, widen the papers with /everything, or add some with /add."
AGAIN = "F5 asks again, F6 takes the question back for a change."


def notice(turn: Turn, glyphs: Glyphs) -> Content:
    """What the answer's text does not say: why there is none, or which sentences are in doubt and why."""
    if turn.answer is None:
        if turn.error == CANCELLED:
            return Content.assemble((f"{glyphs.failed} Cancelled. ", "bold $text-warning"), (AGAIN, "dim"))
        return Content.assemble(
            (f"{glyphs.failed} Failed: ", "bold $text-error"), safe(turn.error), "\n", (AGAIN, "dim")
        )
    answer = turn.answer
    parts = [Content.assemble("Note: ", safe(note)) for note in answer.trace.notes]
    if answer.abstained:
        parts = [
            Content.assemble((f"{glyphs.abstained} No answer. ", "bold $text-warning"), safe(answer.reason)),
            Content.styled(WAY_ON, "dim"),
            *parts,
        ]
    return Content("\n").join([*parts, *(_doubt(claim, glyphs) for claim in answer.claims if _doubtful(claim))])


def footer(turn: Turn, glyphs: Glyphs) -> Content:
    """Who wrote an answer, how far it is worded as in its sources, what it took."""
    return Content(f" {glyphs.separator} ".join(_facts(turn.answer))) if turn.answer else Content("")


def _facts(answer: Answer) -> list[str]:
    sound = sum(claim.support is Support.SUPPORTED for claim in answer.claims)
    facts = ["quoted excerpts; matches wording, not meaning" if answer.mode == EXTRACTIVE else one_line(answer.mode)]
    if answer.claims and answer.mode != EXTRACTIVE:
        facts.append(count_worded(sound, len(answer.claims)))
    if answer.references:
        facts.append(f"{len(answer.references)} cited")
    if answer.usage.input_tokens or answer.usage.output_tokens:
        facts.append(f"{answer.usage.input_tokens + answer.usage.output_tokens:,} tokens")
    if answer.usage.dollars is not None:
        facts.append(f"${answer.usage.dollars:.4f}")
    if answer.trace.cached:
        facts.append("from the cache")
    return [*facts, f"{answer.trace.seconds:.1f} s"]


def _doubtful(claim: Claim) -> bool:
    return claim.support is not Support.SUPPORTED


def _doubt(claim: Claim, glyphs: Glyphs) -> Content:
    colour = "$text-warning" if claim.support is Support.PARTIAL else "$text-error"
    why = "; ".join(claim.reasons) or NOT_SO
    return Content.assemble(
        (f"{glyphs.of(claim.support)} ", f"bold {colour}"), f"“{safe(claim.text)}”: ", (safe(why), "dim")
    )


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
        text = markdown(self.answer, self._glyphs) if self.answer and not self.answer.abstained else ""
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
            shown = "" if turn.answer.abstained else markdown(turn.answer, self._glyphs)
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
        number = event.href.removeprefix(CITE)
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
