"""Rows with more cells than names."""

import pytest

from store.readers.delimited import align_row

FIELDS = {0: "title", 1: "doi", 3: "issn", 4: "pmid", 5: "language"}


@pytest.mark.parametrize(
    ("row", "aligned", "first"),
    [
        # The funding text has two columns and one name: all behind it stand one further right.
        (
            ["A", "10.1000/a", "money", "more", "2045-2322", "123", "English"],
            ["A", "10.1000/a", "money", "2045-2322", "123", "English", "more"],
            3,
        ),
        # Nothing tells a place: the cell at the end is the one without a name.
        (["A", "10.1000/a", "money", "2045-2322", "123", "English", "x"], None, 6),
        (["A", "", "money", "", "", "English", "x"], None, 6),
        # Two cells too many, before the DOI.
        (
            ["A", "x", "y", "10.1000/a", "money", "20452322", "", "English"],
            ["A", "10.1000/a", "money", "20452322", "", "English", "x", "y"],
            1,
        ),
    ],
)
def test_cells_stand_under_the_names_that_fit_their_form(row: list[str], aligned: list[str] | None, first: int) -> None:
    assert align_row(FIELDS, 6, row) == (aligned or row, first)


def test_addresses_are_told_from_other_cells_however_many_there_are() -> None:
    addresses = "http://a;b, www.c"
    assert align_row({1: "url"}, 2, ["A", "x y", addresses]) == (["A", addresses, "x y"], 1)
    many = f"http://a{';a' * 5000}"
    assert align_row({1: "url"}, 2, ["A", many, f"{many} b c"])[1] == 2
