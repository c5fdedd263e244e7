from pathlib import Path
from unittest.mock import MagicMock

import pytest

from assistant.answer.sufficiency import (
    FEATURES,
    LOOKED_AT,
    Coverage,
    _is_unheard,
    find_absent,
    find_nearest,
    is_sufficient,
    measure_coverage,
    measure_share,
    paper_text,
)
from assistant.question.query import PreviousTurn, Query
from store.filters import Filters
from store.results import Hit, ScoredSentence
from tests.assistant import small
from tests.assistant.answer.finding import Finding
from tests.counting import growth


def weighed(finding: Finding, topic: str) -> Coverage:
    return measure_coverage(finding.view, topic, finding.library.search(topic, 10))


def test_a_question_that_a_paper_covers_is_stronger_than_one_that_none_does(finding: Finding) -> None:
    on, off = weighed(finding, "adaptive experiments in batches"), weighed(finding, "boiling point of tungsten")
    assert on.sentence == pytest.approx(1)
    assert off.sentence == 0
    assert on.throughout > 0.4 > off.throughout == 0
    assert on.joint > 1 > off.joint
    assert on.stands_out > off.stands_out
    assert on.estimate_strength() > 0.5 > off.estimate_strength()
    assert is_sufficient(on, Query(question=""))
    assert not is_sufficient(off, Query(question=""))


@pytest.mark.parametrize("topic", ["", "?", "the of and", "2+2", "x"])
def test_without_words_or_papers_there_is_no_evidence(finding: Finding, topic: str) -> None:
    assert weighed(finding, topic) == measure_coverage(finding.view, "fairness", []) == Coverage()
    assert not is_sufficient(Coverage(), Query(question=""))


def test_a_single_sign_is_a_word_where_no_spaces_are_written(finding: Finding) -> None:
    assert measure_coverage(finding.view, "蛙", [hit("a", "蛙鸣")]).title == 1


def test_only_a_word_of_which_no_paper_has_the_root_is_unheard() -> None:
    view = MagicMock(count=80)
    view.count_term.return_value = view.count_by_author.return_value = 0
    papers = [small.paper("p", "Smartphones and cystoscopy", "Light of tablets.")]
    assert [_is_unheard(view, word, papers) for word in ("phone", "cystoscopist", "happend", "ketamine")] == [
        False,
        False,
        False,
        True,
    ]


def test_a_name_of_an_author_says_which_paper_is_meant() -> None:
    assert is_sufficient(Coverage(sentence=0.25, authored=1), Query(question=""))
    assert not is_sufficient(Coverage(sentence=0.25), Query(question=""))


def test_figures_stay_in_their_ranges(finding: Finding) -> None:
    for topic in ("fairness", "ASOS samples", "causal forests", "x", "Thompson Thompson Thompson"):
        evidence = weighed(finding, topic)
        most = {"joint": 2, "stands_out": 10, "small_words": 10}
        least = {"joint": -1, "stands_out": -10}
        assert all(
            least.get(name, 0) - 1e-6 <= getattr(evidence, name) <= most.get(name, 1) + 1e-6 for name in FEATURES
        )
        assert 0 < evidence.estimate_strength() < 1


def test_the_words_have_to_be_in_one_paper(finding: Finding) -> None:
    # Three words of one weight: the library has none of them. Each is in a paper, two of them in one.
    hits = [hit("a", "Frogs", "Toads."), hit("b", "Newts"), hit("c", "Frogs")]
    assert measure_coverage(finding.view, "frogs toads newts", hits).joint == pytest.approx(2 / 3)
    # Words and meaning are added for each paper, and the best sum counts, not the best of each.
    near = [hit("a", "Frogs", "Toads.", cosine=0.1), hit("b", "Newts", cosine=0.4)]
    assert measure_coverage(finding.view, "frogs toads newts", near).joint == pytest.approx(2 / 3 + 0.1)


def test_a_paper_that_is_about_the_words_throughout_says_more_than_one_that_names_them(finding: Finding) -> None:
    about = hit("a", "A", "Frogs sing. Frogs and toads swim. Toads sleep. It rains.")
    assert measure_coverage(finding.view, "frogs toads", [about]).throughout == pytest.approx((0.5 + 1 + 0.5 + 0) / 4)
    assert measure_coverage(finding.view, "frogs toads", [hit("b", "Frogs and toads")]).throughout == 0


def test_what_stands_out_is_measured_by_how_many_papers_there_are(finding: Finding) -> None:
    # Of eight papers the nearest to a question about none of them is √(2 ln 8) = 2.0393 deviations above the average.
    hits = [hit("a", "Frogs").model_copy(update={"stands_out": value}) for value in (1.0, 4.0786)]
    assert finding.view.count == 8
    assert measure_coverage(finding.view, "frogs", hits).stands_out == pytest.approx(2.0, abs=1e-3)


@pytest.mark.parametrize(
    ("topic", "small_words"),
    [
        ("frogs", 0),
        ("frogs in the pond", 2),
        ("frogs frogs", 1),  # a word that is said again is searched for once
        ("the frogs" + " of the" * 9, 10),
    ],
)
def test_small_words_are_counted(finding: Finding, topic: str, small_words: int) -> None:
    assert measure_coverage(finding.view, topic, [hit("a", "X")]).small_words == small_words


def test_the_nearest_paper_is_named_where_one_is_near(finding: Finding, monkeypatch: pytest.MonkeyPatch) -> None:
    hits = [hit("a", "Frogs"), hit("b", "Toads")]
    for strength, named in ((0.08, ["a"]), (0.079, [])):
        monkeypatch.setattr(Coverage, "estimate_strength", lambda coverage, value=strength: value)
        assert [one.paper.id for one in find_nearest(finding.view, "frogs", hits)] == named
    assert find_nearest(finding.view, "frogs", []) == []


def test_what_is_to_exist_of_something_no_paper_speaks_of_is_absent(finding: Finding) -> None:
    assert find_absent(finding.view, "Is there a queueing model of malaria?") == ["malaria"]
    assert find_absent(finding.view, "Is there a malaria model of queueing networks?") == []
    assert find_absent(finding.view, "Does malaria spread?") == []


def test_a_coined_word_is_known_in_any_case(finding: Finding) -> None:
    assert weighed(finding, "asos").coined == weighed(finding, "ASOS").coined == 1
    assert weighed(finding, "fairness").coined == 0
    assert weighed(finding, "ASOS-like series").coined == 1
    assert weighed(finding, "ASOS-fairness series").coined == 0


def test_a_word_that_no_paper_of_many_has_asks_for_more(tmp_path: Path) -> None:
    for count, unheard in ((59, 0), (60, 1)):
        papers = [small.paper(f"p{n}", f"Frogs of pond {n}", "Frogs sing in ponds.") for n in range(count)]
        with small.assistant(tmp_path / str(count), papers) as assistant:
            view = assistant.library.view()
            assert view is not None
            hits = [hit("a", "Frogs")]
            assert measure_coverage(view, "frogs toads", hits).unheard == unheard
            for words in ("frogs", "frogs newt", "frogs actually"):  # heard, short, plain
                assert measure_coverage(view, words, hits).unheard == 0


def test_a_word_that_no_paper_has_raises_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    for strength, heard, unheard in ((0.34, False, False), (0.35, True, False), (0.59, True, False), (0.6, True, True)):
        monkeypatch.setattr(Coverage, "estimate_strength", lambda coverage, value=strength: value)
        assert is_sufficient(Coverage(), Query(question="")) is heard
        assert is_sufficient(Coverage(unheard=1), Query(question="")) is unheard


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
    ("coverage", "strength"),
    [
        (Coverage(), 0.001305),
        (Coverage(joint=1.2), 0.555767),
        (Coverage(throughout=0.4), 0.004022),
        (Coverage(stands_out=2), 0.001985),
        (Coverage(small_words=5), 0.004111),
        (Coverage(coined=1), 0.003302),
        (Coverage(sentence=1, title=1), 0.001305),
        (Coverage(joint=1.2, throughout=0.4, stands_out=2, small_words=5, coined=1), 0.979204),
    ],
)
def test_the_strength_is_the_logistic_function_of_the_weighed_figures(coverage: Coverage, strength: float) -> None:
    assert coverage.estimate_strength() == pytest.approx(strength, abs=1e-6)


@pytest.mark.parametrize(
    ("coverage", "earlier", "answered"),
    [
        (Coverage(sentence=0.2), PreviousTurn(pointed=True), True),
        (Coverage(title=0.2), PreviousTurn(pointed=True), True),
        (Coverage(sentence=0.19, title=0.19), PreviousTurn(pointed=True), False),
        (Coverage(sentence=0.4), PreviousTurn(pointed=False), True),
        (Coverage(title=0.4), PreviousTurn(pointed=False), True),
        (Coverage(sentence=0.39, title=0.39), PreviousTurn(pointed=False), False),
        # An earlier answer goes before the figures of the whole library.
        (Coverage(joint=2, throughout=1, stands_out=3, coined=1), PreviousTurn(pointed=True), False),
    ],
)
def test_the_share_asked_of_earlier_papers_is_included(
    coverage: Coverage, earlier: PreviousTurn, answered: bool
) -> None:
    assert is_sufficient(coverage, Query(question="", names_author=True), earlier) is answered


def test_the_share_asked_of_chosen_papers_is_included() -> None:
    for query in (Query(question="", names_author=True), Query(question="", filters=Filters(ids=()))):
        assert is_sufficient(Coverage(title=0.2), query)
        assert not is_sufficient(Coverage(title=0.19, joint=2, throughout=1, stands_out=3), query)


def hit(id: str, title: str, abstract: str = "", cosine: float = 0.0, sentence: float | None = None) -> Hit:
    """A hit whose best sentence has a score; None for one without sentences."""
    scores = () if sentence is None else (sentence, 0.0)
    sentences = tuple(ScoredSentence(text="Text.", start=0, end=5, score=score) for score in scores)
    return Hit(paper=small.paper(id, title, abstract), score=1.0, cosine=cosine, sentences=sentences)


def test_sentence_and_title_are_those_of_whichever_paper_has_the_most(finding: Finding) -> None:
    # None of the four words is in the library, so each weighs the same.
    hits = [
        hit("a", "Frogs", "Toads and newts.", cosine=0.1, sentence=0.25),
        hit("b", "Frogs and toads", cosine=0.7),
        hit("c", "Birds", cosine=-0.2, sentence=0.5),
    ]
    assert measure_coverage(finding.view, "frogs toads newts eels", hits).model_dump() == pytest.approx(
        {
            "sentence": 0.5,
            "title": 0.5,
            "joint": 1.2,
            "throughout": 0.0,
            "stands_out": 0.0,
            "small_words": 0,
            "coined": 0,
            "unheard": 0,
            "authored": 0,
        }
    )


def test_of_many_papers_the_first_five_count(finding: Finding) -> None:
    dull = [hit(f"dull{n}", "Birds", cosine=0.1) for n in range(LOOKED_AT)]
    best = hit("best", "FrogNet", "Frogs.", cosine=0.9, sentence=0.8)
    coverage = measure_coverage(finding.view, "FrogNet frogs", [*dull, best])
    assert (coverage.joint, coverage.sentence, coverage.title) == (0.1, 0.0, 0.0)
    coverage = measure_coverage(finding.view, "FrogNet frogs", [*dull[1:], best])
    assert (coverage.joint, coverage.sentence, coverage.title) == (1.9, 0.8, 0.5)


@pytest.mark.parametrize(("papers", "coined"), [(1, 1.0), (3, 1.0), (4, 0.0)])
def test_a_coined_word_of_many_papers_is_one_of_the_field(tmp_path: Path, papers: int, coined: float) -> None:
    texts = [small.paper(f"p{n}", f"Paper {n} of DISDE", "It shifts.") for n in range(papers)]
    library = small.assistant(tmp_path / "library", texts).library
    view = library.view()
    assert view is not None
    hits = [Hit(paper=texts[0], score=1.0)]
    assert measure_coverage(view, "what is disde", hits).coined == coined
    # What a hit coins and the library does not hold, or the question does not name, is no evidence.
    assert measure_coverage(view, "what is WildFrog", [hit("x", "WildFrog")]).coined == 0.0
    assert measure_coverage(view, "what shifts", hits).coined == 0.0


def test_title_and_abstract_are_a_sentence_each() -> None:
    assert paper_text(small.paper("a", "On Frogs", "They sing.")) == "On Frogs. They sing."


@pytest.mark.parametrize(
    "word", ["a" * 1_000_000, "A" + "a" * 1_000_000, "a1" * 500_000, "A-" * 500_000, "1" * 1_000_000]
)
def test_a_word_of_a_megabyte_costs_no_more_than_a_short_one(finding: Finding, word: str) -> None:
    def work(size: int) -> None:
        measure_coverage(finding.view, "fairness", [Hit(paper=small.paper("x", "X", word[:size]), score=1.0)])

    assert growth(work, 500_000) == 1
