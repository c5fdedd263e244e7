"""``conspectus enrich``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.context import conditions, opened
from assistant.cli.imports import fetched, planned


def run(args: Namespace, out: Output) -> int:
    """Fill the gaps of the papers that are meant; 1 where nobody could be asked."""
    with opened(args) as assistant:
        if args.dry_run:
            return planned(assistant.papers.enrich_plan(**conditions(args)), out)
        return fetched("enrich", assistant.papers.stream_enrich(**conditions(args)), out, may_be_empty=True)
