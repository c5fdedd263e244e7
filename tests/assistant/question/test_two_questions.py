"""A question that asks something else of what it finds is two."""

import pytest

from assistant.question.query import MAX_QUESTION
from assistant.question.two_questions import split_questions, stands_alone


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        (
            "How many papers are from 2023, and which of them are by Che?",
            "How many papers are from 2023?",
            "which of them are by Che?",
        ),
        ("Is there a paper on newts and who wrote it?", "Is there a paper on newts?", "who wrote it?"),
        (
            "Are there papers on newts? And is one of them by Che?",
            "Are there papers on newts?",
            "is one of them by Che?",
        ),
        (
            "List papers on newts and toads and when they appeared",
            "List papers on newts and toads?",
            "when they appeared",
        ),
    ],
)
def test_the_second_part_points_at_the_first(question: str, first: str, second: str) -> None:
    assert split_questions(question) == (first, second)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote C-Learner and in which year did it appear?",
        "Which papers study newts and toads?",
        "which papers study people and are about their data?",
        "How many papers are from 2023, and which are by Che?",
        "which and how are they linked?",
        "Which papers study " + "newts " * MAX_QUESTION + "and who wrote them?",
    ],
)
def test_other_questions_stay_whole(question: str) -> None:
    assert split_questions(question) == (question, "")


def test_a_second_count_asks_of_no_papers_of_the_first() -> None:
    first, second = split_questions("How many reviews are there, and how many trials?")
    assert (first, second) == ("How many reviews are there?", "how many trials?")
    assert stands_alone(second)
    assert not stands_alone("how many by Dong?")
    assert not stands_alone("how many of them have code?")
