"""``conspectus fetch``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.imports import run_fetch, show_plans
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Fetch the references; 1 where they gave nothing at all."""
    with open_library(args) as assistant:
        if args.dry_run:
            return show_plans(assistant.papers.fetch_plan(*args.references, limit=args.limit), out)
        events = assistant.papers.stream_fetch(*args.references, limit=args.limit)
        return run_fetch("fetch", events, out, assistant.papers.count_pending)
