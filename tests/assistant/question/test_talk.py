"""What is said around conditions is no topic; what can name a thing is one, though no paper has it."""

from datetime import date
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.question.parse import leave_out_talk, parse_question
from assistant.question.query import Intent
from assistant.question.talk import LIKELY, read_talk
from store.filters import Filters
from tests.assistant import small

TODAY = date(2026, 12, 1)
PAPERS = (
    small.paper("one", "Grazing", "Cattle graze on hills.", "Ada Heiner, Bo Gold", 2018, venue="Natural Computing"),
    small.paper("two", "Foraging", "Goats forage.", "Carl Koch", 2020, venue="PLoS Computational Biology"),
    small.paper("three", "Digestion", "Sheep digest grass.", "Michael H Gold", 2018),
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The papers above."""
    folder: Path = tmp_path_factory.mktemp("talk")
    return small.assistant(folder, PAPERS)


@pytest.mark.parametrize(
    ("topic", "question", "talk"),
    [
        ("posted", "whatever got posted in 2018", "posted"),
        ("sitting in here", "what's sitting in here from 2018", "sitting"),
        ("I'm", "2018, that's all I'm after", ""),
        ("sleep", "sleep 2018", None),  # more often a verb, but a topic as well
        ("zebra", "zebra, 2018", None),
        ("posted zebra", "posted zebra, 2018", None),
        ("care", "papers on care from 2018", None),
        ("care", "care papers from 2018", None),
        ("Posted", "Posted whenever, 2018", "Posted"),
        ("posted", "posted, after 2018", None),  # alone beside a condition
        ("POST", "POST, 2018", None),
        ("not posted", "2018, not posted", None),
        ("LLM", "LLM, 2018", None),
    ],
)
def test_talk_names_nothing(topic: str, question: str, talk: str | None) -> None:
    assert read_talk(topic, question) == talk


def test_what_is_only_likely_to_be_talk_is_so_where_it_is_asked_for() -> None:
    assert read_talk("full lot", "PLoS One, the full lot") is None
    assert read_talk("full lot", "PLoS One, the full lot", LIKELY) == "full lot"
    assert read_talk("back as", "how many go as far back as 2018") is None
    assert read_talk("back as", "how many go as far back as 2018", LIKELY) == "back"


@pytest.mark.parametrize(
    ("question", "intent", "filters", "unused"),
    [
        ("whatever landed in 2018", Intent.CATALOGUE, Filters(year_from=2018, year_to=2018), ("landed",)),
        ("from 2018 on, that's all I'm after", Intent.CATALOGUE, Filters(year_from=2018), ()),
        ("how many came to light before 2019", Intent.FACT, Filters(year_to=2018), ()),
        ("how many made it out before 2019?", Intent.COUNT, Filters(year_to=2018), ()),
        ("how many made it out before 2019? name them", Intent.CATALOGUE, Filters(year_to=2018), ()),
        ("Heiner: papers until 2018", Intent.CATALOGUE, Filters(author=("Heiner",), year_to=2018), ()),
        ("Heiner, everything until 2018", Intent.CATALOGUE, Filters(author=("Heiner",), year_to=2018), ()),
        ("heiner or koch, either one is fine", Intent.CATALOGUE, None, ("fine",)),
        ("everything dated 2018 pls", Intent.CATALOGUE, Filters(year_from=2018, year_to=2018), ()),
        ("zebras, before 2018", Intent.FACT, Filters(year_to=2017), ()),
        ("why was the study by Koch stopped?", Intent.FACT, Filters(author=("Koch",)), ()),
    ],
)
def test_conditions_with_talk_ask_for_papers(
    asked: Assistant, question: str, intent: Intent, filters: Filters | None, unused: tuple[str, ...]
) -> None:
    view = asked.library.view()
    assert view is not None
    query = parse_question(question, view, TODAY)
    assert (query.intent, query.unused) == (intent, unused)
    assert filters is None or query.filters == filters
    assert not query.topic or intent is Intent.FACT


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("heiner or koch, either one is fine", ["Foraging", "Grazing"]),
        ("PLoS Comput Biol, the full lot", ["Foraging"]),
        ("Nat Comput, whichever year", ["Grazing"]),
        ("gold mh, whatever you've got", ["Digestion"]),
        ("zebras, 2018 only", []),
        ("the full lot of zebras from 2018", []),
    ],
)
def test_papers_are_listed_by_conditions_with_talk(asked: Assistant, question: str, titles: list[str]) -> None:
    assert [reference.title for reference in asked.ask(question).references] == titles


def test_what_was_taken_for_talk_is_told(asked: Assistant) -> None:
    assert asked.ask("PLoS Comput Biol, the full lot").trace.notes == ("I did not use: “full lot”",)


def test_a_topic_is_left_out_only_where_it_is_likely_talk_and_conditions_hold(asked: Assistant) -> None:
    view = asked.library.view()
    assert view is not None
    assert leave_out_talk(parse_question("the full lot", view, TODAY)) is None
    assert leave_out_talk(parse_question("zebras by Koch", view, TODAY)) is None
    left = leave_out_talk(parse_question("Natural Computing, the full lot", view, TODAY))
    assert left
    assert (left.intent, left.topic, left.unused) == (Intent.CATALOGUE, "", ("full lot",))
