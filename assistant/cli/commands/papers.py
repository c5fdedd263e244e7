"""``conspectus papers``."""

from argparse import Namespace
from itertools import islice

from assistant import Assistant, Paper
from assistant.cli import phrases as wording
from assistant.cli.console import FILL, FIT, Output, Page
from assistant.cli.context import conditions, nothing, opened
from assistant.cli.phrases import in_words
from assistant.types import FilterOptions

YEAR = 4
PROFILES = 3


def run(args: Namespace, out: Output) -> int:
    """List; an empty list is no error."""
    filters = conditions(args)
    with opened(args) as assistant:
        papers = islice(assistant.papers.list(args.oldest_first, **filters), args.limit)
        if out.json:
            out.array(papers)
            return 0
        _head(out, assistant, filters, args.limit)
        for paper in papers:
            _row(out.page, paper)
    return 0


def _head(out: Output, assistant: Assistant, filters: FilterOptions, limit: int | None) -> None:
    papers, matching = assistant.papers.count(), assistant.papers.count(**filters)
    if not matching:
        out.note(nothing(assistant))
        return
    share = f"{matching:,} of " if matching < papers else ""
    cut = f", the first {limit:,} shown" if limit and limit < matching else ""
    out.note(f"{share}{wording.count(papers, 'paper')}{cut}")
    profiles = assistant.papers.profiles()
    for profile in profiles[:PROFILES]:
        out.note(in_words(profile))
    if len(profiles) > PROFILES:
        out.note(f"… and {len(profiles) - PROFILES:,} more profiles; `conspectus show ID` has that of its paper.")


def _row(page: Page, paper: Paper) -> None:
    names = wording.names(paper)
    short = page.is_terminal and (len(names) > 1 or paper.authors_truncated)
    authors = f"{names[0]} et al." if short and names else wording.byline(names, paper.authors_truncated)
    page.row(
        ((paper.id, "cyan"), FIT),
        (str(paper.year or "–"), YEAR),
        (authors, max(20, page.width // 8)),
        (paper.marked_title, FILL),
        ((wording.remarks(paper), "dim"), FIT),
    )
