"""Sentences over several papers are held to each of them."""

import pytest

from assistant.answer.draft_claims import DraftClaim
from assistant.report.synthesis import ALONE, WrittenComparison, hold_to_each, judge_across, judge_comparison
from assistant.testing.judges import ScriptedJudge
from assistant.types import Claim, Support
from assistant.verify.entailment import StageRun
from tests.assistant import small

PAPERS = [
    small.paper("a", "A", "Robust training improves accuracy under distribution shift."),
    small.paper("b", "B", "In our trials robust training improves accuracy under distribution shift on images."),
    small.paper("c", "C", "Queueing networks are controlled by policy gradients."),
]


def cited(claims: list[Claim]) -> list[list[str]]:
    return [list(dict.fromkeys(citation.paper_id for citation in claim.citations)) for claim in claims]


async def test_each_paper_that_carries_a_sentence_is_cited_and_no_other() -> None:
    draft = DraftClaim("Robust training improves accuracy under distribution shift.", (1, 2, 3))
    claims = await judge_across([draft], PAPERS, StageRun(None))
    assert cited(claims) == [["a", "b"]]
    assert claims[0].holds


@pytest.mark.parametrize("begin", ["All papers", "Both papers", "Most of the papers", "3 papers all", "These papers"])
async def test_of_how_many_papers_a_sentence_is_true_its_citations_say_and_not_the_model(begin: str) -> None:
    draft = DraftClaim(f"{begin} study robust training under distribution shift.", (1, 2, 3))
    (claim,) = await judge_across([draft], PAPERS, StageRun(None))
    assert (claim.text, claim.holds) == ("These papers study robust training under distribution shift.", True)
    assert cited([claim]) == [["a", "b"]]


async def test_what_papers_are_said_to_do_with_a_thing_need_not_be_their_own_word() -> None:
    """Three words of five stand in each abstract, and all of those that name the thing."""
    draft = DraftClaim("These papers study or propose robust training.", (1, 2))
    (claim,) = await judge_across([draft], PAPERS, StageRun(None))
    assert (claim.holds, cited([claim])) == (True, [["a", "b"]])
    (other,) = await judge_across([DraftClaim("These papers study queueing frogs.", (3,))], PAPERS, StageRun(None))
    assert cited([other]) != [["a", "b"]]


async def test_a_sentence_on_papers_that_were_counted_by_a_paper_stays() -> None:
    draft = DraftClaim("Few papers study queueing networks.", (3,))
    (claim,) = await judge_across([draft], PAPERS, StageRun(None))
    assert claim.text == "Few papers study queueing networks."


async def test_a_sentence_that_only_all_together_carry_is_in_doubt_at_best() -> None:
    text = (
        "Robust training improves accuracy under distribution shift and queueing networks are controlled by gradients."
    )
    (claim,) = await judge_across([DraftClaim(text, (1, 3))], PAPERS, StageRun(None))
    assert not claim.holds


async def test_a_sentence_over_one_paper_is_checked_as_any_other() -> None:
    draft = DraftClaim("Queueing networks are controlled by policy gradients.", (3,))
    (claim,) = await judge_across([draft], PAPERS, StageRun(None))
    assert (claim.support, cited([claim])) == (Support.QUOTED, [["c"]])


async def test_what_was_checked_together_is_held_to_each_afterwards() -> None:
    draft = DraftClaim("Robust training improves accuracy under distribution shift.", (1, 2))
    together = await judge_across([draft], PAPERS, StageRun(None))
    assert await hold_to_each(together, PAPERS, StageRun(None)) == together
    spread = together[0].model_copy(
        update={"text": "Frogs sing of queueing networks at night.", "support": Support.WORDED}
    )
    (held,) = await hold_to_each([spread], PAPERS, StageRun(None))
    assert not held.holds or ALONE in held.reasons


async def test_a_paper_without_a_word_of_the_sentence_is_not_cited_for_it() -> None:
    papers = [
        small.paper("one", "A", "We plan adaptive experiments."),
        small.paper("two", "B", "Adaptive experiments in batches need fewer samples than uniform sampling."),
    ]
    claims = await judge_across([DraftClaim("We plan adaptive experiments.", (1, 2))], papers, StageRun(None))
    assert cited(claims) == [["one"]]


async def test_a_paper_that_the_model_did_not_name_is_cited_where_one_sentence_says_all() -> None:
    draft = DraftClaim("Robust training improves accuracy under distribution shift.", (1,))
    assert cited(await judge_across([draft], PAPERS, StageRun(None))) == [["a", "b"]]


async def test_a_second_stage_is_asked_about_each_paper_by_itself() -> None:
    judge = ScriptedJudge(lambda statement: "says" if "images" in " ".join(statement.evidence) else "silent")
    draft = DraftClaim("Robust training raises accuracy under distribution shift.", (1, 2))
    claims = await judge_across([draft], PAPERS, StageRun(judge))
    assert sum(len(request) for request in judge.requests) >= 2
    assert cited(claims) == [["b"]]


PAIR = [
    small.paper("mice", "Mice", "Adaptive batches need fewer samples than uniform sampling on mice."),
    small.paper("queues", "Queues", "Adaptive batches are controlled by policy gradients in queueing networks."),
]
MICE, QUEUES = "Fewer samples are needed on mice", "Policy gradients control adaptive batches in queueing networks."
TWO = "Fewer samples are needed on mice, whereas policy gradients control adaptive batches in queueing networks."


async def test_two_clauses_are_one_sentence_where_each_holds_of_its_own_paper() -> None:
    judged = await judge_comparison(WrittenComparison((MICE, QUEUES), "Adaptive batches."), PAIR, StageRun(None))
    assert judged.contrast
    assert (judged.contrast.text, judged.contrast.support) == (TWO, Support.WORDED)
    assert cited([judged.contrast]) == [["mice", "queues"]]
    assert judged.agrees


async def test_two_clauses_that_a_second_stage_confirms_are_no_sentence_that_it_confirms() -> None:
    judge = ScriptedJudge(lambda statement: "says")
    (alone,) = await judge_across([DraftClaim("Fewer samples are needed on mice.", (1,))], [PAIR[0]], StageRun(judge))
    assert alone.support is Support.ENTAILED
    judged = await judge_comparison(WrittenComparison((MICE, QUEUES)), PAIR, StageRun(judge))
    assert judged.contrast
    assert (judged.contrast.support, judged.contrast.decision.by) == (Support.WORDED, "")
    assert judged.contrast.holds


async def test_a_clause_that_a_second_stage_denies_is_in_no_sentence() -> None:
    judge = ScriptedJudge(lambda statement: "silent" if "mice" in statement.claim else "says")
    judged = await judge_comparison(WrittenComparison((MICE, QUEUES)), PAIR, StageRun(judge))
    assert judged.contrast is None


async def test_clauses_under_the_number_of_the_other_paper_are_cited_where_they_hold() -> None:
    judged = await judge_comparison(WrittenComparison((QUEUES, MICE)), PAIR, StageRun(None))
    assert judged.contrast
    assert judged.contrast.text.startswith("Policy gradients control")
    assert [citation.paper_id for citation in judged.contrast.citations] == ["queues", "mice"]


@pytest.mark.parametrize(
    "clauses",
    [
        (MICE, ""),
        (MICE, MICE),
        (MICE, "Submarines cured 9,431 walruses in 1723."),
        ("Adaptive batches.", "Adaptive batches."),
        ("It needs fewer samples on mice.", QUEUES),
        ("Adaptive batches need more samples than uniform sampling on mice.", QUEUES),
    ],
)
async def test_nothing_is_contrasted_that_does_not_hold_of_one_paper_each(clauses: tuple[str, str]) -> None:
    assert (await judge_comparison(WrittenComparison(clauses), PAIR, StageRun(None))).contrast is None


async def test_a_name_that_begins_the_second_clause_keeps_its_capital() -> None:
    owen = small.paper("owen", "O", "So Owen extends likelihood to images. Here ImageNet images have enough labels.")
    for clause, begins in (("Owen extends likelihood to images", "Owen"), ("ImageNet images have labels", "ImageNet")):
        judged = await judge_comparison(WrittenComparison((MICE, clause)), [PAIR[0], owen], StageRun(None))
        assert judged.contrast
        assert f", whereas {begins} " in judged.contrast.text


async def test_what_one_paper_alone_says_is_no_agreement() -> None:
    judged = await judge_comparison(
        WrittenComparison((), "Policy gradients control queueing networks."), PAIR, StageRun(None)
    )
    assert judged.shared
    assert not judged.agrees
