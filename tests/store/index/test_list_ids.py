"""The first papers in order of time or of citations are those that stand first among all."""

from pathlib import Path

import pytest

from store.filters import Filters
from store.library import Library
from tests.store.samples import library, paper, put


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    """Six papers: one without a date, two of one year, two without a count of citations."""
    dates = ("2001", None, "2003", "1999", "2003", "2002-05")
    counts = (4, 9, None, 0, None, 7)
    made = library(tmp_path)
    put(
        made,
        [paper(n, date=date, citation_count=count) for n, (date, count) in enumerate(zip(dates, counts, strict=True))],
    )
    return made


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({}, ["p2", "p4", "p5", "p0", "p3", "p1"]),
        ({"oldest_first": True}, ["p3", "p0", "p5", "p2", "p4", "p1"]),
        ({"most_cited": True}, ["p1", "p5", "p0", "p3"]),
    ],
)
def test_the_first_of_an_order(shelf: Library, order: dict[str, bool], expected: list[str]) -> None:
    view = shelf.view()
    assert view is not None
    assert view.list_ids(Filters(), **order) == expected
    for limit in range(1, 8):
        assert view.list_ids(Filters(), **order, limit=limit) == expected[:limit]
