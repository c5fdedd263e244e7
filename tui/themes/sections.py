"""The sections of a report on themes: the text of each with its evidence, their papers, and the years.

A report on themes as one reads in it: its sections, each with its papers, its years and what it rests on.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Footer, OptionList, Static
from textual.widgets.option_list import Option

from assistant import Assistant, Report, Section
from assistant.display import claims_of, count_ledger, is_frame
from assistant.phrases import count_worded
from assistant.types import EXTRACTIVE, Answer, Claim, Support
from store.errors import ConspectusError
from tui.engine import Scope
from tui.papers.list import PaperList
from tui.papers.selection import Catalogue, Row, Sort
from tui.text import Glyphs, one_line
from tui.themes.claim_list import ClaimList
from tui.themes.reports import Kept, Making
from tui.themes.timeline import Timeline
from tui.widgets.controls import Choices, Views
from tui.widgets.evidence import Evidence
from tui.widgets.first_run import FirstRun


class Page(NamedTuple):
    """A section of a report.

    Attributes:
        section: As it was written.
        is_theme: Whether it is a theme, or the overview or the conclusion.
        answer: The same for the panel of evidence: claims, and the references that they cite.
        rows: Its papers, the most central first; of the overview and the conclusion those that they cite.
    """

    section: Section
    is_theme: bool
    answer: Answer
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """Its heading."""
        return one_line(self.section.heading) or "(no heading)"

    @property
    def years(self) -> Counter[int | None]:
        """How many of its papers are of each year."""
        return Counter(row.year for row in self.rows)


def pages(kept: Kept) -> list[Page]:
    """The sections in order."""
    return [_page(kept.report, section, kept.rows) for section in kept.report.sections]


def _page(report: Report, section: Section, rows: Mapping[str, Row]) -> Page:
    claims = claims_of(section)
    cited = dict.fromkeys(citation.paper_id for claim in claims for citation in claim.citations)
    references = tuple(one for one in report.references if one.paper_id in cited)
    answer = Answer(question=section.heading, text="", claims=claims, references=references, mode=section.mode)
    ids = section.papers or tuple(cited)
    is_theme = bool(section.papers) and not is_frame(section)
    return Page(section, is_theme, answer, tuple(rows[one] for one in ids if one in rows))


def page_line(page: Page) -> Content:
    """A page in the list: its name, and below it how many papers it has and of which years."""
    if not page.is_theme:
        return Content.styled(page.name, "italic")
    facts = f"  {len(page.rows):,} paper{'s' * (len(page.rows) != 1)}{_between(page.rows)}"
    return Content.assemble((page.name, "bold"), "\n", (facts, "$text-muted"))


def _between(rows: Sequence[Row]) -> str:
    years = [row.year for row in rows if row.year]
    if not years:
        return ""
    first, last = min(years), max(years)
    return f", {first}" if first == last else f", {first}–{last}"


SIMILAR = 5
_WIDTHS = [(0, "-narrow"), (100, "-middle"), (150, "-wide")]
# Seconds that the cursor stays on something before its paper is looked up.
_PAUSE = 0.05
TEXT, PAPERS, YEARS = 1, 2, 3
_VIEWS = {TEXT: "theme-text", PAPERS: "paper-list", YEARS: "theme-years"}


class SectionsScreen(Screen[Scope | None]):
    """The sections at the left, what is chosen of one beside them, and the evidence where there is room.

    Args:
        assistant: Whose papers they are.
        scope: What the chat answers from; the themes are those of these papers.
        glyphs: The signs to use.
    """

    HORIZONTAL_BREAKPOINTS = _WIDTHS

    def __init__(self, assistant: Assistant, scope: Scope, glyphs: Glyphs) -> None:
        super().__init__()
        self.assistant = assistant
        self.scope = scope
        self.glyphs = glyphs
        self.pages: Sequence[Page] = ()
        self.view = TEXT
        self.marks: set[str] = set()
        self._sort = Sort.YEAR

    def compose(self) -> ComposeResult:
        """The themes, the three views of one, the evidence; below, how a report goes and what there is to say."""
        with Container(id="themes-panes"):
            yield Choices(id="themes")
            with Vertical(id="theme"):
                yield Views(id="theme-views")
                with ContentSwitcher(initial=_VIEWS[TEXT]):
                    yield ClaimList(self.glyphs)
                    yield PaperList(self.glyphs)
                    yield Timeline(self.glyphs)
            yield Evidence()
        yield FirstRun()
        yield Making()
        yield Static(id="themes-said", markup=False)
        yield Static(id="themes-counts", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    @property
    def listed(self) -> Choices:
        """The list of themes."""
        return self.query_one("#themes", Choices)

    @property
    def page(self) -> Page | None:
        """The section under the cursor."""
        at = self.listed.highlighted
        return self.pages[at] if at is not None and at < len(self.pages) else None

    @property
    def content(self) -> Widget:
        """What takes the keys in the view that is shown."""
        views = {TEXT: ClaimList, PAPERS: PaperList}
        return self.query_one("#years") if self.view == YEARS else self.query_one(views[self.view])

    # Showing

    def read(self, kept: Kept) -> None:
        """Show a report, its first section first."""
        at, self.pages = self.listed.highlighted, pages(kept)
        self.say("")
        self.describe(kept)
        themes = [page for page in self.pages if page.is_theme]
        self.query_one(Timeline).show([page.name for page in themes], [page.years for page in themes])
        self.listed.set_options(Option(page_line(page)) for page in self.pages)
        self.listed.highlighted = min(at or 0, len(self.pages) - 1) if self.pages else None

    def describe(self, kept: Kept | None = None) -> None:
        """Tell of which papers the themes are, and how the report was made."""
        scope = one_line(self.scope.label, 40) or "the whole library"
        parts = [f"Themes of {scope}"]
        parts += [count_ledger(kept.report).rstrip("."), _writer(kept)] if kept else []
        line = f" {self.glyphs.separator} ".join(one_line(part) for part in parts)
        self.query_one("#themes-counts", Static).update(Content(line))

    @on(OptionList.OptionHighlighted, "#themes")
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        page = self.page
        if page is None:
            return
        self.query_one("#theme").border_title = Content(page.name)
        self.query_one(ClaimList).show(page.section)
        self._show_papers(page)
        self._show_views()
        if page.is_theme:
            self.query_one(Timeline).go_to([one for one in self.pages if one.is_theme].index(page))

    def _show_papers(self, page: Page) -> None:
        rows = Catalogue(sorted(page.rows, key=lambda row: -(row.year or 0)), self._sort).with_ids(
            {row.id for row in page.rows}
        )
        self.query_one(PaperList).show(rows, self.marks, self._sort)

    def _show_views(self) -> None:
        papers = len(self.page.rows) if self.page else 0
        self.query_one(Views).show(("Text", f"Papers {papers:,}", "Timeline"), self.view)

    def choose_view(self, view: int) -> None:
        """Show the text, the papers or the timeline."""
        inside = self.content.has_focus
        self.view = view
        self.query_one(ContentSwitcher).current = _VIEWS[view]
        self._show_views()
        if inside:
            self.content.focus()

    @on(Views.Chosen)
    def _chosen(self, event: Views.Chosen) -> None:
        self.choose_view(event.number)

    # Evidence

    @property
    def shows_evidence(self) -> bool:
        """Whether the panel is in sight."""
        return not self.has_class("-hidden") if self.has_class("-wide") else self.has_class("-drawer")

    @on(ClaimList.Looked)
    def _looked(self, event: ClaimList.Looked) -> None:
        if event.wanted and self.shows_evidence:
            self.query_one("#paper").focus()
            return
        if event.wanted:
            self.open_evidence()
        self.cite(event.citation.paper_id, event.claim)

    @on(PaperList.Moved)
    def _at_paper(self, event: PaperList.Moved) -> None:
        if self.view == PAPERS and event.row:
            self.cite(event.row.id)

    def open_evidence(self) -> None:
        """Show the panel."""
        self.remove_class("-hidden")
        self.add_class("-drawer")

    def cite_current(self) -> None:
        """Show what the cursor of the view stands on."""
        row, looked = self.query_one(PaperList).row, self.query_one(ClaimList).looked
        if self.view == PAPERS and row:
            self.cite(row.id)
        elif looked:
            self.cite(looked[1].paper_id, looked[0])

    def cite(self, paper_id: str, claim: Claim | None = None) -> None:
        """Show a paper, with the sentences that a claim cites, else with all that the section cites of it."""
        page, evidence = self.page, self.query_one(Evidence)
        if page is None or not self.shows_evidence:
            return
        reference = next((one for one in page.answer.references if one.paper_id == paper_id), None)
        if reference:
            told = page.answer.model_copy(update={"claims": (claim,)}) if claim else page.answer
            evidence.show(told, reference)
        self.show_paper(paper_id)

    @on(Evidence.Wanted)
    def _wanted(self, event: Evidence.Wanted) -> None:
        """One goes through the references: each shows all that the section cites of it."""
        if self.query_one(Evidence).has_focus_within:
            self.cite(event.paper_id)

    @work(exclusive=True, group="paper")
    async def show_paper(self, paper_id: str) -> None:
        """Show a paper in the panel, with those most like it."""
        evidence = self.query_one(Evidence)
        await asyncio.sleep(_PAUSE)
        try:
            paper = await asyncio.to_thread(self.assistant.papers.get, paper_id)
            evidence.show_paper(paper)
            evidence.show_paper(paper, await asyncio.to_thread(self.assistant.papers.similar, paper_id, SIMILAR))
        except ConspectusError as error:  # It may have been removed since.
            evidence.show_problem(str(error))

    @on(PaperList.SortWanted)
    def _sort_by(self, event: PaperList.SortWanted) -> None:
        self._sort = event.sort
        if self.page:
            self._show_papers(self.page)

    @on(PaperList.Toggled)
    def _toggled(self, event: PaperList.Toggled) -> None:
        self.marks.symmetric_difference_update({event.row.id})
        self.query_one(PaperList).refresh()

    def marked(self) -> list[Row]:
        """Papers of the section that are marked."""
        return [row for row in self.page.rows if row.id in self.marks] if self.page else []

    def say(self, what: str | ConspectusError) -> None:
        """Tell something above the counts, "" for nothing."""
        failed = isinstance(what, ConspectusError)
        text = one_line(str(what), 1000)
        said = self.query_one("#themes-said", Static)
        said.update(Content.styled(f"{self.glyphs.failed} {text}", "$text-error") if failed else Content(text))
        said.display = bool(text)


def _writer(kept: Kept) -> str:
    """Who wrote it, and how far it is worded as in its sources."""
    modes = sorted({section.mode for section in kept.report.sections} - {EXTRACTIVE})
    if not modes:
        return "quoted from the abstracts"
    sound = sum(claim.support is Support.SUPPORTED for claim in kept.report.claims)
    return f"written by {', '.join(modes)}, {count_worded(sound, len(kept.report.claims))}"
