"""Whether one thing is better than another: the sentence that compares them, or that none does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answer.better_of_two import find_comparing_sentences, parse_two_things
from tests.assistant import small

TRIAL = small.paper(
    "trial",
    "Rye and oats for hens",
    "We compare rye with oats. Hens liked both. Rye fattened hens faster than oats. Feeding is an old craft.",
)
BREEDS = small.paper(
    "breeds",
    "Brown hens",
    "Brown hens ate barley before. Brown hens laid more eggs than white ones. The farm grows oats.",
)
LAMPS = small.paper(
    "lamps",
    "Lamps for hens",
    "A red-blue lamp warmed hens better than no lamp. Red lamps were less soothing than blue lamps.",
)


@pytest.fixture
def farm(tmp_path: Path) -> Iterator[Assistant]:
    with small.assistant(tmp_path / "library", [TRIAL, BREEDS, LAMPS]) as made:
        yield made


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Is rye better than oats?", ("rye", "oats")),
        ("does rye work better than oats for hens?", ("rye", "oats")),
        ("Are eggs more frequent with rye than with oats?", ("rye", "oats")),
        ("is rye superior to the oats?", ("rye", "oats")),
        ("Does rye outperform oats?", ("rye", "oats")),
        ("Is rye healthier than oats in winter?", ("rye", "oats")),
        ("Does rye or oats work better for hens?", ("rye", "oats")),
        ("Is rye or oats healthier?", None),
        ("What is better for hens, rye or oats?", ("rye", "oats")),
        ("Is rye good for hens?", None),
        ("Is there a farmer better than that?", None),
        ("What is better than oats?", None),
        ("Is the long and winding road to the farm better than oats?", None),
    ],
)
def test_the_two_things_are_read(farm: Assistant, question: str, sides: tuple[str, str] | None) -> None:
    view = farm.library.view()
    assert view
    things = parse_two_things(question, view)
    assert (things and (things.left, things.right)) == sides


def test_what_came_of_it_compares_more_directly_than_the_plan(farm: Assistant) -> None:
    view = farm.library.view()
    assert view
    things = parse_two_things("Is rye better than oats?", view)
    assert things
    by_sentence = {
        TRIAL.abstract[:end].split(". ")[-1]: worth for end, worth in find_comparing_sentences(things, TRIAL).items()
    }
    assert by_sentence == {"We compare rye with oats.": 0.8, "Rye fattened hens faster than oats.": 1.0}


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Is rye better than oats?", "Rye fattened hens faster than oats."),
        ("are red lamps less soothing than blue lamps?", "Red lamps were less soothing than blue lamps."),
        ("Compare rye with oats", "Rye fattened hens faster than oats."),
        ("What is the difference between red and blue lamps", "Red lamps were less soothing than blue lamps."),
    ],
)
def test_the_sentence_that_compares_comes_first(farm: Assistant, question: str, sentence: str) -> None:
    answer = farm.ask(question)
    assert not answer.abstained
    assert answer.claims[0].text == sentence


def test_where_no_sentence_compares_them_that_is_told(farm: Assistant) -> None:
    answer = farm.ask("is barley better than oats?")
    assert (answer.abstained, answer.reason) == (True, "No abstract compares barley with oats.")
    assert answer.text.endswith("[1]")


def test_a_paper_that_is_about_both_comes_before_one_that_compares_them_beside_others(tmp_path: Path) -> None:
    beside = small.paper("beside", "Goats", "Goats ate. Rye fed goats worse than oats, it seems.")
    about = small.paper(
        "about", "Rye or oats for pigs", "Pigs of some farms in the north ate rye and grew no faster than on oats."
    )
    with small.assistant(tmp_path / "library", [beside, about]) as farm:
        answer = farm.ask("Is rye better than oats?")
    assert answer.references[0].paper_id == "about"


def test_of_the_one_paper_that_is_named_it_is_not_said_that_it_compares_nothing(tmp_path: Path) -> None:
    paper = small.paper("hens", "Feeds of hens", "Hens had rye, barley or oats. Those with rye grew most.", "Di Roe")
    other = small.paper("cups", "Cups", "Cups break.", "Ed Fox")
    with small.assistant(tmp_path / "library", [paper, other]) as made:
        assert made.ask("Which fattened hens better: rye or oats?").abstained
        named = made.ask("Which fattened hens better in Roe's paper: rye or oats?")
    assert not named.abstained
    assert [reference.paper_id for reference in named.references] == ["hens"]
