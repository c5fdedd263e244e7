import pytest

from assistant.answer.retrieval import look_up
from assistant.question.parse import PreviousTurn, Query, parse_question
from store.errors import InputError
from store.filters import Filters
from tests.assistant import small
from tests.assistant.answer.finding import Finding, reply_to


def asked(finding: Finding, question: str, earlier: PreviousTurn | None = None) -> str:
    query = parse_question(question, finding.view)
    if earlier:
        query = query.model_copy(update={"filters": Filters(ids=earlier.paper_ids)})
    return reply_to(finding, query, earlier).text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many variants of fairness interventions were compared?", "400 variants"),
        ("How much less time than naive Monte Carlo?", "20 times less time"),
        ("How many samples does it need on the ASOS data?", "40 percent fewer"),
        ("Who wrote Rare Events in Simulated Traffic?", "Matthew O'Kelly, Aman Sinha, John Duchi"),
        ("When was the paper on queueing networks published?", "2024"),
        ("Who wrote the notes on causal forests?", "Jing Dong"),
        ("What are causal forests?", "Notes on Causal Forests** (2021) (no abstract)"),
    ],
)
def test_a_fact_and_a_record(finding: Finding, question: str, said: str) -> None:
    assert said in asked(finding, question)


@pytest.mark.parametrize(
    "question", ["What is the boiling point of tungsten?", "Who wrote Hamlet?", "Why?", "Who are the authors?"]
)
def test_what_the_library_does_not_say_is_not_answered(finding: Finding, question: str) -> None:
    assert asked(finding, question).startswith("No abstract in this library answers this question.")


def test_a_question_without_a_topic_is_asked_of_the_earlier_papers_in_their_order(finding: Finding) -> None:
    for ids in (("queue", "rare"), ("rare", "queue")):
        (title,) = (paper.title for paper in small.FIELD if paper.id == ids[0])
        assert title in asked(finding, "Who wrote it?", PreviousTurn(paper_ids=ids, pointed=True))


def test_a_question_about_earlier_papers_stays_with_them(finding: Finding) -> None:
    earlier = PreviousTurn(paper_ids=("rare",), searched="crash probabilities", pointed=True)
    assert "20 times" in asked(finding, "How much time does it take?", earlier)
    assert "No paper among those asked about" in asked(finding, "Does it bake bread?", earlier)


def test_an_unknown_author_is_named(finding: Finding) -> None:
    assert (
        reply_to(finding, Query(question="?", unknown="Hinton")).reason == "No author of this library is called Hinton."
    )


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Che since 2024", ["queue"]),
        ("2018", ["rare", "fair"]),
        ("papers by Che", ["queue", "batches"]),
        ("two oldest papers", ["rare", "fair"]),
        ("newest papers", ["thompson", "queue"]),
        ("ST papers", ["silent"]),
    ],
)
def test_a_search_for_conditions_alone_lists_in_order_of_time(finding: Finding, text: str, ids: list[str]) -> None:
    hits = look_up(finding.library, text, 2, Filters())
    assert sorted(hit.paper.id for hit in hits) == sorted(ids)
    assert {hit.score for hit in hits} == {1.0}


def test_a_search_takes_conditions_from_text_and_caller(finding: Finding) -> None:
    assert look_up(finding.library, "sampling by Duchi", 9, Filters())[0].paper.id == "rare"
    assert {hit.paper.id for hit in look_up(finding.library, "sampling", 9, Filters(category=("LG",)))} == {
        "batches",
        "thompson",
    }
    assert look_up(finding.library, "papers in ML", 9, Filters(category=("LG",))) == []


def test_k_bounds_a_search(finding: Finding) -> None:
    assert len(look_up(finding.library, "sampling", 1, Filters())) == 1
    assert len(look_up(finding.library, "sampling", 10**12, Filters())) <= len(small.FIELD)
    with pytest.raises(InputError):
        look_up(finding.library, "sampling", 0, Filters())
