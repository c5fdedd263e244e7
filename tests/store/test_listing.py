"""Papers one after another: which there are, in what order, and what happens when the library changes meanwhile."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from unittest.mock import patch

import pytest

from assistant.testing import HashEmbedder
from store.filters import Filters
from store.index.index import IndexDamaged
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from tests.store.samples import DIMENSION, ids, paper, papers, put

COUNT = 60  # More than the first page, which has 50.


@pytest.fixture
def sixty(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library", HashEmbedder(DIMENSION))
    put(library, papers(COUNT))
    yield library
    library.close()


def test_the_newest_come_first_over_all_pages(sixty: Library) -> None:
    dates = [paper.date or "" for paper in sixty.papers()]
    assert len(dates) == COUNT
    assert dates == sorted(dates, reverse=True)
    assert [paper.date for paper in sixty.papers(oldest_first=True)] == sorted(dates)


def test_of_a_list_that_is_not_read_on_only_the_first_page_is_read(sixty: Library) -> None:
    with patch.object(Snapshot, "read_papers", autospec=True, side_effect=Snapshot.read_papers) as read:
        list(islice(sixty.papers(), 3))
    assert [len(call.args[1]) for call in read.call_args_list] == [50]


def test_a_paper_that_is_removed_meanwhile_is_left_out(sixty: Library) -> None:
    expected = ids(sixty.papers())
    listed = sixty.papers()
    first = ids(islice(listed, 50))
    sixty.remove([expected[52]])
    assert [*first, *ids(listed)] == [*expected[:52], *expected[53:]]


def test_a_paper_that_is_changed_meanwhile_is_as_it_is_then(sixty: Library) -> None:
    last = ids(sixty.papers())[-1]
    listed = sixty.papers()
    next(listed)
    put(sixty, [paper(int(last[1:]), abstract="Another abstract.")])
    assert [one.abstract for one in listed][-1] == "Another abstract."


def test_an_index_that_breaks_meanwhile_costs_and_repeats_no_paper(sixty: Library) -> None:
    def read(view: Snapshot, addresses: list[object]) -> list[Paper]:
        if len(addresses) < 50:
            raise IndexDamaged("broken", "")
        return original(view, addresses)  # type: ignore[arg-type]

    original = Snapshot.read_papers
    with patch.object(Snapshot, "read_papers", read):
        listed = ids(sixty.papers())
    assert len(listed) == COUNT
    assert sorted(listed) == sorted(ids(sixty.papers()))


def test_papers_are_counted_as_they_are_listed(sixty: Library) -> None:
    view = sixty.view()
    assert view is not None
    since = Filters(year_from=2010)
    assert view.count_fitting(Filters()) == COUNT
    assert view.count_fitting(since) == len(list(sixty.papers(since))) == 30
