"""``conspectus remove``."""

from argparse import Namespace

from assistant.cli.confirmation import confirm, show_titles
from assistant.cli.console import Output
from assistant.cli.formatting import count_noun, describe_paper
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Remove papers; 1 where the user thinks better of it."""
    with open_library(args) as assistant:
        named = {name: assistant.papers.find(name) for name in args.ids}
        papers = {found.paper.id: found.paper for found in named.values()}
        if args.yes:
            show_titles(named, out)
        else:
            for paper in papers.values():
                out.notes.write_line((paper.marked_title, "bold"), f"  {describe_paper(paper)}")
            number = count_noun(len(papers), "paper")
            if not confirm(f"Remove {number}?", "Say --yes to remove without asking.", out):
                out.write_note("Nothing was removed.")
                return 1
        assistant.papers.remove(*papers)
    if out.json:
        out.write_document({"removed": [*papers]})
    else:
        out.page.write_line(f"Removed {count_noun(len(papers), 'paper')}.")
    return 0
