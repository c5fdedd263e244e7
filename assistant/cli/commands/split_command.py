"""``conspectus split``."""

from argparse import Namespace

from assistant.cli.confirmation import read_names
from assistant.cli.console import Output
from assistant.cli.formatting import count_noun
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Part the records of a paper, or keep papers apart."""
    with open_library(args) as assistant:
        ids = read_names(assistant, args.ids, "split", out)
        if ids is None:
            out.write_note("Nothing was split.")
            return 1
        papers = assistant.papers.split(*ids)
    if out.json:
        out.write_array(papers)
        return 0
    out.page.write_line(f"{'Kept apart' if len(args.ids) > 1 else 'Split into'} {count_noun(len(papers), 'paper')}:")
    for paper in papers:
        out.page.write_line((paper.id, "cyan"), f"  {paper.title}", indent=2, first="-")
    return 0
