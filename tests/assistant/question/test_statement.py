"""Statements of query and programming languages, and topics alone, are told from questions that share their words."""

import pytest

from assistant.question.query import Intent, Query
from assistant.question.statement import is_statement, names_topic_alone
from store.filters import Filters


@pytest.mark.parametrize(
    "text",
    [
        "SELECT title FROM papers WHERE year = 2024",
        "select * from papers",
        "drop table papers;",
        "'; DELETE FROM papers; --",
        "print('papers')",
        "import numpy as np",
        "year = 2024",
        '{"query": "papers"}',
        "rm -rf ./papers",
        "<b>papers</b>",
    ],
)
def test_a_statement_is_told(text: str) -> None:
    assert is_statement(text)


@pytest.mark.parametrize(
    "text",
    [
        "Select papers from 2019",
        "Update on causal inference: what set the bar?",
        "drop in performance",
        "cat models of disease",
        "what is f(x) in DRO?",
        "[1]",
        "Was p = 0.05 reached?",
        "AExGym",
        "x = 5" + " and so on" * 60,
    ],
)
def test_a_question_is_none(text: str) -> None:
    assert not is_statement(text)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("models of cancer", True),
        ("Thompson sampling?", True),
        ("what models cancer", False),
        ("models are of cancer", False),
        ("rate of 5 mg", False),
        ("blue light: effects", False),
        ("one two three four five six seven", False),
    ],
)
def test_a_topic_alone_is_no_sentence(text: str, alone: bool) -> None:
    assert names_topic_alone(Query(question=text, topic=text)) is alone


def test_marks_without_end_behind_a_topic_are_passed_over_once() -> None:
    text = "cancer" + "?" * 1_000_000  # Looked at from each of them it would take an hour.
    assert names_topic_alone(Query(question=text, topic="cancer"))


def test_a_topic_with_a_condition_or_a_part_that_is_wanted_is_not_alone() -> None:
    query = Query(question="models of cancer", topic="models cancer")
    assert names_topic_alone(query)
    for changed in (
        {"wanted": "result"},
        {"filters": Filters(year_from=2020)},
        {"intent": Intent.PAPERS},
        {"topic": ""},
    ):
        assert not names_topic_alone(query.model_copy(update=changed))
