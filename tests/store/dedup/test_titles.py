"""Titles as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.dedup.keys import is_generic, is_short, normalise_title, parse_notice, titles_match


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
    assert normalise_title(one) == normalise_title(other)
    assert titles_match(one, other)


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
    assert titles_match(one, other)
    assert titles_match(other, one)


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
    assert not titles_match(one, other)
    assert not titles_match(other, one)


@pytest.mark.parametrize(
    "title",
    ["Introduction", "2. Introduction", "EDITORIAL", "Editorial 2015", "Book Review", "Erratum.", "", "(untitled)"],
)
def test_titles_that_say_nothing(title: str) -> None:
    assert is_generic(title)


@pytest.mark.parametrize("title", ["Introduction to ants", "An editorial history of ants", "Reviewing", "Ants"])
def test_titles_that_say_something(title: str) -> None:
    assert not is_generic(title)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Food fraud", True),
        ("Food fraud in the markets of towns", False),
        ("Electroencephalography revisited", True),  # Many letters, but two words.
        ("On the ant and bee", True),  # Five words, but 14 letters.
        ("Of ants and of beetles", False),  # 18 letters.
        ("Of ant and of beetles", True),  # 17 letters.
    ],
)
def test_short_titles(title: str, expected: bool) -> None:
    assert is_short(title) is expected


def test_a_title_that_was_cut_has_twelve_letters_at_least() -> None:
    assert titles_match("Gardenplants", "Gardenplants of the south and their soils")
    assert not titles_match("Gardenplant", "Gardenplants of the south and their soils")


def test_three_quarters_of_the_words_of_the_shorter_title_are_in_the_other() -> None:
    long = "Roses, bees, soil and rain of seven northern islands"
    assert titles_match("Soil, bees and roses again", long)
    assert not titles_match("Soil, bees, gardens and paths", long)


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
    assert parse_notice(title) == kind


@given(st.text(), st.text())
def test_any_text_can_be_compared(one: str, other: str) -> None:
    assert titles_match(one, one)
    assert titles_match(one, other) == titles_match(other, one)
    assert normalise_title(one) == normalise_title(one.swapcase()) or not one.isascii()
    assert is_generic(one) in (True, False)
