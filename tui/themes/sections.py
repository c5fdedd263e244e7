"""A report on themes as one reads in it: its sections, and of each the text, the papers, the years and the evidence."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import ContentSwitcher, OptionList

from assistant import Assistant, Report, Section
from assistant.display import is_frame, list_claims
from assistant.types import Answer, Claim
from store.errors import ConspectusError
from tui.papers.detail import CURSOR_REST
from tui.papers.list import PaperList
from tui.papers.selection import Catalogue, Row, Sort
from tui.text import one_line
from tui.themes.claim_list import ClaimList
from tui.themes.report_tasks import CachedReport
from tui.themes.timeline_view import Timeline
from tui.widgets.controls import Views
from tui.widgets.evidence import Evidence
from tui.widgets.row_filter import FilteredChoices, RowFilter

TEXT, PAPERS, YEARS = 1, 2, 3
_VIEWS = {TEXT: "theme-text", PAPERS: "paper-list", YEARS: "theme-years"}


class SectionsPane(Container):
    """The sections at the left, what is chosen of one beside them, and the evidence where there is room.

    Its class ``-reading`` says that a section is read, not the list; ``-drawer`` and ``-hidden`` that the evidence is
    open, or closed, where there is little, or much, room. The room is what the screen's breakpoints say.

    Args:
        assistant: Whose papers they are.
    """

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(id="themes-panes")
        self.pages: Sequence[SectionPage] = ()
        self.view = TEXT
        self._assistant = assistant
        self._marks: set[str] = set()
        self._sort = Sort.YEAR

    def compose(self) -> ComposeResult:
        """The themes, the three views of one, the evidence."""
        yield FilteredChoices(id="themes")
        with Vertical(id="theme"):
            yield Views(id="theme-views")
            with ContentSwitcher(initial=_VIEWS[TEXT]):
                yield ClaimList()
                yield SectionPapers()
                yield Timeline()
        yield Evidence()

    @property
    def theme_list(self) -> FilteredChoices:
        """The list of themes."""
        return self.query_one("#themes", FilteredChoices)

    @property
    def page(self) -> "SectionPage | None":
        """The section under the cursor."""
        place = self.theme_list.place
        return self.pages[place] if place is not None and place < len(self.pages) else None

    @property
    def content_widget(self) -> Widget:
        """What takes the keys in the view that is shown."""
        views = {TEXT: ClaimList, PAPERS: PaperList}
        return self.query_one("#years") if self.view == YEARS else self.query_one(views[self.view])

    @property
    def marked_rows(self) -> "list[Row]":
        """Papers of the section that are marked."""
        return [row for row in self.page.rows if row.id in self._marks] if self.page else []

    # Showing

    def show_report(self, cached: CachedReport) -> None:
        """Show a report, the section first that stands where the cursor was."""
        self.pages = build_pages(cached)
        themes = [page for page in self.pages if page.is_theme]
        self.query_one(Timeline).show_themes([page.name for page in themes], [page.years for page in themes])
        self.theme_list.show_rows(map(_page_content, self.pages))

    @on(OptionList.OptionHighlighted, "#themes")
    def _on_theme_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        page = self.page
        if page is None:
            return
        self.query_one("#theme").border_title = Content(page.name)
        self.query_one(ClaimList).show_section(page.section)
        self._show_papers(page)
        self._show_views()
        if page.is_theme:
            self.query_one(Timeline).go_to([theme for theme in self.pages if theme.is_theme].index(page))

    def _show_papers(self, page: "SectionPage") -> None:
        newest_first = sorted(page.rows, key=lambda row: -(row.year or 0))
        rows = Catalogue(newest_first, self._sort).with_ids({row.id for row in page.rows})
        self.query_one(PaperList).show_rows(rows, self._marks, self._sort)

    def _show_views(self) -> None:
        papers = len(self.page.rows) if self.page else 0
        self.query_one(Views).show_names(("Text", f"Papers {papers:,}", "Timeline"), self.view)

    def show_view(self, view: int) -> None:
        """Show the text, the papers or the timeline."""
        had_focus = self.content_widget.has_focus
        self.view = view
        self.query_one(ContentSwitcher).current = _VIEWS[view]
        self._show_views()
        if had_focus:
            self.content_widget.focus()

    @on(Views.Chosen)
    def _on_view_clicked(self, event: Views.Chosen) -> None:
        self.show_view(event.number)

    # Moving

    @on(OptionList.OptionSelected, "#themes")
    def enter_section(self) -> None:
        """Go from the list into the section."""
        if self.pages:
            self.add_class("-reading")
            self.call_after_refresh(self.content_widget.focus)

    @on(OptionList.OptionSelected, "#years")
    def _on_year_row_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        themes = [place for place, page in enumerate(self.pages) if page.is_theme]
        self.theme_list.place = themes[FilteredChoices.place_of(event)]
        self.show_view(TEXT)

    def leave_section(self) -> None:
        """Go from the section back to the list."""
        self.remove_class("-reading", "-drawer")
        self.call_after_refresh(self.theme_list.focus)

    def step_back(self) -> bool:
        """Close the evidence, or go to the list; says whether there was such a step."""
        if self.has_class("-drawer") and not self._is_wide:
            self.remove_class("-drawer")
            self.content_widget.focus()
        elif self.query_one(Evidence).has_focus_within:
            self.content_widget.focus()
        elif self.theme_list.has_focus:
            return False
        else:
            self.leave_section()
        return True

    # Evidence

    @property
    def _is_wide(self) -> bool:
        return self.screen.has_class("-wide")

    @property
    def _shows_evidence(self) -> bool:
        """Whether the panel is in sight."""
        return not self.has_class("-hidden") if self._is_wide else self.has_class("-drawer")

    def toggle_evidence(self) -> None:
        """Show or hide the panel."""
        self.toggle_class("-hidden" if self._is_wide else "-drawer")
        row, looked_at = self.query_one(PaperList).row, self.query_one(ClaimList).looked_at
        if self.view == PAPERS and row:
            self._cite(row.id)
        elif looked_at:
            self._cite(looked_at[1].paper_id, looked_at[0])

    def open_paper(self) -> None:
        """Show the paper under the cursor of the list of papers."""
        row = self.query_one(PaperList).row
        if self.view == PAPERS and row:
            self._open_evidence()
            self._cite(row.id)

    def _open_evidence(self) -> None:
        self.remove_class("-hidden")
        self.add_class("-drawer")

    @on(ClaimList.Looked)
    def _on_citation_looked_at(self, event: ClaimList.Looked) -> None:
        if event.chosen and self._shows_evidence:
            self.query_one("#paper").focus()
            return
        if event.chosen:
            self._open_evidence()
        self._cite(event.citation.paper_id, event.claim)

    @on(PaperList.Moved)
    def _on_paper_moved_to(self, event: PaperList.Moved) -> None:
        if self.view == PAPERS and event.row:
            self._cite(event.row.id)

    @on(Evidence.Wanted)
    def _on_reference_wanted(self, event: Evidence.Wanted) -> None:
        """Going through the references, each shows all that the section cites of it."""
        if self.query_one(Evidence).has_focus_within:
            self._cite(event.paper_id)

    def _cite(self, paper_id: str, claim: Claim | None = None) -> None:
        """Show a paper, with the sentences that a claim cites, else with all that the section cites of it."""
        page, evidence = self.page, self.query_one(Evidence)
        if page is None or not self._shows_evidence:
            return
        reference = next((reference for reference in page.answer.references if reference.paper_id == paper_id), None)
        if reference:
            answer = page.answer.model_copy(update={"claims": (claim,)}) if claim else page.answer
            evidence.show_references(answer, reference)
        self._load_paper(paper_id)

    @work(exclusive=True, group="paper")
    async def _load_paper(self, paper_id: str) -> None:
        evidence = self.query_one(Evidence)
        await asyncio.sleep(CURSOR_REST)
        try:
            await evidence.load_paper(self._assistant, paper_id)
        except ConspectusError as error:  # It may have been removed since.
            evidence.show_problem(str(error))

    # Papers

    @on(PaperList.SortWanted)
    def _on_head_clicked(self, event: PaperList.SortWanted) -> None:
        self._sort = event.sort
        if self.page:
            self._show_papers(self.page)

    @on(PaperList.Toggled)
    def _on_mark_toggled(self, event: PaperList.Toggled) -> None:
        self._marks.symmetric_difference_update({event.row.id})
        self.query_one(PaperList).refresh()


class SectionPapers(PaperList, RowFilter):
    """The papers of a section, which letters filter by title, author and year."""

    def __init__(self) -> None:
        super().__init__()
        self._all_rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row], marks: Collection[str], sort: Sort) -> None:
        """Show other rows, of them those that fit what is typed."""
        self._all_rows = rows
        fitting = [row for row in rows if self.fits(f"{row.title} {row.author} {row.year or ''}")]
        super().show_rows(fitting, marks, sort)

    def show_fitting_rows(self) -> None:
        """Show the rows that fit what is typed now."""
        self.show_rows(self._all_rows, self._marks, self._sort)


class SectionPage(NamedTuple):
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


def build_pages(cached: CachedReport) -> list[SectionPage]:
    """Return the sections in order."""
    return [_build_page(cached.report, section, cached.rows) for section in cached.report.sections]


def _build_page(report: Report, section: Section, rows: Mapping[str, Row]) -> SectionPage:
    claims = list_claims(section)
    cited = dict.fromkeys(citation.paper_id for claim in claims for citation in claim.citations)
    references = tuple(reference for reference in report.references if reference.paper_id in cited)
    answer = Answer(question=section.heading, text="", claims=claims, references=references, mode=section.mode)
    is_theme = bool(section.papers) and not is_frame(section)
    return SectionPage(section, is_theme, answer, tuple(rows[id] for id in section.papers or cited if id in rows))


def _page_content(page: SectionPage) -> Content:
    """Show a page in the list: its name, and below it how many papers it has and of which years."""
    if not page.is_theme:
        return Content.styled(page.name, "italic")
    facts = f"  {len(page.rows):,} paper{'s' * (len(page.rows) != 1)}{_year_range(page.rows)}"
    return Content.assemble((page.name, "bold"), "\n", (facts, "$text-muted"))


def _year_range(rows: Sequence[Row]) -> str:
    years = [row.year for row in rows if row.year]
    if not years:
        return ""
    first, last = min(years), max(years)
    return f", {first}" if first == last else f", {first}–{last}"
