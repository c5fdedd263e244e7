"""``conspectus search``."""

from argparse import Namespace

from assistant import Hit
from assistant.cli import phrases as wording
from assistant.cli.console import Output, Page
from assistant.cli.context import conditions, nothing, opened_with, settings_of

SENTENCES = 2


def run(args: Namespace, out: Output) -> int:
    """Search; finding nothing is no error."""
    settings = settings_of(args)
    with opened_with(settings, asks=False) as assistant:
        hits = assistant.search(" ".join(args.words), args.k or settings.k, **conditions(args))
        if not hits:
            out.note(nothing(assistant))
    if out.json:
        out.array(hits)
        return 0
    for rank, hit in enumerate(hits, 1):
        _show(out.page, rank, hit)
    return 0


def _show(page: Page, rank: int, hit: Hit) -> None:
    if rank > 1:
        page.line()
    page.line((hit.paper.marked_title, "bold"), indent=4, first=(f"{rank}.", "cyan"))
    page.line((f"{wording.of_paper(hit.paper)} · score {hit.score:.2f}", "dim"), indent=4)
    for sentence in hit.sentences[:SENTENCES]:
        page.line(f"“{sentence.text}”", indent=4)
    if not hit.sentences:
        page.line(("No abstract.", "dim"), indent=4)
