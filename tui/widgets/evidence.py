"""What an answer rests on: its references, and the paper that is looked at, its cited sentences highlighted."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.css.styles import RulesMap
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant import Assistant, Hit, Paper
from assistant.types import Answer, Reference
from tui.text import one_line, safe, safe_in_place

CITED = "bold underline $text-accent"
"""Underlined, so that it shows without colour."""


def find_cited_spans(answer: Answer, paper_id: str) -> list[tuple[int, int]]:
    """Return where the abstract of a paper is cited: offsets, in order, none twice."""
    citations = [citation for claim in answer.claims for citation in claim.citations if citation.paper_id == paper_id]
    return sorted({(citation.start, citation.end) for citation in citations if citation.end > citation.start})


def paper_content(paper: Paper, spans: Iterable[tuple[int, int]], similar: Sequence[Hit]) -> Content:
    """Describe a paper: title, authors, facts, the abstract with cited places highlighted, the nearest papers."""
    parts = [
        Content.styled(safe(paper.marked_title), "bold"),
        Content(safe(_name_authors(paper))),
        *([Content.styled(safe(paper.damage), "bold $text-error")] if paper.damage else []),
        *([Content.styled(safe(paper.retraction), "bold $text-error")] if paper.retraction else []),
        Content.styled(safe(_list_facts(paper)), "dim"),
    ]
    parts += [Content(""), _abstract_content(paper, spans), Content("")]
    parts += [Content.styled(safe(f"{name}: {value}"), "dim") for name, value in paper.identifiers.items()]
    parts += [Content.styled(safe(url), "dim") for url in paper.urls]
    if similar:
        parts += [Content(""), Content.styled("Most similar", "bold")]
        parts += [Content(f"  {one_line(hit.paper.marked_title)} ({hit.paper.year or 'undated'})") for hit in similar]
    return Content("\n").join(parts)


def _height_above(paper: Paper, start: int, width: int) -> int:
    """Count the lines over the one in which a place of the abstract is shown, in so many cells."""
    begun = paper.model_copy(update={"abstract": paper.abstract[:start].rstrip(), "identifiers": {}, "urls": ()})
    return paper_content(begun, (), ()).get_height(RulesMap(), max(width, 1)) - 2


def _abstract_content(paper: Paper, spans: Iterable[tuple[int, int]]) -> Content:
    """Show the abstract with the cited sentences highlighted."""
    if not paper.abstract:
        return Content.styled("No abstract.", "dim")
    content = Content(safe_in_place(paper.abstract))
    for start, end in spans:
        content = content.stylize(CITED, start, end)
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
        Binding("j", "move(1)", "Next", id="evidence.next", show=False),
        Binding("k", "move(-1)", "Previous", id="evidence.previous", show=False),
        Binding("o", "request('open')", "Open in browser", id="evidence.open"),
        Binding("y", "request('copy')", "Copy citation", id="evidence.copy"),
        Binding("a", "request('only')", "Ask about this paper only", id="evidence.only"),
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

    def __init__(self, takes_keys: bool = True) -> None:
        super().__init__(id="evidence")
        self._takes_keys = takes_keys
        self._answer: Answer | None = None
        self._paper: Paper | None = None

    def compose(self) -> ComposeResult:
        """References above, the paper below."""
        references, pane = _References(id="references"), _PaperPane(id="paper")
        references.takes_keys = pane.takes_keys = self._takes_keys
        yield references
        with pane:
            yield Static(Content.styled(EMPTY, "dim"), markup=False)

    def show_references(self, answer: Answer, reference: Reference | None = None) -> None:
        """Show the references of an answer, one of them chosen."""
        if not answer.references:
            self.clear()
            return
        references = self.query_one(OptionList)
        if answer is not self._answer:
            self._answer = answer
            references.clear_options()
            references.add_options([Option(_reference_content(ref), id=str(ref.n)) for ref in answer.references])
        references.highlighted = answer.references.index(reference) if reference in answer.references else 0

    def clear(self) -> None:
        """Show nothing."""
        self._answer = self._paper = None
        self.query_one(OptionList).clear_options()
        self.query_one("#paper Static", Static).update(Content.styled(EMPTY, "dim"))

    async def load_paper(self, assistant: Assistant, paper_id: str) -> None:
        """Read a paper and show it, then also those most like it.

        Raises:
            ConspectusError: It cannot be read; it may have been removed since.
        """
        paper = await asyncio.to_thread(assistant.papers.get, paper_id)
        self.show_paper(paper)
        self.show_paper(paper, await asyncio.to_thread(assistant.papers.similar, paper_id, _SIMILAR))

    def show_paper(self, paper: Paper, similar: Sequence[Hit] = ()) -> None:
        """Show a paper of the references, the sentences that the answer cites highlighted."""
        self._paper = paper
        spans = find_cited_spans(self._answer, paper.id) if self._answer else []
        self.query_one("#paper Static", Static).update(paper_content(paper, spans, similar))
        self.query_one("#paper").scroll_home(animate=False)
        if spans:
            self.call_after_refresh(self._bring_in_sight, paper, spans[0][0])

    def _bring_in_sight(self, paper: Paper, start: int) -> None:
        """Scroll to the first sentence that is cited, where it does not show."""
        if self._paper is not paper:
            return
        page, text = self.query_one("#paper"), self.query_one("#paper Static", Static)
        line = _height_above(paper, start, text.content_size.width)
        if line >= page.scrollable_content_region.height - _SENTENCE:
            page.scroll_to(y=line - 1, animate=False)

    def show_problem(self, text: str) -> None:
        """Say why there is no paper to show."""
        self._paper = None
        self.query_one("#paper Static", Static).update(Content(text))

    @on(OptionList.OptionHighlighted)
    def _on_reference_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._answer and event.option_id:
            references = {str(reference.n): reference for reference in self._answer.references}
            self.post_message(self.Wanted(references[event.option_id].paper_id))

    @on(OptionList.OptionSelected)
    def _on_reference_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.has_focus_within:
            self.query_one("#paper").focus()

    def action_move(self, step: int) -> None:
        """To the next reference or the one before."""
        references = self.query_one(OptionList)
        if step > 0:
            references.action_cursor_down()
        else:
            references.action_cursor_up()

    def action_request(self, what: str) -> None:
        """Ask for something to be done with the paper that is shown."""
        if self._paper:
            self.post_message(self.Asked(what, self._paper))


def _reference_content(reference: Reference) -> Content:
    return Content.assemble(
        (f"[{reference.n}] ", "bold"), one_line(reference.title), (f" {reference.year or ''}", "dim")
    )
