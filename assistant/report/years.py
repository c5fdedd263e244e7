"""The years of papers in words."""

from collections.abc import Iterable, Sequence

from store.paper import Paper

UNDATED = "undated"


def format_year(paper: Paper) -> str:
    """Give the year of a paper in words."""
    return str(paper.year) if paper.year else UNDATED


def format_span(papers: Sequence[Paper]) -> str:
    """Give the first and the last year of some papers, "" where none is dated."""
    years = {paper.year for paper in papers if paper.year}
    return "" if not years else str(min(years)) if len(years) == 1 else f"{min(years)}–{max(years)}"


def group_by_year(papers: Iterable[Paper]) -> dict[str, list[Paper]]:
    """Group papers by year, the newest year first, undated ones last; in a year as they came."""
    years: dict[str, list[Paper]] = {}
    for paper in sorted(papers, key=lambda paper: -(paper.year or 0)):
        years.setdefault(format_year(paper), []).append(paper)
    return years
