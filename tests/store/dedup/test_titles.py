"""Titles as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.dedup.keys import agree, generic, normal, notice, short


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Blue-light therapy.", "[Blue light Therapy]"),
        ("Über die Größe", "Uber die Grosse"),
        ("CO₂ & water", "CO2 and water"),
        ("RETRACTED: A cure for colds", "A cure for colds"),
        ("[Retracted article] : A cure for colds", "A cure for colds"),
        ("A cure for colds (preprint)", "A cure for colds"),
        ("The eﬃcient path", "The efficient path"),
    ],
)
def test_one_title_written_in_two_ways(one: str, other: str) -> None:
    assert normal(one) == normal(other)
    assert agree(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A survey of ants: the tropics", "A survey of ants"),
        ("The value of interventions in diagnosing congenital conditions", "The value of interventions in diagno"),
        ("(untitled)", "Anything"),
        ("Ants and bees of the highlands", "Bees and ants in the highlands"),
    ],
)
def test_titles_of_one_paper(one: str, other: str) -> None:
    assert agree(one, other)
    assert agree(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Simulations of earthquakes, part I", "Simulations of earthquakes, part II"),
        ("Simulations of earthquakes", "Simulations of earthquakes II"),
        ("Test of titles", "Test of titles 2"),
        ("Handbook of ants, volume 3", "Handbook of ants, volume 4"),
        ("A cure for colds", "Erratum to: A cure for colds"),
        ("A cure for colds", "Comment on “A cure for colds”"),
        ("A cure for colds", "The book of cures"),
        ("The complete scientist", "Decisions of groups"),
    ],
)
def test_titles_of_different_papers(one: str, other: str) -> None:
    assert not agree(one, other)
    assert not agree(other, one)


@pytest.mark.parametrize(
    "title",
    ["Introduction", "2. Introduction", "EDITORIAL", "Editorial 2015", "Book Review", "Erratum.", "", "(untitled)"],
)
def test_titles_that_say_nothing(title: str) -> None:
    assert generic(title)


@pytest.mark.parametrize("title", ["Introduction to ants", "An editorial history of ants", "Reviewing", "Ants"])
def test_titles_that_say_something(title: str) -> None:
    assert not generic(title)


def test_short_titles() -> None:
    assert short("Food fraud")
    assert not short("Food fraud in the markets of towns")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Correction to: On ants", "correction"),
        ("Author's reply: on ants", "reply"),
        ("Corrigendum (vol 3, pg 1): On ants", "corrigendum"),
        ("Reply to Smith", "reply"),
        ("Correcting for bias", ""),
        ("Replication of ants", ""),
    ],
)
def test_what_is_about_a_paper(title: str, kind: str) -> None:
    assert notice(title) == kind


@given(st.text(), st.text())
def test_any_text_can_be_compared(one: str, other: str) -> None:
    assert agree(one, one)
    assert agree(one, other) == agree(other, one)
    assert normal(one) == normal(one.swapcase()) or not one.isascii()
    assert generic(one) in (True, False)
