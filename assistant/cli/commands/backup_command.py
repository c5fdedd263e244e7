"""``conspectus backup``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.formatting import count_noun
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Write the library into a file."""
    with open_library(args, embeds=False) as assistant:
        backup = assistant.backup(args.file)
    if out.json:
        out.write_document({"file": args.file, "papers": backup.papers, "version": backup.version})
    else:
        out.page.write_line(f"Written: {args.file} ({count_noun(backup.papers, 'paper')})")
    return 0
