"""Statements of query and programming languages are told from questions that share their words."""

import pytest

from assistant.question.statement import is_statement


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
