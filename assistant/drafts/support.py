"""A sentence beside papers: what they say of it, and which of the library say something."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.drafts.checked_sentence import Relation
from assistant.drafts.draft_sentences import strip_sentence
from assistant.limits import MAX_CHARACTERS
from assistant.types import Claim, Support
from assistant.verify import FindingKind, Verdict, verify
from assistant.verify.alignment import weigh_words
from assistant.verify.injection import gives_orders
from assistant.verify.numbers import parse_quantities
from assistant.verify.source import Sentence, parse_sentence
from assistant.verify.tokens import fold_text
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
_RELATIONS = {Support.SUPPORTED: Relation.SUPPORTS, Support.PARTIAL: Relation.PARTLY}


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


def verify_one(text: str, paper: Paper) -> PaperVerdict:
    """Check a sentence against one paper."""
    verdict = verify(text, [paper])
    return PaperVerdict(paper, verdict, classify_verdict(verdict))


def verify_sentence(library: Library, text: str, paper_ids: Sequence[str] | None = None) -> Claim:
    """Check one sentence against papers of a library, or against those of all that come nearest to it.

    Raises:
        InputError: It is empty or enormous.
        NotFound: There is no such paper.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"The sentence is {len(text):,} characters long.", "Check a long text with: conspectus check")
    clean = strip_sentence(text)
    if not any(map(str.isalnum, clean)):
        raise InputError("The sentence is empty.", "Give one that says something.")
    if paper_ids is None:
        return claim_of(find_candidates(library, clean), clean)
    papers = [library.paper(paper_id) for paper_id in paper_ids]
    claim = verify(clean, papers).to_claim()
    gone = tuple(f"“{paper.title}” was {paper.retraction}" for paper in papers if paper.retraction)
    return claim.model_copy(update={"reasons": (*claim.reasons, *gone)})


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
            # One that gives orders stands behind all others, so that it changes nothing of what these say.
            rows.append((candidate.relation is Relation.SILENT, gives_orders(candidate.paper), -nearness, candidate))
    return [candidate for *_, candidate in sorted(rows, key=lambda row: row[:3])]


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
    return Claim(text=text, support=Support.UNSUPPORTED, reasons=(NOWHERE,))


def classify_verdict(verdict: Verdict) -> Relation:
    """Classify what a paper says of a sentence.

    It contradicts where it speaks of the same and only a number, a negation or a direction differs.
    """
    if verdict.support in _RELATIONS:
        return _RELATIONS[verdict.support]
    against = {finding.kind for finding in verdict.findings if finding.support is Support.UNSUPPORTED}
    if against & {FindingKind.SOURCE, FindingKind.WORDS, FindingKind.NAME}:
        return Relation.SILENT
    if against & {FindingKind.NEGATION, FindingKind.DIRECTION} or _has_number(verdict):
        return Relation.CONTRADICTS
    return Relation.SILENT


def _has_number(verdict: Verdict) -> bool:
    """Tell whether the sentence of the paper that comes nearest has a number, too."""
    return any(parse_quantities(fold_text(citation.quote)) for citation in verdict.citations[:1])
