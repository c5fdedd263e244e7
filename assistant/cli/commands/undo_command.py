"""``conspectus undo``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Bring back what was removed last, or list what can be."""
    with open_library(args) as assistant:
        removals = assistant.list_removed() if args.list else (assistant.undo(),)
    if out.json:
        shown = [removal.model_dump(mode="json", include={"kind", "at", "titles", "session"}) for removal in removals]
        out.write_document({"removed": shown} if args.list else shown[0])
        return 0
    for removal in removals:
        verb = f"{removal.at:%Y-%m-%d %H:%M}  " if args.list else "Back: "
        out.page.write_line(verb, (removal.summary, "bold"))
    if not removals:
        out.write_note("Nothing was removed in the last thirty days.")
    return 0
