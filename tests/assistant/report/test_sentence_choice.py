"""Which sentences a report shows as what."""

import pytest

from assistant.report.sentence_choice import Telling, are_alike, drop_repeated, rate_sentences, stands_alone

SOUPS = (
    "BACKGROUND: The usual recipe trains many models and keeps one. "
    "AIM: We revisit the second step of this procedure. "
    "METHODS: We average the weights of 12 models that were fine-tuned on 3 data sets. "
    "RESULTS: The averages are more accurate by 2.3 points. "
    "CONCLUSIONS: Further research is needed on larger models."
)


def told(telling: Telling, abstract: str, end: int = 10_000) -> list[str]:
    """The sentences that tell something, the best first."""
    rated = [one for one in rate_sentences(telling, abstract, end) if one.score > 0]
    return [abstract[one.start : one.end].rpartition(": ")[2] for one in sorted(rated, key=lambda one: -one.score)]


@pytest.mark.parametrize(
    ("telling", "expected"),
    [
        (Telling.GIST, "We average the weights of 12 models that were fine-tuned on 3 data sets."),
        (Telling.RESULT, "The averages are more accurate by 2.3 points."),
        (Telling.DATA, "We average the weights of 12 models that were fine-tuned on 3 data sets."),
        (Telling.OPEN, "Further research is needed on larger models."),
    ],
)
def test_a_sentence_tells_what_its_role_is(telling: Telling, expected: str) -> None:
    assert told(telling, SOUPS)[0] == expected
    assert "We revisit the second step of this procedure." not in told(telling, SOUPS)


def test_what_nobody_says_is_told_by_no_sentence() -> None:
    assert told(Telling.LIMITATION, SOUPS) == []
    assert told(Telling.AVAILABILITY, SOUPS) == []


LIMITS = (
    "OBJECTIVE: Counts of frogs were limited by their few ponds. METHODS: We counted frogs at 40 ponds for two years, "
    "on three nights of every spring month, by ear. "
    "RESULTS: Frogs sang more often in wet years. Our counts were limited by the number of nights. "
    "LIMITATIONS: Few ponds were dry. In addition, we found that toads sang significantly more. "
    "CONCLUSIONS: There is insufficient evidence to tell frogs apart."
)


def test_a_limit_may_point_at_what_its_paper_found_and_a_result_may_not() -> None:
    abstract = (
        "We counted frogs at 40 ponds for two years. Frogs sang more often in wet years than in dry ones, by 12%. "
        "These findings must be interpreted with caution, as the ponds were small. They may not hold."
    )
    assert told(Telling.LIMITATION, abstract) == [
        "These findings must be interpreted with caution, as the ponds were small."
    ]
    assert not stands_alone("These findings must be interpreted with caution.")


def test_a_limit_may_name_its_paper_by_what_kind_of_study_it_is() -> None:
    limits = (
        "Few nights limit this single-pond retrospective study.",
        "As this is a small trial, toads may have been missed.",
        "It cannot be concluded from our counts that toads sing.",
    )
    before = "We counted frogs at 40 ponds for two years. Frogs sang more often in wet years than in dry ones. "
    assert [told(Telling.LIMITATION, f"{before * 2}{limit}") for limit in limits] == [[limit] for limit in limits]
    assert told(Telling.LIMITATION, f"{before * 2}It limits the song, which could not be measured by ear.") == []


def test_limits_stand_late_and_are_no_results() -> None:
    assert set(told(Telling.LIMITATION, LIMITS)) == {
        "Our counts were limited by the number of nights.",
        "Few ponds were dry.",
        "There is insufficient evidence to tell frogs apart.",
    }
    early = f"RESULTS: Our counts were limited by the number of nights. {'Frogs sang in wet years. ' * 5}"
    assert told(Telling.LIMITATION, early) == []


def test_nothing_is_taken_from_behind_the_end() -> None:
    assert told(Telling.RESULT, SOUPS, SOUPS.index("RESULTS")) == []


def test_what_a_paper_solves_is_no_open_question() -> None:
    abstract = "BACKGROUND: It remains unclear how frogs sing. RESULTS: We show that frogs sing with their skin."
    assert told(Telling.OPEN, abstract) == []


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("METHODS: We train on the ASOS data.", True),
        ("METHODS: We follow 1,200 patients.", True),
        ("METHODS: Our dataset is a testbed for algorithms.", False),
        ("METHODS: We train on data.", False),
        ("CONCLUSIONS: The ASOS data are useful.", False),
    ],
)
def test_data_have_a_name_or_a_number(sentence: str, tells: bool) -> None:
    assert bool(told(Telling.DATA, f"BACKGROUND: Frogs sing. {sentence}")) is tells


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        ("We propose a convex procedure for the worst case.", True),
        ("In this paper, we count frogs.", True),
        ("This study counts frogs.", True),
        ("We couple these models with a simulator.", False),
        ("This leads to a bound.", False),
        ("They sing at night.", False),
        ("It is shown that frogs sing.", False),
        ("We revisit the second step of this procedure.", False),
        ("We propose a procedure, and show that this procedure converges.", True),
        ("Such a bound is tight.", False),
        ("To address this, we count frogs.", False),
        ("We count frogs, and from this, we derive a bound.", True),
    ],
)
def test_a_sentence_stands_alone_where_it_names_what_it_points_at(sentence: str, alone: bool) -> None:
    assert stands_alone(sentence) is alone


def test_of_sentences_that_say_nearly_the_same_the_first_is_kept() -> None:
    preprint = "Our method reduces the error of large models by 20 percent."
    article = "Our new method reduces the error of large models by 20 percent."
    other = "Our method reduces the cost of small models by half."
    assert are_alike(preprint, article)
    assert drop_repeated([preprint, other, article]) == [0, 1]
