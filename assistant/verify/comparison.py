"""Comparisons: who does better than whom, whether a claim swaps the two sides, and whether its source compares at all.

"There was no significant difference" speaks against "X was higher than Y", and a comparison has to be answered by one.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from assistant.verify.alignment import Alignment
from assistant.verify.arguments import is_passive
from assistant.verify.negation import read_denial
from assistant.verify.numbers import parse_quantities
from assistant.verify.source import Sentence
from assistant.verify.tokens import REMEMBERED, Word, WordRow, is_cue, is_cue_stem

_INSTEAD = {("than", "rather"), ("of", "instead"), ("of", "ahead")}
# How many words to either side belong to a comparison at the most; chosen by hand, not measured.
_WIDTH = 12
# How many words before a "than" its "more" or "less" is looked for; chosen by hand, not measured.
_BEFORE_THAN = 7


_Cue = tuple[str, int, int, bool]
"""The kind of a comparison, its first and last word, and whether its left side is the winner."""


class Comparison(NamedTuple):
    """A comparison: places of the words on its winning and its losing side; ``kind`` is better, up or rather."""

    kind: str
    over: frozenset[int]
    under: frozenset[int]


def is_reversed(alignment: Alignment) -> bool:
    """Tell whether claim and sentence compare the same things the other way round.

    Each comparison of the claim is matched with that of the sentence which is most like it.
    """
    comparisons = find_comparisons(alignment.sentence)
    for ours in find_comparisons(alignment.claim) if comparisons else ():
        rates = [_rate_likeness(alignment, ours, theirs) for theirs in comparisons]
        if _has_changed_sides(alignment, ours, comparisons[rates.index(max(rates))]):
            return True
    return False


def is_mirrored(alignment: Alignment) -> bool:
    """Tell whether claim and sentence say one comparison from its two ends: "A is faster than B", "B slower than A"."""
    return any(
        ours.kind == theirs.kind == "up"
        and (max(ours.over) < min(ours.under)) != (max(theirs.over) < min(theirs.under))
        and len(moved) < len(stayed)
        and any(place in ours.over for place in stayed)
        and any(place in ours.under for place in stayed)
        for ours in find_comparisons(alignment.claim)
        for theirs in find_comparisons(alignment.sentence)
        if ours.over and ours.under and theirs.over and theirs.under
        for stayed, moved in [_compare_sides(alignment, ours, theirs)]
    )


def find_comparisons(sentence: Sentence) -> list[Comparison]:
    """Find the comparisons of a sentence; one without a left side of its own shares that of the one before."""
    marks = _find_cues(sentence.words)
    comparisons: list[Comparison] = []
    left, before = frozenset[int](), 0
    for number, (kind, start, end, forward) in enumerate(marks):
        after = marks[number + 1][1] if number + 1 < len(marks) else len(sentence.words)
        joined = [place for place in range(before, start) if number and is_cue("joins", sentence.words[place].low)]
        left = _find_content_words(sentence, max(joined[-1] if joined else before, start - _WIDTH), start) or left
        right = _find_content_words(sentence, end + 1, _find_object_end(sentence, end + 1, min(after, end + _WIDTH)))
        comparisons.append(Comparison(kind, left, right) if forward else Comparison(kind, right, left))
        before = end + 1
    return comparisons


def _find_object_end(sentence: Sentence, start: int, end: int) -> int:
    """Find where what is compared ends and the circumstances begin: "than layering | in wet years"."""
    words = sentence.words[: max(start, end)]
    return next((place for place in range(start + 1, len(words)) if is_cue("circumstances", words[place].low)), end)


@lru_cache(maxsize=REMEMBERED)
def _find_cues(words: WordRow) -> tuple[_Cue, ...]:
    """Find what compares anything in a sentence."""
    return tuple(cue for place in range(1, len(words)) if (cue := _find_cue(words, place)) is not None)


def _find_cue(words: Sequence[Word], place: int) -> _Cue | None:
    """Find the kind of a comparison at a word, its first and last word, and whether its left side is the winner."""
    word = words[place]
    if is_cue_stem("better", word.stem) or is_cue_stem("worse", word.stem):
        passive = is_passive(words, place)
        return "better", place, place, is_cue_stem("better", word.stem) != passive
    if (word.low, words[place - 1].low) in _INSTEAD:
        return "rather", place - 1, place, True
    if word.low == "than" and (start := _find_comparative(words, place)) is not None:
        return "up", start, place, is_cue("up", words[start].low)
    return None


def _find_comparative(words: Sequence[Word], than: int) -> int | None:
    """Find the "more" or "less" that belongs to a "than"."""
    places = range(than - 1, max(-1, than - _BEFORE_THAN - 1), -1)
    return next((place for place in places if _is_comparative(words[place].low)), None)


def _is_comparative(low: str) -> bool:
    return is_cue("up", low) or is_cue("down", low)


def _find_content_words(sentence: Sentence, start: int, end: int) -> frozenset[int]:
    spans = [(number.start, number.end) for number in sentence.quantities]
    return frozenset(
        place
        for place, word in enumerate(sentence.words[start:end], start)
        if not word.stop and not any(low <= word.start < high for low, high in spans)
    )


def _rate_likeness(alignment: Alignment, ours: Comparison, theirs: Comparison) -> tuple[bool, int, int]:
    stayed, moved = map(len, _compare_sides(alignment, ours, theirs))
    return ours.kind == theirs.kind, stayed + moved, stayed


def _has_changed_sides(alignment: Alignment, ours: Comparison, theirs: Comparison) -> bool:
    """Tell whether both sides changed places, more words moved than stayed, or a name moved and none stayed."""
    if (ours.kind == "rather") != (theirs.kind == "rather"):
        return False
    stayed, moved = _compare_sides(alignment, ours, theirs)
    starts = {name.start for name in alignment.claim.names}
    named = {place for place, word in enumerate(alignment.claim.words) if word.start in starts}
    if moved & ours.over and moved & ours.under and not stayed & ours.under:
        return True
    return len(moved) > max(1, len(stayed)) or (bool(moved & named) and not stayed & named)


def _compare_sides(alignment: Alignment, ours: Comparison, theirs: Comparison) -> tuple[set[int], set[int]]:
    """Find the words of the claim that stand on their own side of the source's comparison, and on the other."""
    stayed: set[int] = set()
    moved: set[int] = set()
    for side, same, across in ((ours.over, theirs.over, theirs.under), (ours.under, theirs.under, theirs.over)):
        for place in side:
            places = alignment.places_of(place)
            on_same, on_other = not same.isdisjoint(places), not across.isdisjoint(places)
            if on_same != on_other:
                (stayed if on_same else moved).add(place)
    return stayed, moved


# How many words before or behind a "difference" its denial stands; chosen by hand, not measured.
_NEAR = 4

Stand = Literal["differ", "alike"]


class UnansweredComparison(NamedTuple):
    """What a claim says of a difference, and whether the source says the contrary or only nothing of it."""

    reason: str
    contrary: bool


@lru_cache(maxsize=REMEMBERED)
def read_stands(words: WordRow) -> frozenset[Stand]:
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
