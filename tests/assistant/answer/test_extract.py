from assistant.answer.extractive import PAPERS, SENTENCES, select_line, select_sentences
from assistant.answer.sufficiency import select_relevant
from store.results import Hit, ScoredSentence
from tests.assistant import small
from tests.assistant.answer.finding import Finding


def hits(finding: Finding, topic: str) -> list[Hit]:
    return finding.library.search(topic, 10)


def test_the_sentence_that_answers_comes_first(finding: Finding) -> None:
    topic = "time naive Monte Carlo"
    quotes = select_sentences(finding.view, "How much less time than naive Monte Carlo?", topic, hits(finding, topic))
    assert quotes[0].sentence
    assert quotes[0].sentence.text == "The estimate takes 20 times less time than naive Monte Carlo."


def test_a_fact_is_a_few_sentences_of_few_papers(finding: Finding) -> None:
    quotes = select_sentences(finding.view, "What is sampling?", "sampling", hits(finding, "sampling"))
    ids = [quote.paper.id for quote in quotes]
    assert 0 < len(quotes) <= SENTENCES
    assert len(set(ids)) <= PAPERS
    assert ids == sorted(ids, key=ids.index)
    for quote in quotes:
        assert quote.sentence
        assert quote.paper.abstract[quote.sentence.start : quote.sentence.end] == quote.sentence.text


def test_papers_without_abstracts_have_no_facts(finding: Finding) -> None:
    silent = [Hit(paper=small.paper("x", "X"), score=1.0)]
    assert select_sentences(finding.view, "What is X?", "X", silent) == []


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


def test_a_paper_counts_from_seven_tenths_of_the_best_on(finding: Finding) -> None:
    def hit(id: str, score: float) -> Hit:
        sentence = ScoredSentence(text="Frogs sing.", start=0, end=11)
        return Hit(paper=small.paper(id, id, "Frogs sing."), score=score, sentences=(sentence,))

    chosen = select_sentences(
        finding.view, "Do frogs sing?", "frogs sing", [hit("a", 1.0), hit("b", 0.7), hit("c", 0.69)]
    )
    # All of the words of the topic, and 0.7 of how well the paper fits.
    assert [(quote.paper.id, round(quote.score, 6)) for quote in chosen] == [("a", 1.7), ("b", 1.49)]
    fitting = select_sentences(finding.view, "Why?", "frogs", [hit(id, 0.5) for id in "abcd"])
    assert [(quote.paper.id, quote.score) for quote in fitting] == [("a", 1.7), ("b", 1.7), ("c", 1.7)]
