"""``conspectus split``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.context import opened
from assistant.cli.phrases import count


def run(args: Namespace, out: Output) -> int:
    """Part the records of a paper, or keep papers apart."""
    with opened(args) as assistant:
        papers = assistant.papers.split(*args.ids)
    if out.json:
        out.array(papers)
        return 0
    out.page.line(f"{'Kept apart' if len(args.ids) > 1 else 'Split into'} {count(len(papers), 'paper')}:")
    for paper in papers:
        out.page.line((paper.id, "cyan"), f"  {paper.title}", indent=2, first="-")
    return 0
