"""A question and what came of it: the steps of the engine, the answer as Markdown, what there is to say of it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar
from weakref import WeakKeyDictionary

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.css.query import NoMatches
from textual.events import Click, DescendantFocus, Focus
from textual.message import Message
from textual.timer import Timer
from textual.visual import Visual
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownBlock

from assistant.phrases import MORE, SCALE
from assistant.types import Answer, Citation, Claim, Reference, Turn
from tui.chat.answer_text import answer_text, footer_content, is_looked_up, list_places, notice_content, read_link
from tui.chat.draft import LONG_CHARS, LONG_LINES, Draft
from tui.chat.reading import ReadingLine
from tui.engine import EVERYTHING, Scope
from tui.text import COLOURS, glyphs_of, one_line, safe

# Seconds between two additions to a draft, for each draws the whole chat again. Chosen by hand: ten a second still look
# like writing.
_WRITE_INTERVAL = 0.1
# The same while somebody types, who looks elsewhere: a key that comes while a piece is laid out waits for it. Chosen by
# the 95th of a hundred keys (benchmarks/chat.py).
_TYPING_INTERVAL = 0.3
# Characters of a paragraph of a draft after which the next sentence begins another one: for each piece all of the last
# paragraph is wrapped and drawn again. Chosen by hand: five lines, which cost less than laying out the chat.
_PARAGRAPH = 400
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
LIT = "bold underline"
"""The claim that was moved to; it shows without colour, too."""
WAITS = "Waits for its turn. F6 takes it back for a change, Del removes it."


class Exchange(Vertical, can_focus=True):
    """One turn of the chat: queued, being answered, or ended.

    Args:
        question: As it was asked.
        turn: What came of it, None where that is still open.
        ignore: Conditions of it that do not count.
        waits: Whether others are answered before it.
        scope: What narrows the papers beside its own words.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "cite(1)", "Next citation", id="exchange.next"),
        Binding("left", "cite(-1)", "Previous citation", id="exchange.previous"),
        *(Binding(f"alt+{n}", f"cite_number({n})", f"Citation {n}", show=False) for n in range(1, 10)),
        Binding("enter", "steps", "Steps", id="exchange.steps"),
        Binding("ctrl+x", "ignore", "Ask without the last condition", id="exchange.ignore"),
        Binding("delete,ctrl+d", "withdraw", "Remove a question that waits", id="exchange.withdraw"),
    ]

    @dataclass
    class Chosen(Message):
        """The exchange was moved to."""

        exchange: "Exchange"

    @dataclass
    class Found(Message):
        """Papers were found that the answer may rest on, best first."""

        exchange: "Exchange"
        paper_ids: tuple[str, ...]

    @dataclass
    class Cited(Message):
        """A reference of the answer was chosen, and the claim that rests on it, where one was."""

        exchange: "Exchange"
        reference: Reference
        claim: Claim | None = None
        citation: Citation | None = None

    @dataclass
    class Withdrawn(Message):
        """The question is not to be asked, where it still waits."""

        exchange: "Exchange"

    @dataclass
    class AskedWithout(Message):
        """The question is to be asked again, some of its conditions not counting."""

        question: str
        ignore: tuple[str, ...]
        scope: Scope

    def __init__(
        self,
        question: str,
        turn: Turn | None = None,
        ignore: tuple[str, ...] = (),
        waits: bool = False,
        scope: Scope = EVERYTHING,
    ) -> None:
        super().__init__()
        self.scope = Scope.restore(turn.scope) if turn else scope
        self.ignore = ignore
        self._waits = waits
        self.question = question
        self.turn = turn
        self.draft = ""
        """What the model has written so far; none of it is an answer before it is compared."""
        self.unsaved = ""
        """Why the question cannot be saved, "" where it is."""
        self.thought = 0
        """Tokens of its thinking, roughly."""
        self._unwritten = ""
        self._timer: Timer | None = None
        self._compared: list[Claim] = []
        """Sentences of the draft that were compared with their sources."""
        self._brightened: WeakKeyDictionary[MarkdownBlock, tuple[Visual, int]] = WeakKeyDictionary()
        """What a block showed when such sentences were looked for in it, and how many there were."""
        self.found: tuple[str, ...] = ()
        """Ids of the papers that the answer may rest on."""
        self._citation = -1
        """The place of the citation that was moved to among those of all claims, -1 before the first."""
        self._lit: tuple[MarkdownBlock, Content] | None = None
        """The block in which the claim that was moved to stands out, and what it showed before."""

    def focus_on_click(self) -> bool:
        """Let the keys stay where they go; the exchange is chosen all the same."""
        return False

    def on_click(self) -> None:
        """Choose it."""
        self.post_message(self.Chosen(self))

    @property
    def answer(self) -> Answer | None:
        """The answer, None where there is none (yet)."""
        return self.turn.answer if self.turn else None

    def compose(self) -> ComposeResult:
        """Question, how it was read, steps, answer, what there is to say of it, and how it was made."""
        yield QuestionLines(
            self.question, [part.label for part in (self.turn.scope if self.turn else self.scope.parts)]
        )
        yield ReadingLine()
        yield Steps()
        yield Markdown(answer_text(self.turn, glyphs_of(self.app)), open_links=False)
        yield Further()
        yield Static(classes="notice", markup=False)
        yield Static(classes="footer", markup=False)

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(Steps).display = False
        self.query_one(Further).display = False
        self._show_outcome(self.turn)

    # While it waits and is answered

    def start(self) -> None:
        """Show that it has its turn."""
        self._waits = False
        self._show_outcome(self.turn)

    def action_withdraw(self) -> None:
        """Take it back, where it waits."""
        if self._waits:
            self.post_message(self.Withdrawn(self))

    def add_step(self, step: str) -> None:
        """Show a step of the engine."""
        self.query_one(Steps).add(step)

    def replace_step(self, step: str) -> None:
        """Show how far the check is, in place of how far it was."""
        self.query_one(Steps).add(step, replace=True)

    def show_found(self, paper_ids: tuple[str, ...]) -> None:
        """Show how many papers the answer may rest on."""
        if self.found:
            self.add_step(f"Too long for the model: {len(paper_ids)} of {len(self.found)} abstracts go to it")
            return
        self.found = paper_ids
        count = f"{len(paper_ids)} paper{'s' * (len(paper_ids) != 1)} found; the answer is drafted from them"
        self.add_step(count if paper_ids else "No paper found that bears on it")
        self.post_message(self.Found(self, paper_ids))

    def brighten(self, claim: Claim) -> None:
        """Let a sentence of the draft stand out that was compared with its source."""
        self._compared.append(claim)
        self._show_compared()

    def _show_compared(self) -> None:
        for block in self.query(MarkdownBlock) if self._compared else ():
            content = block.visual
            shown, looked_for = self._brightened.get(block, (None, 0))
            if not isinstance(content, Content):
                continue
            marked = content
            for claim in self._compared[looked_for if content is shown else 0 :]:
                start = content.plain.find(safe(claim.text).rstrip("."))
                if start >= 0:
                    style = "$foreground" if claim.holds else COLOURS[SCALE[claim.support].colour]
                    marked = marked.stylize(style, start, start + len(safe(claim.text)))
            if marked is not content:
                block.set_content(marked)
            self._brightened[block] = block.visual, len(self._compared)

    def show_thinking(self, seconds: float, tokens: int) -> None:
        """Show how long the model has thought."""
        self.thought = tokens
        self.replace_step(f"Thinking: {seconds:.0f} s, about {tokens:,} tokens; the draft comes next")

    async def write_draft(self, text: str) -> None:
        """Add a piece of the draft. Pieces are gathered for a moment, for each draws the whole chat again."""
        self.draft += text
        self._unwritten += safe(text)
        if self._timer is None:
            is_typed = self.is_attached and any(draft.is_typed_in for draft in self.screen.query(Draft))
            self._timer = self.set_timer(_TYPING_INTERVAL if is_typed else _WRITE_INTERVAL, self._write_gathered)

    async def _write_gathered(self) -> None:
        self._timer, text, self._unwritten = None, self._unwritten, ""
        if text:
            draft = self.query_one(Markdown)
            blocks = list(draft.query_children(MarkdownBlock))
            if blocks and blocks[-1].name == "paragraph_open" and len(blocks[-1].source or "") > _PARAGRAPH:
                text = _SENTENCE_END.sub("\n\n", text, count=1)
            await draft.append(text)
            self._show_compared()

    async def close(self, turn: Turn) -> None:
        """Show how it ended. A draft that was cut off stays.

        It has its turn last: what has one may be taken away at any time, to make room.
        """
        if self.is_attached:
            with suppress(NoMatches):  # The chat may be closed at any of these, and its widgets be gone.
                await self._stop_writing()
                if turn.answer or turn.draft:
                    await self.query_one(Markdown).update(answer_text(turn, glyphs_of(self.app)))
                self._show_outcome(turn)
        self.turn = turn

    async def _stop_writing(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        await self._write_gathered()

    def _show_outcome(self, turn: Turn | None) -> None:
        answer, glyphs = turn.answer if turn else None, glyphs_of(self.app)
        is_idle = bool(answer and not is_looked_up(answer))  # How it was read, searched and made says nothing then.
        self.query_one(ReadingLine).show_trace(answer.trace if answer and not is_idle else None)
        if is_idle:
            self.query_one(Steps).display = False
        notice, footer = self.query_one(".notice", Static), self.query_one(".footer", Static)
        waits = Content.styled(f"{glyphs.working} {WAITS}" if self._waits else "", "$text-muted")
        content = notice_content(turn, glyphs) if turn else waits
        notice.update(content)
        notice.display = bool(content)
        footer.update(footer_content(turn, glyphs) if turn else "")
        footer.display = bool((answer and not is_idle) or (turn and turn.draft))
        self.query_one(Further).show(answer)
        self.set_class(turn is None, "open")
        self.set_class(bool(turn and turn.draft), "-draft")

    # Conditions

    def action_ignore(self) -> None:
        """Ask again without the last condition."""
        self.query_one(ReadingLine).ignore_last()

    def on_reading_line_ignored(self, event: ReadingLine.Ignored) -> None:
        """Ask again without a condition, and without those that do not count already."""
        event.stop()
        self.post_message(self.AskedWithout(self.question, (*self.ignore, event.condition), self.scope))

    # Citations

    def on_focus(self, event: Focus) -> None:
        """Post that this one is chosen."""
        self.post_message(self.Chosen(self))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The same for what is in it."""
        self.post_message(self.Chosen(self))

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Follow a citation; no other link is followed."""
        event.stop()
        if link := read_link(event.href):
            self.go_to(*link)

    def action_cite(self, step: int) -> None:
        """Move to the next citation or the one before, from claim to claim; past the last comes the first."""
        places = list_places(self.answer)
        if places:
            before = self._citation if self._citation >= 0 else -1 if step > 0 else 0
            self._look_at((before + step) % len(places))

    def action_cite_number(self, number: int) -> None:
        """Move to a citation by its number."""
        self.go_to(number, None)

    def go_to(self, number: int, claim: int | None) -> None:
        """Move to a citation by its number: that of a claim, by its place, else the first there is."""
        places = list_places(self.answer)
        fitting = [place for place, (of, reference, _) in enumerate(places) if reference.n == number]
        exact = [place for place in fitting if places[place][0] == claim]
        if exact or fitting:
            self._look_at((exact or fitting)[0])

    def _look_at(self, place: int) -> None:
        self._citation = place
        number, reference, citation = list_places(self.answer)[place]
        claim = self.answer.shown[number] if self.answer and number is not None else None
        self._light(claim)
        self.post_message(self.Cited(self, reference, claim, citation))

    def _light(self, claim: Claim | None) -> None:
        """Let a claim stand out in the text of the answer, and no other."""
        if self._lit:
            lit, before = self._lit
            lit.set_content(before)
            self._lit = None
        text = safe(claim.text) if claim else ""
        for block in self.query(MarkdownBlock) if text else ():
            content = block.visual
            start = content.plain.find(text) if isinstance(content, Content) else -1
            if isinstance(content, Content) and start >= 0:
                self._lit = block, content
                block.set_content(content.stylize(LIT, start, start + len(text)))
                block.scroll_visible()
                return

    def action_steps(self) -> None:
        """Open or fold a long question, the steps, and more sentences of the papers."""
        self.query_one(QuestionLines).toggle_fold()
        self.query_one(Steps).toggle_fold()
        self.query_one(Further).toggle_fold()


class FoldedLines(Static):
    """Lines that are folded to one; a click opens them and folds them again."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.is_open = False

    def toggle_fold(self) -> None:
        """Open or fold."""
        self.is_open = not self.is_open
        self.show_lines()

    def on_click(self, event: Click) -> None:
        """Open or fold."""
        event.stop()
        self.toggle_fold()

    def show_lines(self) -> None:
        """Show all of them, or the one."""
        raise NotImplementedError


class QuestionLines(FoldedLines):
    """A question as it was asked, folded where it is long, and under it what narrowed the papers.

    Args:
        text: The question.
        labels: What narrowed them.
    """

    def __init__(self, text: str, labels: Sequence[str]) -> None:
        super().__init__()
        self.add_class("question")
        self._text, self._labels = text, labels
        lines = text.split("\n")
        is_long = len(lines) > LONG_LINES or len(text) > LONG_CHARS
        self._folded = "\n".join(lines[:LONG_LINES])[:LONG_CHARS] if is_long else text

    def on_mount(self) -> None:
        """Show it."""
        self.show_lines()

    def on_click(self, event: Click) -> None:
        """Open or fold where it is long; a click on another chooses the exchange."""
        if len(self._folded) < len(self._text):
            super().on_click(event)

    def show_lines(self) -> None:
        """Show all of it, or its beginning."""
        left = 0 if self.is_open else len(self._text) - len(self._folded)
        shown = self._text if self.is_open else self._folded
        rest = f"\n{glyphs_of(self.app).working} {left:,} characters more" if left else ""
        only = safe(f"\n  only {', '.join(self._labels)}") if self._labels else ""
        self.update(
            Content.assemble(
                safe(f"{glyphs_of(self.app).question} {shown}"),
                Content.styled(rest, "$text-muted not bold"),
                Content.styled(only, "$text-muted not bold"),
            )
        )


class Steps(FoldedLines):
    """The steps of an answer, folded to the last one."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[str] = []

    def add(self, step: str, replace: bool = False) -> None:
        """Add a step, or replace the last one where both begin with the same word."""
        line = one_line(step)
        if replace and self._steps and self._steps[-1].split()[0] == line.split()[0]:
            self._steps.pop()
        self._steps.append(line)
        self.show_lines()

    def show_lines(self) -> None:
        """Show all steps, or the last."""
        self.display = bool(self._steps)
        if self.is_open:
            self.update(Content("\n".join(self._steps)))
        elif self._steps:
            more = f"  (+{len(self._steps) - 1})" if len(self._steps) > 1 else ""
            self.update(Content(f"{self._steps[-1]}{more}"))


class Further(FoldedLines):
    """More sentences of the papers that an answer quotes, folded to how many they are."""

    def __init__(self) -> None:
        super().__init__()
        self._claims: tuple[Claim, ...] = ()

    def show(self, answer: Answer | None) -> None:
        """Show those of an answer."""
        self._claims = answer.further if answer and not answer.abstained else ()
        self.show_lines()

    def show_lines(self) -> None:
        """Show all of them, or how many they are."""
        self.display = bool(self._claims)
        lines = [f"  “{one_line(claim.text)}” [{claim.citations[0].n}]" for claim in self._claims]
        self.update(Content("\n".join(map(safe, [f"{MORE}:", *lines] if self.is_open else [self._count()]))))

    def _count(self) -> str:
        return f"+ {len(self._claims)} more sentence{'s' * (len(self._claims) != 1)} from these papers"
