"""The verdict on a claim: how far its sources carry it, and what speaks against it."""

from collections.abc import Sequence
from enum import StrEnum

from assistant.types import Citation, Claim, Decision, Support
from store.paper import Frozen


class FindingKind(StrEnum):
    """What a finding is about."""

    SOURCE = "source"
    WORDS = "words"
    NUMBER = "number"
    NAME = "name"
    NEGATION = "negation"
    DIRECTION = "direction"
    HEDGE = "hedge"
    SENSE = "sense"


class Finding(Frozen):
    """One reason against a claim, in words for a reader, and the most that the claim can still be."""

    kind: FindingKind
    reason: str
    support: Support


# What an absence of one of these tells: that the source speaks of something else.
_OF_SOMETHING_ELSE = (FindingKind.SOURCE, FindingKind.WORDS, FindingKind.NAME)


def combine_findings(findings: Sequence[Finding]) -> tuple[Support, Decision]:
    """Combine findings to the worst of them; a source that speaks of something else contradicts nothing."""
    elsewhere = any(finding.support is Support.ABSENT and finding.kind in _OF_SOMETHING_ELSE for finding in findings)
    counted = [finding for finding in findings if not (elsewhere and finding.support is Support.CONTRADICTED)]
    if not counted:
        return Support.WORDED, Decision()
    worst = max(counted, key=lambda finding: finding.support.rank)
    return worst.support, Decision(by=worst.kind)


class Verdict(Frozen):
    """A checked sentence: how far its sources carry it, why no further, and where in them it rests.

    ``citations`` are found again (the best sentence first), whatever was cited; one with an empty quote rests on
    the title or the record. ``unused`` are the ids of papers that were cited and carry nothing of the claim.
    ``settled`` tells that the rules read all of it, so that no vectors need to be asked: it repeats a sentence, its
    lead-in aside, with every difference explained, or it is about the record.
    """

    text: str
    support: Support
    findings: tuple[Finding, ...] = ()
    citations: tuple[Citation, ...] = ()
    unused: tuple[str, ...] = ()
    settled: bool = False
    decision: Decision = Decision()

    @property
    def reasons(self) -> tuple[str, ...]:
        """What was found wanting or against the claim; empty where nothing was."""
        return tuple(finding.reason for finding in self.findings)

    def to_claim(self) -> Claim:
        """Give the claim as an answer holds it."""
        return Claim(
            text=self.text,
            support=self.support,
            citations=self.citations,
            reasons=self.reasons,
            decision=self.decision,
        )
