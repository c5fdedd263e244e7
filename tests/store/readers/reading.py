"""What the tests of the readers share."""

import json
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from store.paper import Paper, Problem
from store.readers import Item

T = TypeVar("T", bound=Item)


finite = st.floats(allow_nan=False, allow_infinity=False)
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
"""Any value that JSON can hold."""


class Read(Protocol):
    """The ``read`` fixture: everything that stands in a content."""

    def __call__(self, content: str | bytes, format: str | None = None, name: str = "papers.txt") -> list[Item]: ...


def only(kind: type[T], items: Iterable[Item]) -> list[T]:
    """The items of one kind."""
    return [item for item in items if isinstance(item, kind)]


def papers(items: Iterable[Item]) -> list[Paper]:
    """The papers among the items."""
    return only(Paper, items)


def lost(items: Iterable[Item]) -> list[Problem]:
    """The problems that cost a record."""
    return [problem for problem in only(Problem, items) if problem.lost]


def doubts(items: Iterable[Item]) -> list[str]:
    """The reasons of the problems that cost none."""
    return [problem.reason for problem in only(Problem, items) if not problem.lost]


def line(**fields: Any) -> str:
    """A line of JSON Lines."""
    return json.dumps(fields) + "\n"
