"""How a list is to be sorted is obeyed, and no part of the topic."""

from pathlib import Path

import pytest

from assistant.question.parse import parse_question
from assistant.question.query import Intent, Order
from store.index.snapshot import Snapshot
from tests.assistant import small

PAPERS = (
    small.paper("one", "Newts", "Newts sing in spring.", "Ada Heiner", 2020),
    small.paper("two", "Toads", "Toads dance in May.", "Bo Koch", 2021),
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The papers above."""
    folder: Path = tmp_path_factory.mktemp("sorted")
    snapshot = small.assistant(folder, PAPERS).library.view()
    assert snapshot is not None
    return snapshot


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("papers on newts, oldest first", Order.OLDEST),
        ("papers on newts (newest first)", Order.NEWEST),
        ("papers on newts with the most recent ones first", Order.NEWEST),
        ("papers on newts sorted by date", Order.NEWEST),
        ("papers on newts ordered by year, ascending", Order.OLDEST),
        ("newts papers in chronological order", Order.OLDEST),
        ("newts papers in reverse chronological order", Order.NEWEST),
        ("papers on newts from oldest to newest", Order.OLDEST),
        ("order the papers on newts by date", Order.NEWEST),
        ("sort papers on newts by year, ascending", Order.OLDEST),
        ("papers on newts by date", Order.NEWEST),
        ("papers on newts, listed from newest to oldest", Order.NEWEST),
    ],
)
def test_papers_are_sorted_in_time(held: Snapshot, question: str, order: Order) -> None:
    query = parse_question(question, held)
    assert (query.intent, query.order, query.limit, query.topic) == (Intent.PAPERS, order, None, "newts")


@pytest.mark.parametrize(
    "question",
    [
        "since when have newts been studied?",
        "who first studied newts?",
        "who was the first to study newts?",
        "when was the first paper on newts published?",
    ],
)
def test_who_was_first_is_the_oldest_paper(held: Snapshot, question: str) -> None:
    query = parse_question(question, held)
    assert (query.intent, query.order, query.limit) == (Intent.PAPERS, Order.OLDEST, 1)
    assert "newts" in query.topic.split()


def test_the_first_author_of_a_paper_is_no_order(held: Snapshot) -> None:
    query = parse_question("who is the first author of the paper on newts?", held)
    assert (query.intent, query.order) == (Intent.RECORD, Order.RELEVANCE)
