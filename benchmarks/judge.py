"""How well a model judges: python -m benchmarks.judge MODEL BASE_URL [--listing N] [--scifact N] [--folder DIR].

For example the shared rig, ``../shared/rig/serve-llm qwen2.5-coder-1.5b 8081``, then
``python -m benchmarks.judge qwen2.5-coder-1.5b http://127.0.0.1:8081/v1 --scifact 60 --folder build/judged``. So many
claims about the sample are judged (all without a number), and of SciFact so many of each label, drawn by a fixed seed.
Decisions are kept in the folder, so a run that was stopped goes on there, and one of more claims takes those of fewer.

AUC: of the judge alone, P(a true claim gets a higher score than a false one), the score being says minus opposes; a
claim whose paper the rules find nothing in has no evidence to show, and counts with 0. False pass: false claims that
hold, by the rules alone and with the judge. False strip: true claims that do not.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from time import perf_counter
from typing import NamedTuple, TypeVar

from assistant.answer.pipeline_factory import build_second_stage
from assistant.llm.judge import ModelJudge
from assistant.settings import CheckSettings, Settings
from assistant.types import Usage
from assistant.verify import Verdict, verify
from assistant.verify.entailment import Probabilities, Statement, combine_stages, select_evidence
from benchmarks.claims import SAMPLE, pairs
from benchmarks.corpora import SHARED
from store.embedding.minilm import MiniLM
from store.library import Library
from store.paper import Paper
from store.readers import read_papers

LISTING = SHARED / "eval" / "claims" / "listing_dev.jsonl"
# Statements that are rated between two lines of progress.
_STEP = 10
Row = TypeVar("Row")


class LabelledClaim(NamedTuple):
    """A claim about papers, whether it is true, and its kind."""

    text: str
    papers: tuple[Paper, ...]
    is_true: bool
    kind: str


class JudgedClaim(NamedTuple):
    """A claim with what the rules found, what the judge answered, and what both come to."""

    claim: LabelledClaim
    rules: Verdict
    rating: Probabilities | None
    both: Verdict


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("base_url")
    parser.add_argument("--listing", type=int, default=None)
    parser.add_argument("--scifact", type=int, default=40)
    parser.add_argument("--folder", type=Path, default=Path("judged"))
    args = parser.parse_args()
    check = CheckSettings(
        second_stage="model", model=args.model, base_url=args.base_url, timeout=600, stall=300, retries=1
    )
    judge = build_second_stage(Library(args.folder, MiniLM()), Settings(check=check))
    assert isinstance(judge, ModelJudge)
    asyncio.run(measure_sets(judge, args.listing, args.scifact))


async def measure_sets(judge: ModelJudge, listing: int | None, scifact: int) -> None:
    """Measure both sets, one after the other; without a number all of the first."""
    drawn = shuffle([*read_listing()])[:listing]
    for name, claims in (("listing_dev", drawn), ("scifact", [*draw_scifact(scifact)])):
        began = perf_counter()
        judged, usage = await judge_claims(judge, claims)
        print_rates(name, judged)
        tokens = usage.input_tokens + usage.output_tokens
        print(f"  {tokens} tokens now, {perf_counter() - began:.0f} s", flush=True)


def read_listing() -> Iterator[LabelledClaim]:
    """Read the claims about the sample, each with the paper of its id, or those whose titles begin so."""
    papers = [paper for paper in read_papers(SAMPLE) if isinstance(paper, Paper)]
    for line in LISTING.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        titles = row.get("title", [])
        starts = (titles,) if isinstance(titles, str) else tuple(titles)
        cited = tuple(paper for paper in papers if paper.id == row.get("paper") or paper.title.startswith(starts))
        yield LabelledClaim(row["claim"], cited, bool(row["true"]), row["kind"])


def draw_scifact(number: int) -> Iterator[LabelledClaim]:
    """Draw so many pairs of claim and abstract of each label; always the same."""
    rows = [(claim, label, paper) for claim, label, paper, _ in pairs()]
    for label in ("SUPPORT", "CONTRADICT"):
        some = [row for row in rows if row[1] == label]
        for claim, _, paper in shuffle(some)[:number]:
            yield LabelledClaim(claim, (paper,), label == "SUPPORT", label)


def shuffle(rows: Sequence[Row]) -> list[Row]:
    """Shuffle rows, always the same way."""
    return Random(1).sample(rows, len(rows))


async def judge_claims(judge: ModelJudge, claims: Sequence[LabelledClaim]) -> tuple[list[JudgedClaim], Usage]:
    """Have all claims rated that a sentence was found for, also those that no judge may change."""
    rows = [(claim, verify(claim.text, claim.papers)) for claim in claims]
    statements = [Statement(claim.text, select_evidence(rules.citations, claim.papers)) for claim, rules in rows]
    distinct = [statement for statement in dict.fromkeys(statements) if statement.evidence]
    rated: dict[Statement, Probabilities | None] = {}
    usage = Usage()
    for start in range(0, len(distinct), _STEP):
        some = distinct[start : start + _STEP]
        ratings = await judge.rate_and_count(some)
        rated |= dict(zip(some, ratings.rated, strict=True))
        usage += ratings.usage
        print(f"  {len(rated)}/{len(distinct)} {'; '.join(ratings.notes)}", flush=True)
    judged = []
    for (claim, rules), statement in zip(rows, statements, strict=True):
        rating = rated.get(statement)
        judged.append(JudgedClaim(claim, rules, rating, combine_stages(rules, statement, rating, judge)))
    return judged, usage


def print_rates(name: str, judged: Sequence[JudgedClaim]) -> None:
    """Print the figures of a set, and by kind how many hold with the judge."""
    true, false = ([row for row in judged if row.claim.is_true is truth] for truth in (True, False))
    answered = sum(row.rating is not None for row in judged)
    print(f"{name}: {len(true)} true, {len(false)} false; {answered} judged; AUC {measure_auc(true, false):.3f}")
    for who, holds in (("rules", _holds_by_rules), ("rules and judge", _holds_by_both)):
        passed = sum(map(holds, false)) / (len(false) or 1)
        stripped = 1 - sum(map(holds, true)) / (len(true) or 1)
        print(f"  {who}: false pass {passed:.3f}  false strip {stripped:.3f}")
    kinds = Counter((row.claim.kind, row.claim.is_true) for row in judged)
    for kind, is_true in sorted(kinds):
        some = [row for row in judged if (row.claim.kind, row.claim.is_true) == (kind, is_true)]
        by_rules, by_both = sum(map(_holds_by_rules, some)), sum(map(_holds_by_both, some))
        print(
            f"    {kind} ({'true' if is_true else 'false'}): {len(some)}, hold {by_rules} by rules, {by_both} by both"
        )


def _holds_by_rules(row: JudgedClaim) -> bool:
    return row.rules.to_claim().holds


def _holds_by_both(row: JudgedClaim) -> bool:
    return row.both.to_claim().holds


def measure_auc(true: Sequence[JudgedClaim], false: Sequence[JudgedClaim]) -> float:
    """Measure the area under the curve of the judge's score: pairs in the right order, a tie for half of one."""
    scores = [[row.rating.says - row.rating.opposes if row.rating else 0.0 for row in rows] for rows in (true, false)]
    won = sum((one > other) + (one == other) / 2 for one in scores[0] for other in scores[1])
    return won / ((len(true) * len(false)) or 1)


if __name__ == "__main__":
    main()
