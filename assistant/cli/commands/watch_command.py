"""``conspectus watch``."""

from argparse import Namespace

from assistant.cli.console import FILL, FIT, Output
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Add, list or remove what is watched."""
    with open_library(args) as assistant:
        if args.action == "add":
            watch = assistant.watches.add(" ".join(args.source), args.limit)
            if out.json:
                out.write_document(watch)
            else:
                out.page.write_line((watch.id, "bold"), f" {watch.source}")
                out.write_note("Watched from now on. What is new comes with: conspectus update")
            return 0
        if args.action == "remove":
            assistant.watches.remove(args.name)
            out.write_note(f"{args.name} is not watched any more; what came of it stays.")
            return 0
        watches, reports = assistant.watches.list(), assistant.watches.reports()
    if out.json:
        listed = [watch.model_dump(mode="json") for watch in watches]
        out.write_document({"watches": listed, "reports": list(map(str, reports))})
        return 0
    for watch in watches:
        out.page.write_row(
            ((watch.id, "bold"), 8), (str(watch.kind), 10), (watch.source, FILL), (f"{watch.limit} at a time", FIT)
        )
    for report in reports:
        out.page.write_row(("", 8), ("report", 10), (str(report), FILL))
    if reports:
        what = "a saved report" if len(reports) == 1 else f"{len(reports)} saved reports"
        out.write_note(f"Of {what} conspectus update tells what new papers change in it.")
    if not watches:
        out.write_note(
            "No source of papers is watched. Begin with a folder or a query: conspectus watch add exports/, or "
            'conspectus watch add arxiv:query "…"'
        )
    return 0
