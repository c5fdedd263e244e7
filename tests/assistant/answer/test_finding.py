from pathlib import Path

import pytest

from assistant.answer.paper_search import look_up
from assistant.answer.pipeline import note_retracted
from assistant.answer.retrieval import interpret_question, retrieve, retrieve_for
from assistant.client import Assistant
from assistant.question.parse import parse_question
from assistant.question.query import Intent, PreviousTurn, Query
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
        ("What are causal forests?", "Notes on Causal Forests** (2021), Jing Dong (no abstract)"),
        ("Who are the authors?", "12 authors in this library:"),
    ],
)
def test_a_fact_and_a_record(finding: Finding, question: str, said: str) -> None:
    assert said in asked(finding, question)


@pytest.mark.parametrize("question", ["What is the boiling point of tungsten?", "Who wrote Hamlet?", "Why?"])
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


class TestModelSearch:
    """What is retrieved where a model is going to write."""

    def test_the_few_papers_of_a_fact_and_the_many_of_a_field(self, finding: Finding) -> None:
        fact = retrieve_for(Query(question="sampling", topic="sampling"), None, *finding, for_model=True)
        assert (len(fact.hits), fact.total, fact.considered, fact.searched) == (6, 6, 6, "sampling")
        query = Query(question="Which papers?", topic="sampling", intent=Intent.PAPERS)
        field = retrieve_for(query, None, *finding, for_model=True)
        assert len(field.hits) == field.total == field.considered == len(small.FIELD)
        assert field.question == "Which papers?"
        assert field.trace.papers_considered == len(small.FIELD)

    def test_it_is_asked_more_readily_than_quotes_are_given(
        self, finding: Finding, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        query = parse_question("crash probabilities of vehicles", finding.view)
        strength = "assistant.answer.sufficiency.Coverage.estimate_strength"
        for value, quoted, written in (
            (0.35, True, True),
            (0.34, False, True),
            (0.1, False, True),
            (0.09, False, False),
        ):
            monkeypatch.setattr(strength, lambda coverage, value=value: value)
            assert (retrieve_for(query, None, *finding).abstention is None) is quoted
            assert (retrieve_for(query, None, *finding, for_model=True).abstention is None) is written

    def test_nothing_is_considered_before_it_is_found(self, finding: Finding) -> None:
        query = parse_question("What is the boiling point of tungsten?", finding.view)
        retrieved = retrieve_for(query, None, *finding, for_model=True)
        assert retrieved.abstention is not None
        assert (retrieved.considered, retrieved.total, list(retrieved.hits)) == (0, 0, [])
        assert retrieve_for(query, None, *finding).considered == len(small.FIELD)

    def test_the_catalogue_is_listed_whoever_writes(self, finding: Finding) -> None:
        query = parse_question("How many papers are by Che?", finding.view)
        retrieved = retrieve_for(query, None, *finding, for_model=True)
        assert [paper.id for paper in retrieved.papers] == ["queue", "batches"]
        assert (retrieved.total, retrieved.considered) == (2, 2)
        assert {hit.score for hit in retrieved.hits} == {1.0}

    def test_an_empty_library_is_searched_for_nothing(self, tmp_path: Path) -> None:
        with small.assistant(tmp_path) as empty:
            for for_model, searched in ((True, "Why?"), (False, "")):
                search = interpret_question(empty.library, "Why?", Filters(), for_model=for_model)
                assert search.announced == "Why?"
                retrieved = retrieve(search)
                assert (retrieved.searched, retrieved.view, retrieved.question) == (searched, None, "Why?")
                assert retrieved.abstention is not None
                assert retrieved.abstention.reason.startswith("The library is empty.")


class TestRetracted:
    @pytest.fixture
    def shelf(self, tmp_path: Path) -> Assistant:
        gone = [
            small.paper(f"gone{n}", f"Frogs {n} sing loudly", "We show that frogs sing.", year=2000 + n, **taken_back)
            for n, taken_back in enumerate([{"retraction": "retracted"}] * 4 + [{"retraction": "withdrawn"}])
        ]
        return small.assistant(tmp_path / "shelf", [*gone, small.paper("toads", "Toads", "We show that toads walk.")])

    def test_those_that_bear_on_the_question_are_named_three_of_them(self, shelf: Assistant) -> None:
        note = note_retracted(shelf.library, "Do frogs sing loudly?", Filters(retracted=False))
        head, _, rest = note.partition(" and ")
        assert head.startswith("Left out: “Frogs ")
        assert head.count("sing loudly”, ") == 3
        assert rest == "2 more. The setting retracted lets them in."
        two = note_retracted(shelf.library, "Do frogs sing loudly?", Filters(retracted=False, ids=("gone4", "toads")))
        assert two == "Left out: “Frogs 4 sing loudly”, withdrawn. The setting retracted lets them in."

    def test_without_a_topic_they_are_counted(self, shelf: Assistant) -> None:
        def note(question: str) -> str:
            return note_retracted(shelf.library, question, Filters(retracted=False))

        assert note("List all papers") == "Left out: 5 retracted papers. The setting retracted lets them in."
        assert note("papers in 2001") == "Left out: 1 retracted paper. The setting retracted lets them in."
        assert note("papers in 1990") == ""

    def test_nothing_is_noted_where_nothing_is_left_out(self, shelf: Assistant, finding: Finding) -> None:
        question = "Do frogs sing loudly?"
        assert note_retracted(shelf.library, question, Filters()) == ""
        assert note_retracted(shelf.library, question, Filters(retracted=True)) == ""
        assert note_retracted(shelf.library, question, Filters(retracted=False, ids=("toads",))) == ""
        assert note_retracted(finding.library, question, Filters(retracted=False)) == ""
        assert note_retracted(shelf.library, "What is the boiling point of tungsten?", Filters(retracted=False)) == ""


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Which frobnicator wibbles?", " No paper has the words “frobnicator” or “wibbles”."),
        ("hello", " No paper has the word “hello”."),
        ("Does the frobnicator of sampling wibble?", ""),
    ],
)
def test_where_no_word_is_known_that_is_said(finding: Finding, question: str, reason: str) -> None:
    reply = reply_to(finding, parse_question(question, finding.view))
    assert reply.abstained
    assert reply.reason.partition(" The nearest")[0] == f"No abstract in this library answers this question.{reason}"
