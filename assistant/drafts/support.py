"""A sentence beside papers: what they say of it, as far as the check tells."""

from typing import NamedTuple

from assistant.drafts.checked_sentence import Relation
from assistant.types import Support
from assistant.verify import FindingKind, Verdict, verify
from store.paper import Paper

_RELATIONS = {
    Support.QUOTED: Relation.SUPPORTS,
    Support.ENTAILED: Relation.SUPPORTS,
    Support.WORDED: Relation.SUPPORTS,
    Support.DOUBTFUL: Relation.PARTLY,
    Support.ABSENT: Relation.SILENT,
    Support.CONTRADICTED: Relation.CONTRADICTS,
}


class PaperVerdict(NamedTuple):
    """A paper and what the check found in it."""

    paper: Paper
    verdict: Verdict
    relation: Relation

    @property
    def quote(self) -> str:
        """The sentence of the abstract that comes nearest, "" where none is close."""
        if any(finding.kind is FindingKind.SOURCE for finding in self.verdict.findings):
            return ""
        return next((citation.quote for citation in self.verdict.citations), "")

    def with_verdict(self, verdict: Verdict) -> "PaperVerdict":
        """Put another verdict on the same paper."""
        return PaperVerdict(self.paper, verdict, classify_verdict(verdict))


def verify_one(text: str, paper: Paper) -> PaperVerdict:
    """Check a sentence against one paper."""
    verdict = verify(text, [paper])
    return PaperVerdict(paper, verdict, classify_verdict(verdict))


def classify_verdict(verdict: Verdict) -> Relation:
    """Classify what a paper says of a sentence, by the sentence's support."""
    unsaid = any(finding.kind is FindingKind.SENSE for finding in verdict.findings)
    if verdict.support is Support.DOUBTFUL and unsaid:
        return Relation.SILENT  # A second stage found that it does not say this.
    return _RELATIONS[verdict.support]
