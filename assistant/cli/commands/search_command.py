"""``conspectus search``."""

from argparse import Namespace

from assistant import Hit
from assistant.cli import formatting as wording
from assistant.cli.console import ConsolePage, Output
from assistant.cli.library_context import explain_empty, open_assistant, read_filters, read_settings

# Of each hit; chosen by hand.
SENTENCES = 2


def run(args: Namespace, out: Output) -> int:
    """Search; finding nothing is no error."""
    settings = read_settings(args)
    with open_assistant(settings, asks=False) as assistant:
        words = " ".join(args.words)
        hits = assistant.search(words, args.k or settings.k, **read_filters(args))
        query = assistant.parse(words)
        if not out.json:
            for line in (query.describe(), *query.note()):
                out.write_note(line)
        if not hits:
            out.write_note(explain_empty(assistant))
    if out.json:
        out.write_array(hits)
        return 0
    for rank, hit in enumerate(hits, 1):
        _show_hit(out.page, rank, hit)
    return 0


def _show_hit(page: ConsolePage, rank: int, hit: Hit) -> None:
    if rank > 1:
        page.write_line()
    page.write_line((hit.paper.marked_title, "bold"), indent=4, first=(f"{rank}.", "cyan"))
    page.write_line((f"{wording.describe_paper(hit.paper)} · score {hit.score:.2f}", "dim"), indent=4)
    for sentence in hit.sentences[:SENTENCES]:
        page.write_line(f"“{sentence.text}”", indent=4)
    if not hit.sentences:
        page.write_line(("No abstract.", "dim"), indent=4)
