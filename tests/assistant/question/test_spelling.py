from pathlib import Path

import pytest

from assistant.question.spelling import Spelling, correct_asking, correct_spelling, count_edits
from store.index.snapshot import Snapshot
from tests.assistant import small

PAPERS = (
    small.paper("soup", "Model soups", "Averaging weights improves the accuracy on ImageNet.", "Ada Modley"),
    small.paper("skin", "Photodynamic therapy of acne", "Porphyrins are irradiated with light of one color."),
    small.paper("rl", "Reinforcement learning", "We propose an optimization of policies in a new domain."),
    small.paper("fast", "Rare events", "A 72,000× speedup on 1234 cores."),
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    snapshot = small.assistant(Path(tmp_path_factory.mktemp("spelling")) / "library", PAPERS).library.view()
    assert snapshot is not None
    return snapshot


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("accurracy", "accuracy"),  # put in
        ("acuracy", "accuracy"),  # left out
        ("imagnet", "imagenet"),  # of the library, and no word of English
        ("acnee", "acne"),
        ("porhpyrins", "porphyrins"),  # two swapped
        ("optimizetion", "optimization"),  # replaced
        ("Optimizetion", "Optimization"),
        ("rienforcemnet", "reinforcement"),  # two slips in a long word
        ("oplicies", "policies"),  # the first two letters swapped
        ("colour", "color"),  # the other side of the Atlantic
        ("optimisation", "optimization"),
    ],
)
def test_a_misspelt_word_is_read_as_that_of_the_library(view: Snapshot, typed: str, read: str) -> None:
    assert correct_spelling(f"what {typed} is", view) == Spelling(f"what {read} is", ((typed, read),))


@pytest.mark.parametrize(
    "word",
    [
        "accuracy",
        "accuracies",  # another form of a word of the library
        "wodel",  # short, and the first letter replaced
        "modxl",  # short, and a letter replaced: as well "motel"
        "robbery",  # English, and not of the library
        "therapist",  # made of a word of English
        "acne-ish",
        "ImageNt",  # capitals within: a name
        "accuracy2",
        "modley",  # the name of an author
        "papers",  # of the frame of a question
        "acn",
        "ccuracy",  # the first letter left out: seldom a slip, and often a word of its own ("atypical")
        "ploicies2",
        "intermitent",  # its own right form is nearer than any word of the library
        "точность",
    ],
)
def test_what_is_no_slip_stays(view: Snapshot, word: str) -> None:
    assert correct_spelling(f"what {word} is", view) == Spelling(f"what {word} is")


def test_each_part_of_a_word_with_hyphens_is_read_by_itself(view: Snapshot) -> None:
    corrected = correct_spelling("weight-avergaing and weigth-averaging", view)
    assert corrected.text == "weight-averaging and weight-averaging"
    assert corrected.corrections == (("avergaing", "averaging"), ("weigth", "weight"))


def test_a_question_in_another_language_is_left_alone(view: Snapshot) -> None:
    question = "Welche Genauigkeit haben die Modele auf dem Accuracyy von ImageNet?"
    assert correct_spelling(question, view) == Spelling(question)


def test_of_many_unknown_words_the_first_eight_are_looked_up(view: Snapshot) -> None:
    corrected = correct_spelling(" ".join(["qqzzx" + letter for letter in "abcdefgh"]) + " accurracy", view)
    assert corrected.corrections == ()
    corrected = correct_spelling(" ".join(["qqzzx" + letter for letter in "abcdefg"]) + " accurracy", view)
    assert corrected.corrections == (("accurracy", "accuracy"),)


@pytest.mark.parametrize(
    ("a", "b", "edits"),
    [
        ("model", "model", 0),
        ("modle", "model", 1),
        ("mdel", "model", 1),
        ("moddel", "model", 1),
        ("mobel", "model", 1),
        ("mobble", "model", 3),
        ("", "ab", 2),
        ("abcdef", "fedcba", 4),  # more than the most that is asked for
        ("ca", "abc", 3),  # a letter is moved once: optimal string alignment, not Damerau–Levenshtein
    ],
)
def test_edits_are_counted(a: str, b: str, edits: int) -> None:
    assert count_edits(a, b, 3) == edits
    assert count_edits(b, a, 3) == edits
    assert count_edits(a, b, 1) == min(edits, 2)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("wich papres are abuot skin?", "which papers are about skin?"),
        ("the diference betwen soups and skin", "the difference between soups and skin"),
        ("Wich is best?", "Which is best?"),
    ],
)
def test_words_that_ask_are_read_as_meant(view: Snapshot, typed: str, read: str) -> None:
    assert correct_asking(typed, view).text == read


@pytest.mark.parametrize(
    "question",
    [
        "papers by Modley",  # of an author
        "Is a Papres a soup?",  # a name, by its capital
        "what does wch say?",  # too short
        "which paper is about skin?",
        "there are theses there",  # a word of English
    ],
)
def test_other_words_of_a_question_stay(view: Snapshot, question: str) -> None:
    assert correct_asking(question, view) == Spelling(question)
