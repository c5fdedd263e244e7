"""What an answer rests on: its references, and the paper that is looked at, its cited sentences highlighted."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.css.styles import RulesMap
from textual.events import MouseDown, MouseMove, MouseUp
from textual.message import Message
from textual.widgets import OptionList, Static

from assistant import Assistant, Hit, Paper, phrases
from assistant.phrases import SCALE
from assistant.types import Answer, Citation, Claim, Reference, Support
from tui.text import COLOURS, glyphs_of, one_line, safe, safe_in_place

NEAREST = "bold underline $text-secondary"
"""A sentence that comes nearest and does not state the claim. Underlined, so that it shows without colour."""
FURTHER = "underline"
"""Other sentences of the same paper that the claim cites."""
Span = tuple[int, int, str]
"""Where something stands in an abstract, from and to, and its style."""


def cited_style(support: Support, is_nearest: bool = False) -> str:
    """Return the style of a sentence that is cited: the colour of the sign of its claim.

    Args:
        support: The sign.
        is_nearest: Whether the answer says that the sentence does not state what was asked for.
    """
    if is_nearest or support is Support.ABSENT:
        return NEAREST
    return f"bold underline {COLOURS[SCALE[support].colour]}"


def cited_spans(claim: Claim, citation: Citation, is_nearest: bool = False) -> list[Span]:
    """Return where a claim rests on a paper: one sentence that is lit, the others that it cites there underlined."""
    cited = {(one.start, one.end): one for one in claim.citations if one.paper_id == citation.paper_id}
    return [
        (
            start,
            end,
            cited_style(claim.support, is_nearest) if (start, end) == (citation.start, citation.end) else FURTHER,
        )
        for start, end in sorted(cited)
        if end > start
    ]


def paper_content(paper: Paper, spans: Iterable[Span], similar: Sequence[Hit]) -> Content:
    """Describe a paper: title, authors, facts, the abstract with cited places highlighted, the nearest papers."""
    parts = [
        Content.styled(safe(paper.marked_title), "bold"),
        Content(safe(_name_authors(paper))),
        *([Content.styled(safe(paper.damage), "bold $text-error")] if paper.damage else []),
        *([Content.styled(safe(paper.retraction), "bold $text-error")] if paper.retraction else []),
        Content.styled(safe(_list_facts(paper)), "$text-muted"),
    ]
    parts += [Content(""), _abstract_content(paper, spans), Content("")]
    parts += [Content.styled(safe(f"{name}: {value}"), "$text-muted") for name, value in paper.identifiers.items()]
    parts += [Content.styled(safe(url), "$text-muted") for url in paper.urls]
    if similar:
        parts += [Content(""), Content.styled("Most similar", "bold")]
        parts += [Content(f"  {one_line(hit.paper.marked_title)} ({hit.paper.year or 'undated'})") for hit in similar]
    return Content("\n").join(parts)


def _height_above(paper: Paper, start: int, width: int) -> int:
    """Count the lines over the one in which a place of the abstract is shown, in so many cells."""
    begun = paper.model_copy(update={"abstract": paper.abstract[:start].rstrip(), "identifiers": {}, "urls": ()})
    return paper_content(begun, (), ()).get_height(RulesMap(), max(width, 1)) - 2


def _abstract_content(paper: Paper, spans: Iterable[Span]) -> Content:
    """Show the abstract with the cited sentences highlighted."""
    if not paper.abstract:
        return Content.styled("No abstract.", "$text-muted")
    content = Content(safe_in_place(paper.abstract))
    for start, end, style in spans:
        content = content.stylize(style, start, end)
    return content


def _name_authors(paper: Paper) -> str:
    return ", ".join(author.name for author in paper.authors) + (" et al." if paper.authors_truncated else "")


def _list_facts(paper: Paper) -> str:
    facts = (str(paper.year or "undated"), paper.venue, " ".join(paper.categories), paper.id)
    return "  ".join(fact for fact in facts if fact)


# Lines that are to show of a cited sentence (chosen by hand; not measured).
_SENTENCE = 3
# Papers that are listed as most similar (chosen by hand; not measured).
_SIMILAR = 5
_STAGES = {"quote": "", "rules": "by rules", "learned": "by a cross-encoder", "model": "by a model"}
FROM_RECORD = "from its title and record"
EMPTY = "The evidence of an answer is shown here.\nChoose a citation in the answer, or press F4 to hide this."


class _References(OptionList):
    """The references; a click chooses one, and takes the keys only where that is wanted."""

    takes_keys = True

    def focus_on_click(self) -> bool:
        """Whether a click takes the keys."""
        return self.takes_keys


class _PaperPane(VerticalScroll):
    """The paper; a click takes the keys only where that is wanted."""

    takes_keys = True

    def focus_on_click(self) -> bool:
        """Whether a click takes the keys."""
        return self.takes_keys


class Evidence(Vertical):
    """The panel at the right; a drawer where there is little room.

    Args:
        takes_keys: Whether the keys go here after a click; not where somebody writes beside it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "request('open')", "Open in browser", id="evidence.open"),
        Binding("ctrl+y", "request('copy')", "Copy citation", id="evidence.copy"),
        Binding("ctrl+r", "request('only')", "Ask about this paper only", id="evidence.only"),
    ]

    @dataclass
    class Wanted(Message):
        """A reference was moved to; the paper is to be shown."""

        paper_id: str

    @dataclass
    class Asked(Message):
        """Something is to be done with the paper that is shown: ``open``, ``copy`` or ``only``."""

        what: str
        paper: Paper

    @dataclass
    class Dragged(Message):
        """Its left edge was drawn to a column of the screen, and let go there or not yet."""

        column: int
        done: bool

    def __init__(self, takes_keys: bool = True) -> None:
        super().__init__(id="evidence")
        self._is_dragged = False
        self._takes_keys = takes_keys
        self._answer: Answer | None = None
        self._papers: tuple[str, ...] = ()
        """Ids of the papers that are listed."""
        self._paper: Paper | None = None
        self._similar: Sequence[Hit] = ()
        self._looked_at: tuple[Claim, Citation] | None = None
        """The claim whose sentence is lit, and its citation."""

    def compose(self) -> ComposeResult:
        """References above, the paper below."""
        references, pane = _References(id="references"), _PaperPane(id="paper")
        references.takes_keys = pane.takes_keys = self._takes_keys
        yield Static(id="evidence-of", markup=False)
        yield references
        yield Static(id="evidence-claim", markup=False)
        with pane:
            yield Static(Content.styled(EMPTY, "$text-muted"), markup=False)

    def on_mount(self) -> None:
        """There is nothing to say yet."""
        self._say("#evidence-of", Content(""))
        self._say("#evidence-claim", Content(""))

    # Its edge

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take hold of the left edge."""
        if event.x == 0:
            self._is_dragged = True
            self.capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        """Draw the edge along."""
        if self._is_dragged:
            self.post_message(self.Dragged(event.screen_x, done=False))

    def on_mouse_up(self, event: MouseUp) -> None:
        """Let go of it."""
        if self._is_dragged:
            self._is_dragged = False
            self.release_mouse()
            self.post_message(self.Dragged(event.screen_x, done=True))

    # What it shows

    def show_references(
        self,
        answer: Answer,
        reference: Reference | None = None,
        claim: Claim | None = None,
        citation: Citation | None = None,
    ) -> None:
        """Show the references of an answer, one of them chosen, and the sentence that a claim of it rests on.

        Args:
            answer: Whose evidence it is.
            reference: The paper that is shown; None for the first.
            claim: The claim that is looked at; None for the first that cites the paper.
            citation: Which of its citations.
        """
        if not answer.references:
            self.clear()
            return
        references = self.query_one(OptionList)
        if answer is not self._answer:
            self._answer, self._looked_at = answer, None
            self._list_papers(
                f"{'The nearest papers to' if answer.abstained else 'Evidence of'} “{one_line(answer.question)}”",
                {ref.paper_id: _reference_content(ref) for ref in answer.references},
            )
        if claim and citation:
            self._looked_at = claim, citation
        place = answer.references.index(reference) if reference in answer.references else 0
        if references.highlighted == place and self._paper and self._paper.id == answer.references[place].paper_id:
            self.show_paper(self._paper, self._similar)
        references.highlighted = place

    def show_found(self, question: str, papers: Sequence[Paper]) -> None:
        """Show papers that a question is answered from, or that come near it where it is not."""
        self._answer = self._looked_at = self._paper = None
        self._list_papers(f"Found for “{one_line(question)}”", {paper.id: _found_content(paper) for paper in papers})
        self._say("#evidence-claim", Content(""))
        self.query_one(OptionList).highlighted = 0

    def _list_papers(self, title: str, papers: Mapping[str, Content]) -> None:
        """List papers by their ids under a title."""
        references = self.query_one(OptionList)
        self._papers = tuple(papers)
        references.clear_options()
        references.add_options(list(papers.values()))
        self._say("#evidence-of", Content.styled(title, "bold"))

    def clear(self) -> None:
        """Show nothing."""
        self._papers = ()
        self._answer = self._paper = self._looked_at = None
        self.query_one(OptionList).clear_options()
        self.on_mount()
        self.query_one("#paper Static", Static).update(Content.styled(EMPTY, "$text-muted"))

    def _say(self, name: str, content: Content) -> None:
        line = self.query_one(name, Static)
        line.update(content)
        line.display = bool(content)

    async def load_paper(self, assistant: Assistant, paper_id: str) -> None:
        """Read a paper and show it, then also those most like it.

        Raises:
            ConspectusError: It cannot be read; it may have been removed since.
        """
        paper = await asyncio.to_thread(assistant.papers.get, paper_id)
        self.show_paper(paper)
        self.show_paper(paper, await asyncio.to_thread(assistant.papers.similar, paper_id, _SIMILAR))

    def show_paper(self, paper: Paper, similar: Sequence[Hit] = ()) -> None:
        """Show a paper of the references, the sentence lit that the claim which is looked at rests on."""
        self._paper, self._similar = paper, similar
        looked_at = self._find_looked_at(paper.id)
        is_nearest = bool(self._answer and self._answer.abstained)
        spans = cited_spans(*looked_at, is_nearest) if looked_at else []
        self._say("#evidence-claim", self._claim_content(looked_at[0], is_nearest) if looked_at else Content(""))
        self.query_one("#paper Static", Static).update(paper_content(paper, spans, similar))
        self.query_one("#paper").scroll_home(animate=False)
        if looked_at and spans:
            self.call_after_refresh(self._bring_in_sight, paper, looked_at[1].start)

    def _find_looked_at(self, paper_id: str) -> tuple[Claim, Citation] | None:
        """Return the claim that is looked at, where it cites the paper, else the first that does, with the citation."""
        if self._looked_at and self._looked_at[1].paper_id == paper_id:
            return self._looked_at
        claims = (*self._answer.shown, *self._answer.further) if self._answer else ()
        cited = ((claim, one) for claim in claims for one in claim.citations if one.paper_id == paper_id)
        return next(cited, None)

    def _claim_content(self, claim: Claim, is_nearest: bool) -> Content:
        """Say what the check found of a claim, who decided, and why."""
        glyphs = glyphs_of(self.app)
        if is_nearest:
            return Content.styled(phrases.NEAREST, "$text-secondary")
        if claim.is_of_the_record:  # No sentence of the abstract is lit, for none was compared.
            return Content.styled(FROM_RECORD, "$text-muted")
        reasons = f": {'; '.join(claim.reasons)}" if claim.reasons else ""
        stage = f" ({_STAGES[claim.decision.stage]})" if claim.decision.stage != "quote" else ""
        sign = f"{glyphs.of(claim.support)} {claim.words}{stage}"
        return Content.assemble((safe(sign), f"bold {COLOURS[SCALE[claim.support].colour]}"), safe(reasons))

    def _bring_in_sight(self, paper: Paper, start: int) -> None:
        """Scroll to the first sentence that is cited, where it does not show."""
        if self._paper is not paper:
            return
        page, text = self.query_one("#paper"), self.query_one("#paper Static", Static)
        line = _height_above(paper, start, text.content_size.width)
        rows = page.scrollable_content_region.height
        if line >= rows - _SENTENCE:
            page.scroll_to(y=line - (rows > _SENTENCE), animate=False)

    def show_problem(self, text: str) -> None:
        """Say why there is no paper to show."""
        self._paper = None
        self.query_one("#paper Static", Static).update(Content(text))

    @on(OptionList.OptionHighlighted)
    def _on_reference_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_index < len(self._papers):
            self.post_message(self.Wanted(self._papers[event.option_index]))

    @on(OptionList.OptionSelected)
    def _on_reference_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.has_focus_within:
            self.query_one("#paper").focus()

    def action_request(self, what: str) -> None:
        """Ask for something to be done with the paper that is shown."""
        if self._paper:
            self.post_message(self.Asked(what, self._paper))


def _found_content(paper: Paper) -> Content:
    return Content.assemble(one_line(paper.marked_title), (f" {paper.year or ''}", "$text-muted"))


def _reference_content(reference: Reference) -> Content:
    return Content.assemble(
        (f"[{reference.n}] ", "bold"), one_line(reference.title), (f" {reference.year or ''}", "$text-muted")
    )
