import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.replies import describe_record
from assistant.client import Assistant
from assistant.events import AnswerDone, ClaimChecked, EvidenceFound, Searching, TextDelta
from assistant.types import Answer, Support
from store.filters import Filters
from store.paper import Paper
from tests.assistant import small
from tests.assistant.small import quoted, talk


def titles(reply: Answer) -> list[str]:
    return [reference.paper_id for reference in reply.references]


def assert_sound(reply: Answer, papers: dict[str, Paper]) -> None:
    """What holds of every answer."""
    assert [one.n for one in reply.references] == list(range(1, len(reply.references) + 1))
    shown = re.findall(r"(?<!\\)\[(\d+)\]", reply.text)
    assert list(dict.fromkeys(map(int, shown))) == [one.n for one in reply.references]
    cited = [citation.n for claim in reply.claims for citation in claim.citations]
    assert list(dict.fromkeys(cited)) == [one.n for one in reply.references]
    for claim in reply.claims:
        assert claim.support is Support.QUOTED
        assert claim.citations
        for citation in claim.citations:
            paper = papers[citation.paper_id]
            assert citation.quote == paper.abstract[citation.start : citation.end]
            assert citation.quote or not paper.abstract or claim.text in (paper.title, describe_record(paper))
            assert (citation.title, reply.references[citation.n - 1].paper_id) == (paper.title, paper.id)
    assert reply.abstained == bool(reply.reason) == (not reply.claims)
    assert reply.text.strip()


FIELD = {paper.id: paper for paper in small.FIELD}
QUESTIONS = (
    "Which papers study Thompson sampling?",
    "How many variants of fairness interventions were compared?",
    "List all papers",
    "How many papers are there?",
    "papers by Che",
    "papers by Hinton",
    "Who wrote Rare Events in Simulated Traffic?",
    "When were the notes on causal forests published?",
    "What are causal forests?",
    "papers from 1999",
    "What is the boiling point of tungsten?",
    "Compare sequential tests and queueing networks",
    "three newest papers",
    "why?",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_is_sound(field: Assistant, question: str) -> None:
    (reply,) = talk(field, question)
    assert_sound(reply, FIELD)
    assert (reply.question, reply.mode) == (question, "extractive")


WORDS = (
    "which papers what is the work by Che Núñez Hinton in since 2018 2021 LG newest three how many compare fairness"
    " causal forests sequential tests with code who wrote when it them why and not"
)


@given(st.lists(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=9).map(" ".join), min_size=1, max_size=3))
def test_any_conversation_is_answered_soundly(field: Assistant, questions: list[str]) -> None:
    replies = talk(field, *questions)
    assert len(replies) == len(questions)
    for reply in replies:
        assert_sound(reply, FIELD)


@pytest.mark.parametrize("question", QUESTIONS)
def test_events_come_in_order(field: Assistant, question: str) -> None:
    events = quoted(field.library, question)
    searching, found, *claims, delta, done = events
    assert isinstance(searching, Searching)
    assert isinstance(found, EvidenceFound)
    assert isinstance(delta, TextDelta)
    assert isinstance(done, AnswerDone)
    assert [one.claim for one in claims if isinstance(one, ClaimChecked)] == list(done.answer.claims)
    assert len(claims) == len(done.answer.claims)
    assert found.paper_ids == tuple(one.paper_id for one in done.answer.references)
    assert delta.text == done.answer.text


def test_a_trace_says_how(field: Assistant) -> None:
    (reply,) = talk(field, "papers on fairness since 2019", within=Filters(has_code=True))
    trace = reply.trace
    assert (trace.searched, trace.kind, trace.filters) == ("fairness", "papers", "since 2019 with code")
    assert trace.papers_considered == 2
    assert 0 < trace.seconds < 60


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "none") as empty:
        (reply,) = talk(empty, "What is fairness?")
    assert_sound(reply, {})
    assert reply.reason == "The library is empty. Add papers with: conspectus add FILE"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "within",
    [Filters(category=("ML",)), Filters(year_to=2018), Filters(ids=("silent", "queue")), Filters(author=("Li",))],
)
def test_what_the_caller_allows_restricts_everything(field: Assistant, question: str, within: Filters) -> None:
    allowed = {paper.id for paper in field.library.papers(within)}
    for reply in talk(
        field, question, "why?", "Who wrote it?", "and in 2018?", "which of them is about queues?", within=within
    ):
        assert set(titles(reply)) <= allowed


def test_conditions_at_odds_find_nothing(field: Assistant) -> None:
    (reply,) = talk(field, "papers in ML", within=Filters(category=("LG",)))
    assert reply.abstained
    (reply,) = talk(field, "papers with code", within=Filters(has_code=False))
    assert reply.abstained


def test_an_author_whom_the_caller_names_lowers_no_bar(field: Assistant) -> None:
    off_topic = "How many events does the price of oil depend on?"
    assert talk(field, off_topic)[0].abstained
    assert talk(field, off_topic, within=Filters(author=("Namkoong",)))[0].abstained


@pytest.mark.parametrize(
    ("asked", "cited"),
    [
        (["How much less time than naive Monte Carlo?", "Who wrote it?"], ["rare"]),
        (["How much less time than naive Monte Carlo?", "And how are the probabilities estimated?"], ["rare"]),
        (["How much less time than naive Monte Carlo?", "why?"], ["rare"]),
        (["How much less time than naive Monte Carlo?", "Which fairness interventions work best?"], ["audit"]),
        (["papers in 2018", "and in 2021?"], ["silent"]),
        (["papers in 2018", "and in 1999?", "what about 2020?"], ["audit"]),
        (["Which papers are about fairness?", "and since 2020?"], ["audit"]),
        (["papers by Namkoong", "Which of them is about queueing?"], ["queue"]),
        (["papers by Namkoong", "the newest of them"], ["thompson"]),
        (["papers by Hinton", "and by Duchi?"], ["rare"]),
    ],
)
def test_a_follow_up_is_about_the_earlier_papers_or_goes_on(
    field: Assistant, asked: list[str], cited: list[str]
) -> None:
    assert titles(talk(field, *asked)[-1]) == cited


def test_none_of_them_means_none(field: Assistant) -> None:
    reply = talk(field, "papers in ML", "Which of them come with code?")[-1]
    assert reply.reason == "This library holds no paper with code among those asked about."


def test_moving_on_to_what_is_not_there_abstains(field: Assistant) -> None:
    reply = talk(field, "How much less time than naive Monte Carlo?", "What is the capital of Peru?")[-1]
    assert reply.abstained
    assert "asked about" not in reply.reason


def test_a_follow_up_says_what_was_searched(field: Assistant) -> None:
    first, second = talk(field, "How much less time than naive Monte Carlo?", "How does it estimate probabilities?")
    assert set(first.trace.searched.split()) < set(second.trace.searched.split())


HOSTILE = [
    small.paper(
        "x",
        "[Click](https://example.org) `code` **bold** <b>",
        "# We propose <script>alert(1)</script> parsers. - [1] ![p](https://example.org/p.png) is one. 1. `x` | y.",
        "Eve *Mallory*",
        2020,
    ),
    small.paper(
        "y", "> Quoted parsers", "[1]: https://example.org parsers ![a][1]. ~~~ parsers ~~~ [2] [3] [n]", "", None
    ),
    small.paper("z", "****", "", "<img src=x>", 2021),
]


@pytest.mark.parametrize(
    "question", ["What are parsers?", "List all papers", "Who wrote the code for parsers?", "papers on parsers"]
)
def test_hostile_papers_are_quoted_soundly(tmp_path_factory: pytest.TempPathFactory, question: str) -> None:
    with small.assistant(tmp_path_factory.mktemp("hostile") / "library", HOSTILE) as hostile:
        (reply,) = talk(hostile, question)
    assert_sound(reply, {paper.id: paper for paper in HOSTILE})
    unescaped = re.sub(r"\\[\\`*_\[\]<>#|~!]", "", reply.text)
    assert not re.search(r"[<`#|~!]|\]\(", unescaped)
