"""``conspectus skill``: writes the folder that tells an agent how to use the command line."""

from argparse import Namespace

from assistant import Assistant
from assistant.cli.console import Output


def run(args: Namespace, out: Output) -> int:
    """Write it, and say what was written."""
    paths = Assistant.write_skill(args.folder or ".", args.replace)
    if out.json:
        out.write_document({"files": [str(path) for path in paths]})
    for path in () if out.json else paths:
        out.page.write_line(str(path))
    return 0
