"""What is asked of a paper by its rank: which paper that is, and then the answer from it."""

import pytest

from assistant.client import Assistant
from tests.assistant import small

PAPERS = (
    small.paper(
        "old", "Salve for warts", "RESULTS: Salve cleared ten warts.", "Ann Ode", 2001, kind="review", venue="Skin"
    ),
    small.paper(
        "new", "Nitrogen for warts", "RESULTS: Nitrogen cleared 80 percent of warts.", "Bo Li", 2011, kind="review"
    ),
    small.paper("newest", "Tape for warts", "RESULTS: Tape cleared no warts.", "Cy Poe", 2020),
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The papers above."""
    return small.assistant(tmp_path_factory.mktemp("ranked"), PAPERS)


@pytest.mark.parametrize(
    ("question", "paper", "words"),
    [
        ("Who wrote the oldest paper on warts?", "old", "Ann Ode"),
        ("In which journal did the earliest review of warts appear?", "old", "Skin"),
        ("Who wrote the most recent review on warts?", "new", "Bo Li"),
        ("What did the newest paper on warts find?", "newest", "Tape cleared no warts."),
    ],
)
def test_it_is_answered_from_that_paper(shelf: Assistant, question: str, paper: str, words: str) -> None:
    answer = shelf.ask(question)
    assert [reference.paper_id for reference in answer.references] == [paper]
    assert words in answer.text


def test_where_there_is_no_such_paper_nothing_more_is_listed(shelf: Assistant) -> None:
    answer = shelf.ask("Who wrote the oldest paper on volcanoes?")
    assert answer.abstained
    assert answer.question == "Who wrote the oldest paper on volcanoes?"


def test_both_ends_are_listed(shelf: Assistant) -> None:
    answer = shelf.ask("the newest and the oldest paper on warts")
    assert [reference.paper_id for reference in answer.references] == ["newest", "old"]


def test_a_second_fact_about_something_else_is_answered_from_its_own_paper(shelf: Assistant) -> None:
    answer = shelf.ask("What did salve clear, and what did nitrogen clear?")
    assert [reference.paper_id for reference in answer.references] == ["old", "new"]
