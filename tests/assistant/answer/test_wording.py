import pytest

from assistant.answer.sufficiency import score_form, score_gist
from tests.counting import growth


@pytest.mark.parametrize(
    ("question", "fits", "does_not"),
    [
        ("How many models are there?", "There are 14 of them.", "There are some."),
        ("What accuracy does it reach?", "It reaches 90.94 percent.", "It is accurate."),
        ("Why does it fail?", "It fails because groups leave.", "It fails."),
        ("Where was it deployed?", "It was deployed at scale.", "it works well."),
        ("What is a soup?", "A soup is an average.", "Soups taste good."),
        ("How does it work?", "It works by averaging weights.", "It works well."),
    ],
)
def test_a_sentence_of_the_form_asked_for_is_preferred(question: str, fits: str, does_not: str) -> None:
    assert (score_form(question, fits), score_form(question, does_not)) == (1.0, 0.0)


def test_the_gist_is_what_the_paper_does() -> None:
    assert score_gist("In this work, we propose a planner.") == 1.0
    assert score_gist("Planning is hard.") == 0.0


@pytest.mark.parametrize("text", ["we " * 20_000, "a" * 1_000_000, "our method " * 20_000, "what is " * 100_000])
def test_long_text_costs_no_more_calls_than_a_short_one(text: str) -> None:
    half = len(text) // 2
    assert growth(lambda size: score_form(text[:2000], text[:size]), half) == 1
    assert growth(lambda size: score_gist(text[:size]), half) == 1
