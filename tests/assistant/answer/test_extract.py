from assistant.answer.extractive import quote_papers, select_line
from assistant.answer.replies import AnswerBody
from assistant.answer.retrieved import Retrieved
from assistant.question.query import Query
from store.paper import Paper
from store.results import Hit
from store.search import best_sentences, term_weights
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


def quote(finding: Finding, query: Query, *papers: Paper) -> AnswerBody:
    weights = term_weights(finding.view, query.topic)
    hits = [
        Hit(paper=paper, score=1.0 - 0.1 * place, sentences=best_sentences(weights, paper.abstract))
        for place, paper in enumerate(papers)
    ]
    return quote_papers(Retrieved(query.question, query, hits=hits, view=finding.view, total=len(hits)))


TITLE_ONLY = small.paper("silent", "Do Thompson samplers explore?")
SPEAKS = small.paper(
    "speaks", "Bandits", "RESULTS: Thompson samplers explore. CONCLUSIONS: Thompson samplers do explore."
)
BESIDE = small.paper("beside", "Queues", "Ferries wait.")


def test_a_record_without_an_abstract_takes_the_place_of_none_that_speaks(finding: Finding) -> None:
    query = Query(question="Do Thompson samplers explore?", topic="Thompson samplers explore")
    reply = quote(finding, query, TITLE_ONLY, SPEAKS)
    assert reply.text.startswith("“Thompson samplers do explore.” [1]")
    assert [reference.paper_id for reference in reply.references] == ["speaks"]
    alone = quote(finding, query, TITLE_ONLY, BESIDE)
    assert [reference.paper_id for reference in alone.references] == ["silent"]
    assert [reference.paper_id for reference in quote(finding, query, SPEAKS, TITLE_ONLY).references] == ["speaks"]


def test_a_paper_that_states_no_limitation_is_said_to_state_none(finding: Finding) -> None:
    query = Query(question="What limits Thompson samplers?", topic="Thompson samplers", wanted="limitation")
    reply = quote(finding, query, SPEAKS)
    assert reply.abstained
    assert reply.reason == "The abstract of “Bandits” does not state any limitation."
    bare = quote(finding, query, TITLE_ONLY)
    assert "(no abstract)" in bare.text


def test_no_line_of_a_list_points_back(finding: Finding) -> None:
    paper = small.paper("x", "X", "We grow trees. This proposes trees of trees.")
    line = select_line(finding.view, "trees of trees", paper).sentence
    assert line
    assert line.text == "We grow trees."
    only = select_line(finding.view, "trees", small.paper("x", "X", "This grows trees.")).sentence
    assert only
    assert only.text == "This grows trees."
