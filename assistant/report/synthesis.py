"""Sentences over several papers: each is held to every paper that it cites, one by one.

A sentence that all its papers together would carry, and none alone, says of each what only another one says.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.answer.binding import find_fault
from assistant.answer.draft_claims import DraftClaim
from assistant.answer.generative import judge_drafts, verify_drafts
from assistant.concurrency import in_thread
from assistant.types import Claim, Support
from assistant.verify.entailment import StageRun
from assistant.verify.injection import strip_injections
from store.index.index_schema import extract_terms
from store.paper import Paper

SEVERAL = 2
"""Papers from which on a sentence is over several."""
SHARE = 0.7
"""Of the words of a sentence over several papers stand in each of them, where only words were compared. Chosen on the
true claims of part dev of ``benchmarks/natural_claims.jsonl`` and those of ``claims.jsonl``: it keeps 208 of 237 that
hold in their own paper, and 3 of 24 that hold in another one, of 12,276 pairs (``python -m benchmarks.attribution``).
"""
ALONE = "not said by each of its sources by itself"
# How models say of how many papers a sentence is true, whether or not they counted.
_QUANTIFIER = re.compile(
    r"^(?:(?:all|both|each|most|many|several|some|various|two|three|four|five|\d+)(?:\s+of)?\s+)?(?:the(?:se)?\s+)?"
    r"papers\s+(?:all\s+|both\s+|each\s+)?(?=\w)",
    re.IGNORECASE,
)
# What a sentence over several papers begins with, up to what they do: "These papers study or propose".
_FRAME = re.compile(r"^these\s+papers\s+(?:\w+\s+(?:or|and)\s+)?\w+\s+", re.IGNORECASE)

# Words of a clause that point at its paper and name nothing, and what joins two clauses.
_POINTS = re.compile(
    r"(?:\[?[12]\]?|(?:the|this|that)\s+(?:first\s+|second\s+|other\s+)?(?:paper|study|work|article|authors?)|we|our|it|its|they|their)\b",
    re.IGNORECASE,
)
_JOINED = "{}, whereas {}."


class WrittenComparison(NamedTuple):
    """What a model wrote of two papers: a clause on each alone, in their order, and a sentence on both; "" for none."""

    alone: tuple[str, ...] = ()
    shared: str = ""


class JudgedComparison(NamedTuple):
    """What of a comparison holds: the sentence on both, checked, and the two clauses as one sentence."""

    shared: Claim | None = None
    contrast: Claim | None = None

    @property
    def agrees(self) -> bool:
        """Whether each of the papers says what was written of both."""
        return self.shared is not None and self.shared.holds and is_across(self.shared)


def is_across(claim: Claim) -> bool:
    """Whether a sentence is over several papers."""
    return len({citation.paper_id for citation in claim.citations}) >= SEVERAL


async def judge_across(drafts: Sequence[DraftClaim], papers: Sequence[Paper], run: StageRun) -> list[Claim]:
    """Check each draft against each of the papers by itself, by the rules and a second stage.

    What a model cites is a hint: those papers that carry the sentence are cited, whether it named them or not, and a
    paper that does not is not. So a sentence needs no word on how many papers it is true of, and that which a model
    says is left out: "All papers use …" is read as "These papers use …". Where no paper carries it, the check of all
    that it cited together stands, at best in doubt.
    """
    claims: list[Claim] = []
    for draft in drafts:
        draft = draft._replace(text=_QUANTIFIER.sub("These papers ", draft.text))
        claims += await _judge_each(draft, papers, papers, run)
    return claims


async def hold_to_each(claims: Sequence[Claim], papers: Sequence[Paper], run: StageRun) -> list[Claim]:
    """Do the same with sentences that were checked together: they are held to those papers that they cite."""
    by_id = {paper.id: n for n, paper in enumerate(papers, 1)}
    judged_claims: list[Claim] = []
    for claim in claims:
        ids = dict.fromkeys(citation.paper_id for citation in claim.citations)
        if not is_across(claim) or not claim.holds:
            judged_claims.append(claim)
            continue
        draft = DraftClaim(claim.text, tuple(by_id[paper_id] for paper_id in ids))
        judged_claims += await _judge_each(draft, [papers[n - 1] for n in draft.sources], papers, run)
    return judged_claims


async def judge_comparison(comparison: WrittenComparison, papers: Sequence[Paper], run: StageRun) -> JudgedComparison:
    """Check what was written of some papers: the sentence on all against each, each clause against its own.

    A clause that another paper says and its own does not belongs to the other, for models mix up numbers; what both say
    sets neither apart. Two clauses are a sentence where each holds of one paper. It is worded as in its sources at
    best: neither says all of it, and nobody looked at whether they differ.
    """
    drafts = [DraftClaim(comparison.shared, tuple(range(1, len(papers) + 1)))] if comparison.shared else []
    shared = await judge_across(drafts, papers, run)
    return JudgedComparison(shared[0] if shared else None, await _judge_clauses(comparison.alone, papers, run))


async def _judge_clauses(clauses: Sequence[str], papers: Sequence[Paper], run: StageRun) -> Claim | None:
    by_paper: dict[str, Claim] = {}
    for clause in clauses:
        if not clause or _POINTS.match(clause):
            continue
        sound = [claim for claim in await _judge_alone(clause, papers, run) if claim.holds and claim.citations]
        if len(sound) == 1:
            by_paper.setdefault(sound[0].citations[0].paper_id, sound[0])
    if len(by_paper) < SEVERAL:
        return None
    first, second, *_ = by_paper.values()
    text = _JOINED.format(_begin(first.text), _go_on(second.text, papers))
    joined = Claim(text=text, support=Support.WORDED, citations=(*first.citations, *second.citations))
    fault = await in_thread(lambda: find_fault(joined, {paper.id: paper for paper in papers}))
    return None if fault else joined


def _begin(clause: str) -> str:
    bare = clause.rstrip(" .;,")
    return bare[:1].upper() + bare[1:]


def _go_on(clause: str, papers: Sequence[Paper]) -> str:
    """Begin a clause with a small letter, unless its first word is a name: it has other capitals, or one elsewhere."""
    bare = clause.rstrip(" .;,")
    name = bare.split(maxsplit=1)[0]
    within = re.compile(rf"[\w,] {re.escape(name)}\b")
    is_name = name != name.capitalize() or any(within.search(paper.abstract) for paper in papers)
    return bare if is_name else bare[:1].lower() + bare[1:]


async def _judge_each(draft: DraftClaim, tried: Sequence[Paper], papers: Sequence[Paper], run: StageRun) -> list[Claim]:
    named = {papers[n - 1].id for n in draft.sources if 1 <= n <= len(papers)}
    by_id = {paper.id: paper for paper in tried}
    sound = [claim for claim in await _judge_alone(draft.text, tried, run) if claim.holds and claim.citations]
    carried = [claim for claim in sound if _has_words(claim, by_id[claim.citations[0].paper_id])]
    if not carried:  # It is a sentence of one paper: that which the model named, or says it best.
        carried = sorted(sound, key=lambda claim: (claim.citations[0].paper_id not in named, claim.support.rank))[:1]
    if carried:
        weakest = max(carried, key=lambda claim: claim.support.rank)
        places = tuple(citation for claim in carried for citation in claim.citations)
        return [weakest.model_copy(update={"citations": places})]
    together = await judge_drafts([draft], papers, run)
    return [_doubt(claim) if claim.holds else claim for claim in together]


def _has_words(claim: Claim, paper: Paper) -> bool:
    """Whether a paper has most of the words of a sentence of which only the words were compared with it.

    No paper says "these papers"; what it is said to do there, "study" or "propose", need not be its own word for it.
    """
    if claim.support.rank < Support.WORDED.rank:
        return True
    words = {*extract_terms(_FRAME.sub("", claim.text))}
    return len(words & {*extract_terms(f"{paper.title} {paper.abstract}")}) >= SHARE * len(words)


async def _judge_alone(text: str, tried: Sequence[Paper], run: StageRun) -> list[Claim]:
    """Check a sentence against each paper by itself; a second stage is asked about all of them at once."""
    draft = [DraftClaim(text, (1,))]
    verdicts = await in_thread(
        lambda: [(verdict, [strip_injections(paper)]) for paper in tried for verdict in verify_drafts(draft, [paper])]
    )
    judged = await run.judge([verdict for verdict, _ in verdicts], [sources for _, sources in verdicts])
    return [verdict.to_claim() for verdict in judged]


def _doubt(claim: Claim) -> Claim:
    if not is_across(claim):
        return claim
    return claim.model_copy(update={"support": Support.DOUBTFUL, "reasons": (*claim.reasons, ALONE)})
