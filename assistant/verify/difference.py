"""Differences: whether a claim says that two things differ, or that one is better, where its source does not.

"There was no significant difference" speaks against "X was higher than Y", and a comparison has to be answered by one.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from assistant.verify.alignment import Alignment
from assistant.verify.negation import read_denial
from assistant.verify.numbers import parse_quantities
from assistant.verify.tokens import Word, is_cue, is_cue_stem

# How many words before or behind a "difference" its denial stands; chosen by hand, not measured.
_NEAR = 4

Stand = Literal["differ", "alike"]


class UnansweredComparison(NamedTuple):
    """What a claim says of a difference, and whether the source says the contrary or only nothing of it."""

    reason: str
    contrary: bool


def read_stands(words: Sequence[Word]) -> frozenset[Stand]:
    """Read whether a sentence says that things differ, are alike, or may be either; empty where it compares nothing."""
    stands: set[Stand] = set()
    for place, word in enumerate(words):
        after = words[place + 1].low if place + 1 < len(words) else ""
        differs = (
            is_cue("differences", word.low)
            or (word.low, after) == ("different", "from")
            or is_comparative(words, place)
        )
        significant = word.low == "significant" and _is_predicate(words, place)
        denied = (differs or significant) and _is_denied(words, place)
        if denied or (is_cue_stem("alike", word.stem) and not _is_denied(words, place)):
            stands.add("alike")
        elif differs:
            stands.add("differ")
    return frozenset(stands)


def _is_predicate(words: Sequence[Word], place: int) -> bool:
    return any(is_cue("be", word.low) for word in words[max(0, place - _NEAR) : place])


def _is_denied(words: Sequence[Word], place: int) -> bool:
    return any(
        (read_denial(words, before) or (1, 0))[0] < 0
        for before in range(max(0, place - _NEAR), place)
        if words[before].clause == words[place].clause
    )


def is_comparative(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word compares: one before a "than", or a verb such as outperform."""
    word = words[place]
    if word.low == "than":
        after = words[place + 1].low if place + 1 < len(words) else ""
        return place > 0 and words[place - 1].low not in ("rather", "other") and not _is_amount(after)
    return is_cue_stem("better", word.stem) or is_cue_stem("worse", word.stem)


def _is_amount(low: str) -> bool:
    """Tell whether a word begins a number: "more than 90 %", "more than an order of magnitude"."""
    return low[:1].isdigit() or low in ("an", "half", "twice") or bool(parse_quantities(low))


def find_unanswered_comparison(
    claim: Sequence[Word], alignments: Sequence[Alignment]
) -> Iterator[UnansweredComparison]:
    """Find what a claim says of a difference and the sentences that carry it do not.

    Args:
        claim: The words of the claim.
        alignments: The claim beside the sentences that carry it, and those near to it.

    Yields:
        At most one.
    """
    ours = read_stands(claim)
    if not ours or not alignments:
        return
    theirs = frozenset(stand for alignment in alignments for stand in read_stands(alignment.sentence.words))
    if ours & theirs:
        return
    if "alike" in ours:
        if theirs:
            yield UnansweredComparison("the source finds a difference", contrary=True)
    elif any(_improves(alignment.sentence.words) for alignment in alignments):
        return
    elif theirs:
        yield UnansweredComparison("the source finds the two alike, or no significant difference", contrary=True)
    else:
        yield UnansweredComparison("the source does not compare the two", contrary=False)


def _improves(words: Sequence[Word]) -> bool:
    """Tell whether a sentence has a comparison in other words: an improvement, a gain, a factor, a comparative."""
    return any(
        is_cue("up", word.low)
        or is_cue("down", word.low)
        or is_cue_stem("changes", word.stem)
        or is_cue("compares", word.low)
        for word in words
    )
