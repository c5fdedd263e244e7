"""Sentences over several papers: each is held to every paper that it cites, one by one.

A sentence that all its papers together would carry, and none alone, says of each what only another one says.
"""

from collections.abc import Sequence

from assistant.answer.draft_claims import DraftClaim
from assistant.answer.generative import judge_drafts
from assistant.types import Claim, Support
from assistant.verify.entailment import StageRun
from store.paper import Paper

SEVERAL = 2
"""Papers from which on a sentence is over several."""
ALONE = "not said by each of its sources by itself"


def is_across(claim: Claim) -> bool:
    """Whether a sentence is over several papers."""
    return len({citation.paper_id for citation in claim.citations}) >= SEVERAL


async def judge_across(drafts: Sequence[DraftClaim], papers: Sequence[Paper], run: StageRun) -> list[Claim]:
    """Check each draft against each of the papers that it cites, by the rules and a second stage.

    A citation of a paper that does not carry the sentence is dropped. Where one paper alone carries it, it is a
    sentence about that paper; where none does, the check of all of them together stands, at best in doubt.
    """
    claims: list[Claim] = []
    for draft in drafts:
        cited = [papers[n - 1] for n in dict.fromkeys(draft.sources) if 1 <= n <= len(papers)]
        if len(cited) < SEVERAL:
            claims += await judge_drafts([draft], papers, run)
            continue
        claims += await _judge_each(draft, cited, papers, run)
    return claims


async def hold_to_each(claims: Sequence[Claim], papers: Sequence[Paper], run: StageRun) -> list[Claim]:
    """Do the same with sentences that were checked together."""
    by_id = {paper.id: n for n, paper in enumerate(papers, 1)}
    held: list[Claim] = []
    for claim in claims:
        ids = dict.fromkeys(citation.paper_id for citation in claim.citations)
        if not is_across(claim) or not claim.holds:
            held.append(claim)
            continue
        draft = DraftClaim(claim.text, tuple(by_id[paper_id] for paper_id in ids))
        held += await _judge_each(draft, [papers[n - 1] for n in draft.sources], papers, run)
    return held


async def _judge_each(draft: DraftClaim, cited: Sequence[Paper], papers: Sequence[Paper], run: StageRun) -> list[Claim]:
    alone = [await judge_drafts([DraftClaim(draft.text, (1,))], [paper], run) for paper in cited]
    carried = [claim for judged in alone for claim in judged if claim.holds]
    if carried:
        weakest = max(carried, key=lambda claim: claim.support.rank)
        places = tuple(citation for claim in carried for citation in claim.citations)
        return [weakest.model_copy(update={"citations": places})]
    together = await judge_drafts([draft], papers, run)
    return [_doubt(claim) if claim.holds else claim for claim in together]


def _doubt(claim: Claim) -> Claim:
    if not is_across(claim):
        return claim
    return claim.model_copy(update={"support": Support.DOUBTFUL, "reasons": (*claim.reasons, ALONE)})
