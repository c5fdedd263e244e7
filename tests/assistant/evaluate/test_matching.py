"""When words and titles count as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.scores import contains_phrase, title_key


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("attains 90.94% top-1", "90.94"),
        ("attains **90.94**[1].", "90.94"),
        ("and 9 backbones", "9"),
        ("It was 9.", "9"),
        ("in 2018, 9, or more", "9"),
        ("N=100,000 iterations", "100,000"),
        ("a 72,000× speedup", "72,000"),
        (r"achieving 94\% accuracy", "94%"),
        (r"a plug\-in estimator", "plug-in"),
        ("by 4\u20136 points", "4-6"),
        ("by 4 --- 6 points", "4\u20146"),
        ("by\u00a04\n to  6 points", "4 to 6"),
        ("disparity---minority groups (e.g.)", "minority group"),
        ("representation disparity\u2014minority", "Representation Disparity"),
        ("_Meta_ does", "Meta"),
        ("CAF\u00c9", "cafe\u0301"),
        ("the WTEs", "WTE"),
    ],
)
def test_holds(text: str, wanted: str) -> None:
    assert contains_phrase(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("attains 90.94% top-1", "9"),
        ("attains 90.94% top-1", "90"),
        ("attains 90.94% top-1", "94"),
        ("72,000 patients", "72"),
        ("72,000 patients", "000"),
        ("100,000,000", "100,000"),
        ("79 methods", "9"),
        ("a 70B model", "70"),
        ("GPT4", "4"),
        ("metadata", "Meta"),
        ("unconstrained", "constrained"),
        ("4 to 60", "4 to 6"),
        ("", "9"),
        ("a.b", "a-b"),
        ("aXb", "a.b"),
    ],
)
def test_holds_not(text: str, wanted: str) -> None:
    assert not contains_phrase(text, wanted)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_whole_number_is_found_only_as_itself(number: int, wanted: int) -> None:
    for shown in (f"{number}", f"{number:,}", f"{number}.5"):
        same = str(wanted) == shown
        assert contains_phrase(f"it reaches {shown} (of all)", str(wanted)) == same


@given(st.text(min_size=1).filter(str.strip))
def test_a_text_holds_itself_between_others(text: str) -> None:
    assert contains_phrase(f"before {text} after", text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C-Learner: Constrained  Learning", "c\u2010learner constrained learning."),
        ("Sim\u00f3n's “proof”", 'Simo\u0301n\u2019s "proof"'),
    ],
)
def test_titles_match_whatever_their_case_and_punctuation(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


def test_different_titles_do_not_match() -> None:
    assert title_key("Learning models") != title_key("Learning model")
    assert title_key("???") != title_key("!!!")
