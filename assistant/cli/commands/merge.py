"""``conspectus merge``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.context import opened
from assistant.cli.phrases import count


def run(args: Namespace, out: Output) -> int:
    """Join the papers."""
    with opened(args) as assistant:
        paper = assistant.papers.merge(*args.ids)
    if out.json:
        out.document(paper)
    else:
        out.page.line("Merged into ", (paper.id, "cyan"), f": {paper.title} ({count(len(paper.records), 'record')}).")
    return 0
