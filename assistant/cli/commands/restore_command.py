"""``conspectus restore``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.formatting import count_noun
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Make a library of a file that ``backup`` wrote."""
    with open_library(args, embeds=False) as assistant:
        backup = assistant.restore(args.file, args.replace)
        place = assistant.place
    if out.json:
        out.write_document({"library": place, "papers": backup.papers, "version": backup.version})
    else:
        out.page.write_line(f"Restored {count_noun(backup.papers, 'paper')} to {place}.")
    return 0
