"""``conspectus duplicates``."""

from argparse import Namespace
from itertools import islice

from assistant import Duplicate, Paper
from assistant.cli.console import ConsolePage, Output
from assistant.cli.formatting import count_noun, describe_paper
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """List the pairs; none is no error."""
    with open_library(args) as assistant:
        pairs = islice(assistant.papers.duplicates(), args.limit)
        if out.json:
            out.write_array(pairs)
            return 0
        number = 0
        for pair in pairs:
            _show_pair(out.page, pair)
            number += 1
    if number:
        out.write_note(f"{count_noun(number, 'pair')}. One paper: conspectus merge ID ID. Two: conspectus split ID ID.")
    else:
        out.write_note("No two papers look like one.")
    return 0


def _show_pair(page: ConsolePage, pair: Duplicate) -> None:
    page.write_line((f"{pair.reason[:1].upper()}{pair.reason[1:]}", "bold"))
    for paper in (pair.first, pair.second):
        _show_paper(page, paper)
    page.write_line()


def _show_paper(page: ConsolePage, paper: Paper) -> None:
    page.write_line((paper.id, "cyan"), indent=2, first="-")
    page.write_line(paper.marked_title, (f"  {describe_paper(paper)}", "dim"), indent=4)
