import pytest

from assistant.types import Citation, Decision, Support
from assistant.verify import Finding, FindingKind, verify
from assistant.verify.verdict import combine_findings
from store.paper import Paper
from tests.assistant.verify.example import BEES, SILENT, WIDGETS, sentence_of


@pytest.mark.parametrize(
    "claim",
    [
        "WidgetBench holds 72k widgets from fourteen countries.",
        "The benchmark, WidgetBench, comprises more than 70,000 widgets.",
        "On BoltSet, WeldNet reaches an accuracy of 94 percent [1].",
        "WeldNet scores 0.94 accuracy on BoltSet.",
        "Compared with standard training, WeldNet raises accuracy by 4–6 pp.",
        "WeldNet could make models more robust under heat.",
        "Memory use was not reduced by the model.",
        "The model failed to reduce memory use.",
        "Training runs 2.6 times faster than GreedyNet.",
        "Some 50% of the volunteers dropped out within three hours.",
        "Half of the volunteers left within 180 minutes.",
        "A dose of 0.005 g/day decreased the uptake of CO2.",
        "Gradient boosting is outperformed by LLMs on tabular widgets.",
        "Alloy X leads on the domestic subset, while Alloy Y does so on the export subset.",
        "The forge stage reaches a yield of 93% and the press stage one of 81%.",
        r"The benchmark has $72{,}000$ widgets from $14$ countries \cite{byron}.",
    ],
)
def test_paraphrases_are_supported(claim: str) -> None:
    verdict = verify(claim, [WIDGETS])
    assert verdict.support is Support.WORDED, verdict.reasons
    assert verdict.reasons == ()


@pytest.mark.parametrize(
    ("claim", "kind", "reason"),
    [
        ("WidgetBench holds 72,000 widgets from 41 countries.", FindingKind.NUMBER, "41"),
        ("WeldNet reaches 94.1% accuracy on BoltSet.", FindingKind.NUMBER, "94.1%"),
        ("Training is twice as fast as with GreedyNet.", FindingKind.NUMBER, "twice"),
        ("Half of the volunteers dropped out within 3 days.", FindingKind.NUMBER, "3 hours, not 3 days"),
        ("A dose of 5 g/day lowered CO₂ uptake.", FindingKind.NUMBER, "5 mg, not 5 g"),
        ("The press stage reaches 93% and the forge stage 81% yield.", FindingKind.NUMBER, "81%"),
        ("Training is 3.3x faster than GreedyNet and 2.6x faster than RandomNet.", FindingKind.NUMBER, "2.6x"),
        ("Alloy Y leads on the domestic subset.", FindingKind.NAME, "of X, not of Y"),
        ("The model reduced memory use.", FindingKind.NEGATION, "not reduce"),
        ("WeldNet does not improve accuracy over standard training.", FindingKind.NEGATION, "not improve"),
        ("A dose of 5 mg/day raised CO₂ uptake.", FindingKind.NEGATION, "lowered"),
        ("Gradient boosting outperforms LLMs on tabular widgets.", FindingKind.DIRECTION, "other way round"),
        ("GreedyNet trains 2.6x faster than WeldNet.", FindingKind.DIRECTION, "other way round"),
    ],
)
def test_what_the_source_says_otherwise_is_contradicted_with_both_places(
    claim: str, kind: FindingKind, reason: str
) -> None:
    verdict = verify(claim, [WIDGETS])
    assert verdict.support is Support.CONTRADICTED
    assert verdict.decision == Decision(stage="rules", by=kind)
    assert any(one.kind is kind and reason in one.reason for one in verdict.findings), verdict.reasons


@pytest.mark.parametrize(
    ("claim", "kind", "reason"),
    [
        ("GearBench is a benchmark of 72,000 widgets.", FindingKind.NAME, "GearBench"),
        ("WeldNet reaches 94% accuracy on NutSet.", FindingKind.NAME, "NutSet"),
        ("Penguins breed on the ice of Antarctica.", FindingKind.SOURCE, "no sentence"),
        ("It works well.", FindingKind.SOURCE, "too little"),
    ],
)
def test_what_the_source_does_not_carry_is_absent_with_a_reason(claim: str, kind: FindingKind, reason: str) -> None:
    verdict = verify(claim, [WIDGETS])
    assert verdict.support is Support.ABSENT
    assert verdict.decision == Decision(stage="rules", by=kind)
    assert any(one.kind is kind and reason in one.reason for one in verdict.findings), verdict.reasons


@pytest.mark.parametrize(
    ("claim", "kind", "reason"),
    [
        ("WeldNet improves robustness under heat.", FindingKind.HEDGE, "“may”"),
        ("Most operators prefer the new interface.", FindingKind.HEDGE, "“Some”"),
        ("Only the new interface is often preferred by some operators.", FindingKind.HEDGE, "“Only”"),
        (
            "Compared with standard training, WeldNet raises accuracy by 4 to 6%.",
            FindingKind.NUMBER,
            "percentage points",
        ),
        ("WeldNet improves accuracy over standard training and lowers the price of steel.", FindingKind.WORDS, "steel"),
    ],
)
def test_what_goes_beyond_the_source_is_partial(claim: str, kind: FindingKind, reason: str) -> None:
    verdict = verify(claim, [WIDGETS])
    assert verdict.support is Support.DOUBTFUL, verdict.reasons
    assert any(one.kind is kind and reason in one.reason for one in verdict.findings), verdict.reasons


def test_a_question_of_the_source_is_no_finding_of_it() -> None:
    assert verify("Pesticide exposure shortens foraging trips.", [BEES]).support is Support.DOUBTFUL
    asked = verify("The paper asks whether exposure to pesticides shortens foraging trips.", [BEES])
    assert asked.support is Support.WORDED


@pytest.mark.parametrize("paper", [WIDGETS, BEES], ids=lambda paper: paper.id)
def test_every_sentence_of_a_source_is_quoted(paper: object) -> None:
    source = BEES if paper is BEES else WIDGETS
    for sentence in source.abstract.replace(". ", ".\n").splitlines():
        verdict = verify(sentence, [source])
        assert (verdict.support, verdict.decision) == (Support.QUOTED, Decision(stage="quote")), verdict.reasons
        assert verdict.citations[0].quote == sentence


def test_citations_are_found_anew_whatever_was_quoted() -> None:
    wrong = Citation(n=7, paper_id="widgets", title="", quote="Alloy X leads on the moon.", start=0, end=26)
    verdict = verify("The model failed to reduce memory use.", [WIDGETS], [wrong])
    assert [(one.n, one.quote) for one in verdict.citations] == [(7, "The model did not reduce memory use.")]
    assert all(one.quote == WIDGETS.abstract[one.start : one.end] for one in verdict.citations)


def test_a_claim_that_joins_sentences_cites_each() -> None:
    verdict = verify("WeldNet reaches 94% on BoltSet, and WidgetBench has widgets from 14 countries.", [WIDGETS])
    assert verdict.support is Support.WORDED, verdict.reasons
    assert {one.quote for one in verdict.citations} == {
        sentence_of(WIDGETS, "BoltSet"),
        sentence_of(WIDGETS, "72,000"),
    }


def test_a_claim_of_two_papers_cites_both_and_names_the_idle_one() -> None:
    claim = "Solitary bees pollinate apple orchards, and Alloy X leads on the domestic subset."
    verdict = verify(claim, [BEES, WIDGETS, SILENT])
    assert verdict.support is Support.WORDED, verdict.reasons
    assert {one.paper_id for one in verdict.citations} == {"bees", "widgets"}
    assert [one.n for one in sorted(verdict.citations, key=lambda one: one.n)] == [1, 2]
    assert verdict.unused == ("silent",)


def test_a_true_claim_cited_to_another_paper_is_unsupported() -> None:
    assert verify("Solitary bees pollinate apple orchards.", [WIDGETS]).support is Support.ABSENT


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("The paper was written by Ada Byron and published in 2021.", Support.WORDED),
        ("Byron et al. (2021) present WidgetBench, a benchmark of 72,000 widgets.", Support.WORDED),
        ("WidgetBench was published in March 2021 in the Journal of Widgets.", Support.WORDED),
        ("The paper was written by Alan Turing and published in 2021.", Support.ABSENT),
        ("The paper was written by Ada Byron and published in 2019.", Support.ABSENT),
    ],
)
def test_title_authors_and_year_count_as_source(claim: str, support: Support) -> None:
    verdict = verify(claim, [WIDGETS])
    assert verdict.support is support, verdict.reasons


def test_a_claim_about_the_record_alone_has_an_empty_quote() -> None:
    verdict = verify("The study was published in 2019.", [SILENT])
    assert verdict.support is Support.WORDED, verdict.reasons
    assert [(one.quote, one.start, one.end) for one in verdict.citations] == [("", 0, 0)]


@pytest.mark.parametrize(("keywords", "support"), [(("pollination", "orchards"), Support.WORDED), ((), Support.ABSENT)])
def test_keywords_count_as_source(keywords: tuple[str, ...], support: Support) -> None:
    paper = SILENT.model_copy(update={"keywords": keywords})
    assert verify("The study has the keywords pollination and orchards.", [paper]).support is support


def test_without_papers_nothing_is_supported() -> None:
    verdict = verify("Solitary bees pollinate apple orchards.", [])
    assert (verdict.support, verdict.reasons, verdict.citations) == (Support.ABSENT, ("it cites no source",), ())


def test_a_verdict_gives_the_claim_of_an_answer() -> None:
    claim = verify("The model reduced memory use.", [WIDGETS]).to_claim()
    assert claim.text == "The model reduced memory use."
    assert (claim.support, claim.decision) == (Support.CONTRADICTED, Decision(by="negation"))
    assert claim.reasons == ("the source says “not reduce”, this says “reduced”",)
    assert claim.citations[0].paper_id == "widgets"


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("the model did not reduce memory use [1]", Support.QUOTED),
        ("The  model did not reduce memory use .", Support.QUOTED),
        ("The dose of 5 mg/day lowered CO₂ uptake.", Support.WORDED),
        ("The model did not reduce memory.", Support.WORDED),
    ],
)
def test_a_quote_is_a_whole_sentence_but_for_marks_spaces_and_its_first_letter(claim: str, support: Support) -> None:
    assert verify(claim, [WIDGETS]).support is support


def test_a_part_of_a_sentence_is_no_quote_for_the_rest_may_deny_it() -> None:
    myth = Paper(id="myth", title="On Bees", abstract="It is a myth that bees dislike clover.")
    assert verify("Bees dislike clover.", [myth]).support is not Support.QUOTED


def test_a_source_that_speaks_of_something_else_contradicts_nothing() -> None:
    name = Finding(kind=FindingKind.NAME, reason="the source does not name GearBench", support=Support.ABSENT)
    number = Finding(kind=FindingKind.NUMBER, reason="the source has 3 where this has 4", support=Support.CONTRADICTED)
    missing = Finding(kind=FindingKind.NUMBER, reason="the number 9 is not in the source", support=Support.ABSENT)
    hedge = Finding(kind=FindingKind.HEDGE, reason="the source says “may”", support=Support.DOUBTFUL)
    assert combine_findings([number, name]) == (Support.ABSENT, Decision(by="name"))
    assert combine_findings([hedge, missing, number]) == (Support.CONTRADICTED, Decision(by="number"))
    assert combine_findings([hedge]) == (Support.DOUBTFUL, Decision(by="hedge"))
    assert combine_findings([]) == (Support.WORDED, Decision())
