"""The verdict on a claim: how far its sources carry it, and what speaks against it."""

from enum import StrEnum

from assistant.types import Citation, Claim, Support
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


class Finding(Frozen):
    """One reason against a claim, in words for a reader, and the most that the claim can still be."""

    kind: FindingKind
    reason: str
    support: Support


class Verdict(Frozen):
    """A checked sentence: how far its sources carry it, why no further, and where in them it rests.

    ``citations`` are found again (the best sentence first), whatever was cited; one with an empty quote rests on
    the title or the record. ``unused`` are the ids of papers that were cited and carry nothing of the claim.
    """

    text: str
    support: Support
    findings: tuple[Finding, ...] = ()
    citations: tuple[Citation, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the claim is not fully supported; empty where it is."""
        return tuple(finding.reason for finding in self.findings)

    def to_claim(self) -> Claim:
        """Give the claim as an answer holds it."""
        return Claim(text=self.text, support=self.support, citations=self.citations, reasons=self.reasons)
