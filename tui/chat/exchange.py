"""A question and what came of it: the steps of the engine, the answer as Markdown, what there is to say of it.

In the Markdown, citations are links to choose, and a sign stands for what the check found. Emphasis, inline
code and strike-through are used for these signs alone: text from papers and models is escaped, so none of it can look
like one. The style sheet gives each its colour.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, DescendantFocus, Focus
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownBlock, MarkdownStream

from assistant.escaping import SIGNS, renew_signs
from assistant.phrases import MORE, NEAREST, SCALE, count_supports, describe_excerpts
from assistant.types import CANCELLED, EXTRACTIVE, Answer, Citation, Claim, Reference, Support, Turn
from tui.chat.reading import ReadingLine
from tui.text import COLOURS, Glyphs, glyphs_of, one_line, safe

# Seconds between two additions to a draft, for each draws the whole chat again. Chosen by hand: ten a second still look
# like writing.
_WRITE_INTERVAL = 0.1


class Exchange(Vertical, can_focus=True):
    """One turn of the chat: queued, being answered, or ended.

    Args:
        question: As it was asked.
        turn: What came of it, None where that is still open.
        ignore: Conditions of it that do not count.
        waits: Whether others are answered before it.
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

    def __init__(
        self, question: str, turn: Turn | None = None, ignore: tuple[str, ...] = (), waits: bool = False
    ) -> None:
        super().__init__()
        self.ignore = ignore
        self._waits = waits
        self.question = question
        self.turn = turn
        self._stream: MarkdownStream | None = None
        self._unwritten = ""
        self._timer: Timer | None = None
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
        yield Static(Content(safe(f"{glyphs_of(self.app).question} {self.question}")), classes="question", markup=False)
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

    async def write_draft(self, text: str) -> None:
        """Add a piece of the draft. Pieces are gathered for a moment, for each draws the whole chat again."""
        self._unwritten += safe(text)
        if self._timer is None:
            self._timer = self.set_timer(_WRITE_INTERVAL, self._write_gathered)

    async def _write_gathered(self) -> None:
        self._timer, text, self._unwritten = None, self._unwritten, ""
        if self._stream is None:
            self._stream = Markdown.get_stream(self.query_one(Markdown))
        await self._stream.write(text)

    async def close(self, turn: Turn) -> None:
        """Show how it ended. A draft that was cut off stays.

        It has its turn last: what has one may be taken away at any time, to make room.
        """
        if self.is_attached:
            await self._stop_writing()
            if turn.answer:
                await self.query_one(Markdown).update(answer_text(turn, glyphs_of(self.app)))
            self._show_outcome(turn)
        self.turn = turn

    async def _stop_writing(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            await self._write_gathered()
        if self._stream is not None:
            await self._stream.stop()
            self._stream = None

    def _show_outcome(self, turn: Turn | None) -> None:
        answer, glyphs = turn.answer if turn else None, glyphs_of(self.app)
        self.query_one(ReadingLine).show_trace(answer.trace if answer else None)
        notice, footer = self.query_one(".notice", Static), self.query_one(".footer", Static)
        waits = Content.styled(f"{glyphs.working} {WAITS}" if self._waits else "", "$text-muted")
        content = notice_content(turn, glyphs) if turn else waits
        notice.update(content)
        notice.display = bool(content)
        footer.update(footer_content(turn, glyphs) if turn else "")
        footer.display = bool(answer)
        self.query_one(Further).show(answer)
        self.set_class(turn is None, "open")

    # Conditions

    def action_ignore(self) -> None:
        """Ask again without the last condition."""
        self.query_one(ReadingLine).ignore_last()

    def on_reading_line_ignored(self, event: ReadingLine.Ignored) -> None:
        """Ask again without a condition, and without those that do not count already."""
        event.stop()
        self.post_message(self.AskedWithout(self.question, (*self.ignore, event.condition)))

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
        match = _CITE.fullmatch(event.href)
        if match:
            self._go_to(int(match["n"]), int(match["claim"]) if match["claim"] else None)

    def action_cite(self, step: int) -> None:
        """Move to the next citation or the one before, from claim to claim; past the last comes the first."""
        places = list_places(self.answer)
        if places:
            before = self._citation if self._citation >= 0 else -1 if step > 0 else 0
            self._look_at((before + step) % len(places))

    def action_cite_number(self, number: int) -> None:
        """Move to a citation by its number."""
        self._go_to(number, None)

    def _go_to(self, number: int, claim: int | None) -> None:
        """Move to a citation by its number: that of a claim, else the first there is."""
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
        """Open or fold the steps, and more sentences of the papers."""
        self.query_one(Steps).toggle_fold()
        self.query_one(Further).toggle_fold()


class Steps(Static):
    """The steps of an answer, folded to the last one."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._steps: list[str] = []
        self._open = False

    def add(self, step: str, replace: bool = False) -> None:
        """Add a step, or replace the last one where both begin with the same word."""
        line = one_line(step)
        if replace and self._steps and self._steps[-1].split()[0] == line.split()[0]:
            self._steps.pop()
        self._steps.append(line)
        self._show_steps()

    def toggle_fold(self) -> None:
        """Open or fold."""
        self._open = not self._open
        self._show_steps()

    def on_click(self, event: Click) -> None:
        """Open or fold."""
        event.stop()
        self.toggle_fold()

    def _show_steps(self) -> None:
        self.display = bool(self._steps)
        if self._open:
            self.update(Content("\n".join(f"  {step}" for step in self._steps)))
        elif self._steps:
            more = f"  (+{len(self._steps) - 1})" if len(self._steps) > 1 else ""
            self.update(Content(f"  {self._steps[-1]}{more}"))


class Further(Static):
    """More sentences of the papers that an answer quotes, folded to how many they are."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._claims: tuple[Claim, ...] = ()
        self._open = False

    def show(self, answer: Answer | None) -> None:
        """Show those of an answer."""
        self._claims = answer.further if answer and not answer.abstained else ()
        self._show_claims()

    def toggle_fold(self) -> None:
        """Open or fold."""
        self._open = not self._open
        self._show_claims()

    def on_click(self, event: Click) -> None:
        """Open or fold."""
        event.stop()
        self.toggle_fold()

    def _show_claims(self) -> None:
        self.display = bool(self._claims)
        lines = [f"  “{one_line(claim.text)}” [{claim.citations[0].n}]" for claim in self._claims]
        self.update(Content("\n".join(map(safe, [f"  {MORE}:", *lines] if self._open else [self._count()]))))

    def _count(self) -> str:
        return f"  + {len(self._claims)} more sentence{'s' * (len(self._claims) != 1)} from these papers"


# The answer as Markdown

LIT = "bold underline"
"""The claim that was moved to; it shows without colour, too."""
CITE = "cite:"
"""What a link to a reference begins with; the place of the claim and the number follow: ``cite:3:1``."""
_CITE = re.compile(rf"{CITE}(?P<claim>\d*):(?P<n>\d+)")
_SUPPORTS = {sign: Support(name) for name, sign in SIGNS.items()}
_SIGN = "|".join(map(re.escape, _SUPPORTS))
_MARKS = re.compile(rf"(?P<cited>(?: ?\[\d+\])*)(?P<sign>{_SIGN})|(?P<sound>(?: ?\[\d+\])+)")
_NUMBER = re.compile(r"\[(\d+)\]")
# Where one quote ends and the next begins in a line.
_BETWEEN_QUOTES = re.compile(rf"(\]\({CITE}\d*:\d+\)) (?=“)")
Place = tuple[int | None, Reference, Citation | None]
"""Where the cursor may stand: the place of a claim, the paper that it rests on, and the citation."""


def list_places(answer: Answer | None) -> list[Place]:
    """List the citations of an answer, claim by claim, the first of each paper; its references where no claim is."""
    if answer is None:
        return []
    references = {reference.n: reference for reference in answer.references}
    places: list[Place] = []
    for number, claim in enumerate(answer.shown):
        first = {citation.n: citation for citation in reversed(claim.citations) if citation.n in references}
        places += [(number, references[n], first[n]) for n in sorted(first)]
    return places or [(None, reference, None) for reference in answer.references]


def answer_text(turn: Turn | None, glyphs: Glyphs) -> str:
    """Return the Markdown of a turn's answer, "" where there is none, or it abstains."""
    answer = turn.answer if turn else None
    return answer_markdown(answer, glyphs) if answer and not answer.abstained else ""


def answer_markdown(answer: Answer, glyphs: Glyphs) -> str:
    """Return the answer's text, ``[n]`` as links ``cite:CLAIM:n``, a sign behind each sentence that was compared.

    Quotes of an answer that no model wrote have none, and a line each.
    An answer that was saved before there were six signs has none behind the sentences that were worded as in their
    sources or quoted.
    """
    quotes = answer.mode == EXTRACTIVE
    unmarked = Support.QUOTED if quotes else Support.WORDED
    numbers = [sorted({citation.n for citation in claim.citations}) for claim in answer.shown]
    place = 0

    def mark_match(match: re.Match[str]) -> str:
        nonlocal place
        marks = match["cited"] or match["sound"] or ""
        cited = sorted({int(n) for n in _NUMBER.findall(marks)})
        found = next((n for n in range(place, len(numbers)) if cited and numbers[n] == cited), None)
        place = place if found is None else found + 1
        links = _NUMBER.sub(rf"[\\[\1\\]]({CITE}{'' if found is None else found}:\1)", marks)
        support = _SUPPORTS[match["sign"]] if match["sign"] else unmarked
        is_quote = quotes and support is Support.QUOTED  # It is a quote, and nobody checked more of it.
        return f"{links} {_sign_markdown(support, glyphs)}" if answer.claims and not is_quote else links

    text = _MARKS.sub(mark_match, safe(renew_signs(answer.text)))
    return _BETWEEN_QUOTES.sub(r"\1\n\n", text) if quotes else text


def _sign_markdown(support: Support, glyphs: Glyphs) -> str:
    sign, glyph = SCALE[support], glyphs.of(support)
    if sign.colour == "green":
        return f"`{glyph}`"
    mark = "*" if sign.colour == "yellow" else "~~"
    return f"{mark}{_escape_glyph(glyph)} {sign.words}{mark}"


def _escape_glyph(glyph: str) -> str:
    return rf"\{glyph}" if glyph in "~*+-" else glyph


# What there is to say of how it ended

WAY_ON = "Ask in other words, widen the papers with /everything, or add some with /add."
WAITS = "Waits for its turn. F6 takes it back for a change, Del removes it."
AGAIN = "F5 asks again, F6 takes the question back for a change."


def notice_content(turn: Turn, glyphs: Glyphs) -> Content:
    """Say what the answer's text does not: why there is none, or which sentences are in doubt and why."""
    if turn.answer is None:
        if turn.error == CANCELLED:
            return Content.assemble((f"{glyphs.failed} Cancelled. ", "bold $text-warning"), (AGAIN, "$text-muted"))
        return Content.assemble(
            (f"{glyphs.failed} Failed: ", "bold $text-error"), safe(turn.error), "\n", (AGAIN, "$text-muted")
        )
    answer = turn.answer
    parts = [Content.assemble("Note: ", safe(note)) for note in answer.trace.notes]
    nearest = [claim for claim in answer.claims if claim.holds]
    if answer.abstained:
        parts = [
            Content.assemble((f"{glyphs.abstained} No answer. ", "bold $text-warning"), safe(answer.reason)),
            *(Content.assemble((f"{NEAREST}: ", "$text-muted"), f"“{safe(claim.text)}”") for claim in nearest),
            *([] if nearest else [Content.styled(WAY_ON, "$text-muted")]),
            *parts,
        ]
    doubted = [claim for claim in answer.shown if not claim.holds]
    return Content("\n").join([*parts, *(_doubt_content(claim, glyphs) for claim in doubted)])


def _doubt_content(claim: Claim, glyphs: Glyphs) -> Content:
    colour = COLOURS[SCALE[claim.support].colour]
    why = "; ".join(claim.reasons) or claim.words
    return Content.assemble(
        (f"{glyphs.of(claim.support)} ", f"bold {colour}"), f"“{safe(claim.text)}”: ", (safe(why), "$text-muted")
    )


def footer_content(turn: Turn, glyphs: Glyphs) -> Content:
    """Say who wrote an answer, how many of its sentences have which sign, what it took."""
    return Content(f" {glyphs.separator} ".join(_list_facts(turn.answer, glyphs))) if turn.answer else Content("")


def _list_facts(answer: Answer, glyphs: Glyphs) -> list[str]:
    tokens = answer.usage.input_tokens + answer.usage.output_tokens
    written = answer.mode != EXTRACTIVE
    facts = [one_line(answer.mode) if written else describe_excerpts(answer.of_the_catalogue)]
    quoted = sum(bool(claim.citations and claim.citations[0].quote) for claim in answer.shown)
    if quoted and not written and not answer.abstained:
        facts.append(f"{quoted} quote{'s' * (quoted != 1)}")
    if answer.claims and answer.mode != EXTRACTIVE:
        facts.append(count_supports((claim.support for claim in answer.claims), glyphs.is_ascii))
    if answer.references:
        facts.append(f"{len(answer.references)} cited")
    if tokens:
        facts.append(f"{tokens:,} tokens")
    if answer.usage.price:
        facts.append(answer.usage.price)
    if answer.trace.cached:
        facts.append("from the cache")
    return [*facts, f"{answer.trace.seconds:.1f} s"]
