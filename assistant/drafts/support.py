"""A sentence beside papers: what they say of it, and which of the library say something."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from assistant.answer.generative import ORDERED
from assistant.concurrency import in_thread
from assistant.drafts.checked_sentence import Relation
from assistant.drafts.draft_sentences import strip_sentence
from assistant.limits import MAX_CHARACTERS
from assistant.types import Claim, Decision, Support
from assistant.verify import Finding, FindingKind, Verdict, verify
from assistant.verify.alignment import weigh_words
from assistant.verify.entailment import SecondStage, StageRun
from assistant.verify.injection import strip_injections
from assistant.verify.source import Sentence, parse_sentence
from store.errors import InputError
from store.filters import ANSWERABLE
from store.library import Library
from store.paper import Paper

# How many papers of the library a sentence is checked against, and how many of its characters they are searched with;
# chosen by hand, not measured.
CANDIDATES, QUERY = 8, 2000
# The share of its words that a paper has to have. On part dev of benchmarks/drafts.jsonl the right papers of true
# sentences had .64 and more, papers that were there by chance mostly less than .55, and .66 at the most.
NEAR = 0.55
NOWHERE = "the library holds nothing like this"
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


async def verify_sentence(
    library: Library, text: str, paper_ids: Sequence[str] | None = None, stage: SecondStage | None = None
) -> Claim:
    """Check one sentence against papers of a library, or against those of all that come nearest to it.

    Args:
        library: Where the papers are.
        text: The sentence.
        paper_ids: The papers, all together; None looks for those that come nearest.
        stage: Who looks at the sense; None for nobody. That it gave no answer is told in the reasons.

    Raises:
        InputError: It is empty or enormous.
        NotFound: There is no such paper.
    """
    run = StageRun(stage)
    clean = _clean_sentence(text)
    if paper_ids is None:
        candidates = await in_thread(partial(find_candidates, library, clean))
        sound = [[strip_injections(candidate.paper)] for candidate in candidates]
        verdicts = await run.judge([candidate.verdict for candidate in candidates], sound)
        judged = [row.with_verdict(verdict) for row, verdict in zip(candidates, verdicts, strict=True)]
        claim, gone = claim_of(sort_candidates(judged), clean), []
    else:
        papers = [await in_thread(partial(library.paper, paper_id)) for paper_id in paper_ids]
        rules = await in_thread(partial(verify_all, clean, papers))
        [verdict] = await run.judge([rules], [[strip_injections(paper) for paper in papers]])
        claim = verdict.to_claim()
        gone = [f"“{paper.title}” was {paper.retraction}" for paper in papers if paper.retraction]
    return claim.model_copy(update={"reasons": (*claim.reasons, *gone, *run.notes)})


def _clean_sentence(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"The sentence is {len(text):,} characters long.", "Check a long text with: conspectus check")
    clean = strip_sentence(text)
    if not any(map(str.isalnum, clean)):
        raise InputError("The sentence is empty.", "Give one that says something.")
    return clean


def sort_candidates(candidates: Sequence[PaperVerdict]) -> list[PaperVerdict]:
    """Sort papers of which each was looked at by itself, else as near as before; those that do not say it at the end.

    A paper that a second stage found to say it comes before one that is only worded so.
    """
    return sorted(
        candidates, key=lambda row: (row.relation is Relation.SILENT, row.verdict.support is not Support.ENTAILED)
    )


def find_candidates(library: Library, text: str) -> list[PaperVerdict]:
    """Find the papers of a library that are near to a sentence, the nearest first; those that do not say it at the end.

    Nobody said that any of them does, and among many some share a few words with it by chance. So here most of its
    words have to stand, not only to be meant, in the title and the sentence that the check found.
    """
    claim = parse_sentence(text)
    rows = []
    for hit in library.search(text[:QUERY], CANDIDATES, ANSWERABLE):
        candidate = verify_one(text, hit.paper)
        nearness = _measure_overlap(claim, f"{candidate.quote} {candidate.paper.title}")
        if nearness >= NEAR:
            rows.append((candidate.relation is Relation.SILENT, -nearness, candidate))
    return [candidate for *_, candidate in sorted(rows, key=lambda row: row[:2])]


def _measure_overlap(claim: Sentence, text: str) -> float:
    """Measure the share of a claim's words, by weight, whose stems stand in a text, 0–1."""
    weights_of_words, stems = weigh_words(claim), parse_sentence(text).stems
    total = sum(weights_of_words)
    shared = sum(weight for word, weight in zip(claim.words, weights_of_words, strict=True) if word.stem in stems)
    return shared / (total or 1)


def claim_of(candidates: Sequence[PaperVerdict], text: str) -> Claim:
    """Give a sentence as the nearest of some papers carries it."""
    if candidates:
        return candidates[0].verdict.to_claim()
    return Claim(text=text, support=Support.ABSENT, reasons=(NOWHERE,), decision=Decision(by=FindingKind.SOURCE))


def classify_verdict(verdict: Verdict) -> Relation:
    """Classify what a paper says of a sentence, by the sentence's support."""
    unsaid = any(finding.kind is FindingKind.SENSE for finding in verdict.findings)
    if verdict.support is Support.DOUBTFUL and unsaid:
        return Relation.SILENT  # A second stage found that it does not say this.
    return _RELATIONS[verdict.support]
