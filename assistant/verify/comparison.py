"""Who does better than whom, and what holds rather than what: whether a claim swaps the two sides."""

from typing import NamedTuple

from assistant.verify.alignment import Alignment
from assistant.verify.source import Sentence
from assistant.verify.tokens import cue, cue_stem

_INSTEAD = {("than", "rather"), ("of", "instead"), ("of", "ahead")}
_WIDTH = 12


class Pivot(NamedTuple):
    """A comparison: places of the words on its winning and its losing side; ``kind`` is better, up or rather."""

    kind: str
    over: frozenset[int]
    under: frozenset[int]


def swapped(laid: Alignment) -> bool:
    """Whether claim and sentence compare the same things the other way round.

    A comparison of the claim is held against that of the sentence which is most like it.
    """
    theirs = pivots(laid.sentence)
    return any(
        _crossed(laid, ours, max(theirs, key=lambda one: _likeness(laid, ours, one)))
        for ours in pivots(laid.claim)
        if theirs
    )


def pivots(sentence: Sentence) -> list[Pivot]:
    """The comparisons of a sentence; one without a left side of its own shares that of the one before."""
    marks = [mark for at in range(1, len(sentence.words)) if (mark := _mark(sentence, at)) is not None]
    found: list[Pivot] = []
    left, before = frozenset[int](), 0
    for number, (kind, start, end, forward) in enumerate(marks):
        after = marks[number + 1][1] if number + 1 < len(marks) else len(sentence.words)
        joined = [at for at in range(before, start) if number and cue("joins", sentence.words[at].low)]
        left = _telling(sentence, max(joined[-1] if joined else before, start - _WIDTH), start) or left
        right = _telling(sentence, end + 1, _object_end(sentence, end + 1, min(after, end + _WIDTH)))
        found.append(Pivot(kind, left, right) if forward else Pivot(kind, right, left))
        before = end + 1
    return found


def _object_end(sentence: Sentence, start: int, end: int) -> int:
    """Where what is compared ends and the circumstances begin: "than layering | in wet years"."""
    words = sentence.words[: max(start, end)]
    return next((at for at in range(start + 1, len(words)) if cue("circumstances", words[at].low)), end)


def _mark(sentence: Sentence, at: int) -> tuple[str, int, int, bool] | None:
    """The kind of a comparison at a word, where it starts and ends, and whether its left side is the winning one."""
    words, word = sentence.words, sentence.words[at]
    if cue_stem("better", word.stem) or cue_stem("worse", word.stem):
        passive = any(other.low == "by" for other in words[at + 1 : at + 3])
        return "better", at, at, cue_stem("better", word.stem) != passive
    if (word.low, words[at - 1].low) in _INSTEAD:
        return "rather", at - 1, at, True
    if word.low == "than" and (start := _comparative(sentence, at)) is not None:
        return "up", start, at, cue("up", words[start].low)
    return None


def _comparative(sentence: Sentence, at: int) -> int | None:
    """The place of the "more" or "less" that belongs to a "than"."""
    places = range(at - 1, max(-1, at - 8), -1)
    return next((place for place in places if _is_comparative(sentence.words[place].low)), None)


def _is_comparative(low: str) -> bool:
    return cue("up", low) or cue("down", low)


def _telling(sentence: Sentence, start: int, end: int) -> frozenset[int]:
    spans = [(one.start, one.end) for one in sentence.quantities]
    return frozenset(
        place
        for place, word in enumerate(sentence.words[start:end], start)
        if not word.stop and not any(low <= word.start < high for low, high in spans)
    )


def _likeness(laid: Alignment, ours: Pivot, theirs: Pivot) -> tuple[bool, int, int]:
    kept, moved = len(_kept(laid, ours, theirs)), len(_moved(laid, ours, theirs))
    return ours.kind == theirs.kind, kept + moved, kept


def _crossed(laid: Alignment, ours: Pivot, theirs: Pivot) -> bool:
    """Whether both sides changed places, more words moved than stayed, or a name moved and none stayed."""
    if (ours.kind == "rather") != (theirs.kind == "rather"):
        return False
    kept, moved = _kept(laid, ours, theirs), _moved(laid, ours, theirs)
    starts = {name.start for name in laid.claim.names}
    named = {at for at, word in enumerate(laid.claim.words) if word.start in starts}
    both = moved & ours.over and moved & ours.under and not kept & ours.under
    return bool(both) or len(moved) > max(1, len(kept)) or (bool(moved & named) and not kept & named)


def _kept(laid: Alignment, ours: Pivot, theirs: Pivot) -> frozenset[int]:
    return _shared(laid, ours.over, theirs.over, theirs.under) | _shared(laid, ours.under, theirs.under, theirs.over)


def _moved(laid: Alignment, ours: Pivot, theirs: Pivot) -> frozenset[int]:
    return _shared(laid, ours.over, theirs.under, theirs.over) | _shared(laid, ours.under, theirs.over, theirs.under)


def _shared(laid: Alignment, ours: frozenset[int], theirs: frozenset[int], others: frozenset[int]) -> frozenset[int]:
    """Words of one side of the claim that stand on that side of the sentence and not on the other."""
    places = {at: set(laid.same(at)) for at in ours}
    return frozenset(at for at, there in places.items() if there & theirs and not there & others)
