import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.limits import MAX_CHARACTERS
from assistant.question.parse import clean_question
from store.errors import InputError


@pytest.mark.parametrize(
    ("text", "what"),
    [
        *(
            (text, "is empty")
            for text in ("", "   \n\t ", "\x00\x01\x1b[2J", "\ud800\udfff", "\u202e\u200b", "<b></b>")
        ),
        *((text, "holds no word") for text in ("?!… –", "**", "😀😀")),
    ],
)
def test_what_says_nothing_is_refused_with_an_example(text: str, what: str) -> None:
    with pytest.raises(InputError, match=rf"The question {what}.*conspectus ask"):
        clean_question(text)


def test_a_file_pasted_by_mistake_is_refused() -> None:
    with pytest.raises(InputError, match="200,000 characters"):
        clean_question("x" * 200_000)


def test_a_question_comes_as_one_clean_line() -> None:
    assert clean_question("  Which\r\n papers\tstudy \x1b[31mfair\ud800ness\x00? ") == "Which papers study fairness?"


def test_other_scripts_are_questions() -> None:
    assert clean_question("公平性とは何ですか") == "公平性とは何ですか"


@given(st.text(max_size=300))
def test_it_is_clean_or_refused(text: str) -> None:
    try:
        clean = clean_question(text)
    except InputError:
        return
    assert clean.isprintable() or any(map(str.isalnum, clean))
    assert clean == clean_question(clean)
    assert "\n" not in clean


def test_the_longest_question_is_cleaned() -> None:
    assert len(clean_question("a" * MAX_CHARACTERS)) == MAX_CHARACTERS
