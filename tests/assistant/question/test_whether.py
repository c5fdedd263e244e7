"""Whether a question is answered by yes or no."""

import pytest

from assistant.question.whether import asks_whether, find_things_of_effect, remove_help


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Do robots help?", True),
        ("Robots at work: “do they help”", True),
        ("What helps robots?", False),
        ("robots at work", False),
    ],
)
def test_a_clause_that_begins_with_a_verb_asks_so(question: str, expected: bool) -> None:
    assert asks_whether(question) is expected


def test_marks_without_end_are_looked_at_once() -> None:
    assert not asks_whether("robots " + "? " * 100_000 + "at work")  # From each to the last it would take an hour.


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("is ketamine effective for acne scars?", ("ketamine", "acne scars")),
        ("Does vitamin D help with acne", ("vitamin D", "acne")),
        ("are lasers a safe treatment for the elderly", ("lasers", "elderly")),
        ("can exercise prevent falls?", ("exercise", "falls")),
        ("does it help with pain?", ("pain",)),
        ("how does ketamine work?", ()),
        ("which drugs help?", ()),
    ],
)
def test_what_acts_on_what_is_read_of_a_question_of_effect(question: str, things: tuple[str, ...]) -> None:
    assert find_things_of_effect(question) == things


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("does blue light help acne?", "does blue light acne?"),
        ("Is it any good for acne?", "Is it for acne?"),
        ("what really helps against acne", "what against acne"),
        ("how does salve help?", "how does salve ?"),
        ("do self-help groups work?", "do self-help groups work?"),
        ("does help-seeking differ?", "does help-seeking differ?"),
        ("how many asked for help?", "how many asked for help?"),
    ],
)
def test_the_word_that_asks_for_an_effect_is_no_topic(question: str, left: str) -> None:
    assert " ".join(remove_help(question).split()) == left
