"""``conspectus update``."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant import Assistant, UpdateDone, UpdateEvent, UpdateReport, WatchOutcome, WatchStarted
from assistant.cli.console import ConsolePage, Output
from assistant.cli.exit_codes import DONE, ERROR
from assistant.cli.formatting import count_noun
from assistant.cli.library_context import open_library
from assistant.cli.problems import show_problems

UpdateListener = Callable[[UpdateEvent], None]


def run(args: Namespace, out: Output) -> int:
    """Update the library; 1 where something that is watched could not be read to its end."""
    format = args.format or (Path(args.output).suffix.removeprefix(".").lower() if args.output else "md")
    with open_library(args) as assistant:
        if args.output:
            assistant.watches.check_output(args.output, format)
        report = UpdateReport()
        with show_progress(out.notes) as listen:
            for event in assistant.stream_update(*args.reports, retractions=args.retractions):
                listen(event)
                if isinstance(event, UpdateDone):  # It counts as told when it is written, and the next is asked for.
                    report = event.report
                    _show_report(assistant, report, format, args, out)
    return ERROR if any(outcome.fault for outcome in report.watches) else DONE


@contextmanager
def show_progress(page: ConsolePage) -> Iterator[UpdateListener]:
    """Show what is being read, on a terminal only; what is yielded takes the events."""
    with page.show_status("reading what is watched") as show:

        def listen(event: UpdateEvent) -> None:
            if isinstance(event, WatchStarted):
                show(f"reading {event.watch.source[:60]}")
            elif isinstance(event, UpdateDone):
                show("")

        yield listen


def _show_report(assistant: Assistant, report: UpdateReport, format: str, args: Namespace, out: Output) -> None:
    if args.output:
        assistant.watches.save(report, args.output, format)
    if out.json or (format == "json" and not args.output):
        out.write_document(report)
    elif not args.output:
        out.write_text(assistant.watches.render(report, format))
    out.page.stream.flush()
    if report.again:
        out.write_note(f"Digest {report.digest.number} was made by an update that ended before it was told.")
    for outcome in report.watches:
        out.write_note(_describe_outcome(outcome))
    show_problems(report.problems, out)
    if args.output:
        out.write_note(f"Written: {args.output}")
    if not report.watches:
        out.write_note('Nothing is watched. Begin with: conspectus watch add arxiv:query "…"')


def _describe_outcome(outcome: WatchOutcome) -> str:
    known = outcome.merged + outcome.updated + outcome.unchanged
    fault = f". Not read to its end: {outcome.fault}" if outcome.fault else ""
    return f"{outcome.watch.source}: {count_noun(outcome.added, 'new record')}, {known:,} known{fault}"
