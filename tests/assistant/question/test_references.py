"""What follow-ups point at: against the last list or answer, with the numbers that were shown."""

from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.question.query import Form, Intent, Order, describe_query
from assistant.question.references import Resolution, resolve_references
from assistant.types import Answer, Turn
from store.filters import Filters
from store.index.snapshot import Snapshot
from tests.assistant import small
from tests.assistant.small import talk

NAMKOONG = ["papers by Namkoong"]
"""Shows the papers thompson, queue and batches, with the numbers 1 to 3."""
SAMPLING = ["Why does Thompson sampling work?"]
"""Quotes the paper thompson."""


def resolve(field: Assistant, view: Snapshot, *asked: str) -> Resolution:
    """The last of some questions, each of those before it answered in its turn."""
    *before, last = asked
    answers = talk(field, *before)
    return resolve_references(last, [Turn.now(answer.question, answer) for answer in answers], view)


@pytest.mark.parametrize(
    ("asked", "papers"),
    [
        ([*NAMKOONG, "[2]"], ["queue"]),
        ([*NAMKOONG, "what does [3] propose?"], ["batches"]),
        ([*NAMKOONG, "[1, 3]"], ["thompson", "batches"]),
        ([*NAMKOONG, "[1] and [2]"], ["thompson", "queue"]),
        ([*NAMKOONG, "paper 2"], ["queue"]),
        ([*NAMKOONG, "number 3, please"], ["batches"]),
        ([*NAMKOONG, "papers 1-3"], ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "3"], ["batches"]),
        ([*NAMKOONG, "paper two"], ["queue"]),
        ([*NAMKOONG, "#2"], ["queue"]),
        ([*NAMKOONG, "the penultimate one"], ["queue"]),
        ([*NAMKOONG, "who is the first author of the second paper?"], ["queue"]),
        ([*NAMKOONG, "and the newest?"], ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "show me those by Che"], ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "summarize the second in one sentence"], ["queue"]),
        ([*NAMKOONG, "compare 1 and 3"], ["thompson", "batches"]),
        ([*NAMKOONG, "the second one"], ["queue"]),
        ([*NAMKOONG, "what about the 2nd?"], ["queue"]),
        ([*NAMKOONG, "what does the second control?"], ["queue"]),
        ([*NAMKOONG, "the last"], ["batches"]),
        ([*NAMKOONG, "bibtex of the last"], ["batches"]),
        ([*NAMKOONG, "the first two"], ["thompson", "queue"]),
        ([*NAMKOONG, "the last two"], ["queue", "batches"]),
        ([*NAMKOONG, "show the first and the third"], ["thompson", "batches"]),
        ([*NAMKOONG, "compare the first with the last"], ["thompson", "batches"]),
        ([*NAMKOONG, "these"], ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "who wrote these papers?"], ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "what year are those from?"], ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "compare them"], ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "all three"], ["thompson", "queue", "batches"]),
        (["papers in 2018", "both"], ["rare", "fair"]),
        (["papers in 2018", "compare the two"], ["rare", "fair"]),
        (["papers in 2018", "how do the two differ?"], ["rare", "fair"]),
        ([*NAMKOONG, "which of them is the oldest?"], ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "which is the newest?"], ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "the second one", "the others"], ["thompson", "batches"]),
        ([*NAMKOONG, "the second one", "and the third?"], ["batches"]),
        ([*NAMKOONG, "the second one", "[1]"], ["queue"]),
        ([*NAMKOONG, "[3]", "the first one"], ["thompson"]),
        ([*NAMKOONG, "[3]", "who wrote the first?", "and the second?"], ["queue"]),
        ([*NAMKOONG, "the queues one"], ["queue"]),
        ([*NAMKOONG, "the Thompson sampling paper"], ["thompson"]),
        ([*NAMKOONG, "the one from 2024"], ["queue"]),
        ([*NAMKOONG, "the newest one"], ["thompson"]),
        ([*NAMKOONG, "the ones since 2024"], ["thompson", "queue"]),
        ([*NAMKOONG, "only those with code"], ["batches"]),
        ([*NAMKOONG, "What is the boiling point of tungsten?", "the second one"], ["queue"]),
        ([*NAMKOONG, "papers in 2018", "the second one"], ["fair"]),
        ([*SAMPLING, "who wrote it?"], ["thompson"]),
        ([*SAMPLING, "who found that?"], ["thompson"]),
        ([*SAMPLING, "when was that published?"], ["thompson"]),
        ([*SAMPLING, "when?"], ["thompson"]),
        ([*SAMPLING, "who?"], ["thompson"]),
        ([*SAMPLING, "where?"], ["thompson"]),
        ([*SAMPLING, "link of it"], ["thompson"]),
        ([*SAMPLING, "more"], ["thompson"]),
        ([*SAMPLING, "tell me about qu2025broader"], ["thompson"]),
        (["who wrote namkoong2019nothing or qu2025broader?"], ["thompson"]),
    ],
)
def test_it_is_sure_which_papers_are_meant(
    field: Assistant, view: Snapshot, asked: list[str], papers: list[str]
) -> None:
    resolution = resolve(field, view, *asked)
    assert list(resolution.papers) == papers
    assert resolution.failure == ""
    assert resolution.words
    assert resolution.words in describe_query(resolution.query)
    assert set(resolution.query.filters.ids or ()) == set(papers)


@pytest.mark.parametrize(
    ("asked", "failure"),
    [
        ([*NAMKOONG, "[5]"], "The last answer had 3 papers, so there is no [5]."),
        ([*NAMKOONG, "the seventh one"], "The last answer had 3 papers, so there is no [7]."),
        ([*NAMKOONG, "compare 1 and 4"], "The last answer had 3 papers, so there is no [4]."),
        ([*NAMKOONG, "the last five papers"], "The last answer had 3 papers, so there is no paper 5 from the end."),
        ([*NAMKOONG, "the two"], "The last answer had 3 papers, not 2."),
        ([*NAMKOONG, "both"], "The last answer had 3 papers, not 2."),
        (
            [*NAMKOONG, "the others"],
            "The last answer had 3 papers, and none was chosen of them, so there are no others.",
        ),
        ([*NAMKOONG, "more"], "The last answer had 3 papers, and these are all."),
        ([*NAMKOONG, "the one from 1999"], "No paper of the last answer fits “from 1999”."),
        (
            [*NAMKOONG, "and in 2018?", "the fifth one"],
            "The answer to “papers by Namkoong” had 3 papers, so there is no [5].",
        ),
        (["the second one"], "No answer before this one showed papers, so “the second one” means none."),
        (
            ["papers in LG", "the Namkoong one"],
            "“Namkoong” fits 2 papers of the last answer: [1] “A Broader View of "
            "Thompson Sampling”; [2] “Adaptive Experiments in Flexible Batches”.",
        ),
    ],
)
def test_what_is_not_there_is_said_and_never_guessed(
    field: Assistant, view: Snapshot, asked: list[str], failure: str
) -> None:
    assert resolve(field, view, *asked).failure == failure
    answer = talk(field, *asked)[-1]
    assert (answer.reason, answer.references) == (failure, ())


@pytest.mark.parametrize(
    ("asked", "intent", "fields"),
    [
        ([*NAMKOONG, "the second one"], Intent.SHOW, {"topic": "Queues with Differentiable Simulators"}),
        ([*NAMKOONG, "bibtex of the last"], Intent.SHOW, {"form": Form.BIBTEX}),
        ([*NAMKOONG, "link of [1]"], Intent.SHOW, {"form": Form.LINK}),
        ([*NAMKOONG, "these"], Intent.CATALOGUE, {"topic": ""}),
        ([*NAMKOONG, "who wrote [2]?"], Intent.RECORD, {"wanted": "authors"}),
        ([*SAMPLING, "when?"], Intent.RECORD, {"wanted": "date"}),
        ([*SAMPLING, "where?"], Intent.RECORD, {"wanted": "venue"}),
        ([*NAMKOONG, "what year are these from?"], Intent.RECORD, {"wanted": "date"}),
        (
            [*NAMKOONG, "compare 1 and 2"],
            Intent.COMPARE,
            {"sides": ("A Broader View of Thompson Sampling", "Queues with Differentiable Simulators")},
        ),
        ([*NAMKOONG, "which of them is the oldest?"], Intent.CATALOGUE, {"order": Order.OLDEST, "limit": 1}),
        ([*NAMKOONG, "how many of them are there?"], Intent.COUNT, {}),
        (["who wrote the queues paper?", "and qu2025broader?"], Intent.RECORD, {"wanted": "authors"}),
        ([*NAMKOONG, "what does [2] control?"], Intent.FACT, {"topic": "control"}),
    ],
)
def test_what_is_asked_of_them(
    field: Assistant, view: Snapshot, asked: list[str], intent: Intent, fields: dict[str, object]
) -> None:
    query = resolve(field, view, *asked).query
    assert query.intent is intent
    assert {name: getattr(query, name) for name in fields} == fields


def test_conditions_narrow_the_papers_that_are_meant(field: Assistant, view: Snapshot) -> None:
    query = resolve(field, view, *NAMKOONG, "which of them are by Che since 2024?").query
    assert query.filters.author == ("Che",)
    assert view.list_ids(query.filters) == ["queue"]


def test_papers_like_one_of_a_list_are_others(field: Assistant, view: Snapshot) -> None:
    resolution = resolve(field, view, *NAMKOONG, "more like the second")
    assert resolution.words == "more like the second → near [2] “Queues with Differentiable Simulators”"
    assert len(resolution.papers) == 5
    assert "queue" not in resolution.papers


def test_these_are_also_those_of_a_long_list_that_were_not_shown(field: Assistant, view: Snapshot) -> None:
    [listed] = talk(field, "papers since 2018")
    shown = listed.model_copy(update={"references": listed.references[:2]})
    history = [Turn.now("papers since 2018", shown)]
    everything = set(view.list_ids(Filters(year_from=2018)))
    assert set(resolve_references("which of them is the oldest?", history, view).papers) == everything
    rest = {reference.paper_id for reference in listed.references[2:]}
    assert set(resolve_references("more", history, view).papers) == rest
    assert set(resolve_references("the others", history, view).papers) == rest


@pytest.mark.parametrize(
    "question",
    [
        "who wrote the first paper on fairness?",
        "What is the first step of sampling?",
        "papers of the last five years",
        "What are the two main ideas of batches?",
        "the three newest papers",
        "What is the number 1 cause of crashes?",
        "Is the risk in [0, 1]?",
        "Which fairness interventions work best?",
        "Is it possible to bound risk?",
        "papers about crash probabilities",
    ],
)
def test_a_question_of_its_own_points_at_nothing_for_sure(field: Assistant, view: Snapshot, question: str) -> None:
    resolution = resolve(field, view, *NAMKOONG, question)
    assert (resolution.papers, resolution.words, resolution.failure, resolution.is_sure) == ((), "", "", False)
    assert resolution.query.filters.ids is None


def test_a_pronoun_beside_a_topic_may_point_back_or_not(field: Assistant, view: Snapshot) -> None:
    resolution = resolve(field, view, *SAMPLING, "How does it balance exploration?")
    (carried, earlier), (alone, nothing) = resolution.interpretations
    assert not resolution.is_sure
    assert earlier
    assert earlier.paper_ids == carried.filters.ids == ("thompson",)
    assert (alone.filters.ids, nothing) == (None, None)


def test_titles_stand_in_the_place_of_what_points(field: Assistant, view: Snapshot) -> None:
    resolution = resolve(field, view, *NAMKOONG, "what does [2] control?")
    assert resolution.question == "what does “Queues with Differentiable Simulators” control?"
    assert resolution.words == "[2] → [2] “Queues with Differentiable Simulators”"


def test_what_the_caller_restricts_to_holds(field: Assistant, view: Snapshot) -> None:
    history = [Turn.now(answer.question, answer) for answer in talk(field, *NAMKOONG)]
    query = resolve_references("these", history, view, Filters(year_from=2025)).query
    assert view.list_ids(query.filters) == ["thompson"]


def test_a_paper_that_was_removed_since_is_said_to_be(view: Snapshot) -> None:
    answer = Answer.model_validate(
        {"question": "q", "text": "", "references": [{"n": 1, "paper_id": "gone", "title": "Gone"}]}
    )
    resolution = resolve_references("[1]", [Turn.now("q", answer)], view)
    assert resolution.failure == "“Gone” is no longer in the library."


@pytest.mark.parametrize(
    ("asked", "intent", "papers"),
    [
        ([*NAMKOONG, "how many are there?"], Intent.COUNT, ["thompson", "queue", "batches"]),
        (["how many papers are from 2018?", "which ones?"], Intent.CATALOGUE, ["rare", "fair"]),
        ([*NAMKOONG, "which is newer?"], Intent.CATALOGUE, ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "the second one", "compare them"], Intent.COMPARE, ["thompson", "queue", "batches"]),
        ([*NAMKOONG, "the second one", "give me the bibtex"], Intent.SHOW, ["queue"]),
        ([*NAMKOONG, "are any of them from 2024?"], Intent.CATALOGUE, ["queue"]),
        (
            [*NAMKOONG, "which of them are by Che?", "how many?", "sort them by year"],
            Intent.CATALOGUE,
            ["queue", "batches"],
        ),
    ],
)
def test_what_newcomers_say_of_a_list_means_its_papers(
    field: Assistant, view: Snapshot, asked: list[str], intent: Intent, papers: list[str]
) -> None:
    query = resolve(field, view, *asked).query
    assert query.intent is intent
    assert set(view.list_ids(query.filters)) == set(papers)


def test_another_thing_of_the_same_kind_is_put_in_the_question_before(field: Assistant, view: Snapshot) -> None:
    asked = resolve(field, view, "do queueing networks need simulators?", "what about sensor networks?")
    assert asked.query.question == "do sensor networks need simulators?"
    assert asked.words == "“do queueing networks need simulators?” with “sensor networks” for “queueing networks”"


def test_more_papers_than_four_are_compared_in_part_and_that_is_said(field: Assistant, view: Snapshot) -> None:
    query = resolve(field, view, "papers since 2018", "compare them").query
    assert len(query.sides) == 4
    assert query.unused == ("the last 3 of the 7 papers",)


@pytest.mark.parametrize("asked", ["list all papers", "papers since 2000", "which papers are about queues?"])
@pytest.mark.parametrize("more", [("more", "more", "more"), ("more", "the rest", "are there more?")])
def test_more_goes_on_until_all_of_a_long_list_were_shown(tmp_path: Path, asked: str, more: tuple[str, ...]) -> None:
    titles = [f"On Queues of Kind {number}" for number in range(45)]
    long = [small.paper(f"q{n}", title, "We study queues.", "Ann Lee", 2001) for n, title in enumerate(titles)]
    answers = talk(small.assistant(tmp_path, long), asked, *more)
    assert [len(answer.references) for answer in answers] == [20, 20, 5, 0]
    shown = [reference.paper_id for answer in answers for reference in answer.references]
    assert len({*shown}) == 45
    assert answers[-1].abstained


def test_all_were_shown_is_said_of_the_whole_list(tmp_path: Path) -> None:
    long = [small.paper(f"q{n}", f"On Queues of Kind {n}", "We study queues.", "Ann Lee", 2001) for n in range(21)]
    last = talk(small.assistant(tmp_path, long), "list all papers", "more", "more")[-1]
    assert last.reason == "All 21 papers of the answer to “list all papers” were shown."
