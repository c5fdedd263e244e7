"""Dates as bibliographies write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.readers.dates import parse_loose_date, parse_month


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2018", "2018"),
        ("2018-05-31", "2018-05-31"),
        ("2018-05-31T12:00:00Z", "2018-05-31"),
        ("2018/5", "2018-05"),
        ("2018/00/00/", "2018"),
        ("2018//", "2018"),
        ("2018 Mar-Apr", "2018-03"),
        ("2022 Jan-Feb 01", "2022-01"),
        ("Mar. 5, 2018", "2018-03-05"),
        ("4-8 Aug. 2020", "2020-08-04"),
        ("31st May 2018", "2018-05-31"),
        ("31.05.2018", "2018-05-31"),
        ("März 2018", "2018-03"),
        ("Thu, 31 May 2018 19:18:42 GMT", "2018-05-31"),
        ("2001 Spring", "2001"),
        ("c1999", "1999"),
        ("2018-02-31", "2018-02"),
        ("2018-13", "2018"),
        ("99", None),
        ("in press", None),
        ("20185", None),
        ("", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    assert parse_loose_date(text) == date


def test_a_year_is_never_made_up() -> None:
    assert parse_loose_date("31 May") is None


@given(st.text(max_size=40) | st.from_regex(r"[0-9 /.-]{0,20}", fullmatch=True))
def test_whatever_comes_out_is_a_date(text: str) -> None:
    found = parse_loose_date(text)
    assert found is None or re.fullmatch(r"[1-2]\d{3}(-\d{2}(-\d{2})?)?", found)
    if found:
        assert found[:4] in text


@pytest.mark.parametrize(
    ("text", "month"), [("jan", 1), ("{Dec.}", 12), ("5", 5), ("05", 5), ("13", None), ("?", None)]
)
def test_months(text: str, month: int | None) -> None:
    assert parse_month(text) == month
