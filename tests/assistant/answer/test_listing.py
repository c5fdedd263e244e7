import pytest

from assistant.answer import replies
from assistant.answer.retrieval import retrieve_for
from assistant.answer.retrieved import Retrieved
from assistant.question.parse import parse_question
from assistant.question.query import Intent, Query
from tests.assistant import small
from tests.assistant.answer.finding import Finding, reply_to


def read(finding: Finding, question: str) -> Query:
    return parse_question(question, finding.view)


def ids(finding: Finding, question: str) -> list[str]:
    return [reference.paper_id for reference in reply_to(finding, read(finding, question)).references]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("List all papers", ["thompson", "queue", "batches", "silent", "audit", "rare", "fair", "undated"]),
        ("oldest papers", ["rare", "fair", "audit", "silent", "batches", "queue", "thompson", "undated"]),
        ("three newest papers", ["thompson", "queue", "batches"]),
        ("the two earliest papers", ["rare", "fair"]),
        ("the newest paper", ["thompson"]),
        ("papers by Che", ["queue", "batches"]),
        ("papers by Che and Dong", ["queue"]),
        ("papers by Dong since 2020", ["queue", "silent"]),
        ("papers in ML", ["queue", "rare", "fair"]),
        ("papers with code", ["batches", "audit"]),
        ("papers with code before 2021", ["audit"]),
    ],
)
def test_the_catalogue(finding: Finding, question: str, expected: list[str]) -> None:
    found = ids(finding, question)
    assert sorted(found) == sorted(expected)
    dates = [next(paper.year for paper in finding.library.get([one])) for one in found]
    assert dates == [next(paper.year for paper in finding.library.get([one])) for one in expected]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which papers study Thompson sampling?", ["thompson", "batches"]),
        ("Which papers are about fairness?", ["audit", "fair"]),
        ("newest papers on fairness", ["audit", "fair"]),
        ("oldest papers on fairness", ["fair", "audit"]),
        ("the newest paper on fairness", ["audit"]),
        ("fairness papers by Hashimoto", ["fair"]),
        ("newest papers on sequential tests or Thompson sampling", ["thompson", "batches", "undated"]),
        ("Compare sequential tests and queueing networks", ["undated", "queue"]),
        ("papers on causal forests", ["silent"]),
    ],
)
def test_papers_about_a_topic(finding: Finding, question: str, expected: list[str]) -> None:
    assert ids(finding, question)[: len(expected)] == expected


def test_each_side_of_a_comparison_is_there(finding: Finding) -> None:
    assert {"rare", "silent"} <= set(ids(finding, "Compare crash probabilities with causal forests"))


def test_more_papers_than_a_reader_takes_in_are_counted(finding: Finding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "SHOWN", 2)
    reply = reply_to(finding, read(finding, "papers since 2020"))
    assert reply.text == (
        "This library holds 5 papers since 2020; the first 2:\n\n"
        "- **A Broader View of Thompson Sampling** (2025), Yanlin Qu et al. [1] *=*\n"
        "- **Queues with Differentiable Simulators** (2024), Ethan Che et al. [2] *=*\n\n"
        "… 3 more."
    )
    assert len(reply.claims) == len(reply.references) == 2


def test_a_count_is_the_number_with_the_numbers_of_its_papers(
    finding: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = reply_to(finding, read(finding, "How many papers are there since 2023?"))
    assert counted.text == "This library holds 3 papers since 2023. [1] *=* [2] *=* [3] *=*"
    monkeypatch.setattr(replies, "SHOWN", 1)
    cut = reply_to(finding, read(finding, "How many papers are there since 2023?"))
    assert cut.text == "This library holds 3 papers since 2023. [1] *=* … 2 more"


def test_a_paper_without_an_abstract_is_listed_as_such(finding: Finding) -> None:
    reply = reply_to(finding, read(finding, "papers in 2021"))
    assert reply.text == "- **Notes on Causal Forests** (2021), Jing Dong (no abstract) [1] *=*"
    assert reply.claims[0].citations[0].quote == ""


def test_what_no_paper_is_about_is_not_listed(finding: Finding) -> None:
    for question in (
        "Which papers study coral bleaching?",
        "papers by Duchi on coral bleaching",
        "How many papers study malaria?",
    ):
        assert reply_to(finding, read(finding, question)).abstained


PONDS = (
    small.paper("together", "Newts", "We measure the quality of pond life."),
    small.paper("apart", "Frogs", "Air of high quality. Frogs have a long and quiet life there."),
    small.paper("third", "Newts in ponds", "The life of newts in ponds. Newts live in ponds."),
    small.paper("fourth", "Newts in ponds again", "More of newts in ponds: newts in ponds live long."),
    small.paper("fifth", "On newts in ponds", "We look at newts in ponds, and newts in ponds look at us."),
    small.paper("tool", "Counting", "We publish a software package for counting newts, open to all."),
)


@pytest.fixture(scope="module")
def ponds(tmp_path_factory: pytest.TempPathFactory) -> Finding:
    """The papers above."""
    library = small.assistant(tmp_path_factory.mktemp("ponds"), PONDS).library
    view = library.view()
    assert view is not None
    return Finding(library, view)


def look(ponds: Finding, question: str) -> Retrieved:
    return retrieve_for(read(ponds, question), None, ponds.library, ponds.view)


def test_papers_with_the_words_of_a_phrase_far_apart_come_last_and_a_note_says_so(ponds: Finding) -> None:
    listed = look(ponds, "which papers mention quality of life")
    assert listed.papers[0].id == "together"
    assert len(listed.papers) == 2
    assert listed.notes == ("the last paper has the words of “quality of life” far apart",)
    assert look(ponds, "papers that mention quality or frogs").notes == ()


def test_a_topic_alone_that_several_papers_share_is_listed(ponds: Finding) -> None:
    assert look(ponds, "newts in ponds").query.intent is Intent.PAPERS
    assert look(ponds, "quiet life of frogs").query.intent is Intent.FACT


def test_a_thing_that_is_described_and_has_no_such_words_is_looked_for_by_what_it_is_about(ponds: Finding) -> None:
    described = look(ponds, "papers that use a package for counting tadpoles")
    assert [paper.id for paper in described.papers] == ["tool"]
    assert described.notes == ("no paper has the words “package for counting tadpoles”; these are about it",)
    assert look(ponds, "papers that mention package tadpoles").papers == []
