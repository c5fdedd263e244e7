import pytest

from assistant.answer.sufficiency import FEATURES, Coverage, is_sufficient, measure_coverage, measure_share
from assistant.question.parse import PreviousTurn, Query
from store.filters import Filters
from store.results import Hit
from tests.assistant import small
from tests.assistant.answer.finding import Finding
from tests.counting import growth


def weighed(finding: Finding, topic: str) -> Coverage:
    return measure_coverage(finding.view, topic, finding.library.search(topic, 10))


def test_a_question_that_a_paper_covers_is_stronger_than_one_that_none_does(finding: Finding) -> None:
    on, off = weighed(finding, "adaptive experiments in batches"), weighed(finding, "boiling point of tungsten")
    assert [on.coverage, on.sentence, on.unknown] == pytest.approx([1, 1, 0])
    assert (off.coverage, off.sentence, off.unknown) == (0, 0, 1)
    assert on.estimate_strength() > 0.5 > off.estimate_strength()
    assert is_sufficient(on, Query(question=""))
    assert not is_sufficient(off, Query(question=""))


@pytest.mark.parametrize("topic", ["", "?", "the of and"])
def test_without_words_or_papers_there_is_no_evidence(finding: Finding, topic: str) -> None:
    assert weighed(finding, topic) == measure_coverage(finding.view, "fairness", []) == Coverage()
    assert not is_sufficient(Coverage(), Query(question=""))


def test_figures_stay_in_their_ranges(finding: Finding) -> None:
    for topic in ("fairness", "ASOS samples", "causal forests", "x", "Thompson Thompson Thompson"):
        evidence = weighed(finding, topic)
        assert all(-1e-6 <= getattr(evidence, name) <= 1 + 1e-6 for name in FEATURES if name != "cosine")
        assert -1.001 <= evidence.cosine <= 1.001
        assert 0 < evidence.estimate_strength() < 1


def test_a_coined_word_is_known_in_any_case(finding: Finding) -> None:
    assert weighed(finding, "asos").coined == weighed(finding, "ASOS").coined == 1
    assert weighed(finding, "fairness").coined == 0


def test_the_title_speaks_for_a_paper_without_an_abstract(finding: Finding) -> None:
    evidence = weighed(finding, "causal forests")
    assert [evidence.sentence, evidence.title] == pytest.approx([0, 1])
    assert is_sufficient(evidence, Query(question="", names_author=True))


@pytest.mark.parametrize(
    ("query", "earlier", "share", "answered"),
    [
        (Query(question=""), None, 0.9, False),
        (Query(question="", names_author=True), None, 0.3, True),
        (Query(question="", filters=Filters(author=("Che",))), None, 0.3, False),
        (Query(question="", filters=Filters(ids=("a",))), None, 0.3, True),
        (Query(question="", names_author=True), None, 0.1, False),
        (Query(question=""), PreviousTurn(pointed=True), 0.3, True),
        (Query(question=""), PreviousTurn(pointed=True), 0.1, False),
        (Query(question=""), PreviousTurn(pointed=False), 0.3, False),
        (Query(question=""), PreviousTurn(pointed=False), 0.5, True),
    ],
)
def test_certain_papers_need_less_evidence(
    query: Query, earlier: PreviousTurn | None, share: float, answered: bool
) -> None:
    assert is_sufficient(Coverage(sentence=share), query, earlier) is answered


def test_the_share_of_weighted_words() -> None:
    assert measure_share({"fair": 3.0, "queue": 1.0}, "A fair fair game") == 0.75
    assert measure_share({}, "A fair game") == 0


@pytest.mark.parametrize(
    "word", ["a" * 1_000_000, "A" + "a" * 1_000_000, "a1" * 500_000, "A-" * 500_000, "1" * 1_000_000]
)
def test_a_word_of_a_megabyte_costs_no_more_than_a_short_one(finding: Finding, word: str) -> None:
    def work(size: int) -> None:
        measure_coverage(finding.view, "fairness", [Hit(paper=small.paper("x", "X", word[:size]), score=1.0)])

    assert growth(work, 500_000) == 1
