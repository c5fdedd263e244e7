"""A number that few papers state finds them, however it is written; what has no word at all is not answered."""

from pathlib import Path

import pytest

from assistant.answer.written_numbers import find_papers_with_numbers
from assistant.client import Assistant
from store.filters import Filters
from tests.assistant import small

PAPERS = (
    small.paper("pancreas", "Artificial pancreas", "Patients vary. We show a 72,000× speedup over real time."),
    small.paper("plain", "Methods", "We compare 90000 configurations of trees in 2012. Trees grow."),
    small.paper("fold", "Queues", "Estimates need 1,000-fold fewer samples of the queue."),
    *(small.paper(f"often{n}", f"Samples {n}", f"We draw 5,000 samples of kind {n}.") for n in range(4)),
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The papers above."""
    folder: Path = tmp_path_factory.mktemp("numbers")
    return small.assistant(folder, PAPERS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a 72,000x speedup", [("pancreas", "72,000×")]),
        ("72000×", [("pancreas", "72,000×")]),
        ("72 000-fold", [("pancreas", "72,000×")]),
        ("72k times", [("pancreas", "72,000×")]),
        ("1000x fewer samples", [("fold", "1,000-fold")]),
        ("90,000 configurations", [("plain", "90000")]),
        ("72,000%", []),  # another unit
        ("7,200x", []),
        ("5,000 samples", []),  # of too many papers
        ("trees in 2012", []),  # a year
        ("two methods", []),
    ],
)
def test_a_rare_number_finds_its_papers(assistant: Assistant, text: str, found: list[tuple[str, str]]) -> None:
    view = assistant.library.view()
    assert view is not None
    stated = find_papers_with_numbers(assistant.library, view, text, Filters())
    assert [(one.paper.id, *one.numbers) for one in stated] == found


def test_a_question_with_a_rare_number_is_answered_by_its_paper(assistant: Assistant) -> None:
    listed, fact, elsewhere = small.talk(
        assistant,
        "Which paper has a 72000-fold speedup?",
        "How large is the 72 000 times speedup?",
        "Did 72,000x more whales sing at night?",
    )
    assert [reference.paper_id for reference in listed.references] == ["pancreas"]
    (grouped,) = small.talk(assistant, "Which paper has a 72,000x speedup?")
    assert [reference.paper_id for reference in grouped.references] == ["pancreas"]
    assert grouped.trace.notes == ()
    assert fact.claims[0].text == "We show a 72,000× speedup over real time."
    assert elsewhere.abstained


def test_a_question_without_a_word_is_not_answered(assistant: Assistant) -> None:
    (answer,) = small.talk(assistant, "What is 90+2012?")
    assert answer.abstained
    assert answer.reason == "No abstract in this library answers this question."


def test_whether_limitations_are_stated_is_told_by_the_roles(assistant: Assistant) -> None:
    (answer,) = small.talk(assistant, "What are the limitations of the artificial pancreas?")
    assert answer.reason == "The abstract of “Artificial pancreas” does not state any limitation."
