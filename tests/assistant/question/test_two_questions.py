"""A question that asks something else of what it finds is two."""

import pytest

from assistant.question.query import MAX_QUESTION
from assistant.question.two_questions import Parts, split_facts, split_questions, stands_alone


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
    assert split_questions(question) == Parts(first, second)


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
    assert split_questions(question) == Parts(question)


def test_a_second_count_asks_of_no_papers_of_the_first() -> None:
    parts = split_questions("How many reviews are there, and how many trials?")
    assert parts == Parts("How many reviews are there?", "how many trials?", alone=True)
    assert stands_alone(parts.second)
    assert not stands_alone("how many by Dong?")
    assert not stands_alone("how many of them have code?")


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("What is a newt and is its song public?", "What is a newt?", "is its song public?"),
        ("Do newts sing? Does it help them?", "Do newts sing?", "Does it help them?"),
        ("Are newts loud, and do they sing?", "Are newts loud?", "do they sing?"),
        (
            "Which newts sing in rain and in what pond were they recorded?",
            "Which newts sing in rain?",
            "in what pond were they recorded?",
        ),
        (
            "Why do newts sing, and how does rain change the song?",
            "Why do newts sing?",
            "how does rain change the song in this paper?",
        ),
    ],
)
def test_two_facts_are_asked_one_by_one(question: str, first: str, second: str) -> None:
    assert split_facts(question) == Parts(first, second)


@pytest.mark.parametrize(
    "question",
    [
        "How many ponds and newts were in the study of rain?",
        "How many ponds and how many newts were in the study of rain?",
        "How many ponds were in the study of rain, and how many newts?",
    ],
)
def test_two_counts_are_those_of_one_thing(question: str) -> None:
    first, second = "How many ponds were in the study of rain?", "How many newts were in the study of rain?"
    assert split_facts(question) == Parts(first, second, alone=True)


@pytest.mark.parametrize(
    "question",
    [
        "Do newts sing and toads dance?",
        "Explain newts and how are they?",
        "Is it known when and how newts sing?",
        "Who sings and when?",
        "How many papers are about newts and toads?",
        "Do newts sing? " + "newts " * MAX_QUESTION,
    ],
)
def test_one_fact_stays_whole(question: str) -> None:
    assert split_facts(question) == Parts(question)


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Which papers are by Ode and which are by Poe?", "Which papers are by Ode?", "Which papers are by Poe?"),
        (
            "How many papers are by Ode and how many by Poe?",
            "How many papers are by Ode?",
            "How many papers are by Poe?",
        ),
        ("What did rain do to newts, and what to toads?", "What did rain do to newts?", "What did rain do to toads?"),
    ],
)
def test_a_second_part_shares_what_it_leaves_out(question: str, first: str, second: str) -> None:
    assert split_facts(question) == Parts(first, second, alone=True)


def test_a_phrase_of_another_kind_or_before_a_verb_fills_no_gap() -> None:
    assert split_questions("How many papers are on newts, and how many of them by Poe?").alone is False
    assert (
        split_questions("How many papers from 2020 are by Ode, and how many from 2021?").second == "how many from 2021?"
    )
    assert split_facts("What did rain do to newts, and what for toads?").second == "what for toads in this paper?"


@pytest.mark.parametrize(
    "question",
    [
        "What are the newest and the oldest paper on newts?",
        "What are the newest paper on newts and the oldest one?",
        "What are the newest paper on newts, and the oldest?",
    ],
)
def test_both_ends_of_a_list_are_two_questions(question: str) -> None:
    newest, oldest = "What are the newest paper on newts?", "What are the oldest paper on newts?"
    assert split_questions(question) == Parts(newest, oldest, alone=True)


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Who wrote the newest paper on newts?", "the newest paper on newts", "Who wrote this paper?"),
        (
            "What did the latest clinical trial of salve find?",
            "the latest clinical trial of salve",
            "What did this paper find?",
        ),
        (
            "What does the oldest review conclude about toads?",
            "the oldest review",
            "What does this paper conclude about toads?",
        ),
    ],
)
def test_what_is_asked_of_a_paper_by_its_rank_comes_second(question: str, first: str, second: str) -> None:
    assert split_questions(question) == Parts(first, second)


@pytest.mark.parametrize(
    "question",
    [
        "What is the newest paper on newts?",
        "Which is the latest trial of salve?",
        "How many papers are older than the newest paper?",
        "What did the study of the newest device find?",
    ],
)
def test_a_paper_by_its_rank_alone_is_one_question(question: str) -> None:
    assert split_questions(question) == Parts(question)


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        (
            "which has more patients, Morton 2005 or Ammad 2008?",
            "How many patients in Morton 2005?",
            "How many patients in Ammad 2008?",
        ),
        (
            "Which study included fewer healthy volunteers: Gold et al. (2004) or Li & Wu 2011",
            "How many healthy volunteers in Gold et al. (2004)?",
            "How many healthy volunteers in Li & Wu 2011?",
        ),
        (
            "number of patients, and the wavelength used, in Papageorgiou 2000",
            "How many patients in Papageorgiou 2000?",
            "Which wavelength was used in Papageorgiou 2000?",
        ),
    ],
)
def test_a_number_of_two_papers_or_of_two_things_is_two_questions(question: str, first: str, second: str) -> None:
    assert split_facts(question) == (first, second, True)


def test_what_stands_before_a_colon_is_asked_of_in_both_parts() -> None:
    assert split_facts("ALA-PDT for warts: how many patients, and what was the response?") == (
        "ALA-PDT for warts: how many patients?",
        "ALA-PDT for warts: what was the response?",
        True,
    )


def test_things_that_are_no_cited_papers_stay_one_question() -> None:
    question = "which has more side effects, blue light or red light?"
    assert split_facts(question).first == question
