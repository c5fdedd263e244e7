"""``conspectus merge``."""

from argparse import Namespace

from assistant.cli.confirmation import read_names
from assistant.cli.console import Output
from assistant.cli.formatting import count_noun
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Join the papers."""
    with open_library(args) as assistant:
        ids = read_names(assistant, args.ids, "merge", out)
        if ids is None:
            out.write_note("Nothing was merged.")
            return 1
        paper = assistant.papers.merge(*ids)
    if out.json:
        out.write_document(paper)
    else:
        out.page.write_line(
            "Merged into ", (paper.id, "cyan"), f": {paper.title} ({count_noun(len(paper.records), 'record')})."
        )
    return 0
