"""``conspectus papers``."""

from argparse import Namespace
from itertools import islice
from typing import TYPE_CHECKING

from assistant import Assistant, Paper
from assistant.cli.console import FILL, FIT, ConsolePage, Output
from assistant.cli.formatting import count_noun, format_byline, list_names, list_remarks
from assistant.cli.library_context import explain_empty, open_library, read_filters
from assistant.display import describe_profile

if TYPE_CHECKING:
    from assistant.types import FilterOptions

# Columns of a year; and how many profiles are shown above the list, chosen by hand.
YEAR = 4
PROFILES = 3


def run(args: Namespace, out: Output) -> int:
    """List; an empty list is no error."""
    filters = read_filters(args)
    with open_library(args, embeds=False) as assistant:
        papers = islice(assistant.papers.list(args.oldest_first, **filters), args.limit)
        if out.json:
            out.write_array(papers)
            return 0
        _show_head(out, assistant, filters, args.limit)
        for paper in papers:
            _show_row(out.page, paper)
    return 0


def _show_head(out: Output, assistant: Assistant, filters: "FilterOptions", limit: int | None) -> None:
    if line := assistant.papers.describe(**filters):
        out.write_note(line)
    papers, matching = assistant.papers.count(), assistant.papers.count(**filters)
    if not matching:
        out.write_note(explain_empty(assistant, filters))
        return
    share = f"{matching:,} of " if matching < papers else ""
    cut = f", the first {limit:,} shown" if limit and limit < matching else ""
    out.write_note(f"{share}{count_noun(papers, 'paper')}{cut}")
    profiles = assistant.papers.profiles()
    for profile in profiles[:PROFILES]:
        out.write_note(describe_profile(profile))
    if len(profiles) > PROFILES:
        out.write_note(f"… and {len(profiles) - PROFILES:,} more profiles; `conspectus show ID` has that of its paper.")


def _show_row(page: ConsolePage, paper: Paper) -> None:
    names = list_names(paper)
    short = page.is_terminal and (len(names) > 1 or paper.authors_truncated)
    authors = f"{names[0]} et al." if short and names else format_byline(names, paper.authors_truncated)
    page.write_row(
        ((paper.id, "cyan"), FIT),
        (str(paper.year or "–"), YEAR),
        (authors, max(20, page.width // 8)),
        (paper.marked_title, FILL),
        ((list_remarks(paper), "dim"), FIT),
    )
