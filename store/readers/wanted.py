"""Which papers of a file are wanted; what is ruled out while it is read costs little more than reading."""

from collections.abc import Collection, Iterator
from typing import TypedDict

from store.errors import InputError
from store.paper import Paper, Problem, Profile


class Only(TypedDict, total=False):
    """The conditions as keywords: see ``Wanted``."""

    limit: int | None
    category: str | Collection[str]
    since: int | None


class Wanted:
    """The conditions of one reading, which all have to hold, and how many papers they left out.

    Args:
        limit: At most so many papers, from 1; the reading ends with the last of them. None for all.
        category: Papers with one of these categories; empty for all.
        since: Papers of this year or later, which leaves out those without a date. None for all.
    """

    def __init__(
        self, limit: int | None = None, category: str | Collection[str] = (), since: int | None = None
    ) -> None:
        if limit is not None and limit < 1:
            raise InputError(f"The limit is {limit} papers.", "Give 1 or more.")
        self.limit = limit
        self.category = frozenset([category] if isinstance(category, str) else category)
        self.since = since
        self.left_out = 0

    def rules_out(self, categories: Collection[str], year: int | None) -> bool:
        """Whether what a reader knows of a record already shows that it is not wanted, which is counted.

        Args:
            categories: All categories of the record.
            year: Its year; None where that is not known yet.
        """
        out = bool(self.category and self.category.isdisjoint(categories))
        out = out or (self.since is not None and year is not None and year < self.since)
        self.left_out += out
        return out

    def of(self, items: Iterator[Paper | Problem | Profile]) -> Iterator[Paper | Problem | Profile]:
        """The papers that are wanted, and everything that is no paper."""
        taken = 0
        for item in items:
            if not isinstance(item, Paper):
                yield item
            elif self.since is not None and item.year is None:
                self.left_out += 1
            elif not self.rules_out(item.categories, item.year):
                taken += 1
                yield item
                if taken == self.limit:
                    return
