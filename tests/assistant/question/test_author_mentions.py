import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.author_mentions import find_authors
from store.index.snapshot import Snapshot
from tests.counting import LINEAR, growth


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("papers by Che", ["Che"]),
        ("papers by che", ["che"]),
        ("Papers by Ethan Che", ["Ethan Che"]),
        ("papers by E. Che", ["E. Che"]),
        ("papers by Che, Ethan", ["Che, Ethan"]),
        ("Che", ["Che"]),
        ("che?", ["che"]),
        ("Che's papers", ["Che"]),
        ("che’s papers", ["che"]),
        ("CHE'S PAPERS", ["CHE"]),
        ("Che since 2020", ["Che"]),
        ("che 2020", ["che"]),
        ("What did Ethan Che work on?", ["Ethan Che"]),
        ("what did che write?", ["che"]),
        ("What does Che say of queues?", ["Che"]),
        ("Tell me about Duchi", ["Duchi"]),
        ("Che et al", ["Che"]),
        ("papers by Nunez", ["Nunez"]),
        ("papers by José Núñez", ["José Núñez"]),
        ("papers by NÚÑEZ", ["NÚÑEZ"]),
        ("What did O'Kelly and Sinha work on together?", ["O'Kelly", "Sinha"]),
        ("papers by O’Kelly", ["O’Kelly"]),
        ("papers by Kelly", ["Kelly"]),
        ("papers by che and namkoong", ["che", "namkoong"]),
        ("papers by Karen Thompson on Thompson sampling", ["Karen Thompson"]),
        ("papers by Thompson", ["Thompson"]),
        ("How many papers are by Hongseok Namkoong?", ["Hongseok Namkoong"]),
        ("papers with both Dong and Che as authors", ["Dong", "Che"]),
        ("papers by Li", ["Li"]),
    ],
)
def test_an_author_is_recognised(view: Snapshot, question: str, names: list[str]) -> None:
    people = find_authors(question, view)
    assert sorted(people.names) == sorted(names)
    assert people.unknown == ""


@pytest.mark.parametrize("question", ["What did Che work on?", "che's papers", "papers by Che", "E. Che since 2020"])
def test_the_name_is_no_topic(view: Snapshot, question: str) -> None:
    assert "che" not in find_authors(question, view).rest.lower()


@pytest.mark.parametrize(
    "question",
    [
        "Which papers study Thompson sampling?",
        "Thompson sampling",
        "How does Thompson sampling work?",
        "thompson",
        "Which experiments are adaptive?",
        "Is the planner optimal?",
        "queueing networks",
        "J. D.",
        "a b c d",
        "?",
        "",
    ],
)
def test_a_topic_is_no_person(view: Snapshot, question: str) -> None:
    assert find_authors(question, view) == ((), question, "")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("papers by Geoffrey Hinton", "Geoffrey Hinton"),
        ("Papers by Hinton in 2018", "Hinton"),
        ("List all papers by G. Hinton, please", "G. Hinton"),
        ("Is there anything by Prof. Hinton?", "Hinton"),
        ("What did Yann LeCun work on?", "Yann LeCun"),
        ("Which papers did Yann LeCun write?", "Yann LeCun"),
        ("What has Ludwig van Beethoven published?", "Ludwig van Beethoven"),
        ("papers by D'Angelo", "D'Angelo"),
        ("papers by Smith-Jones about fairness", "Smith-Jones"),
        ("papers by J. R. R. Tolkien", "J. R. R. Tolkien"),
        ("papers by Ethan Hinton", "Ethan Hinton"),
        ("papers by Ethan Duchi", "Ethan Duchi"),
        ("papers by Hinton and Namkoong", "Hinton"),
        ("papers by Namkoong and Hinton", "Hinton"),
        ("papers by Will Smith", "Will Smith"),
        ("papers by 李明", "李明"),
    ],
)
def test_an_author_whom_the_library_does_not_hold_is_named(view: Snapshot, question: str, name: str) -> None:
    people = find_authors(question, view)
    assert people.unknown == name
    assert name not in people.rest


@pytest.mark.parametrize(
    "question",
    [
        "papers from NeurIPS",
        "What does BERT do?",
        "Which papers did GPT-4 write?",
        "works of Monte Carlo",
        "papers by means of Thompson sampling",
        "research by Monte Carlo",
        "What did the authors work on?",
    ],
)
def test_not_everything_with_a_capital_is_a_person(view: Snapshot, question: str) -> None:
    assert find_authors(question, view).unknown == ""


WORDS = st.sampled_from(
    [
        "papers",
        "by",
        "Che",
        "che",
        "Thompson",
        "sampling",
        "and",
        "What did",
        "work",
        "Hinton",
        "O'Kelly",
        "Núñez",
        "'s",
        "with",
    ]
)


@given(st.lists(WORDS | st.text(max_size=6), max_size=10).map(" ".join))
def test_any_text_is_read_and_names_are_of_the_question(view: Snapshot, question: str) -> None:
    people = find_authors(question, view)
    assert all(name in question and view.find_authors(name) for name in people.names)
    assert people.unknown in question
    assert not view.find_authors(people.unknown)


@pytest.mark.parametrize(
    "question",
    [
        "Che " * 500,
        "papers by " * 200,
        "papers by Aaa Bbb " * 110,
        "papers by O'" * 160,
        "by é" + "é" * 1900,
        "papers by 李" + "李" * 1900,
    ],
)
@pytest.mark.parametrize("end", ["", "x"])
def test_a_hostile_question_twice_as_long_costs_twice_as_much(view: Snapshot, question: str, end: str) -> None:
    assert growth(lambda size: find_authors(question[:size] + end, view), len(question) // 2) <= LINEAR
