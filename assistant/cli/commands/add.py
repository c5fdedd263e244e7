"""``conspectus add``."""

from argparse import Namespace

from assistant import Assistant
from assistant.cli.console import Output
from assistant.cli.context import opened
from assistant.cli.imports import FileReport, added, in_library


def run(args: Namespace, out: Output) -> int:
    """Add each file; 1 where one of them gave nothing at all."""
    with opened(args) as assistant:
        reports = [_add(assistant, file, args, out) for file in args.files]
    if out.json and len(reports) > 1:
        out.array(reports)
    elif out.json:
        out.document(reports[0])
    return 0 if all(in_library(report) or report.left_out for report in reports) else 1


def _add(assistant: Assistant, file: str, args: Namespace, out: Output) -> FileReport:
    events = assistant.stream_add(
        file, args.format, args.dry_run, limit=args.limit, category=args.category or (), since=args.since
    )
    return added(file, events, out, args.dry_run)
