import pytest

from assistant.question.comparison import asks_which, compares_figures, find_alternatives, find_ranking, find_sides
from assistant.question.intents import read_intent
from assistant.question.query import Intent, Order


@pytest.mark.parametrize(
    "question",
    [
        "Which works better on warts, salve or cold nitrogen?",
        "Which gives the greater relief: salve or cold nitrogen?",
        "salve or cold nitrogen: which had fewer side effects?",
        "salve or cold nitrogen, which is gentler?",
    ],
)
def test_two_things_of_which_one_is_better_are_no_list_of_papers(question: str) -> None:
    assert find_alternatives(question) == ("salve", "cold nitrogen")
    assert asks_which(question)
    assert not read_intent(question).listing


@pytest.mark.parametrize(
    "question",
    [
        "Which papers have more authors, those on newts or toads?",
        "newts or toads: which papers are most cited?",
        "Which papers are about lasers, lamps or candles?",
    ],
)
def test_papers_are_not_asked_which_is_better(question: str) -> None:
    assert not asks_which(question)


def test_alternatives_of_a_list_keep_it_one() -> None:
    assert read_intent("Do we have papers on newts or toads with more than 50 citations?").listing


@pytest.mark.parametrize(
    ("question", "listing"),
    [
        ("Which of the two salves eased the pain?", False),
        ("Which of the three lamps was the most even?", False),
        ("Which of the two papers is older?", True),
        ("Which of the two 2009 papers is on newts?", True),
        ("Which of the methods are about newts?", True),
        ("Which of these use lamps?", True),
    ],
)
def test_one_of_two_things_is_no_list_of_papers(question: str, listing: bool) -> None:
    assert read_intent(question).listing is listing


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("Is Newts newer than Toads?", Order.NEWEST),
        ("Did Newts come out before Toads?", Order.OLDEST),
        ("Was Newts published after Toads?", Order.NEWEST),
        ("Has Newts been cited more often than Toads?", Order.MOST_CITED),
    ],
)
def test_two_papers_are_ranked_by_a_question_for_yes_or_no(question: str, order: Order) -> None:
    assert find_ranking(question) is order
    assert find_sides(question) == ("Newts", "Toads")


@pytest.mark.parametrize("question", ["Was Newts published after 2020?", "Did pain appear before surgery?"])
def test_a_date_or_an_event_ranks_no_papers(question: str) -> None:
    assert find_ranking(question) is Order.RELEVANCE


@pytest.mark.parametrize(
    "question",
    [
        "What distinguishes Newts from Toads?",
        "What do Newts and Toads have in common?",
    ],
)
def test_what_sets_two_things_apart_or_joins_them_compares_them(question: str) -> None:
    assert read_intent(question).intent is Intent.COMPARE
    assert find_sides(question) == ("Newts", "Toads")


def test_a_second_side_shares_what_stands_before_its_phrase() -> None:
    assert find_sides("Compare the toad papers by Ode and by Poe") == ("toad papers by Ode", "toad papers by Poe")
    assert find_sides("Compare toads with newts by Poe") == ("toads", "newts by Poe")


@pytest.mark.parametrize(
    "question",
    [
        "Newts versus toads, which voice carries farther?",
        "newts vs toads: do they sing the same songs?",
        "newts vs toads - how do they differ at night?",
    ],
)
def test_what_is_asked_of_both_belongs_to_no_side(question: str) -> None:
    assert [side.lower() for side in find_sides(question)] == ["newts", "toads"]


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("Toads at night: 1995 vs 2015", True),
        ("Compare 10 mg and 20 mg", True),
        ("Compare 10% with toads", True),
        ("Compare MN5 and MN4", False),
        ("newts vs toads", False),
        ("What are toads?", False),
    ],
)
def test_figures_of_one_thing_are_no_two_things(question: str, figures: bool) -> None:
    assert compares_figures(question) is figures
    if figures:
        assert find_sides(question) == ()
