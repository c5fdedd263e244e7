from assistant.answer.extractive import select_line
from assistant.answer.sufficiency import select_relevant
from store.results import Hit
from tests.assistant import small
from tests.assistant.answer.finding import Finding


def hits(finding: Finding, topic: str) -> list[Hit]:
    return finding.library.search(topic, 10)


def test_a_line_speaks_of_the_topic_or_gives_the_gist(finding: Finding) -> None:
    (paper,) = (one for one in small.FIELD if one.id == "batches")
    on_topic, gist = (
        select_line(finding.view, "Thompson sampling", paper).sentence,
        select_line(finding.view, "", paper).sentence,
    )
    assert on_topic
    assert gist
    assert "Thompson" in on_topic.text
    assert gist.text.startswith("We propose")
    assert select_line(finding.view, "anything", small.paper("x", "X")).sentence is None


def test_only_papers_close_to_the_best_are_about_a_topic(finding: Finding) -> None:
    found = [
        hit.paper.id for hit in select_relevant(finding.view, "Thompson sampling", hits(finding, "Thompson sampling"))
    ]
    assert found[0] == "thompson"
    assert "queue" not in found
    assert select_relevant(finding.view, "anything", []) == []
