import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.parse import find_years


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
        ("in 2018 and 2020", (2018, 2020)),
        ("in 2018 or 2019", (2018, 2019)),
        ("after 2017 and before 2020", (2018, 2019)),
        ("since 2018 until 2020", (2018, 2020)),
        ("before 2020 but after 2017", (2018, 2019)),
    ],
)
def test_a_span_of_years(question: str, span: tuple[int | None, int | None]) -> None:
    years = find_years(question)
    assert (years.first, years.last) == span
    assert not re.search(r"\d", years.rest)


@pytest.mark.parametrize("question", ["", "fairness", "room 2018b", "12018 runs", "1850", "2150", "GPT-4", "20 18"])
def test_no_year(question: str) -> None:
    assert find_years(question) == (None, None, question, False, False)


@pytest.mark.parametrize(
    "question", ["papers in 2018 on fairness", "papers from 2018 on fairness", "papers 2018 on fairness"]
)
def test_on_may_begin_the_topic(question: str) -> None:
    years = find_years(question)
    assert (years.first, years.last) == (2018, 2018)
    assert "on fairness" in years.rest


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
    years = find_years(question)
    assert (years.plain, years.named) == (plain, named)


def test_the_year_with_a_preposition_is_meant() -> None:
    years = find_years("ImageNet 2012 papers in 2018")
    assert (years.first, years.last) == (2018, 2018)
    assert "ImageNet 2012" in years.rest


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
    years = find_years(question)
    given_years = {int(year) for year in re.findall(r"\d{4}", question)}
    assert all(year is None or given_years & {year - 1, year, year + 1} for year in (years.first, years.last))
    assert set(years.rest.split()) <= set(question.split()) | set(re.split(r"[\s–—-]|(?<=\d)|\b", question))
