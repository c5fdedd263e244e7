"""Questions that are put together of two, ranked papers, and papers that are compared by their conditions."""

import pytest

from assistant import Assistant
from assistant.events import EvidenceFound, TextDelta
from assistant.types import Answer
from tests.assistant import small

PAPERS = (
    small.paper("newts", "Crested newts", "We count newts in ponds. They thrive.", "Ann Ode", 2022).model_copy(
        update={"citation_count": 7}
    ),
    small.paper("toads", "Common toads", "We count toads on roads. They suffer.", "Ann Ode", 2023).model_copy(
        update={"citation_count": 1200}
    ),
    small.paper("frogs", "Tree frogs", "We record frogs at night. They sing.", "Bo Li", 2023).model_copy(
        update={"citation_count": 1}
    ),
)


@pytest.fixture(scope="module")
def pond(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The papers above."""
    return small.assistant(tmp_path_factory.mktemp("pond"), PAPERS)


def list_shown(answer: Answer) -> list[str]:
    return [reference.paper_id for reference in answer.references]


def test_both_parts_are_answered_and_a_paper_keeps_its_number(pond: Assistant) -> None:
    answer = pond.ask("How many papers are from 2023, and which of them are by Li?")
    assert answer.text.startswith("This library holds 2 papers from 2023. [1] *=* [2] *=*\n\n- **Tree frogs**")
    number = next(reference.n for reference in answer.references if reference.paper_id == "frogs")
    assert answer.text.endswith(f"Bo Li [{number}] *=*")
    assert sorted(list_shown(answer)) == ["frogs", "toads"]
    assert [claim.citations[0].n for claim in answer.claims] == [1, 2, number]
    assert answer.question == "How many papers are from 2023, and which of them are by Li?"


def test_two_facts_are_answered_one_behind_the_other(pond: Assistant) -> None:
    question = "What do tree frogs do at night, and is their code public?"
    answer = pond.ask(question)
    assert answer.text.startswith(
        "“We record frogs at night.” [1] *=*\n\n"
        "“is their code public?”: The abstract of “Tree frogs” does not state where it is available."
    )
    assert (answer.question, answer.abstained, list_shown(answer)) == (question, False, ["frogs"])
    assert "".join(event.text for event in pond.stream(question) if isinstance(event, TextDelta)) == answer.text


def test_a_second_fact_that_repeats_the_first_is_left_out(pond: Assistant) -> None:
    answer = pond.ask("What do tree frogs do at night, and when do they record frogs?")
    assert answer.text == "“We record frogs at night.” [1] *=*"


def test_two_questions_of_which_nothing_answers_the_first_are_asked_as_one(pond: Assistant) -> None:
    question = "How many newts and toads are in the study of ponds?"
    answer = pond.ask(question)
    assert answer.abstained
    assert answer.reason.startswith("The abstracts of “Crested newts” and “Common toads” do not state how many newts.")


def test_what_is_streamed_is_the_joined_answer(pond: Assistant) -> None:
    question = "Is there a paper on toads, and who wrote it?"
    events = [*pond.stream(question)]
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert text == pond.ask(question).text
    assert "“Common toads” is by Ann Ode" in text
    assert [event.paper_ids for event in events if isinstance(event, EvidenceFound)][-1] == ("toads",)


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("Which is newer, Crested newts or Common toads?", ["toads", "newts"]),
        ("Which came first, Common toads or Crested newts?", ["newts", "toads"]),
        ("Which has more citations: Crested newts or Common toads?", ["toads", "newts"]),
    ],
)
def test_two_papers_are_ranked_by_their_records(pond: Assistant, question: str, order: list[str]) -> None:
    assert list_shown(pond.ask(question)) == order


def test_a_list_by_citations_says_how_many(pond: Assistant) -> None:
    text = pond.ask("most cited papers").text
    assert "Ann Ode, cited 1,200 times [1]" in text
    assert "Bo Li, cited 1 time [3]" in text
    assert "cited" not in pond.ask("newest papers").text


def test_how_often_a_paper_is_cited_is_told_without_an_author_listing(pond: Assistant) -> None:
    assert "cited 7 times" in pond.ask("How often was the paper on crested newts cited?").text
    assert pond.ask("What is the h-index of Li?").abstained


def test_papers_are_compared_by_their_conditions(pond: Assistant) -> None:
    answer = pond.ask("Compare the two papers by Ode")
    assert list_shown(answer) == ["newts", "toads"]
    assert "**Problem**" in answer.text


def test_a_statement_for_a_machine_is_no_question(pond: Assistant) -> None:
    answer = pond.ask("SELECT * FROM papers")
    assert answer.abstained
    assert answer.reason.startswith("This is a statement of a query or programming language, not a question.")
    assert answer.trace.notes == ()  # Nothing of it was read as something else.


def test_unknown_venues_that_or_joins_are_none_of_the_topic(pond: Assistant) -> None:
    answer = pond.ask("papers published in Cell or Lancet")
    assert answer.text == "This library holds no paper in Cell or Lancet."


def test_those_of_two_authors_are_those_of_either(pond: Assistant) -> None:
    assert sorted(list_shown(pond.ask("papers by Ode, and also those by Li"))) == ["frogs", "newts", "toads"]


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("either Ode in 2023 or Li in 2023", ["frogs", "toads"]),
        ("papers by Ode from 2022 or by Li from 2023", ["frogs", "newts"]),
        ("papers by Ode from 2022 or by Li from 2023, but not about ponds", ["frogs"]),
        ("Ode or Li, but not from 2022", ["frogs", "toads"]),
        ("Which of Ode's papers came first?", ["newts"]),
        ("Which papers did Ode write alone?", ["newts", "toads"]),
        ("papers by Li without any co-author", ["frogs"]),
    ],
)
def test_conditions_that_are_put_together_are_obeyed(pond: Assistant, question: str, papers: list[str]) -> None:
    assert sorted(list_shown(pond.ask(question))) == papers


def test_the_authors_of_a_named_paper_are_counted(pond: Assistant) -> None:
    assert pond.ask("how many people wrote the Tree frogs paper").text.startswith("1 author of the papers about")
