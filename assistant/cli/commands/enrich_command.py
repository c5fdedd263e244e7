"""``conspectus enrich``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.imports import run_fetch, show_plans
from assistant.cli.library_context import open_library, read_filters


def run(args: Namespace, out: Output) -> int:
    """Fill the gaps of the papers that are meant; 1 where nobody could be asked."""
    with open_library(args) as assistant:
        if args.dry_run:
            return show_plans(assistant.papers.enrich_plan(**read_filters(args)), out)
        events = assistant.papers.stream_enrich(**read_filters(args))
        return run_fetch("enrich", events, out, assistant.papers.count_pending, may_be_empty=True)
