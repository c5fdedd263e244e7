"""Words that were meant to be another one."""

import pytest

from assistant.report.schema import ReportKind, count_slips


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("thems", "themes"),
        ("tehmes", "themes"),
        ("themess", "themes"),
        ("timline", "timeline"),
        ("Comparre", "compare"),
        ("anotated", "annotated"),
        ("theorems", ""),
        ("fairness", ""),
        ("authority", ""),
        ("", ""),
    ],
)
def test_a_word_with_up_to_two_slips_is_the_kind_that_it_is_nearest_to(written: str, meant: str) -> None:
    assert ReportKind.find_near(written) == meant


def test_slips_are_letters_too_many_too_few_others_and_turned_round() -> None:
    pairs = [("a", "ab"), ("ab", "a"), ("ab", "cb"), ("ab", "ba"), ("abcd", "badc"), ("abc", "abc")]
    assert [count_slips(*pair) for pair in pairs] == [1, 1, 1, 1, 2, 0]
