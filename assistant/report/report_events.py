"""The events of a report that is being made. Interfaces match on the class; nothing in the engine prints."""

from typing import Literal

from assistant.report.schema import Report, Section
from assistant.types import Usage
from store.paper import Frozen


class ReportStarted(Frozen):
    """The report is planned: its title, how many papers it is written from, the headings of its sections in order.

    Those of themes are labels made of words of their papers, until a model has named them.
    """

    event: Literal["report_started"] = "report_started"
    title: str
    papers: int
    headings: tuple[str, ...]


class SectionStarted(Frozen):
    """A section is being written; ``n`` counts from 1. Several may be at once."""

    event: Literal["section_started"] = "section_started"
    n: int
    heading: str


class SectionDone(Frozen):
    """A section is written and checked; its citations are not numbered yet. ``done`` counts those that are."""

    event: Literal["section_done"] = "section_done"
    n: int
    section: Section
    done: int


class ReportDone(Frozen):
    """The last event: the whole report, what a model took for it just now, and how often it was not asked again."""

    event: Literal["report_done"] = "report_done"
    report: Report
    paid: Usage = Usage()
    cached: int = 0


ReportEvent = ReportStarted | SectionStarted | SectionDone | ReportDone
