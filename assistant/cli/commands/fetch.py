"""``conspectus fetch``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.context import opened
from assistant.cli.imports import fetched, planned


def run(args: Namespace, out: Output) -> int:
    """Fetch the references; 1 where they gave nothing at all."""
    with opened(args) as assistant:
        if args.dry_run:
            return planned(assistant.papers.fetch_plan(*args.references, limit=args.limit), out)
        return fetched("fetch", assistant.papers.stream_fetch(*args.references, limit=args.limit), out)
