import pytest

from assistant.question.follow_up import complete_query
from assistant.question.parse import parse_question
from assistant.question.query import Intent, PreviousTurn, Query
from assistant.question.references import find_previous_turn
from assistant.types import Answer, Reference, Trace, Turn
from store.filters import Filters
from store.index.snapshot import Snapshot


def turn(question: str, *paper_ids: str, searched: str = "") -> Turn:
    references = tuple(Reference(n=n, paper_id=id, title=id) for n, id in enumerate(paper_ids, 1))
    answer = Answer(
        question=question, text="", references=references, trace=Trace(searched=searched), abstained=not paper_ids
    )
    return Turn.now(question, answer)


def points(question: str, history: list[Turn]) -> PreviousTurn:
    earlier = find_previous_turn(question, history)
    assert earlier
    return earlier


def test_a_session_begins_without_context() -> None:
    assert find_previous_turn("Why?", []) is None


def test_the_last_answer_that_cited_something_counts() -> None:
    history = [
        turn("a", "old"),
        turn("b", "x", "y", searched="topic"),
        turn("c"),
        Turn.now("d", error="The model does not answer."),
    ]
    assert find_previous_turn("Why not?", history) == PreviousTurn(paper_ids=("x", "y"), searched="topic", pointed=True)


@pytest.mark.parametrize(
    "question",
    [
        "How does it work?",
        "And on ImageNet?",
        "why not?",
        "What do they propose?",
        "Who wrote that paper?",
        "What did he find?",
        "Who are the authors?",
        "Does the same hold for queues?",
        "What about vehicles?",
    ],
)
def test_it_points_back(question: str) -> None:
    assert points(question, [turn("a", "x")]).pointed


@pytest.mark.parametrize(
    "question",
    ["What is fairness?", "How many experts helped?", "Is it possible to bound risk?", "What is in this library?"],
)
def test_it_does_not_point_back(question: str) -> None:
    assert not points(question, [turn("a", "x")]).pointed


@pytest.mark.parametrize(
    "question", ["Which of them is new?", "Which of these deals with queues?", "the newest among those"]
)
def test_no_other_papers_are_meant(question: str) -> None:
    assert points(question, [turn("a", "x")]).only
    assert not points("What about it?", [turn("a", "x")]).only


def test_a_fact_about_earlier_papers_is_searched_with_what_was_searched_for_them() -> None:
    earlier = PreviousTurn(paper_ids=("x",), searched="model soup")
    assert Query(question="", topic="accuracy").text_to_search(earlier) == "accuracy model soup"
    assert Query(question="", topic="accuracy", intent=Intent.PAPERS).text_to_search(earlier) == "accuracy"
    assert Query(question="", topic="accuracy").text_to_search(None) == "accuracy"
    assert Query(question="", topic="").text_to_search(earlier) == "model soup"


def test_what_is_searched_does_not_grow_for_ever() -> None:
    earlier = PreviousTurn(searched="word " * 10_000)
    assert len(Query(question="", topic="more").text_to_search(earlier)) <= 2000


@pytest.mark.parametrize(
    ("asked", "kind", "topic", "filters"),
    [
        (["papers in 2018", "and in 2020?"], Intent.CATALOGUE, "", Filters(year_from=2020, year_to=2020)),
        (
            ["papers by Che in 2023", "and in 2024?"],
            Intent.CATALOGUE,
            "",
            Filters(author=("Che",), year_from=2024, year_to=2024),
        ),
        (
            ["papers in 2018", "what about Duchi?"],
            Intent.CATALOGUE,
            "",
            Filters(author=("Duchi",), year_from=2018, year_to=2018),
        ),
        (["papers on fairness", "and before 2019?"], Intent.PAPERS, "fairness", Filters(year_to=2018)),
        (
            ["papers on fairness", "and before 2019?", "and by Li?"],
            Intent.PAPERS,
            "fairness",
            Filters(year_to=2018, author=("Li",)),
        ),
        (
            ["How many papers are in LG?", "and since 2024?"],
            Intent.COUNT,
            "",
            Filters(category=("LG",), year_from=2024),
        ),
        (["What is fairness?", "and in 2020?"], Intent.FACT, "fairness", Filters(year_from=2020, year_to=2020)),
        (["papers by Hinton", "and by Che?"], Intent.CATALOGUE, "", Filters(author=("Che",))),
        (["Why?", "and in 2020?"], Intent.CATALOGUE, "", Filters(year_from=2020, year_to=2020)),
    ],
)
def test_new_conditions_complete_the_question_before(
    view: Snapshot, asked: list[str], kind: Intent, topic: str, filters: Filters
) -> None:
    query = complete_query(parse_question(asked[-1], view), [turn(question) for question in asked[:-1]], view)
    assert (query.intent, query.filters, query.unknown) == (kind, filters, "")
    assert set(topic.split()) <= set(query.topic.split())
    assert bool(topic) == bool(query.topic)
    assert query.question == asked[-1]


@pytest.mark.parametrize(
    "question",
    ["and fairness?", "why?", "and how does it work in 2020?", "Which papers appeared in 2020?", "and papers by Che?"],
)
def test_any_other_question_stays_as_it_is(view: Snapshot, question: str) -> None:
    query = parse_question(question, view)
    assert complete_query(query, [turn("papers by Duchi", "x")], view) is query


def test_a_first_question_stays_as_it_is(view: Snapshot) -> None:
    query = parse_question("and in 2020?", view)
    assert complete_query(query, [], view) is query


def test_a_long_chain_of_conditions(view: Snapshot) -> None:
    history = [turn("papers on fairness"), *[turn(f"and in {2000 + n % 20}?") for n in range(1500)]]
    query = complete_query(parse_question("and by Li?", view), history, view)
    assert query.filters == Filters(author=("Li",), year_from=2019, year_to=2019)
