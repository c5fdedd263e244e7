"""``conspectus batch``."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from assistant.batch.events import BatchDone, BatchEvent, BatchReport, Status
from assistant.cli.commands.batch import making, show_estimate, show_report
from assistant.cli.context import opened_with, settings_of
from assistant.cli.output import Output
from assistant.client import Assistant

FAILED, UNFINISHED = 1, 4
_AGAIN = "What was paid for is kept. Go on with: conspectus batch {} --resume"


def run(args: Namespace, out: Output) -> int:
    """Make them; 1 where one failed, 4 where some are not made yet."""
    options: dict[str, Any] = {"max_tokens": args.max_tokens, "max_cost": args.max_cost, "batch_api": args.batch_api}
    with opened_with(settings_of(args)) as assistant:
        if args.estimate:
            return _estimate(assistant, args, out, options)
        report = _made(args, out, assistant.batching(args.spec, resume=args.resume, **options))
    if out.json:
        out.document(report)
    else:
        show_report(out, report)
    if report.number(Status.FAILED):
        return FAILED
    return UNFINISHED if report.number(Status.FINISHED) < len(report.outcomes) else 0


def _estimate(assistant: Assistant, args: Namespace, out: Output, options: dict[str, Any]) -> int:
    estimate = assistant.estimate(args.spec, **options)
    if out.json:
        total = {"calls": estimate.calls, "usage": estimate.usage.model_dump()}
        out.document({**estimate.model_dump(mode="json"), **total})
    else:
        show_estimate(out, estimate)
    return 0


def _made(args: Namespace, out: Output, events: Iterator[BatchEvent]) -> BatchReport:
    try:
        with making(out.notes) as told, closing(events):  # type: ignore[type-var]
            for event in events:
                told(event)
                if isinstance(event, BatchDone):
                    return event.report
    except KeyboardInterrupt:
        out.note(_AGAIN.format(args.spec))
        raise
    raise AssertionError("the batch ended without its last event")
