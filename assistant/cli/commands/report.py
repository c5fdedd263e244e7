"""``conspectus report``.

How a report comes about, and what became of the claims of another, for a reader.
"""

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from assistant.cli.console import Output, Page
from assistant.cli.context import evidence, opened, opened_with, settings_of
from assistant.cli.phrases import count, taken
from assistant.client import Assistant
from assistant.escaping import DOUBTS
from assistant.export.csl import APA, style_file
from assistant.phrases import inflect_worded
from assistant.report.diff import Became, Change, ReportDiff, diff
from assistant.report.events import ReportDone, ReportEvent, ReportStarted, SectionDone, SectionStarted
from assistant.report.manifest import read_report
from assistant.report.pipeline import replaying
from assistant.report.render.files import TEXTS, check_places, save, text
from assistant.report.render.manuscript import manuscript
from assistant.report.schema import Kind, Report
from assistant.types import Support
from store.citation_keys import keys_in
from store.errors import InputError
from store.paper import Paper

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
        check_places({Path(args.output): format})
    if args.replay:
        if args.words:
            raise InputError("--replay takes what the report is about from the manifest.", "Leave out KIND and TOPIC.")
        with opened(args) as assistant:
            _tell(assistant, args, out, format, assistant._loop.blocking(replaying(assistant.library, args.replay)))
        return 0
    settings = settings_of(args)
    with opened_with(settings) as assistant:
        kind, topic = _asked(args.words)
        events = assistant.summarizing(kind, topic, strict=settings.strict, seed=args.seed, **evidence(args, settings))
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
    csl = None if not args.style or (args.style == APA and format in TEXTS) else style_file(args.style)
    done = _last(out, events)
    if args.output:
        files = save(assistant.library, done.report, {Path(args.output): format}, csl)
        out.note(f"Written: {', '.join(map(str, files))}")
    if out.json and (args.output or format == "json"):
        out.document(done.report)
    elif not args.output:
        papers = _cited(assistant, done.report)
        out.text(text(manuscript(done.report, papers, keys_in(assistant.library, papers), csl=csl), format))
    out.note(summary(done))


def _last(out: Output, events: Iterator[ReportEvent]) -> ReportDone:
    with making(out.notes) as told, closing(events):  # type: ignore[type-var]
        for event in events:
            told(event)
            if isinstance(event, ReportDone):
                return event
    raise AssertionError("the report ended without its last event")


def _cited(assistant: Assistant, report: Report) -> list[Paper]:
    return assistant.library.get([reference.paper_id for reference in report.references])


def _compare(files: list[str], out: Output) -> int:
    if len(files) != 2:
        raise InputError("Two reports are compared.", "conspectus report diff A.json B.json")
    found = diff(*(read_report(Path(file)) for file in files))
    if out.json:
        out.document(found)
    else:
        show_diff(out.page, found)
    return 0
