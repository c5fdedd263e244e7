from pathlib import Path

import pytest

from assistant.answer.relevance import leave_out_looser
from assistant.question.topic import Topic, read_topic
from store.results import Hit
from tests.assistant import small

PAPERS = {
    "crash": small.paper("crash", "Rare-event simulation", "We use rare-event simulation of crashes."),
    "pancreas": small.paper("pancreas", "Pumps", "A rare-event simulation of pumps."),
    "queue": small.paper("queue", "Queues", "A simulation of queues."),
    "events": small.paper("events", "Rain", "Rare in event tables, we use a simulation."),
}


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    """The topic of the papers above."""
    view = small.assistant(tmp_path, [*PAPERS.values()]).library.view()
    assert view is not None
    return read_topic(view, "rare-event simulation")


def keep(topic: Topic, **relevance: float) -> list[str]:
    hits = [Hit(paper=PAPERS[name], score=1.0, relevance=value) for name, value in relevance.items()]
    return [hit.paper.id for hit in leave_out_looser(topic, hits)]


def test_a_paper_without_most_of_the_words_is_left_out_beside_sure_ones(topic: Topic) -> None:
    assert keep(topic, crash=0.9, pancreas=0.5, queue=0.44) == ["crash", "pancreas"]


def test_one_that_is_near_enough_or_has_the_words_apart_stays(topic: Topic) -> None:
    assert keep(topic, crash=0.9, pancreas=0.5, queue=0.45, events=0.3) == ["crash", "pancreas", "queue", "events"]


def test_one_sure_paper_alone_says_not_how_the_library_words_it(topic: Topic) -> None:
    assert keep(topic, crash=0.9, pancreas=0.49, queue=0.23) == ["crash", "pancreas", "queue"]


def test_sure_papers_have_the_words_in_a_row(topic: Topic) -> None:
    assert keep(topic, crash=0.9, events=0.9, queue=0.23) == ["crash", "events", "queue"]


def test_a_paper_much_less_relevant_than_the_surest_stays_only_with_the_words_in_a_row(topic: Topic) -> None:
    assert keep(topic, crash=0.9, pancreas=0.1, queue=0.22, events=0.22) == ["crash", "pancreas"]


def test_without_papers_nothing_is_kept(topic: Topic) -> None:
    assert keep(topic) == []
