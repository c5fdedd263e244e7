import pytest

from assistant.drafts.sentences import is_claim, says_something


@pytest.mark.parametrize(
    "sentence",
    [
        "Weight averaging improves the accuracy of models.",
        "Poe et al. improve the accuracy of models by 3%.",
        "Sections of the brain differ in size.",
        "Letters are written less often than before.",
    ],
)
def test_a_statement_about_the_world_is_a_claim(sentence: str) -> None:
    assert is_claim(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Does weight averaging improve the accuracy of models?",
        "“Does it improve the accuracy of models?”",
        "In this section the accuracy of models is discussed.",
        "This paper is organized in the following way.",
        "The remainder of the text goes on with results.",
        "Section 3 presents the accuracy of all models.",
        "Figure 2 shows the accuracy of all models.",
        "We improve the accuracy of models by averaging.",
        "Our method improves the accuracy of models.",
        "Consider a model of high accuracy and speed.",
        "It works well.",
        "1 2 3 4 5 6 7",
        "",
    ],
)
def test_questions_signposts_and_own_doings_are_none(sentence: str) -> None:
    assert not is_claim(sentence)


def test_how_much_a_cited_sentence_has_to_say() -> None:
    assert says_something("Bees like apples.")
    assert not says_something("See.")


def test_a_claim_has_five_words_or_more_and_a_cited_sentence_three() -> None:
    assert is_claim("Bees like apples and pears.")
    assert not is_claim("Bees like apples best.")
    assert says_something("Bees like apples.")
    assert not says_something("Bees sleep.")


def test_figures_and_single_letters_are_no_words() -> None:
    assert not is_claim("12 bees ate 3 pears, x of 40.")
    assert not says_something("Bees sleep 12 h.")
