"""How text becomes terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.index.index_schema import build_document, date_number, extract_terms
from tests.store.samples import paper


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bandits, bandit BANDITS!", ["bandit", "bandit", "bandit"]),
        ("The learning of naïve Bayes", ["learn", "naiv", "bay"]),
        ("k-means++ in 2018", ["k", "mean", "2018"]),
        ("深度学习", ["深", "度", "学", "习"]),
        ("GPT模型2", ["gpt", "模", "型", "2"]),
        ("x" * 61, []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert extract_terms(text) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_has_terms_and_makes_a_document(text: str) -> None:
    assert all(isinstance(term, str) and term for term in extract_terms(text))
    assert build_document(paper(1, title=text, abstract=text), "hash", 0)


@pytest.mark.parametrize(
    ("date", "number"), [(None, 0), ("2018", 20180000), ("2018-05", 20180500), ("2018-05-31", 20180531)]
)
def test_dates_sort_by_their_number(date: str | None, number: int) -> None:
    assert date_number(date) == number
