"""``conspectus search``."""

from argparse import Namespace

from assistant import Hit
from assistant.cli.console import ConsolePage, Output
from assistant.cli.exit_codes import DONE, NO_ANSWER
from assistant.cli.formatting import describe_paper
from assistant.cli.library_context import explain_empty, open_assistant, read_filters, read_settings

# Of each hit; chosen by hand.
SENTENCES = 2
NOTHING = "Nothing fits: no paper that the filters let through is about these words, or near to them."


def run(args: Namespace, out: Output) -> int:
    """Search; 3 where nothing fits, as ``ask`` has it."""
    settings = read_settings(args)
    with open_assistant(settings, asks=False) as assistant:
        words, filters = " ".join(args.words), read_filters(args)
        hits = assistant.search(words, args.k or settings.k, **filters)
        query = assistant.parse(words)
        if not out.json:
            for line in (query.describe_search(), *query.note()):
                out.write_note(line)
        if not hits:
            out.write_note(NOTHING if assistant.papers.count(**filters) else explain_empty(assistant, filters))
    if out.json:
        out.write_array(hits)
    for rank, hit in enumerate(() if out.json else hits, 1):
        _show_hit(out.page, rank, hit)
    return DONE if hits else NO_ANSWER


def _show_hit(page: ConsolePage, rank: int, hit: Hit) -> None:
    if rank > 1:
        page.write_line()
    page.write_line((hit.paper.marked_title, "bold"), indent=4, first=(f"{rank}.", "cyan"))
    fit = f" · relevance {hit.relevance:.2f}" if hit.relevance else ""
    page.write_line((f"{describe_paper(hit.paper)}{fit}", "dim"), indent=4)
    for sentence in hit.sentences[:SENTENCES]:
        page.write_line(f"“{sentence.text}”", indent=4)
    if not hit.sentences:
        page.write_line(("No abstract.", "dim"), indent=4)
