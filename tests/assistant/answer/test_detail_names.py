"""Which thing of its kind a sentence names, and what only repeats the word that is asked for."""

import pytest

from assistant.answer.detail_statements import find_stating
from assistant.answer.details import parse_detail
from tests.assistant import small


def states(question: str, abstract: str, title: str = "P") -> bool:
    """Whether a sentence of a paper names the thing that a question asks for."""
    detail = parse_detail(question)
    assert detail
    return bool(find_stating(detail, small.paper("p", title, abstract)))


@pytest.mark.parametrize(
    ("question", "sentence", "stated"),
    [
        ("Which language model did they train?", "We train the Emu language model on maps.", True),
        ("Which language model did they train?", "We train language models such as Emu.", True),
        ("Which language model did they train?", "We train large language models (LLMs) on maps.", False),
        ("Which language model did they train?", "We train on natural language from farms.", False),
        ("What skin types had the hens?", "Hens of skin types II and III were seen.", True),
        ("What skin types had the hens?", "Hens of skin types 2 and 3 were seen.", True),
        ("What skin types had the hens?", "Hens had more skin types 12.5% of the time.", False),
        ("What skin types had the hens?", "Hens got a skin serum with 5% salt.", False),
        ("Which antibiotic was simulated?", "We simulate the antibiotic Hensin.", True),
        ("Which antibiotic was simulated?", "We simulate antibiotic resistance on farms.", False),
        ("Which stain shows calcium?", "An Alizarin red stain shows calcium.", True),
        ("Which stain shows calcium?", "The stain of calcium was seen.", False),
        ("Which agents were tried?", "We tried agents (salt, rye).", True),
        ("Which agents were tried?", "We tried agents (in terms of cost).", False),
        ("Which agents were tried?", "We tried agents (n = 12).", False),
        ("Which agents were tried?", "Of 40 hens 12 were treated with agents.", False),
        ("Which game was played?", "We play the 20 questions game.", True),
        ("Which regularizers differ?", "Regularizers that shrink weights (e.g., ridge) differ.", True),
    ],
)
def test_a_sentence_names_a_thing_or_repeats_its_word(question: str, sentence: str, stated: bool) -> None:
    assert states(question, f"Farms are small. {sentence}") is stated


def test_what_the_title_has_tells_no_thing_apart() -> None:
    question, sentence = "Which devices were tried on hens?", "We tried rubber devices on hens."
    assert states(question, sentence)
    assert not states(question, sentence, "Rubber devices for farms")


def test_a_word_before_a_thing_counts_where_the_sentence_says_what_is_asked_of_it() -> None:
    question = "Which networks carried grain from valleys?"
    assert states(question, "Rail networks carried grain.")
    assert not states(question, "Rail networks are old.")


def test_a_name_that_the_question_has_in_short_is_no_answer() -> None:
    question = "What dialysis modality did the NECOSAD patients have?"
    abstract = "It was tested in the Netherlands Cooperative Study on the Adequacy of Dialysis (NECOSAD) patients."
    assert not states(question, abstract)


def test_the_sentence_with_a_name_beside_the_thing_is_the_most_direct() -> None:
    detail = parse_detail("Which dyes were tried?")
    assert detail
    abstract = "Blue dyes were tried. We tried dyes such as indigo."
    first, second = find_stating(detail, small.paper("p", "P", abstract)).values()
    assert (round(first, 2), round(second, 2)) == (0.8, 0.9)


def test_a_number_is_no_thing() -> None:
    assert parse_detail("What two applications were used to try it?") is None
