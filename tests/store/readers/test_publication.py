"""Where a work stands, in one shape."""

import pytest

from store.readers.publication import settle_publication
from store.readers.record_builder import format_pages


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("11-19", "11–19"),
        ("11--19", "11–19"),
        ("11 — 19", "11–19"),
        ("123-9", "123–129"),
        ("123-30; discussion 131-2", "123–130; discussion 131–132"),
        ("S12-5", "S12–S15"),
        ("e123-4", "e123–e124"),
        ("xi-xv", "xi–xv"),
        ("pp. 11-19", "11–19"),
        ("12-1", "12-1"),
        ("12-1--12-20", "12-1–12-20"),
        ("22-22", "22"),
        ("e0123456", "e0123456"),
        ("10.1371/journal.pone.001-9", "10.1371/journal.pone.001-9"),
    ],
)
def test_pages_are_ranges_of_whole_numbers(text: str, pages: str) -> None:
    once = settle_publication({"pages": text}, "")
    assert once == {"pages": pages}
    assert settle_publication(once, "") == once


@pytest.mark.parametrize(
    ("first", "last", "pages"),
    [("11", "19", "11–19"), ("11-19", "19", "11-19"), ("119", "9", "119–9"), ("5", "5", "5"), ("", "7", "7")],
)
def test_of_two_pages_one_range(first: str, last: str, pages: str) -> None:
    assert format_pages(first, last) == pages


def test_what_says_that_there_is_none_is_nothing() -> None:
    assert settle_publication({"volume": "-", "publisher": "N/A", "remark": "NA"}, "") == {"remark": "NA"}
