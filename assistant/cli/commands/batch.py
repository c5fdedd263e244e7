"""``conspectus batch``.

How a batch comes along, what it is going to take, and what it came to, for a reader.
"""

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant import (
    Assistant,
    BatchDone,
    BatchEvent,
    BatchReport,
    BatchStarted,
    Estimate,
    JobDone,
    JobStarted,
    Status,
)
from assistant.cli.console import FILL, FIT, Output, Page
from assistant.cli.context import opened_with, settings_of
from assistant.cli.phrases import count, taken
from assistant.events import last_event

Told = Callable[[BatchEvent], None]
_COLOURS = {Status.FINISHED: "green", Status.FAILED: "red", Status.STOPPED: "yellow", Status.WAITING: "cyan"}
_NAME = 40


@contextmanager
def making(page: Page) -> Iterator[Told]:
    """Show how far a batch is: a bar on a terminal, a line for each that has come to its end elsewhere."""
    if not page.is_terminal:
        yield lambda event: page.line(_line(event)) if isinstance(event, JobDone) else None
        return
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (BarColumn(), TextColumn("{task.fields[told]}", markup=False))
    with Progress(*columns, console=page.console, transient=True) as shown:
        task = shown.add_task("batch", total=None, told="planning")

        def told(event: BatchEvent) -> None:
            match event:
                case BatchStarted():
                    shown.update(task, total=event.jobs, completed=event.finished, told=f"of {event.jobs:,}")
                case JobStarted():
                    shown.update(task, told=event.name[:_NAME])
                case JobDone():
                    shown.update(task, total=event.jobs, completed=event.done, told=_progress(event))

        yield told


def show_report(out: Output, report: BatchReport) -> None:
    """Write a table of what became of each, and a line of what it comes to."""
    for one in report.outcomes:
        doubts = f", {one.doubtful} in doubt" if one.doubtful else ""
        made = f"{count(one.claims, 'claim')}{doubts}" if one.files else ""
        out.page.row(
            ((str(one.status), _COLOURS[one.status]), 8),
            (one.name, _NAME),
            (made, 24),
            (taken(one.usage), 24),
            (one.note or ", ".join(_pages(one.files)), FILL),
        )
    told = ", ".join(f"{report.number(status):,} {status}" for status in Status if report.number(status))
    paid = taken(report.paid) or "nothing"
    everything = f"; {taken(report.taken)} in all runs" if report.taken != report.paid else ""
    out.note(f"{report.folder}: {told}. Paid: {paid}{everything}.")
    if report.sent:
        out.note(f"At OpenAI's Batch API: {', '.join(report.sent)}. Collect with --batch-api --resume.")


def show_estimate(out: Output, estimate: Estimate) -> None:
    """Write a table of what each is going to take, and a line of the whole."""
    for one in estimate.jobs:
        calls = count(one.calls, "call") if one.calls else "no model"
        out.page.row((one.name, _NAME), (calls, 12), (taken(one.usage), 28), (one.note, FIT))
    finished = f", {estimate.finished:,} finished before" if estimate.finished else ""
    whole = taken(estimate.usage) or "nothing to pay"
    out.page.line(
        (f"About {count(estimate.calls, 'call')}, {whole}; {len(estimate.jobs):,} to make{finished}.", "bold")
    )


def _pages(files: Sequence[str]) -> list[str]:
    """The files that one opens: not the pictures in them, nor the manifest beside them."""
    return [file for file in files if "/" not in file and not file.endswith(".manifest.json")]


def _line(event: JobDone) -> str:
    note = f": {event.outcome.note}" if event.outcome.note else ""
    return f"{_progress(event)} · {event.outcome.name} {event.outcome.status}{note}"


def _progress(event: JobDone) -> str:
    left = f"{_time(event.seconds_left)} left" if event.done < event.jobs else ""
    return " · ".join(filter(None, (f"{event.done:,} of {event.jobs:,}", taken(event.paid), left)))


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{rest} s"


FAILED, UNFINISHED = 1, 4
_AGAIN = "What was paid for is kept. Go on with: conspectus batch {} --resume"


def run(args: Namespace, out: Output) -> int:
    """Make them; 1 where one failed, 4 where some are not made yet."""
    options: dict[str, Any] = {"max_tokens": args.max_tokens, "max_cost": args.max_cost, "batch_api": args.batch_api}
    with opened_with(settings_of(args)) as assistant:
        if args.estimate:
            return _estimate(assistant, args, out, options)
        report = _made(args, out, assistant.batches.stream(args.spec, resume=args.resume, **options))
    if out.json:
        out.document(report)
    else:
        show_report(out, report)
    if report.number(Status.FAILED):
        return FAILED
    return UNFINISHED if report.number(Status.FINISHED) < len(report.outcomes) else 0


def _estimate(assistant: Assistant, args: Namespace, out: Output, options: dict[str, Any]) -> int:
    estimate = assistant.batches.estimate(args.spec, **options)
    if out.json:
        total = {"calls": estimate.calls, "usage": estimate.usage.model_dump()}
        out.document({**estimate.model_dump(mode="json"), **total})
    else:
        show_estimate(out, estimate)
    return 0


def _made(args: Namespace, out: Output, events: Iterator[BatchEvent]) -> BatchReport:
    try:
        with making(out.notes) as told:
            return last_event(events, BatchDone, told).report
    except KeyboardInterrupt:
        out.note(_AGAIN.format(args.spec))
        raise
