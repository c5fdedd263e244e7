"""A sentence beside papers: what they say of it, as far as the check tells."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.answer.generative import ORDERED
from assistant.drafts.checked_sentence import Relation
from assistant.types import Support
from assistant.verify import Finding, FindingKind, Verdict, verify
from assistant.verify.injection import strip_injections
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


def verify_all(text: str, papers: Sequence[Paper]) -> Verdict:
    """Check a sentence against papers, all together; what they order their reader to say is no evidence."""
    sound = [strip_injections(paper) for paper in papers]
    verdict = verify(text, sound)
    if not verdict.support.fails or sound == [*papers]:
        return verdict
    if verify(text, papers).support.fails:
        return verdict
    ordered = Finding(kind=FindingKind.SOURCE, reason=ORDERED, support=Support.ABSENT)
    return verdict.model_copy(update={"findings": (*verdict.findings, ordered)})


def verify_one(text: str, paper: Paper) -> PaperVerdict:
    """Check a sentence against one paper."""
    verdict = verify_all(text, [paper])
    return PaperVerdict(paper, verdict, classify_verdict(verdict))


def classify_verdict(verdict: Verdict) -> Relation:
    """Classify what a paper says of a sentence, by the sentence's support."""
    unsaid = any(finding.kind is FindingKind.SENSE for finding in verdict.findings)
    if verdict.support is Support.DOUBTFUL and unsaid:
        return Relation.SILENT  # A second stage found that it does not say this.
    return _RELATIONS[verdict.support]
