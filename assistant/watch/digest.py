"""What an update tells: papers that are new, papers that were retracted, what changes in saved reports.

Every item has an id that is made of what it tells, so that it is told once, whatever breaks off in between.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Literal

from assistant.watch.watch import Watch
from store.paper import Frozen, Problem


class NewsKind(StrEnum):
    """What a paper changes in a report."""

    RETRACTED = "retracted"
    CONTRADICTED = "contradicted"
    FIGURE = "better figure"
    THEME = "new in a theme"
    PAPER = "new in the report"
    CELL = "cell to fill"


class NewPaper(Frozen):
    """A paper that an update tells of.

    Attributes:
        id: Its id.
        title: Its title as citations show it.
        year: When it was published, None where that is not known.
        watch: The source that it came from, "" where that is not known.
        nearness: How near it is to the library: the mean cosine to its nearest papers there; 0 without any.
        far: Whether it is farther from them than nearly all papers of the library are from each other.
        ids: All ids that its records have.
    """

    id: str
    title: str
    year: int | None = None
    watch: str = ""
    nearness: float = 0.0
    far: bool = False
    ids: tuple[str, ...] = ()


class CellChange(Frozen):
    """A cell of a table as it would be filled today: its column, the value, and the sentence that says it.

    ``value`` is "" where a model is needed to fill it; ``before`` is what the table says, "" for a row that is new.
    """

    column: str
    value: str = ""
    quote: str = ""
    before: str = ""


class ReportChange(Frozen):
    """What a paper changes in a report.

    Attributes:
        id: Made of all that tells it from others.
        kind: What it is.
        paper_id: The paper that changes something.
        title: Its title.
        heading: The theme that it belongs to, "" for none.
        claim: The sentence of the report that is concerned, "" for none.
        claim_paper_id: The paper that this sentence cites.
        claim_title: The title of that paper.
        quote: The sentence of the new paper.
        note: What stands between the two sentences, or how many claims are concerned, in words.
        cells: Of a table: the cells that can be filled.
    """

    id: str
    kind: NewsKind
    paper_id: str
    title: str
    heading: str = ""
    claim: str = ""
    claim_paper_id: str = ""
    claim_title: str = ""
    quote: str = ""
    note: str = ""
    cells: tuple[CellChange, ...] = ()


class ReportNews(Frozen):
    """What is new for one report: where it was saved, its title, and the changes."""

    report_id: str
    path: str
    title: str
    changes: tuple[ReportChange, ...] = ()


class Digest(Frozen):
    """What one update tells.

    Attributes:
        number: Its number, from 1; 0 where nothing is new.
        papers: The new papers, the nearest to the library first.
        retracted: Papers of the library that are known to be retracted since.
        reports: What changes in reports; those in which nothing does are left out.
    """

    number: int = 0
    papers: tuple[NewPaper, ...] = ()
    retracted: tuple[NewPaper, ...] = ()
    reports: tuple[ReportNews, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is new."""
        return not (self.papers or self.retracted or self.reports)

    @property
    def changes(self) -> tuple[ReportChange, ...]:
        """The changes in all reports."""
        return tuple(change for report in self.reports for change in report.changes)

    def without_told(self, papers: Collection[str], retracted: Collection[str], changes: Collection[str]) -> "Digest":
        """Leave out what was told: papers and retracted papers by any of their ids, changes by theirs."""
        reports = tuple(
            report.model_copy(
                update={"changes": tuple(change for change in report.changes if change.id not in changes)}
            )
            for report in self.reports
        )
        return self.model_copy(
            update={
                "papers": tuple(paper for paper in self.papers if not {paper.id, *paper.ids} & {*papers}),
                "retracted": tuple(paper for paper in self.retracted if not {paper.id, *paper.ids} & {*retracted}),
                "reports": tuple(report for report in reports if report.changes),
            }
        )

    def join(self, later: "Digest") -> "Digest":
        """Join it with what came later, under its own number."""
        by_report = {report.report_id: report for report in self.reports}
        for report in later.reports:
            earlier = by_report.get(report.report_id)
            changes = (*(earlier.changes if earlier else ()), *report.changes)
            by_report[report.report_id] = report.model_copy(update={"changes": changes})
        papers = sorted((*self.papers, *later.papers), key=lambda paper: (-paper.nearness, paper.id))
        return self.model_copy(
            update={
                "papers": tuple(papers),
                "retracted": (*self.retracted, *later.retracted),
                "reports": tuple(by_report.values()),
            }
        )


class WatchOutcome(Frozen):
    """What came of reading a watch: how many records were new, joined with papers that are there, or known.

    ``fault`` says why it was not read to its end, "" where it was.
    """

    watch: Watch
    added: int = 0
    merged: int = 0
    updated: int = 0
    unchanged: int = 0
    fault: str = ""


class UpdateReport(Frozen):
    """How an update went.

    Attributes:
        digest: What it tells.
        watches: What came of each watch.
        problems: What could not be read, or compared.
        again: Whether the digest, or a part of it, was written by an earlier update that ended before it was told.
    """

    digest: Digest = Digest()
    watches: tuple[WatchOutcome, ...] = ()
    problems: tuple[Problem, ...] = ()
    again: bool = False


class UpdateStarted(Frozen):
    """An update begins: so many watches are read, and so many reports compared."""

    event: Literal["update_started"] = "update_started"
    watches: int
    reports: int


class WatchStarted(Frozen):
    """A watch is being read."""

    event: Literal["watch_started"] = "watch_started"
    watch: Watch


class WatchDone(Frozen):
    """A watch was read, or failed."""

    event: Literal["watch_done"] = "watch_done"
    outcome: WatchOutcome


class UpdateDone(Frozen):
    """The last event: how it went. Its digest counts as told once the next event is asked for."""

    event: Literal["update_done"] = "update_done"
    report: UpdateReport


UpdateEvent = UpdateStarted | WatchStarted | WatchDone | UpdateDone
