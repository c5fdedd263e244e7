"""Papers by their years."""

from collections.abc import Iterable

from store.paper import Paper

UNDATED = "undated"


def year_of(paper: Paper) -> str:
    """The year of a paper in words."""
    return str(paper.year) if paper.year else UNDATED


def by_year(papers: Iterable[Paper]) -> dict[str, list[Paper]]:
    """Papers a year, the newest year first, undated ones last; in a year as they came."""
    years: dict[str, list[Paper]] = {}
    for paper in sorted(papers, key=lambda paper: -(paper.year or 0)):
        years.setdefault(year_of(paper), []).append(paper)
    return years
