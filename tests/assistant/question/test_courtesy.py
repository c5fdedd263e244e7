"""Greetings, thanks and "could you tell me" are no part of a question."""

import pytest

from assistant.question.courtesy import is_pleasantry, remove_courtesy
from assistant.question.parse import parse_question
from assistant.question.query import Intent
from store.index.snapshot import Snapshot


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("Hi there! Hope you are well. Which papers use CLIP? Thank you so much", "Which papers use CLIP?"),
        ("Hello, which papers mention CLIP, please?", "which papers mention CLIP?"),
        ("I was wondering if you could tell me how DISDE works", "how DISDE works"),
        ("could you please tell me which papers use CLIP?", "which papers use CLIP?"),
        ("Thanks! And who wrote it?", "And who wrote it?"),
        ("everything from 2018 pls", "everything from 2018"),
        ("queues thx!", "queues!"),
        ("Do you have any papers on fairness?", "any papers on fairness?"),
        ("I was wondering whether you'd have something by Che, if that's ok", "something by Che"),
        ("My supervisor told me to look up what Che found; can you help?", "what Che found?"),
        (
            "If it isn't too much trouble, list papers on newts, many thanks and kind regards, Tom",
            "list papers on newts",
        ),
        ("If the data are scarce, which papers help?", "If the data are scarce, which papers help?"),
        ("would you please compare queues and bandits", "compare queues and bandits"),
    ],
)
def test_what_is_said_around_a_question_is_left_out(typed: str, question: str) -> None:
    assert remove_courtesy(typed) == question


@pytest.mark.parametrize(
    "question",
    [
        "thanks",
        "0\r",
        "Hi-C data analysis",
        "Best arm identification",
        "Which papers mention greetings?",
        "papers that ask whether we can trust models",
        "What do we know about how users understand models?",
        "Can you tell me whether soups beat ensembles?",
        "I am a student of bandits. Which papers should I read?",
        "how many papers do I have?",
        "what can you tell me about the paper by Che",
    ],
)
def test_what_says_something_is_kept(question: str) -> None:
    assert remove_courtesy(question) == question


def test_a_polite_question_is_parsed_as_the_plain_one(view: Snapshot) -> None:
    polite = parse_question("Hi! Could you please tell me which papers are about fairness? Thanks a lot!", view)
    assert (polite.intent, polite.topic) == (Intent.PAPERS, "fairness")


def test_whether_there_is_a_paper_is_a_question_by_itself() -> None:
    assert remove_courtesy("is there a paper written in Portuguese?") == "is there a paper written in Portuguese?"
    assert remove_courtesy("Could you tell me which papers are new?") == "which papers are new?"


@pytest.mark.parametrize(
    "text", ["thanks", "Thank you so much!", "ok, great", "Hi there", "good morning!", "got it. thanks"]
)
def test_politeness_alone_asks_nothing(text: str) -> None:
    assert is_pleasantry(text)


@pytest.mark.parametrize(
    "text",
    ["dear enemy effect", "good morning cortisol", "hello world programs", "thanks, which are newer?", "great apes"],
)
def test_words_beside_politeness_ask(text: str) -> None:
    assert not is_pleasantry(text)
