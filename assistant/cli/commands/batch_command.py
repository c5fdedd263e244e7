"""``conspectus batch``: how far it is, what it is going to take, and what it came to."""

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
    JobStatus,
)
from assistant.cli.console import FILL, FIT, ConsolePage, Output
from assistant.cli.exit_codes import DONE, ERROR, UNFINISHED
from assistant.cli.formatting import count_noun, format_usage
from assistant.cli.library_context import open_assistant, read_settings
from assistant.events import RequestRetried, last_event

BatchListener = Callable[[BatchEvent], None]
_COLOURS = {
    JobStatus.FINISHED: "green",
    JobStatus.FAILED: "red",
    JobStatus.STOPPED: "yellow",
    JobStatus.WAITING: "cyan",
}
# Columns of a name; chosen by hand, as the others of the tables here.
_NAME = 40
_AGAIN = "What was paid for is kept. Go on with: conspectus batch {} --resume"


def run(args: Namespace, out: Output) -> int:
    """Make them; 1 where one failed, 4 where some are not made yet."""
    options: dict[str, Any] = {"max_tokens": args.max_tokens, "max_cost": args.max_cost, "batch_api": args.batch_api}
    with open_assistant(read_settings(args)) as assistant:
        if args.estimate:
            return _show_estimate(assistant, args, out, options)
        report = _run_batch(args, out, assistant.batches.stream(args.spec, resume=args.resume, **options))
    if out.json:
        out.write_document(report)
    else:
        show_report(out, report)
    if report.count_status(JobStatus.FAILED):
        return ERROR
    return UNFINISHED if report.count_status(JobStatus.FINISHED) < len(report.outcomes) else DONE


@contextmanager
def show_progress(page: ConsolePage) -> Iterator[BatchListener]:
    """Show how far a batch is: a bar on a terminal, a line for each that has come to its end elsewhere."""
    if not page.is_terminal:
        yield lambda event: page.write_line(_describe_job(event)) if isinstance(event, JobDone) else None
        return
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (BarColumn(), TextColumn("{task.fields[told]}", markup=False))
    with Progress(*columns, console=page.console, transient=True) as bar:
        task = bar.add_task("batch", total=None, told="planning")

        def listen(event: BatchEvent) -> None:
            match event:
                case BatchStarted():
                    bar.update(task, total=event.jobs, completed=event.finished, told=f"of {event.jobs:,}")
                case JobStarted():
                    bar.update(task, told=event.name[:_NAME])
                case RequestRetried():
                    bar.update(task, told=event.words)
                case JobDone():
                    bar.update(task, total=event.jobs, completed=event.done, told=_describe_progress(event))

        yield listen


def show_report(out: Output, report: BatchReport) -> None:
    """Write a table of what became of each, and a line of what it comes to."""
    for outcome in report.outcomes:
        doubts = f", {outcome.doubtful} in doubt" if outcome.doubtful else ""
        contents = f"{count_noun(outcome.claims, 'claim')}{doubts}" if outcome.files else ""
        out.page.write_row(
            ((str(outcome.status), _COLOURS[outcome.status]), 8),
            (outcome.name, _NAME),
            (contents, 24),
            (format_usage(outcome.usage), 24),
            (outcome.note or ", ".join(_list_pages(outcome.files)), FILL),
        )
    totals = ", ".join(
        f"{report.count_status(status):,} {status}" for status in JobStatus if report.count_status(status)
    )
    paid = format_usage(report.paid) or "nothing"
    all_runs = f"; {format_usage(report.taken)} in all runs" if report.taken != report.paid else ""
    out.write_note(f"{report.folder}: {totals}. Paid: {paid}{all_runs}.")
    if report.sent:
        out.write_note(f"At OpenAI's Batch API: {', '.join(report.sent)}. Collect with --batch-api --resume.")


def show_estimate(out: Output, estimate: Estimate) -> None:
    """Write a table of what each is going to take, and a line of the whole."""
    for job in estimate.jobs:
        calls = count_noun(job.calls, "call") if job.calls else "no model"
        out.page.write_row((job.name, _NAME), (calls, 12), (format_usage(job.usage), 28), (job.note, FIT))
    finished = f", {estimate.finished:,} finished before" if estimate.finished else ""
    cost = format_usage(estimate.usage) or "nothing to pay"
    out.page.write_line(
        (f"About {count_noun(estimate.calls, 'call')}, {cost}; {len(estimate.jobs):,} to make{finished}.", "bold")
    )


def _list_pages(files: Sequence[str]) -> list[str]:
    """List the files that one opens: not the pictures in them, nor the manifest beside them."""
    return [file for file in files if "/" not in file and not file.endswith(".manifest.json")]


def _describe_job(event: JobDone) -> str:
    note = f": {event.outcome.note}" if event.outcome.note else ""
    return f"{_describe_progress(event)} · {event.outcome.name} {event.outcome.status}{note}"


def _describe_progress(event: JobDone) -> str:
    left = f"{_format_time(event.seconds_left)} left" if event.done < event.jobs else ""
    return " · ".join(filter(None, (f"{event.done:,} of {event.jobs:,}", format_usage(event.paid), left)))


def _format_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{rest} s"


def _show_estimate(assistant: Assistant, args: Namespace, out: Output, options: dict[str, Any]) -> int:
    estimate = assistant.batches.estimate(args.spec, **options)
    if out.json:
        total = {"calls": estimate.calls, "usage": estimate.usage.model_dump()}
        out.write_document({**estimate.model_dump(mode="json"), **total})
    else:
        show_estimate(out, estimate)
    return 0


def _run_batch(args: Namespace, out: Output, events: Iterator[BatchEvent]) -> BatchReport:
    try:
        with show_progress(out.notes) as listen:
            return last_event(events, BatchDone, listen).report
    except KeyboardInterrupt:
        out.write_note(_AGAIN.format(args.spec))
        raise
