"""Answers about two papers side by side, and about one that stands in front of the question."""

from collections.abc import Iterator

import pytest

from assistant import Assistant
from assistant.answer.retrieval import interpret_question
from store.filters import Filters
from tests.assistant import small

PAPERS = (
    small.paper(
        "lamp",
        "A lamp for warts",
        "BACKGROUND: Warts are common. METHODS: We treated 30 patients with a lamp."
        " RESULTS: Warts were reduced by 64%.",
        "Ann Ode",
        2002,
    ),
    small.paper(
        "salve",
        "A salve for warts of the hand",
        "BACKGROUND: Hands have warts. METHODS: Twelve patients were given salve. RESULTS: Warts were reduced by 20%."
        " Pain was mild.",
        "Bo Li",
        2004,
    ),
    small.paper("hens", "Hens and rye", "Rye feeds hens. Hens like rye.", "Cy Poe", 2010),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant with the papers above."""
    with small.assistant(tmp_path_factory.mktemp("pairs"), PAPERS) as made:
        yield made


def test_each_paper_answers_what_is_asked_of_both(made: Assistant) -> None:
    answer = made.ask("Ode 2002 next to Li 2004, both on warts. How many patients in each?")
    assert answer.text.splitlines() == [
        "- **Ode 2002**: A lamp for warts [1] *=*",
        "- **Li 2004**: A salve for warts of the hand [2] *=*",
        "",
        "**How many patients**",
        "- Ode 2002: “We treated 30 patients with a lamp.” [1] *=*",
        "- Li 2004: “Twelve patients were given salve.” [2] *=*",
    ]
    assert answer.trace.query == "compare: How many patients · Ode 2002 against Li 2004"
    assert all(claim.holds for claim in answer.claims)


def test_a_change_is_answered_by_the_result_that_has_its_figure(made: Assistant) -> None:
    answer = made.ask("Ode and Li 2004 - how far did the warts drop in each?")
    quoted = [claim.text for claim in answer.claims]
    assert any("by 64%" in text for text in quoted)
    assert any("by 20%" in text for text in quoted)


def test_what_one_of_them_leaves_open_is_said_and_both_are_set_side_by_side(made: Assistant) -> None:
    answer = made.ask("Ode 2002 versus Li 2004: was there pain?")
    lines = answer.text.splitlines()
    assert "- Ode 2002: No sentence of “A lamp for warts” answers “was there pain”." in lines
    assert "- Li 2004: “Pain was mild.” [2] *=*" in lines
    assert "**Method**" in lines


def test_where_neither_states_a_detail_it_abstains(made: Assistant) -> None:
    answer = made.ask("What laser power did Ode 2002 and Li 2004 use, in each?")
    assert answer.abstained
    assert [title in answer.reason for title in ("A lamp for warts", "A salve for warts of the hand")] == [True, True]


def test_conditions_beside_the_names_are_left_to_the_other_reading(made: Assistant) -> None:
    search = interpret_question(made.library, "Ode 2002 and Li 2004, both before 1990: how many patients?", Filters())
    assert search.pair is None


def test_a_paper_in_front_is_asked_alone(made: Assistant) -> None:
    answer = made.ask("Ode et al.: how many patients?")
    assert [reference.paper_id for reference in answer.references] == ["lamp"]
    assert "30 patients" in answer.text
