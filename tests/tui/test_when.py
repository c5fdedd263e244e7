from datetime import UTC, datetime, timedelta, timezone

import pytest

from tui.text import relative_time

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-90), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=61), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=11), "11 hours ago"),
        (timedelta(hours=13), "yesterday"),
        (timedelta(days=1, hours=11), "yesterday"),
        (timedelta(days=2), "Saturday"),
        (timedelta(days=6), "Tuesday"),
        (timedelta(days=7), "16 November"),
        (timedelta(days=400), "19 October 2025"),
    ],
)
def test_as_people_say_it(ago: timedelta, words: str) -> None:
    assert relative_time(NOW - ago, NOW) == words


def test_days_are_those_of_the_reader() -> None:
    here = NOW.replace(hour=1).astimezone(timezone(timedelta(hours=-5)))  # Sunday, 20:00
    assert relative_time(NOW.replace(day=22, hour=8), here) == "17 hours ago"
