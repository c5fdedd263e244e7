"""Dates, cut to what can be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.readers.dates import make_iso_date


@pytest.mark.parametrize(
    ("parts", "iso", "doubt"),
    [
        ((2018,), "2018", ""),
        ((2018, 5), "2018-05", ""),
        ((2018, 5, 31), "2018-05-31", ""),
        ((2024, 2, 29), "2024-02-29", ""),
        ((2023, 2, 29), "2023-02", "no day 29"),
        ((2023, 13, 1), "2023", "no month 13"),
        ((2023, 0), "2023", "no month 0"),
        ((2023, 5, 0), "2023-05", "no day 0"),
        ((0, 5, 1), None, "year 0"),
        ((3000,), None, "year 3000"),
    ],
)
def test_what_is_impossible_is_left_out_and_said(parts: tuple[int, ...], iso: str | None, doubt: str) -> None:
    found, said = make_iso_date(*parts)
    assert found == iso
    assert doubt in said
    assert bool(doubt) == bool(said)


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_real_dates_are_kept(day: date) -> None:
    assert make_iso_date(day.year, day.month, day.day) == (day.isoformat(), "")
