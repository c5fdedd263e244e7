"""Sentences over several papers are held to each of them."""

from assistant.answer.draft_claims import DraftClaim
from assistant.report.synthesis import ALONE, hold_to_each, judge_across
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
