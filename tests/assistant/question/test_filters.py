from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.paper_search import check_count
from assistant.question.follow_up import override_filters
from store.errors import InputError
from store.filters import Filters, parse_filters
from store.index.snapshot import Snapshot
from tests.assistant import small


@pytest.mark.parametrize(
    ("given", "filters"),
    [
        ({}, Filters()),
        ({"author": "Che"}, Filters(author=("Che",))),
        ({"author": ["Che", "Dong"], "year_from": 2018}, Filters(author=("Che", "Dong"), year_from=2018)),
        ({"year_to": "2018"}, Filters(year_to=2018)),
        ({"author": None, "ids": None, "text": None}, Filters()),
        ({"ids": ["a"], "has_code": False}, Filters(ids=("a",), has_code=False)),
        ({"date_from": "2020-05", "years": [2018, 2020]}, Filters(date_from="2020-05", years=(2018, 2020))),
        ({"not_author": "Che"}, Filters(without=(Filters(author=("Che",)),))),
        ({"not_title": ["a b", "c"]}, Filters(without=(Filters(title="a b"), Filters(title="c")))),
        (
            {"not_venue": ["Nature", "Science"], "kind": "thesis", "not_author": None},
            Filters(kind=("thesis",), without=(Filters(venue=("Nature",)), Filters(venue=("Science",)))),
        ),
        ({"without": [{"author": "Che"}]}, Filters(without=(Filters(author=("Che",)),))),
    ],
)
def test_filters_as_a_caller_gives_them(given: dict[str, Any], filters: Filters) -> None:
    assert parse_filters(given) == filters


def test_an_unknown_filter_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(
        InputError, match=r"no filter 'autor'.*author, year_from, year_to, category, source, text, has_code, retracted"
    ):
        parse_filters({"autor": "Che"})


@pytest.mark.parametrize(
    "given",
    [
        {"year_from": "abc"},
        {"year_from": 2018.5},
        {"year_to": 0},
        {"year_from": -5},
        {"year_from": 10**30},
        {"year_from": float("nan")},
        {"author": 3},
        {"author": [None]},
        {"category": {"a": 1}},
        {"ids": "one"},
        {"has_code": "perhaps"},
        {"text": b"\xff"},
        {"text": "half a pair \ud83d"},
        {"author": "x" * 100_000 + "\ud800"},
        {"date_from": "May 2020"},
        {"date_to": "2020-13"},
        {"not_author": 3},
        {"not_venue": "half \ud83d"},
        {"without": [{"author": "half \ud83d"}]},
        {"min_citations": "many"},
        {"min_authors": "many"},
        {"states": "beauty"},
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_that_names_its_filter(given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"filter {next(iter(given))} cannot be") as caught:
        parse_filters(given)
    assert len(str(caught.value)) < 300
    assert "pydantic" not in str(caught.value)


def test_k_counts_from_one() -> None:
    assert check_count(1) == 1
    for k in (0, -1):
        with pytest.raises(InputError, match=f"cannot be {k}"):
            check_count(k)


YEARS = st.none() | st.integers(2017, 2026)
SIMPLE = {
    "author": st.sampled_from([(), ("Che",), ("Namkoong",), ("Núñez", "Li"), ("Nobody",)]),
    "year_from": YEARS,
    "year_to": YEARS,
    "category": st.sampled_from([(), ("LG",), ("ML",), ("LG", "ML"), ("ML", "ST", "CY")]),
    "source": st.sampled_from([(), ("jsonl",), ("small.jsonl",), ("other",)]),
    "text": st.sampled_from(["", "fairness", "groups labels", "sampling"]),
    "has_code": st.sampled_from([None, True, False]),
    "retracted": st.sampled_from([None, True, False]),
    "ids": st.none() | st.lists(st.sampled_from([one.id for one in small.FIELD]), unique=True).map(tuple),
    "first_author": st.sampled_from([(), ("Che",), ("Che", "Núñez"), ("Ethan Che",)]),
    "single_author": st.sampled_from([None, True, False]),
    "min_authors": st.sampled_from([None, 2, 4]),
    "max_authors": st.sampled_from([None, 1, 3]),
    "states": st.sampled_from([(), ("venue",), ("date", "authors")]),
    "title": st.sampled_from(["", "sampling"]),
    "years": st.sampled_from([(), (2018,), (2018, 2020), (2023, 2024, 2025)]),
    "date_from": st.sampled_from([None, "2018", "2018-05", "2020"]),
    "date_to": st.sampled_from([None, "2018", "2018-05", "2024-12-31"]),
    "has_abstract": st.sampled_from([None, True, False]),
}
PART = st.fixed_dictionaries({}, optional=SIMPLE).map(Filters.model_validate)
FILTERS = st.builds(
    Filters,
    **SIMPLE,
    without=st.lists(PART, max_size=2, unique=True).map(tuple),
    either=st.lists(PART, max_size=2, unique=True).map(tuple),
)


@given(FILTERS, FILTERS)
def test_both_holds_for_the_papers_for_which_each_holds(view: Snapshot, one: Filters, other: Filters) -> None:
    if {"jsonl", "small.jsonl"} <= {*one.source, *other.source}:  # a paper has two sources: its file and its format
        return
    found = [set(view.list_ids(filters)) for filters in (one.intersect(other), one, other)]
    assert found[0] == found[1] & found[2]


@given(FILTERS)
def test_no_condition_changes_nothing(one: Filters) -> None:
    assert (
        one.intersect(Filters())
        == Filters().intersect(one)
        == one.intersect(one)
        == override_filters(one, Filters())
        == one
    )


def test_ids_keep_the_order_of_the_second() -> None:
    assert Filters(ids=("a", "b", "c")).intersect(Filters(ids=("c", "x", "a"))).ids == ("c", "a")
    assert Filters(ids=()).intersect(Filters(ids=("a",))).ids == ()


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        (Filters(year_from=2018, year_to=2018), Filters(year_from=2020), Filters(year_from=2020)),
        (Filters(author=("Che",), year_to=2018), Filters(author=("Li",)), Filters(author=("Li",), year_to=2018)),
        (Filters(author=("Che",)), Filters(year_to=2018), Filters(author=("Che",), year_to=2018)),
        (
            Filters(without=(Filters(author=("Che",)),)),
            Filters(without=(Filters(text="queues"),)),
            Filters(without=(Filters(author=("Che",)), Filters(text="queues"))),
        ),
    ],
)
def test_what_is_asked_now_replaces_what_was_asked_before(before: Filters, now: Filters, after: Filters) -> None:
    assert override_filters(before, now) == after
