"""A report on themes as one reads in it: its sections, each with its papers, its years and what it rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual.content import Content

from assistant.report.framing import CLOSING, OPENING
from assistant.report.schema import Report, Section, claims_of
from assistant.types import Answer
from tui.papers.selection import Row
from tui.safe import one_line
from tui.themes.order import Kept


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
    is_theme = bool(section.papers) and section.heading not in (OPENING, CLOSING)
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
