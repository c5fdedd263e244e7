"""The second stage that is shipped: a small network that reads a claim beside sentences, and a regression over more.

The network (``store.embedding.cross_encoder``) reads the claim beside each of the two sentences that are nearest to it;
the regression makes of that, and of what ``assistant.verify.nearness`` measures, a probability that the source says the
claim. It moves a sign up to what is worded alike, or from there into doubt, and confirms nothing. What the rules read
whole, and what they found a number, a name, a denial, a direction or a hedge against, is left to them. The weights are
those of ``benchmarks/fit_weigher.py``.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from assistant.phrases import NETWORK
from assistant.types import Citation, Decision, Support
from assistant.verify.alignment import ClaimEvidence
from assistant.verify.check import NOT_CLOSE, find_claim_evidence
from assistant.verify.entailment import can_change
from assistant.verify.nearness import lay_beside, measure_features
from assistant.verify.numbers import is_same_quantity
from assistant.verify.source import mentions_name, read_source
from assistant.verify.verdict import Finding, FindingKind, Verdict
from store.embedding.cross_encoder import share_cross_encoder
from store.paper import Paper

UNLIKE = "its words stand in the source, but perhaps not in this sense"
OTHER_WORDS = "; it may say this in other words"
# Sentences that are embedded for a claim, those first that share most words with it: they take most of the time.
MOST_SENTENCES = 3


class Regression(NamedTuple):
    """Fitted weights, and how the probability that comes of them is read.

    What is worded alike is in doubt below ``least``, where the rules matched a share of it below ``together``. What
    lacks words, or is close to no sentence, is worded alike from ``sure`` on; the former where the rules matched a
    share below ``apart``, for a sentence that is repeated but for a word may have the opposite of that word, which is
    as near as can be.
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
    name = NETWORK

    def weigh(self, verdict: Verdict, papers: Sequence[Paper]) -> Verdict:
        """Weigh what the rules found, where a sign may move.

        A claim without a word to compare stays, and one of which the network would not read the end.

        Args:
            verdict: What the rules found.
            papers: Those that the claim was compared with, without what gives orders.
        """
        evidence, weights = find_open_evidence(verdict, papers), load_weights()
        if evidence is None or not share_cross_encoder().reads_whole(verdict.text):
            return verdict  # Before anything is embedded, which takes most of the time.
        places = list_places(evidence, papers)
        reading = _read_claim(verdict, evidence, list(places))
        if reading is None:
            return verdict
        probability = round(weights.rate(reading.values), 3)
        decision = Decision(stage="learned", by=NETWORK, probability=probability)
        if verdict.support is Support.WORDED:
            if probability >= weights.least:
                return verdict.model_copy(update={"decision": decision})
            finding = Finding(kind=FindingKind.WORDS, reason=UNLIKE, support=Support.DOUBTFUL)
            changes = {"support": Support.DOUBTFUL, "findings": (*verdict.findings, finding), "decision": decision}
            return verdict.model_copy(update=changes)
        if probability < weights.sure:
            return verdict
        return _raise_sign(verdict, places[reading.sentence], decision)


def find_open_evidence(verdict: Verdict, papers: Sequence[Paper]) -> ClaimEvidence | None:
    """Find where a claim rests whose sign may move; None of any other.

    It may where the rules did not read all of the claim, and found only that words are missing: a number, a name, a
    denial, a direction or a hedge that was found against it is never overruled.
    """
    of_words = all(finding == NOT_CLOSE or finding.kind is FindingKind.WORDS for finding in verdict.findings)
    absent = verdict.support is Support.ABSENT
    if verdict.settled or not (of_words if absent else can_change(verdict)):
        return None
    evidence, weights = find_claim_evidence(verdict.text, papers), load_weights()
    if absent:
        return None if _has_unknown(evidence, papers) else evidence
    most = weights.together if verdict.support is Support.WORDED else weights.apart
    return evidence if evidence.measure_coverage() < most else None


def _has_unknown(evidence: ClaimEvidence, papers: Sequence[Paper]) -> bool:
    """Tell whether a claim has a number or a name that its sources lack; where none is close the rules do not look."""
    sources = [read_source(paper) for paper in papers]
    parts = [part for source in sources for part in (*source.sentences, source.title, source.record)]
    numbers = [number for part in parts for number in part.quantities]
    return any(
        not any(is_same_quantity(number, known) for known in numbers) for number in evidence.claim.quantities
    ) or any(not any(mentions_name(name.text, source) for source in sources) for name in evidence.claim.names)


def _raise_sign(verdict: Verdict, citation: Citation, decision: Decision) -> Verdict:
    """Raise a verdict to what is worded alike; the sentence that says most of the claim is shown first."""
    remarks = tuple(
        Finding(kind=FindingKind.WORDS, reason=finding.reason + OTHER_WORDS, support=Support.WORDED)
        for finding in verdict.findings
    )
    others = () if NOT_CLOSE in verdict.findings else verdict.citations
    place = citation.paper_id, citation.start
    first = [one for one in others if (one.paper_id, one.start) == place] or [citation]
    rest = [one for one in others if (one.paper_id, one.start) != place]
    return verdict.model_copy(
        update={
            "support": Support.WORDED,
            "findings": remarks,
            "citations": (*first, *rest),
            "unused": tuple(paper for paper in verdict.unused if paper != citation.paper_id),
            "decision": decision,
        }
    )


class ClaimReading(NamedTuple):
    """What was measured of a claim, by name, and the sentence of which the network is surest that it says it."""

    values: dict[str, float]
    sentence: str


def measure_claim(verdict: Verdict, papers: Sequence[Paper]) -> dict[str, float] | None:
    """Measure a claim beside the sentences of papers that share most words with it; None where there is none."""
    evidence = find_claim_evidence(verdict.text, papers)
    reading = _read_claim(verdict, evidence, list(list_places(evidence, papers)))
    return reading.values if reading else None


def _read_claim(verdict: Verdict, evidence: ClaimEvidence, sentences: Sequence[str]) -> ClaimReading | None:
    """Measure a claim beside sentences; None where one side has no word."""
    beside = lay_beside(verdict.text, sentences)
    if beside is None:
        return None
    values = measure_features(verdict, beside, evidence.measure_coverage())
    best, second = (beside.others[place].text for place in (beside.best, beside.second))
    first, next_one = (share_cross_encoder().rate(text, beside.first.text) for text in (best, second))
    values |= {
        "sense: says": first.says,
        "sense: opposes": first.opposes,
        "sense: either says": max(first.says, next_one.says),
        "sense: either opposes": max(first.opposes, next_one.opposes),
    }
    return ClaimReading(values, best if first.says >= next_one.says else second)


def list_places(evidence: ClaimEvidence, papers: Sequence[Paper]) -> dict[str, Citation]:
    """List the sentences that are looked at, those first that share most words with the claim, and where they stand.

    Titles are among them; they are cited by an empty quote, as everywhere.
    """
    places: dict[str, Citation] = {}
    for match in evidence.ranked:
        paper, start, end = papers[match.source], match.sentence.start, match.sentence.end
        quote = paper.abstract[start:end]
        text = " ".join(quote.split()) if end else paper.title
        if text and text not in places:
            places[text] = Citation(
                n=match.source + 1, paper_id=paper.id, title=paper.marked_title, quote=quote, start=start, end=end
            )
        if len(places) == MOST_SENTENCES:
            break
    return places
