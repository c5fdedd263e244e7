"""What a cross-encoder adds to the rules: python -m benchmarks.second_stage FOLDER [--part test] [--confirm].

For claims in people's words (``benchmarks.check``) the shares of false ones that pass and of true ones that do not, by
the rules, and with the stage at several thresholds; for labelled lists the area under the curve of what is said
against what is opposed. SciFact and PubMedQA are measured on part test alone, the other lists were never fitted:
HealthVer and one half of Climate-FEVER were looked at for choices, ``--confirm`` measures the rest too.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path
from random import Random
from typing import NamedTuple

from assistant.verify import verify
from assistant.verify.entailment import Probabilities, Statement, can_change, select_evidence
from assistant.verify.learned_cross_encoder import CrossEncoder
from assistant.verify.verdict import Verdict
from benchmarks.check import SETS, choose_cases, measure_area, part_of
from benchmarks.learned_pairs import OPPOSES, SAYS, SILENT, read_measured_pairs, read_scifact
from store.paper import Paper

CHOICE = ("healthver", "climate_a")
MOST_MEASURED, MOST_MUTATED = 400, 60
# Sentences of the evidence that the network is shown; it was trained on one to three.
MOST_READ = 3


class Row(NamedTuple):
    """A claim with its label, what the rules say of it, and how a stage rates it."""

    label: int
    kind: str
    verdict: Verdict
    rating: Probabilities


def rate(claims: Iterable[tuple[str, Sequence[Paper], int, str]], encoder: CrossEncoder) -> list[Row]:
    """Check claims by the rules, and rate all of them by the network."""
    claims = list(claims)
    verdicts = [verify(text, papers) for text, papers, _, _ in claims]
    statements = [
        Statement(verdict.text, select_evidence(verdict.citations, papers)[:MOST_READ])
        for verdict, (_, papers, _, _) in zip(verdicts, claims, strict=True)
    ]
    ratings = encoder.rate_now(statements)
    return [
        Row(label, kind, verdict, rating or Probabilities(0.0, 1.0, 0.0))
        for (_, _, label, kind), verdict, rating in zip(claims, verdicts, ratings, strict=True)
    ]


def holds(row: Row, says: float, sure: float) -> bool:
    """Tell whether a claim passes where the stage is believed from two thresholds on (see ``Thresholds``)."""
    if not can_change(row.verdict):
        return row.verdict.to_claim().holds
    least = says if row.verdict.to_claim().holds else sure
    return row.rating.says >= least


def print_gates(name: str, rows: Sequence[Row], thresholds: Iterable[tuple[float, float]]) -> None:
    """Print false pass and false strip of the rules and with the stage."""
    for says, sure in [(0.0, 2.0), *thresholds]:
        passed = [(row.label == SAYS, holds(row, says, sure)) for row in rows]
        false, true = ([ok for is_true, ok in passed if is_true == asked] for asked in (False, True))
        cells = [
            f"{share:.3f} of {len(part)}"
            for part, share in (
                (false, sum(false) / max(1, len(false))),
                (true, 1 - sum(true) / max(1, len(true))),
            )
        ]
        print(f"{name:10} says {says:.2f} sure {sure:.2f}: false pass {cells[0]}, false strip {cells[1]}", flush=True)


def print_areas(name: str, rows: Sequence[Row]) -> None:
    """Print the areas under the curve, said against opposed and said against silent."""
    scores: dict[str, Callable[[Row], float]] = {
        "rules": lambda row: -float(row.verdict.support.rank),
        "b": lambda row: row.rating.says - row.rating.opposes,
        "both": score,
    }
    for other, called in ((OPPOSES, "opposed"), (SILENT, "silent")):
        if not any(row.label == other for row in rows):
            continue
        cells = [
            f"{way} {measure_area(*([one(row) for row in rows if row.label == label] for label in (SAYS, other))):.3f}"
            for way, one in scores.items()
        ]
        print(f"{name:16} said against {called}: {'  '.join(cells)}", flush=True)


def score(row: Row) -> float:
    """Score a claim by both: the sign of the rules, and what the stage says."""
    return -row.verdict.support.rank * WEIGHT + row.rating.says - row.rating.opposes


# What a step of the scale of signs weighs against the probabilities; chosen on HealthVer and one half of Climate-FEVER.
WEIGHT = 0.1


def main() -> None:
    """Print what the stage adds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", choices=("dev", "test"), default="dev")
    parser.add_argument("--confirm", action="store_true")
    parser.add_argument("--says", type=float, nargs="*", default=[0.2, 0.3, 0.4, 0.5, 0.6])
    parser.add_argument("--sure", type=float, nargs="*", default=[0.8, 0.9, 0.95, 2.0])
    options = parser.parse_args()
    encoder = CrossEncoder(options.folder)
    thresholds = list(product(options.says, options.sure))
    for name in ("natural", "listing", "cases") if options.part == "dev" else ("natural", "medical", "pubmedqa"):
        cases = choose_cases(SETS[name](options.part), MOST_MUTATED)
        rows = rate(((c.text, c.papers, SAYS if c.true else OPPOSES, c.kind) for c in cases), encoder)
        print_gates(name, rows, thresholds)
    measured = read_measured_pairs()
    lists = {name: measured[name] for name in (measured if options.confirm else CHOICE)}
    lists["scifact test"] = [pair for pair in read_scifact() if part_of(pair.group) == "test"]
    for name, pairs in lists.items():
        drawn = Random(0).sample(pairs, min(MOST_MEASURED, len(pairs)))
        claims = [
            (pair.claim, (Paper(id="source", title="", abstract=" ".join(pair.source)),), pair.label, pair.kind)
            for pair in drawn
        ]
        print_areas(name, rate(claims, encoder))


if __name__ == "__main__":
    main()
