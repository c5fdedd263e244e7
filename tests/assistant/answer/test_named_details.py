"""Details of papers that a question names, told by their sentences whatever the topic."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.types import Answer
from tests.assistant import small
from tests.assistant.answer.asking import answered, chain_of, claims

LAMPS = small.paper(
    "lamps",
    "Blue lamps for spotted ponies",
    "Spots itch. Twenty-four ponies with spots were treated with blue lamps. Each session took 20 minutes at"
    " 48 J/cm2 and 415 nm. Spots fell by 34% (P = .02). We assessed the spots before, and 8 weeks after treatment.",
    year=2007,
    authors="Seung Lee, Ann Smith",
)
FEED = small.paper(
    "feed",
    "Rye in the feed of ponies",
    "We feed rye to ponies. A total of 310 ponies were enrolled in two stables of Norway. Rye made"
    " them grow more than oats. Growth was assessed with the Ode scale.",
    year=2009,
    authors="Seung Lee",
)
REVIEW = small.paper(
    "review",
    "A review of stables",
    "Stables differ. We say how to build one. It has to be dry.",
    year=2011,
    authors="Bo Dahl",
)


@pytest.fixture
def stable(tmp_path: Path) -> Iterator[Assistant]:
    with small.assistant(tmp_path / "library", [LAMPS, FEED, REVIEW]) as made:
        yield made


def show_first(answer: Answer) -> str:
    assert not answer.abstained, answer.reason
    return answer.claims[0].text


@pytest.mark.parametrize(
    "question",
    [
        "whats the sample size in the study by Lee 2007",
        "How many participants were in the study by Lee in 2007?",
        "sample size of the study by Smith",
        "Lee 2007 sample size",
        "In Lee 2007, what was the sample size?",
        "n in Lee 2007",
        "number of subjects in Lee 2007",
    ],
)
def test_the_sample_of_a_named_paper_is_found_in_whatever_words(stable: Assistant, question: str) -> None:
    assert show_first(stable.ask(question)) == "Twenty-four ponies with spots were treated with blue lamps."


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What light dose did Smith use?", "Each session took 20 minutes at 48 J/cm2 and 415 nm."),
        ("wavelength in Lee 2007", "Each session took 20 minutes at 48 J/cm2 and 415 nm."),
        ("p value in the study by Smith", "Spots fell by 34% (P = .02)."),
        ("what was the follow-up in Smith 2007", "We assessed the spots before, and 8 weeks after treatment."),
        ("where was the study by Lee from 2009 done?", "A total of 310 ponies were enrolled in two stables of Norway."),
        ("which scale was used to assess growth in Lee 2009?", "Growth was assessed with the Ode scale."),
        ("What was rye compared with in the study by Lee 2009?", "Rye made them grow more than oats."),
        (
            "sample size of the paper on rye in the feed of ponies",
            "A total of 310 ponies were enrolled in two stables of Norway.",
        ),
    ],
)
def test_the_sentence_that_states_it_comes_first(stable: Assistant, question: str, sentence: str) -> None:
    assert show_first(stable.ask(question)) == sentence


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("sample size of the review by Dahl", "The abstract of “A review of stables” does not state the sample size."),
        ("who funded Lee 2007", "The abstract of “Blue lamps for spotted ponies” does not state who funded."),
        ("n in Dahl 2011", "The abstract of “A review of stables” does not state the sample size."),
        ("where was Dahl 2011 conducted?", "The abstract of “A review of stables” does not state where it was done."),
        ("how old were the ponies in Lee 2009?", "The abstract of “Rye in the feed of ponies” does not state how old."),
    ],
)
def test_what_a_named_paper_does_not_state_is_told(stable: Assistant, question: str, reason: str) -> None:
    answer = stable.ask(question)
    assert (answer.abstained, answer.reason) == (True, reason)
    assert "The nearest sentence, which does not state it: “" in answer.text


def test_papers_that_a_name_alone_means_answer_side_by_side(stable: Assistant) -> None:
    answer = stable.ask("sample sizes of the papers by Lee")
    assert sorted(claim.text for claim in answer.claims if not claim.further) == [
        "A total of 310 ponies were enrolled in two stables of Norway.",
        "Twenty-four ponies with spots were treated with blue lamps.",
    ]


def test_other_words_say_which_paper_of_an_author_is_meant(stable: Assistant) -> None:
    answer = stable.ask("How many ponies did Lee enrol for rye?")
    assert show_first(answer) == "A total of 310 ponies were enrolled in two stables of Norway."
    assert "Twenty-four" not in answer.text


def test_a_follow_up_asks_of_the_paper_that_it_points_at(stable: Assistant) -> None:
    _, second = small.talk(stable, "What do blue lamps do to spots?", "how many subjects were in this study?")
    assert show_first(second) == "Twenty-four ponies with spots were treated with blue lamps."


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("papers by Lee on sample size", 0),
        ("how many papers did Lee write?", 2),
        ("In which year was the paper by Dahl published?", 1),
    ],
)
def test_what_is_asked_of_the_catalogue_is_no_detail(stable: Assistant, question: str, papers: int) -> None:
    answer = stable.ask(question)
    assert "does not state" not in answer.text
    assert len(answer.references) == papers


@pytest.mark.parametrize("question", ["growth models by Lee", "weight loss by Lee", "growth of ponies by Dahl"])
def test_a_topic_that_a_measure_names_is_no_detail(stable: Assistant, question: str) -> None:
    assert "does not state" not in stable.ask(question).text


async def test_a_model_is_given_the_papers_that_state_it_and_asked_for_nothing_else(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "library", [LAMPS, FEED, REVIEW]) as made:
        chain, chat = chain_of(made.library, claims("Twenty-four ponies with spots were treated with blue lamps."))
        answer = await answered(chain, "sample size of the study by Smith")
        assert not answer.abstained
        assert "Twenty-four ponies" in str(chat.requests[0])
        assert "310 ponies" not in str(chat.requests[0])
        silent = await answered(chain, "sample size of the review by Dahl")
        assert silent.reason.endswith("does not state the sample size.")
        assert len(chat.requests) == 1


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (
            "How many reviewers screened the papers on rye in the feed of ponies?",
            "The abstract of “Rye in the feed of ponies” does not state how many reviewers.",
        ),
        (
            "In what year did the trial of rye in the feed of ponies end?",
            "The abstract of “Rye in the feed of ponies” does not state the year.",
        ),
        (  # It reads as a comparison, of which only one side is a paper.
            "Which contrast agent was given in the trial of rye in the feed of ponies",
            "The abstract of “Rye in the feed of ponies” does not state the contrast agent.",
        ),
    ],
)
def test_what_sounds_like_a_list_may_ask_for_a_detail(stable: Assistant, question: str, reason: str) -> None:
    answer = stable.ask(question)
    assert (answer.abstained, answer.reason) == (True, reason)


@pytest.mark.parametrize(
    ("question", "quoted"), [("Dahl 2011, what did they set out to do", True), ("papers by Dahl", False)]
)
def test_what_an_author_did_is_told_by_a_sentence_of_each_paper(stable: Assistant, question: str, quoted: bool) -> None:
    answer = stable.ask(question)
    assert [reference.title for reference in answer.references] == ["A review of stables"]
    assert ("We say how to build one." in answer.text) is quoted


def test_a_name_of_the_question_means_the_paper_that_has_it(tmp_path: Path) -> None:
    named = small.paper("named", "A new lamp for ponies", "The PoniLux lamp is new. Ponies were treated with the lamp.")
    with small.assistant(tmp_path / "library", [LAMPS, FEED, named]) as made:
        answer = made.ask("What dose was given to the ponies with the PoniLux lamp?")
    assert answer.reason == "The abstract of “A new lamp for ponies” does not state the dose."
