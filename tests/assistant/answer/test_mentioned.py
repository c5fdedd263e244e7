"""Questions whether something is mentioned at all."""

from pathlib import Path

import pytest

from assistant.answer.retrieval import read_mentioned
from assistant.question.query import Intent, Query
from tests.assistant import small

HENS = small.paper("hens", "Hens and rye", "Rye feeds hens. We counted them with the software HenTool.")
OATS = small.paper("oats", "Oats", "Oats feed horses, and horses like oats.")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("is the software HenTool mentioned", "HenTool"),
        ("Is “HenTool” mentioned anywhere?", "HenTool"),
        ("Are red hens mentioned in any of the papers?", "red hens"),
    ],
)
def test_the_words_that_have_to_be_mentioned(question: str, words: str) -> None:
    query = read_mentioned(Query(question=question))
    assert (query.intent, query.exact) == (Intent.MENTIONS, (words,))


@pytest.mark.parametrize(
    "question", ["Is it mentioned?", "Is rye good for hens?", "Is rye mentioned because it is cheap?"]
)
def test_other_questions_stay_as_they_are(question: str) -> None:
    query = Query(question=question)
    assert read_mentioned(query) is query


def test_who_mentions_it_is_listed_and_where_nobody_does_that_is_told(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "library", [HENS, OATS]) as made:
        mentioned = made.ask("Is the software HenTool mentioned?")
        nowhere = made.ask("Is the software Snoopy mentioned?")
    assert [reference.paper_id for reference in mentioned.references] == ["hens"]
    assert (nowhere.abstained, nowhere.reason) == (True, "No paper in this library mentions “Snoopy”.")
