"""``conspectus duplicates``."""

from argparse import Namespace
from itertools import islice

from assistant import Duplicate, Paper
from assistant.cli.console import Output, Page
from assistant.cli.context import opened
from assistant.cli.phrases import count, of_paper


def run(args: Namespace, out: Output) -> int:
    """List the pairs; none is no error."""
    with opened(args) as assistant:
        found = islice(assistant.papers.duplicates(), args.limit)
        if out.json:
            out.array(found)
            return 0
        shown = 0
        for pair in found:
            _show(out.page, pair)
            shown += 1
    if shown:
        out.note(f"{count(shown, 'pair')}. One paper: conspectus merge ID ID. Two: conspectus split ID ID.")
    else:
        out.note("No two papers look like one.")
    return 0


def _show(page: Page, pair: Duplicate) -> None:
    page.line((f"{pair.reason[:1].upper()}{pair.reason[1:]}", "bold"))
    for paper in (pair.first, pair.second):
        _line(page, paper)
    page.line()


def _line(page: Page, paper: Paper) -> None:
    page.line((paper.id, "cyan"), indent=2, first="-")
    page.line(paper.marked_title, (f"  {of_paper(paper)}", "dim"), indent=4)
