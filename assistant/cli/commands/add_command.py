"""``conspectus add``."""

from argparse import Namespace

from assistant import Assistant
from assistant.cli.console import Output
from assistant.cli.imports import FileReport, count_in_library, run_import
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Add each file; 1 where one of them gave nothing at all."""
    with open_library(args) as assistant:
        reports = [_add_file(assistant, file, args, out) for file in args.files]
    if out.json and len(reports) > 1:
        out.write_array(reports)
    elif out.json:
        out.write_document(reports[0])
    return 0 if all(count_in_library(report) or report.left_out for report in reports) else 1


def _add_file(assistant: Assistant, file: str, args: Namespace, out: Output) -> FileReport:
    events = assistant.stream_add(
        file, args.format, args.dry_run, limit=args.limit, category=args.category or (), since=args.since
    )
    return run_import(file, events, out, assistant.papers.count_pending, args.dry_run)
