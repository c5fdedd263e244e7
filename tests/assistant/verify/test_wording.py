"""A claim that repeats a sentence nearly word for word: what is harmless, and what is held against it."""

import pytest

from assistant.verify import verify
from assistant.verify.source import parse_sentence
from assistant.verify.wording import compare_wording
from assistant.verify.wording_gaps import split_tokens
from benchmarks.check import choose_cases, judge, measure, of_demo
from store.paper import Paper
from tests import counting

ARMS = "Mortality within one year was 12% in the treated group and 20% in the control group (p = 0.01)."
BETTER = "Recall was significantly better in elderly patients than in young volunteers after the training."
DENIED = "In the second year, skin tumors were not observed in the treated mice."
HEDGED = "The new diet may lower the blood pressure of elderly patients with diabetes."


def holds(source: str, claim: str) -> bool:
    return verify(claim, [Paper(id="p", title="On This", abstract=source)]).to_claim().holds


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (ARMS, f"The authors found that {ARMS[0].lower()}{ARMS[1:]}"),
        (ARMS, f"In this study, {ARMS[0].lower()}{ARMS[1:]}"),
        (ARMS, "Mortality within one year was 12% in the treated group and 20% in the control group."),
        (ARMS, "Mortality within 1 year was 12 percent in the treated group and 20 percent in the control group."),
        (BETTER, "Recall was better in elderly patients than in young volunteers after the training."),
        (BETTER, "After the training, recall was significantly better in elderly patients than in young volunteers."),
        ("Hens and ducks lay large eggs in wet years.", "Ducks and hens lay large eggs in wet years."),
        (HEDGED, "The new diet might lower the blood pressure of elderly patients with diabetes."),
        (DENIED, "In the second year, no skin tumors were observed in the treated mice."),
        (DENIED, "No skin tumors were observed in the treated mice."),
        (
            DENIED.replace("were not", "weren't"),
            "The authors report that no skin tumors were observed in the treated mice.",
        ),
        ("No skin tumors were observed in the treated mice.", "Skin tumors were not observed in the treated mice."),
        ("No skin tumors were observed in the treated mice.", "Skin tumors did not occur in the treated mice."),
    ],
)
def test_harmless_differences_pass(source: str, claim: str) -> None:
    assert holds(source, claim)


@pytest.mark.parametrize(
    ("source", "claim", "reason"),
    [
        (
            ARMS,
            "Mortality within one year was 20% in the treated group and 12% in the control group.",
            "the source has 12% where this has 20%",
        ),
        (
            ARMS,
            "Mortality within one year was 12% in the control group and 20% in the treated group (p = 0.01).",
            "the source has 20% where this has 12%",
        ),
        (
            BETTER,
            "Recall was significantly better in young volunteers than in elderly patients after the training.",
            "the source has “another order” where this has “elderly patients”, and the other way round",
        ),
        (
            BETTER,
            "Recall was significantly worse in elderly patients than in young volunteers after the training.",
            "the source says “better”, this says “worse”",
        ),
        (
            BETTER,
            "Recall was not significantly better in elderly patients than in young volunteers after the training.",
            "the source says “significantly”, this says “not significantly”",
        ),
        (HEDGED, HEDGED.replace("may lower", "lowers"), "the source says “may”, this says it outright"),
        (HEDGED, HEDGED.replace("may", "will"), "the source says “may”, this says it outright"),
        (HEDGED, HEDGED.replace("elderly", "only elderly"), "the source does not say “only”"),
        (
            "Sleep deprivation leads to weight gain in mice.",
            "Weight gain leads to sleep deprivation in mice.",
            "the source has cause and effect the other way round",
        ),
        (
            "The survey covers 14 dry stony sandy farms and 9 wet green valleys.",
            "The survey covers 14 valleys.",
            "the source has 9 where this has 14",
        ),
    ],
)
def test_other_differences_do_not_pass(source: str, claim: str, reason: str) -> None:
    verdict = verify(claim, [Paper(id="p", title="On This", abstract=source)])
    assert not verdict.to_claim().holds
    assert reason in verdict.reasons


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (DENIED, "Skin tumors were observed in the treated mice."),
        (DENIED.replace(" not", ""), "No skin tumors were observed in the treated mice."),
        (
            "Most patients with severe pain did not improve within the first year of the treatment.",
            "Most patients with no severe pain did improve within the first year of the treatment.",
        ),
        (
            "The patients in pain did not improve within the first year of the treatment.",
            "No pain did improve within the first year of the treatment.",
        ),
    ],
)
def test_a_denial_elsewhere_is_another_claim(source: str, claim: str) -> None:
    assert not holds(source, claim)


def test_a_claim_in_other_words_is_not_compared() -> None:
    claim = parse_sentence("Of the treated, 12% died within a year, of the others 20%.")
    assert compare_wording(claim, [[parse_sentence(ARMS)]]) is None


def test_a_claim_over_two_sentences_is_compared_with_both() -> None:
    rows = [parse_sentence("Bees visit red clover."), parse_sentence("Wasps visit ripe fruit.")]
    wording = compare_wording(parse_sentence("Bees visit red clover. Wasps visit ripe fruit."), [rows])
    assert wording is not None
    assert (wording.differences, wording.explained) == ((), True)


def test_numbers_contractions_and_signs_are_tokens() -> None:
    tokens = split_tokens([parse_sentence("It didn't rise by twelve percent (p < 0.05).")])
    assert [token.key for token in tokens] == ["it", "did", "not", "rise", "by", "#percent12", "p", "<", "#count0.05"]


# The bars of the issue for mutated sentences, on the sample: where they are reached with room.
@pytest.mark.parametrize(
    ("kind", "true", "most"),
    [("antonym", False, 0.05), ("number", False, 0.03), ("negation", False, 0.03), ("lead-in", True, 0.03)],
)
def test_mutated_sentences_of_the_sample(kind: str, true: bool, most: float) -> None:
    cases = [case for part in ("dev", "test") for case in of_demo(part) if case.kind == kind]
    rates = measure(judge(choose_cases(cases, 60)))
    assert rates[kind, true].share <= most


@pytest.mark.parametrize("piece", ["bees feed ", "5% in hens and ", "not ", "may ", "than rye ", "< 3 "])
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    paper = Paper(id="p", title="On This", abstract=piece * 30)
    assert counting.growth(lambda size: verify(piece * size, [paper]), 400) <= counting.LINEAR
