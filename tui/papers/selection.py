"""The papers of the library as rows of a list: in memory, so that every key filters them at once."""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple, Self

from assistant.sessions.search import folded
from store.citation_keys import listed_authors
from store.index.schema import name_words
from store.paper import Paper
from store.person_name import person_name
from tui.papers.paper_query import PaperQuery
from tui.safe import one_line

TITLE_CHARS = 300


class Sort(StrEnum):
    """The order of the list: newest first, or by name."""

    YEAR = "year"
    AUTHOR = "author"
    TITLE = "title"

    @property
    def next(self) -> "Sort":
        """The order that comes after this one."""
        orders = list(Sort)
        return orders[(orders.index(self) + 1) % len(orders)]


class Row(NamedTuple):
    """What the list shows of a paper, and what it is found by.

    ``text`` holds title, abstract and authors without case and accents; ``names`` and ``categories`` hold words with
    a space before each. ``by_author`` and ``by_title`` are what the list is sorted by, those without one last.
    """

    id: str
    title: str
    author: str
    year: int | None
    category: str
    has_code: bool
    retracted: bool
    merged: bool
    text: str
    names: str
    categories: str
    by_author: tuple[bool, str]
    by_title: tuple[bool, str]

    @classmethod
    def of(cls, paper: Paper) -> Self:
        """The row of a paper."""
        authors = [author.name for author in listed_authors(paper)]
        first = one_line(authors[0], 80) if authors else ""
        title = one_line(paper.marked_title, TITLE_CHARS)
        family = folded(person_name(first).family)
        return cls(
            id=paper.id,
            title=title,
            author=first,
            year=paper.year,
            category=one_line(" ".join(paper.categories), 40),
            has_code=paper.has_code,
            retracted=bool(paper.retraction),
            merged=bool(paper.records),
            text=folded("\n".join((paper.marked_title, paper.abstract, *authors))),
            names="".join(f" {word}" for name in authors for word in name_words(name)),
            categories="".join(f" {one} {one.rpartition('.')[2]}" for one in map(str.casefold, paper.categories)),
            by_author=(not family, f"{family} {folded(first)}"),
            by_title=(not title, folded(one_line(paper.title, TITLE_CHARS))),
        )


_KEYS = {Sort.AUTHOR: attrgetter("by_author"), Sort.TITLE: attrgetter("by_title")}


class Catalogue:
    """All rows, in the order of a sort.

    Args:
        rows: Newest first.
        sort: Their order.
    """

    def __init__(self, rows: Iterable[Row] = (), sort: Sort = Sort.YEAR) -> None:
        self._rows = list(rows)
        self.order(sort)

    def __len__(self) -> int:
        """How many papers there are."""
        return len(self._rows)

    def order(self, sort: Sort) -> None:
        """Sort them otherwise."""
        self.sort = sort
        self._sorted = sorted(self._rows, key=_KEYS[sort]) if sort in _KEYS else self._rows

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows, older than those that are here."""
        self._rows.extend(rows)
        self.order(self.sort)

    def drop(self, ids: Collection[str]) -> None:
        """Take rows out."""
        self._rows = [row for row in self._rows if row.id not in ids]
        self.order(self.sort)

    def with_ids(self, ids: Collection[str]) -> list[Row]:
        """The rows of these papers, in order."""
        return [row for row in self._sorted if row.id in ids]

    def select(self, query: PaperQuery, among: Sequence[Row] | None = None) -> Sequence[Row]:
        """The rows for which a query holds, in order; ``among`` limits them, itself in order."""
        rows = _between(self._sorted if among is None else among, query.year_from, query.year_to)
        for flag in ("has_code", "retracted", "merged"):
            if (wanted := getattr(query, flag)) is not None:
                rows = [row for row in rows if getattr(row, flag) is wanted]
        for category in query.categories:
            rows = [row for row in rows if f" {category}" in row.categories]
        for name in query.names:
            rows = [row for row in rows if f" {name}" in row.names]
        for word in query.words:
            rows = [row for row in rows if word in row.text]
        return rows


def _between(rows: Sequence[Row], first: int | None, last: int | None) -> Sequence[Row]:
    if first is None and last is None:
        return rows
    low, high = first or 0, 9999 if last is None else last
    return [row for row in rows if row.year is not None and low <= row.year <= high]
