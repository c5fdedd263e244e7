"""What a claim changes of its source beyond the words: denied or not, which way round, of what, how far, how framed."""

from collections.abc import Iterator, Sequence

from assistant.types import Support
from assistant.verify.alignment import Alignment, ClaimEvidence
from assistant.verify.arguments import find_moved_partners, find_swapped_arguments, read_causes
from assistant.verify.cohesion import (
    find_early_subject,
    find_foreign_subject,
    find_next_sentence,
    find_strewn_words,
    find_unshared_words,
)
from assistant.verify.comparison import is_mirrored, is_reversed
from assistant.verify.difference import find_unanswered_comparison
from assistant.verify.frames import find_unframed
from assistant.verify.hedges import find_hedges
from assistant.verify.negation import find_contradictions, find_doubts
from assistant.verify.source import SourceText
from assistant.verify.tokens import Word, is_cue_stem
from assistant.verify.verdict import Finding, FindingKind

_MOST_LISTED = 3
# Words of one of these kinds stand in for each other.
_CUE_KINDS = ("causes", "leads", "results", "forbids")
# Sentences in which a claim may have its own word where a near one has the opposite.
_MOST_OTHERS = 8


def find_changes_of_sense(
    evidence: ClaimEvidence, alignments: Sequence[Alignment], sources: Sequence[SourceText]
) -> Iterator[Finding]:
    """Find what a claim changes of the sense of its source though the words are there.

    Args:
        evidence: Where the claim rests.
        alignments: The claim beside the sentences that are nearest to it, the nearest first.
        sources: The sources that it cites, one at least.

    Yields:
        What the source says otherwise, then what is in doubt.
    """
    chosen = [match.alignment for match in evidence.chosen]
    yield from _check_denials(evidence, alignments, sources)
    yield from _check_sides(alignments, [*chosen, *alignments])
    yield from _check_cohesion(evidence, sources)
    yield from find_changes_of_frame(alignments)
    for hedge in find_hedges([*alignments[:1], *chosen]):
        yield _doubt(FindingKind.HEDGE, hedge.describe_difference())


def find_changes_of_frame(alignments: Sequence[Alignment]) -> Iterator[Finding]:
    """Find what the nearest sentence only aims at, asks, supposes or tells of others, and the claim asserts."""
    for alignment in alignments[:1]:
        for reason in find_unframed(alignment):
            yield _doubt(FindingKind.HEDGE, reason)


def has_like(evidence: ClaimEvidence, word: Word) -> bool:
    """Tell whether a sentence that carries the claim has a cue of one kind with a word: "due to" for "caused"."""
    kinds = [kind for kind in _CUE_KINDS if is_cue_stem(kind, word.stem)]
    if not kinds:
        return False
    if "forbids" not in kinds and any(read_causes(match.sentence) for match in evidence.chosen):
        return True
    return any(
        is_cue_stem(kind, source_word.stem)
        for kind in kinds
        for match in evidence.chosen
        for source_word in match.sentence.words
    )


def _check_denials(
    evidence: ClaimEvidence, alignments: Sequence[Alignment], sources: Sequence[SourceText]
) -> Iterator[Finding]:
    if any(is_mirrored(alignment) for alignment in alignments):
        return  # "A is faster than B", "B is slower than A": the opposites say one thing.
    others = [match.alignment for match in (*evidence.chosen, *evidence.ranked[:_MOST_OTHERS])]
    contradictions = find_contradictions(alignments, others)[:1]
    for contradiction in contradictions:
        reason = f"the source says “{contradiction.source}”, this says “{contradiction.claim}”"
        yield Finding(kind=FindingKind.NEGATION, reason=reason, support=Support.CONTRADICTED)
    if not contradictions:
        following = find_next_sentence(evidence, sources)
        carriers = [*evidence.chosen, following] if following else evidence.chosen
        for doubt in find_doubts([match.alignment for match in carriers]):
            yield _doubt(FindingKind.NEGATION, doubt)


def _check_sides(alignments: Sequence[Alignment], beside: Sequence[Alignment]) -> Iterator[Finding]:
    reasons = ["the source compares the two the other way round"] if any(map(is_reversed, alignments)) else []
    for alignment in alignments:
        if not is_mirrored(alignment):
            reasons += find_swapped_arguments(alignment)
    for reason in reasons[:1]:
        yield Finding(kind=FindingKind.DIRECTION, reason=reason, support=Support.CONTRADICTED)
    for moved in find_moved_partners(alignments):
        yield _doubt(FindingKind.DIRECTION, moved)
    for unanswered in find_unanswered_comparison(alignments[0].claim.words if alignments else (), beside):
        support = Support.CONTRADICTED if unanswered.contrary else Support.DOUBTFUL
        yield Finding(kind=FindingKind.DIRECTION, reason=unanswered.reason, support=support)


def _check_cohesion(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> Iterator[Finding]:
    for strewn in find_strewn_words(evidence, sources):
        yield _doubt(FindingKind.WORDS, f"the source says {_list_words(strewn)} apart from the rest of this")
    yield from find_foreign_statements(evidence, sources)
    if early := find_early_subject(evidence, sources):
        yield _doubt(FindingKind.NAME, f"the source says this before it comes to {early}")


def find_foreign_statements(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> Iterator[Finding]:
    """Find what a claim says of several sources or of a subject, and not all of them, or not of that, say."""
    if unshared := find_unshared_words(evidence, sources):
        yield _doubt(FindingKind.WORDS, f"not all of the sources speak of {_list_words(unshared)}")
    if foreign := find_foreign_subject(evidence):
        yield _doubt(FindingKind.WORDS, f"the source does not say this of “{foreign}”")


def _list_words(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words[:_MOST_LISTED])


def _doubt(kind: FindingKind, reason: str) -> Finding:
    return Finding(kind=kind, reason=reason, support=Support.DOUBTFUL)
