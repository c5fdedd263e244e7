"""Papers, authors, counts and costs in a few words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant import Paper
from assistant.display import sort_authors, warn_of_orders

if TYPE_CHECKING:
    from assistant.types import Usage

# Names that are shown before "and others"; chosen by hand.
NAMES = 3


def list_names(paper: Paper) -> list[str]:
    """List the names of the authors that the source lists."""
    return [author.name for author in sort_authors(paper)]


def format_byline(authors: Sequence[str], truncated: bool) -> str:
    """Join names with commas and "and others" where some are left out; "" for none."""
    names = list(authors[:NAMES])
    if truncated or len(authors) > NAMES:
        return f"{', '.join(names)} and others" if names else ""
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def describe_paper(paper: Paper) -> str:
    """Describe a paper by its authors, year, venue and id."""
    byline = format_byline(list_names(paper), paper.authors_truncated)
    return join_parts(byline, paper.year, paper.venue, paper.id)


def list_remarks(paper: Paper) -> str:
    """List what is to be known of a paper before it is used: damage, a retraction, a guessed year and so on."""
    orders = warn_of_orders(paper)
    remarks = (
        ("damaged: add its file again", bool(paper.damage)),
        (paper.retraction, bool(paper.retraction)),
        (orders, bool(orders)),
        ("code", paper.has_code),
        ("year inferred", paper.year_inferred),
        ("undated", paper.date is None),
        ("no abstract", not paper.abstract),
    )
    return ", ".join(remark for remark, holds in remarks if holds)


def count_noun(number: int, noun: str) -> str:
    """Count in words: ``1 paper``, ``45 papers``, ``1,000 papers``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def format_usage(usage: "Usage") -> str:
    """Format tokens and their price, where that is known; "" for none: ``1,234 tokens, $0.0012``."""
    tokens = usage.input_tokens + usage.output_tokens
    return ", ".join(filter(None, (count_noun(tokens, "token"), usage.price))) if tokens else ""


def join_parts(*parts: object) -> str:
    """Join what there is of some parts with points between them."""
    return " · ".join(str(part) for part in parts if part)
