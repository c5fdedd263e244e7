"""The second stage that is shipped: a regression over what ``assistant.verify.nearness`` measures of a claim.

It needs no model but the default embedder, whose vectors of words it compares, and moves a sign one step: what is
worded alike may come into doubt, and what only lacks words of its source may count as worded alike, for the words that
are there may be near enough. It confirms nothing: of what it raises, three in four are true. The weights are those of
``benchmarks/fit_weigher.py``.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from assistant.types import Decision, Support
from assistant.verify.alignment import ClaimEvidence, find_evidence
from assistant.verify.entailment import can_change
from assistant.verify.nearness import measure_features
from assistant.verify.source import parse_sentence, read_source
from assistant.verify.verdict import Finding, FindingKind, Verdict
from store.paper import Paper

NAME = "nearness of words"
UNLIKE = "its words stand in the source, but hardly together and in this sense"
NEAR = ", but has words that are near"
# Sentences that are embedded for a claim, those first that share most words with it: they take most of the time.
MOST_SENTENCES = 6


class Regression(NamedTuple):
    """Fitted weights, and how the probability that comes of them is read.

    What is worded alike is in doubt below ``least``, and only where the rules matched a share of it below ``together``;
    what lacks words is worded alike from ``sure`` on, and only where they matched one below ``apart``. What repeats a
    sentence but for a word stays: its opposite is as near as can be.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    least: float
    together: float
    sure: float
    apart: float

    def rate(self, values: dict[str, float]) -> float:
        """Give the probability that the source says a claim of which these values were measured."""
        from math import exp

        total = self.bias + sum(
            weight * values[name] for name, weight in zip(self.names, self.weights, strict=True) if weight
        )
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


@cache
def load_weights() -> Regression:
    """Load the weights that are shipped."""
    fields = json.loads(files("assistant.verify").joinpath("weigher.json").read_text(encoding="utf-8"))
    thresholds = (fields[name] for name in ("least", "together", "sure", "apart"))
    return Regression(tuple(fields["weights"]), tuple(fields["weights"].values()), fields["bias"], *thresholds)


class Weigher:
    """The stage; nothing is loaded before the first claim."""

    stage: Literal["learned"] = "learned"
    name = NAME

    def weigh(self, verdict: Verdict, papers: Sequence[Paper]) -> Verdict:
        """Weigh what the rules found, where a second stage may change it; a claim without a word to compare stays.

        Args:
            verdict: What the rules found.
            papers: Those that the claim was compared with, without what gives orders.
        """
        if not can_change(verdict):
            return verdict
        evidence, weights = _find_evidence(verdict, papers), load_weights()
        worded = verdict.support is Support.WORDED
        coverage = evidence.measure_coverage()
        if coverage >= (weights.together if worded else weights.apart):
            return verdict  # Before anything is embedded, which takes most of the time.
        values = measure_features(verdict, list_sentences(evidence, papers), coverage)
        if values is None:
            return verdict
        probability = round(weights.rate(values), 3)
        decision = Decision(stage="learned", by=NAME, probability=probability)
        if worded:
            if probability >= weights.least:
                return verdict.model_copy(update={"decision": decision})
            finding = Finding(kind=FindingKind.WORDS, reason=UNLIKE, support=Support.DOUBTFUL)
            changes = {"support": Support.DOUBTFUL, "findings": (*verdict.findings, finding), "decision": decision}
            return verdict.model_copy(update=changes)
        if probability < weights.sure:
            return verdict
        remarks = tuple(
            finding.model_copy(update={"reason": finding.reason + NEAR, "support": Support.WORDED})
            for finding in verdict.findings
        )
        return verdict.model_copy(update={"support": Support.WORDED, "findings": remarks, "decision": decision})


def measure_claim(verdict: Verdict, papers: Sequence[Paper]) -> dict[str, float] | None:
    """Measure a claim beside the sentences of papers that share most words with it; None where there is none."""
    evidence = _find_evidence(verdict, papers)
    return measure_features(verdict, list_sentences(evidence, papers), evidence.measure_coverage())


def _find_evidence(verdict: Verdict, papers: Sequence[Paper]) -> ClaimEvidence:
    return find_evidence(parse_sentence(verdict.text), [read_source(paper) for paper in papers])


def list_sentences(evidence: ClaimEvidence, papers: Sequence[Paper]) -> list[str]:
    """List the sentences that are looked at, those first that share most words with the claim; titles among them."""
    rows = [(papers[match.source], match.sentence) for match in evidence.ranked]
    texts = [
        " ".join(paper.abstract[sentence.start : sentence.end].split()) if sentence.end else paper.title
        for paper, sentence in rows
    ]
    return list(dict.fromkeys(text for text in texts if text))[:MOST_SENTENCES]
