"""Which times a question names."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.composition import compose_conditions, select_conditions
from assistant.question.condition import Condition
from assistant.question.date_conditions import find_dates
from store.filters import Filters

TODAY = date(2026, 11, 29)


def read(question: str) -> Filters:
    return compose_conditions(question, select_conditions(find_dates(question, TODAY))).filters


def find(question: str) -> list[Condition]:
    return find_dates(question, TODAY)


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("papers in 2018", (2018, 2018)),
        ("papers published in 2018?", (2018, 2018)),
        ("2018 papers", (2018, 2018)),
        ("Which papers from the year 2018 are there?", (2018, 2018)),
        ("papers since 2018", (2018, None)),
        ("starting in 2018", (2018, None)),
        ("papers from 2018 on", (2018, None)),
        ("papers from 2018 onwards about queues", (2018, None)),
        ("2018 or later", (2018, None)),
        ("papers after 2018", (2019, None)),
        ("papers before 2018", (None, 2017)),
        ("papers prior to 2018", (None, 2017)),
        ("everything until 2018", (None, 2018)),
        ("papers up to 2018", (None, 2018)),
        ("papers by 2018", (None, 2018)),
        ("2018 and before", (None, 2018)),
        ("between 2018 and 2020", (2018, 2020)),
        ("between 2020 and 2018", (2018, 2020)),
        ("from 2018 to 2020", (2018, 2020)),
        ("2018-2020", (2018, 2020)),
        ("2018 – 2020", (2018, 2020)),
        ("after 2017 and before 2020", (2018, 2019)),
        ("since 2018 until 2020", (2018, 2020)),
        ("before 2020 but after 2017", (2018, 2019)),
    ],
)
def test_a_span_of_years(question: str, span: tuple[int | None, int | None]) -> None:
    assert read(question) == Filters(year_from=span[0], year_to=span[1])


@pytest.mark.parametrize(
    "question",
    [
        "",
        "fairness",
        "room 2018b",
        "12018 runs",
        "1850",
        "2150",
        "GPT-4",
        "20 18",
        "p70S6K",
        "in under 30s",
        "the over-60s",
    ],
)
def test_no_year(question: str) -> None:
    assert find(question) == []


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("in 2018 and 2020", Filters(years=(2018, 2020))),
        ("in 2018 or 2019", Filters(years=(2018, 2019))),
        ("2016, 2018 and 2020", Filters(years=(2016, 2018, 2020))),
        ("2016–18", Filters(year_from=2016, year_to=2018)),
        ("no later than 2017", Filters(year_to=2017)),
        ("dating back to 2015 or 2016", Filters(years=(2015, 2016))),
        ("going back to before 2018", Filters(year_to=2017)),
        ("up to 2017", Filters(year_to=2017)),
        ("not before 2025", Filters(year_from=2025)),
        ("not after 2017", Filters(year_to=2017)),
        ("not earlier than 2017", Filters(year_from=2017)),
        ("post-2023", Filters(year_from=2024)),
        ("pre-2023", Filters(year_to=2022)),
        ("2020+", Filters(year_from=2020)),
        (">= 2020", Filters(year_from=2020)),
        ("< 2020", Filters(year_to=2019)),
        ("2020 at the latest", Filters(year_to=2020)),
        ("the 2010s", Filters(year_from=2010, year_to=2019)),
        ("the 90s", Filters(year_from=1990, year_to=1999)),
        ("before the 2010s", Filters(year_to=2009)),
        ("after the nineties", Filters(year_from=2000)),
        ("March 2025", Filters(date_from="2025-03", date_to="2025-03")),
        ("since Mar. 2025", Filters(date_from="2025-03")),
        ("after March 2025", Filters(date_from="2025-04")),
        ("before January 2025", Filters(date_to="2024-12")),
        ("between May and July 2020", Filters(date_from="2020-05", date_to="2020-07")),
        ("from March 2019 to May 2020", Filters(date_from="2019-03", date_to="2020-05")),
        ("2020-05", Filters(date_from="2020-05", date_to="2020-05")),
        ("31 May 2020", Filters(date_from="2020-05-31", date_to="2020-05-31")),
        ("after May 31, 2020", Filters(date_from="2020-06-01")),
        ("summer 2020", Filters(date_from="2020-06", date_to="2020-08")),
        ("winter of 2020", Filters(date_from="2020-12", date_to="2021-02")),
        ("Q2 2020", Filters(date_from="2020-04", date_to="2020-06")),
        ("the second half of 2020", Filters(date_from="2020-07", date_to="2020-12")),
        ("the last five years", Filters(year_from=2022, year_to=2026)),
        ("the past decade", Filters(year_from=2017, year_to=2026)),
        ("last year", Filters(year_from=2025, year_to=2025)),
        ("this year", Filters(year_from=2026, year_to=2026)),
        ("the last 3 months", Filters(date_from="2026-09", date_to="2026-11")),
        ("not 2024", Filters(without=(Filters(year_from=2024, year_to=2024),))),
        ("not from 2019 or 2020", Filters(without=tuple(Filters(year_from=y, year_to=y) for y in (2019, 2020)))),
        ("before 2018 or after 2020", Filters(either=(Filters(year_to=2017), Filters(year_from=2021)))),
    ],
)
def test_other_times(question: str, filters: Filters) -> None:
    assert read(question) == filters


def test_what_counts_back_from_today_needs_today() -> None:
    assert find_dates("the last five years", None) == []


@pytest.mark.parametrize("question", ["around 2019", "early 2010s", "the mid-2000s"])
def test_a_vague_time_is_not_used(question: str) -> None:
    composed = compose_conditions(question, find(question))
    assert composed.filters == Filters()
    assert composed.unused


@pytest.mark.parametrize(
    "question", ["papers in 2018 on fairness", "papers from 2018 on fairness", "papers 2018 on fairness"]
)
def test_on_may_begin_the_topic(question: str) -> None:
    (year,) = find(question)
    assert year.filters == Filters(year_from=2018, year_to=2018)
    assert "on fairness" in question[year.end :]


@pytest.mark.parametrize(
    ("question", "plain", "named"),
    [
        ("papers since 2018", False, False),
        ("papers in 2018", True, False),
        ("fairness 2018", True, False),
        ("ImageNet 2012", True, True),
        ("ImageNet in 2012", True, False),
    ],
)
def test_a_mere_year_may_belong_to_the_topic(question: str, plain: bool, named: bool) -> None:
    (year,) = find(question)
    assert (year.plain, year.named) == (plain, named)


WORDS = st.sampled_from(
    [
        "papers",
        "in",
        "since",
        "before",
        "after",
        "between",
        "and",
        "to",
        "-",
        "until",
        "by",
        "2018",
        "1999",
        "2020",
        "on",
        "or",
    ]
)


@given(st.lists(WORDS | st.text(max_size=5), max_size=12).map(" ".join))
def test_nothing_is_made_up(question: str) -> None:
    there = {int(year) for year in re.findall(r"\d{4}", question)} | {
        int(d[:3]) * 10 for d in re.findall(r"\d{4}", question)
    }
    for condition in find(question):
        filters = condition.filters
        for year in (filters.year_from, filters.year_to):
            assert (
                year is None or there & {year - 1, year, year + 1, year - 9} or re.search(r"\d\ds|last|this", question)
            )
