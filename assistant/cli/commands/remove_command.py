"""``conspectus remove``."""

import sys
from argparse import Namespace

from assistant import Paper
from assistant.cli.console import Output
from assistant.cli.formatting import count_noun, describe_paper
from assistant.cli.library_context import open_library
from store.errors import InputError


def run(args: Namespace, out: Output) -> int:
    """Remove papers; 1 where the user thinks better of it."""
    ids = list(dict.fromkeys(args.ids))
    with open_library(args) as assistant:
        papers = [assistant.papers.get(paper_id) for paper_id in ids]
        if not args.yes and not _confirm(papers, out):
            out.write_note("Nothing was removed.")
            return 1
        assistant.papers.remove(*ids)
    if out.json:
        out.write_document({"removed": ids})
    else:
        out.page.write_line(f"Removed {count_noun(len(ids), 'paper')}.")
    return 0


def _confirm(papers: list[Paper], out: Output) -> bool:
    if not sys.stdin.isatty():
        raise InputError("Nobody is there to be asked, so nothing was removed.", "Say --yes to remove without asking.")
    for paper in papers:
        out.notes.write_line((paper.marked_title, "bold"), f"  {describe_paper(paper)}")
    print(f"Remove {count_noun(len(papers), 'paper')} for good? [y/N] ", end="", file=out.notes.stream, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
