"""How a report comes about, and what became of the claims of another, for a reader."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.cli.console import Page
from assistant.cli.phrases import count, taken
from assistant.escaping import DOUBTS
from assistant.phrases import inflect_worded
from assistant.report.diff import Became, Change, ReportDiff
from assistant.report.events import ReportDone, ReportEvent, ReportStarted, SectionDone, SectionStarted
from assistant.types import Support

Told = Callable[[ReportEvent], None]
_COLOURS = {Became.ADDED: "green", Became.DROPPED: "red", Became.REWORDED: "yellow", Became.SUPPORT: "yellow"}
_NAMES = {
    Became.ADDED: "added",
    Became.DROPPED: "dropped",
    Became.REWORDED: "reworded",
    Became.SUPPORT: "sign changed",
}


@contextmanager
def making(page: Page) -> Iterator[Told]:
    """Show how far a report is, on a terminal only; what is yielded takes the events."""
    if not page.is_terminal:
        yield lambda event: None
        return
    from rich.text import Text

    total = 0
    with page.console.status(Text("choosing the papers")) as status:

        def told(event: ReportEvent) -> None:
            nonlocal total
            match event:
                case ReportStarted():
                    total = len(event.headings)
                    status.update(Text(f"{count(event.papers, 'paper')}, {count(total, 'section')}"))
                case SectionStarted():
                    status.update(Text(f"section {event.n} of {total}: {event.heading[:60]}"))
                case SectionDone():
                    status.update(Text(f"{event.done} of {count(total, 'section')} written"))

        yield told


def summary(done: ReportDone) -> str:
    """What a report came to, in a line."""
    report = done.report
    support = Counter(claim.support for claim in report.claims)
    doubtful = len(report.claims) - support[Support.SUPPORTED]
    buckets = Counter(str(entry.bucket) for entry in report.ledger)
    told = ", ".join(f"{number:,} {bucket}" for bucket, number in buckets.items())
    wrote = "" if report.manifest.identity == "" else f" Written by {report.manifest.model}"
    cost = f": {taken(done.paid) or 'nothing paid'}, {count(done.cached, 'answer')} from the cache." if wrote else ""
    return (
        f"{count(len(report.ledger), 'paper')}: {told}. {count(len(report.claims), 'claim')}, "
        f"{doubtful:,} of them not wholly {inflect_worded(len(report.claims))}.{wrote}{cost}"
    )


def show_diff(page: Page, found: ReportDiff) -> None:
    """Write what became of the claims."""
    for change in found.changes:
        _change(page, change)
    counts = Counter(change.became for change in found.changes)
    told = ", ".join(f"{counts[became]} {_NAMES[became]}" for became in Became)
    page.line((f"{count(found.same, 'claim')} the same, {told}.", "bold"))
    if found.reasons:
        page.line(f"What differs: {'; '.join(found.reasons)}")


def _change(page: Page, change: Change) -> None:
    page.line(
        (_NAMES[change.became], _COLOURS[change.became]), f" ({'; '.join(change.reasons)})" if change.reasons else ""
    )
    for sign, claim in (("-", change.before), ("+", change.after)):
        if claim is not None:
            mark = "" if claim.support is Support.SUPPORTED else f" ({DOUBTS[claim.support]})"
            page.line(f"{sign} {claim.text}{mark}", indent=2)
    page.line()
