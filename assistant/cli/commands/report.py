"""``conspectus report``.

How a report comes about, and what became of the claims of another, for a reader.
"""

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant import (
    Assistant,
    Became,
    Change,
    Kind,
    ReportDiff,
    ReportDone,
    ReportEvent,
    Reports,
    ReportStarted,
    SectionDone,
    SectionStarted,
)
from assistant.cli.console import Output, Page
from assistant.cli.context import evidence, opened, opened_with, settings_of
from assistant.cli.phrases import count, taken
from assistant.escaping import DOUBTS
from assistant.events import last_event
from assistant.phrases import inflect_worded
from assistant.types import Support
from store.errors import InputError

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


DIFF = "diff"
_TEXT = "md"


def run(args: Namespace, out: Output) -> int:
    """Write a report, or compare two."""
    if args.words[:1] == [DIFF] and not args.replay:
        return _compare(args.words[1:], out)
    format = _format(args, out)
    if args.output:
        Reports.check_output(args.output, format=format)
    if args.replay:
        if args.words:
            raise InputError("--replay takes what the report is about from the manifest.", "Leave out KIND and TOPIC.")
        with opened(args) as assistant:
            _tell(assistant, args, out, format, assistant.reports.stream_replay(args.replay))
        return 0
    settings = settings_of(args)
    with opened_with(settings) as assistant:
        kind, topic = _asked(args.words)
        events = assistant.reports.stream(
            kind, topic, strict=settings.strict, seed=args.seed, **evidence(args, settings)
        )
        _tell(assistant, args, out, format, events)
    return 0


def _asked(words: list[str]) -> tuple[str, str]:
    """The kind and the topic; ``themes`` where the first word is no kind."""
    kind, rest = (words[0], words[1:]) if words and words[0] in list(Kind) else (Kind.THEMES.value, words)
    return kind, " ".join(rest)


def _format(args: Namespace, out: Output) -> str:
    if args.format:
        return str(args.format)
    if out.json:
        return "json"
    return Path(args.output).suffix.removeprefix(".").lower() if args.output else _TEXT


def _tell(assistant: Assistant, args: Namespace, out: Output, format: str, events: Iterator[ReportEvent]) -> None:
    Reports.check_output(format=format, style=args.style)
    with making(out.notes) as told:
        done = last_event(events, ReportDone, told)
    if args.output:
        files = assistant.reports.save(done.report, args.output, format=format, style=args.style)
        out.note(f"Written: {', '.join(map(str, files))}")
    if out.json and (args.output or format == "json"):
        out.document(done.report)
    elif not args.output:
        out.text(assistant.reports.render(done.report, format, args.style))
    out.note(summary(done))


def _compare(files: list[str], out: Output) -> int:
    if len(files) != 2:
        raise InputError("Two reports are compared.", "conspectus report diff A.json B.json")
    before, after = map(Reports.read, files)
    changes = Reports.diff(before, after)
    if out.json:
        out.document(changes)
    else:
        show_diff(out.page, changes)
    return 0
