"""Papers in a few words.

What an author listing says of its author, in words.
"""

from collections.abc import Sequence

from assistant import Paper, Profile
from assistant.display import listed_authors
from assistant.types import Reference, Usage

# Names that are shown before "and others".
NAMES = 3


def names(paper: Paper) -> list[str]:
    """The names of the authors that are listed."""
    return [author.name for author in listed_authors(paper)]


def byline(authors: Sequence[str], truncated: bool, limit: int = NAMES) -> str:
    """Names with commas and "and others" where some are left out; "" for none."""
    shown = list(authors[:limit])
    if truncated or len(authors) > limit:
        return f"{', '.join(shown)} and others" if shown else ""
    return " and ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else "".join(shown)


def of_paper(paper: Paper) -> str:
    """Authors, year and id."""
    return _joined(byline(names(paper), paper.authors_truncated), paper.year, paper.venue, paper.id)


def of_reference(reference: Reference) -> str:
    """Authors, year, venue, id and link."""
    authors = byline(reference.authors, reference.authors_truncated)
    return _joined(authors, reference.year, reference.venue, reference.paper_id, *reference.urls[:1])


def remarks(paper: Paper) -> str:
    """What is to be known of a record before it is used: damage, a retraction, code, a guessed year, no abstract."""
    known = (
        ("damaged: add its file again", bool(paper.damage)),
        (paper.retraction, bool(paper.retraction)),
        ("code", paper.has_code),
        ("year inferred", paper.year_inferred),
        ("undated", paper.date is None),
        ("no abstract", not paper.abstract),
    )
    return ", ".join(remark for remark, holds in known if holds)


def count(number: int, one: str) -> str:
    """``1 paper``, ``45 papers``, ``1,000 papers``."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def taken(usage: Usage) -> str:
    """Tokens and their price, where that is known; "" for none: ``1,234 tokens, $0.0012``."""
    tokens = usage.input_tokens + usage.output_tokens
    price = "" if usage.dollars is None else f", ${usage.dollars:.4f}"
    return f"{count(tokens, 'token')}{price}" if tokens else ""


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def in_words(profile: Profile) -> str:
    """One line: name, category and the figures that are there."""
    figures = (
        ("h-index", profile.h_index, ""),
        ("papers", profile.papers, ""),
        ("citations", profile.citations, ""),
        ("novelty", profile.novelty_percent, "%"),
        ("AI score", profile.ai_score, ""),
    )
    said = [f"{what} {value:,}{unit}" for what, value, unit in figures if value is not None]
    category = f" ({profile.category})" if profile.category else ""
    return f"{profile.name}{category}: {', '.join(said)}" if said else f"{profile.name}{category}"
