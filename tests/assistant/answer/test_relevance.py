from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.answer.relevance import (
    CUT,
    TopicEvidence,
    count_mentions,
    find_mentions,
    find_relevant,
    introduces,
    is_admissible,
    measure_background,
    rate_papers,
)
from assistant.question.query import Query
from assistant.question.topic import read_topic
from store.filters import Filters
from store.paper import Paper
from store.results import Hit
from store.search import Background
from tests.assistant import small
from tests.assistant.answer.finding import Finding

NEUTRAL = Background(mean=0.13, spread=0.1)
PAPERS = (
    small.paper("llm", "Agents", "An LLM plans and LLMs act."),
    small.paper("long", "Chat", "Large language models (LLMs) chat."),
    small.paper("apart", "Translation", "A large model of a language translates."),
    small.paper("gpt", "A Study of GPT-4", "We ask GPT-4 for jokes."),
    small.paper("split", "GPT and friends", "A GPT was trained on 4 machines."),
    small.paper("bare", "Planning with LLM Agents"),
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Finding:
    """The papers above."""
    library = small.assistant(tmp_path_factory.mktemp("shelf"), PAPERS).library
    view = library.view()
    assert view is not None
    return Finding(library, view)


def list_ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.paper.id for hit in hits]


def find(finding: Finding, topic: str, filters: Filters | None = None) -> list[Hit]:
    query = Query(question=topic, topic=topic, filters=filters or Filters())
    return find_relevant(finding.library, finding.view, query)


def test_the_surest_come_first_and_none_is_below_the_cut(finding: Finding) -> None:
    hits = find(finding, "Thompson sampling")
    assert list_ids(hits)[:2] == ["thompson", "batches"]
    relevance = [hit.relevance for hit in hits]
    assert relevance == sorted(relevance, reverse=True)
    assert relevance[-1] >= CUT


def test_filters_hold(finding: Finding) -> None:
    assert list_ids(find(finding, "Thompson sampling", Filters(year_to=2023))) == ["batches"]


def test_what_the_library_does_not_bear_on_has_no_papers(finding: Finding) -> None:
    assert find(finding, "coral bleaching") == []


def test_a_paper_without_an_abstract_stands_behind_all_others(shelf: Finding) -> None:
    assert list_ids(find(shelf, "LLM agents"))[-1] == "bare"


def test_a_paper_without_a_word_has_to_be_near() -> None:
    evidence = TopicEvidence(cosine=0.49, share=0.0, stands_out=3.6, behind=0.0, pairs=0.0, lexical=0.0)
    assert not is_admissible(evidence)
    assert is_admissible(evidence._replace(cosine=0.5))
    assert is_admissible(evidence._replace(share=0.1))


def test_the_probability_grows_with_what_speaks_for_a_paper() -> None:
    evidence = TopicEvidence(cosine=0.3, share=0.5, stands_out=2.0, behind=-0.1, pairs=0.0, lexical=0.5)
    assert evidence.estimate_relevance() == pytest.approx(0.2110, abs=1e-3)
    for better in ({"stands_out": 3.0}, {"behind": 0.0}, {"pairs": 1.0}, {"lexical": 1.0}):
        assert evidence._replace(**better).estimate_relevance() > evidence.estimate_relevance()


def test_a_cosine_alone_lets_nothing_in(shelf: Finding) -> None:
    paper = small.paper("x", "Frogs", "Frogs sing.")
    (near,) = rate_papers(read_topic(shelf.view, "LLM"), [Hit(paper=paper, score=1.0, cosine=0.49)], NEUTRAL)
    (nearer,) = rate_papers(read_topic(shelf.view, "LLM"), [Hit(paper=paper, score=1.0, cosine=0.9)], NEUTRAL)
    assert near.relevance == 0.0
    assert nearer.relevance > CUT


def test_a_small_library_has_nearly_the_background_of_any(shelf: Finding) -> None:
    background = measure_background(shelf.library, shelf.view, "jokes")
    assert background.mean == pytest.approx(0.13, abs=0.05)
    assert background.spread == pytest.approx(0.1, abs=0.05)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("LLM",), {"llm", "long", "bare"}),
        (("large language model",), {"llm", "long", "apart", "bare"}),
        (("GPT-4",), {"gpt"}),
        (("GPT", "4"), {"gpt", "split"}),
        (("jokes", "GPT"), {"gpt"}),
        (("blockchain",), set()),
    ],
)
def test_mentions_are_exact(shelf: Finding, words: tuple[str, ...], ids: set[str]) -> None:
    assert set(list_ids(find_mentions(shelf.library, shelf.view, words, Filters()))) == ids
    assert count_mentions(shelf.library, shelf.view, words, Filters()) == len(ids)


def test_mentions_are_cut_but_counted(shelf: Finding) -> None:
    assert len(find_mentions(shelf.library, shelf.view, ("LLM",), Filters(), 1)) == 1


@pytest.mark.parametrize(
    ("title", "abstract", "made"),
    [
        ("FrogBench: a benchmark", "", False),
        ("A Benchmark of Frogs: results", "", True),
        ("Frogs", "We introduce the first benchmark of frogs.", True),
        ("Frogs", "In this paper we, at last, release three benchmarks.", True),
        ("Frogs", "The benchmark shows that frogs sing.", True),
        ("Frogs", "We beat the frog benchmark.", False),
        ("Frogs", "Existing benchmarks are small, so we propose songs.", False),
        ("Frogs", "We use benchmarks in the development of songs.", False),
    ],
)
def test_who_introduces_a_thing(shelf: Finding, title: str, abstract: str, made: bool) -> None:
    paper = Paper(id="a", title=title, abstract=abstract)
    assert introduces(paper, read_topic(shelf.view, "benchmark").wordings) is made


def test_words_that_mean_nearly_the_same_are_searched_for_and_named(tmp_path: Path) -> None:
    papers = (
        small.paper("renal", "Renal failure", "We follow renal failure after surgery. Renal failure is frequent."),
        small.paper("frog", "Frogs", "Frogs sing in ponds."),
    )
    answer = small.assistant(tmp_path, papers).ask("Which papers are about kidney failure?")
    assert [reference.paper_id for reference in answer.references] == ["renal"]
    assert "no paper has the word “kidney”; “renal” was searched for too" in str(answer)
