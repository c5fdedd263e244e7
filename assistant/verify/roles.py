"""Numbers that the source has, but says of something else."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.verify.align import Alignment
from assistant.verify.amounts import alike
from assistant.verify.numbers import Quantity
from assistant.verify.source import Sentence
from assistant.verify.tokens import cue_stem, is_plain

_HEAD = 3


class Misplaced(NamedTuple):
    """A number of the claim, and the number that the source has in its place."""

    claim: str
    source: str


def misplaced(laid: Alignment) -> Iterator[Misplaced]:
    """Numbers that stand with other words in the sentence that a claim is laid beside."""
    yield from _other_heads(laid)
    yield from _crossed(laid)


def _other_heads(laid: Alignment) -> Iterator[Misplaced]:
    """Find "9 formulations, 14 models" against "14 formulations, 9 models" by the words that follow a number."""
    heads = {one: _head(laid.sentence, one) for one in laid.sentence.quantities}
    for number in laid.claim.quantities:
        head = _head(laid.claim, number)
        shared = {one: _common(laid, head, there) for one, there in heads.items()}
        equal = [shared[one] for one in heads if alike(number, one)]
        if not equal or max(equal) or not any(heads[one] for one in heads if alike(number, one)):
            continue
        other = max((one for one in heads if not alike(number, one)), key=lambda one: shared[one], default=None)
        if other is not None and shared[other] and other.kind == number.kind:
            yield Misplaced(number.text, other.text)


def _crossed(laid: Alignment) -> Iterator[Misplaced]:
    """Find "A has 94 and B 99" against "B and A have 94 and 99" by the order of words and of numbers."""
    placed = [(number, _only(laid, number)) for number in laid.claim.quantities]
    for (one, at_one), (two, at_two) in pairwise(placed):
        if at_one is None or at_two is None or at_one.start == at_two.start or one.kind != two.kind:
            continue
        left, right = _sides(laid, one, two)
        if not left or not right or not (max(left) < min(right) or max(right) < min(left)):
            continue
        if (max(left) < min(right)) != (at_one.start < at_two.start):
            yield Misplaced(one.text, at_two.text)


def _only(laid: Alignment, number: Quantity) -> Quantity | None:
    found = [one for one in laid.sentence.quantities if alike(number, one)]
    return found[0] if len(found) == 1 else None


def _sides(laid: Alignment, one: Quantity, two: Quantity) -> tuple[set[int], set[int]]:
    """Where the words that go with either number stand in the source; words that go with both are left out."""
    words = laid.claim.words
    between = [at for at, word in enumerate(words) if one.end <= word.start < two.start]
    cut = next(
        (at for at in reversed(between) if words[at].low in ("and", "while", "but", "or", "whereas", "with")), None
    )
    if cut is None:
        return set(), set()
    in_turn = any(cue_stem("in_turn", one) for one in laid.sentence.stems)
    last = min(one.start for one in laid.sentence.quantities) if in_turn else None
    first = _telling(laid, range(max(0, cut - 8), cut), last)
    second = _telling(laid, range(cut + 1, min(len(words), cut + 9)), last)
    return first - second, second - first


def _telling(laid: Alignment, places: Sequence[int], last: int | None) -> set[int]:
    """Places in the source, up to a last character, of the words that stand there once."""
    words = laid.claim.words
    terms = (at for at in places if not is_plain(words[at].low) and not _in_number(laid, at))
    once = [at for at in terms if len(laid.same(at)) == 1]
    found = {laid.same(at)[0] for at in once}
    return {place for place in found if last is None or laid.sentence.words[place].start < last}


def _in_number(laid: Alignment, at: int) -> bool:
    start = laid.claim.words[at].start
    return any(one.start <= start < one.end for one in laid.claim.quantities)


def _head(sentence: Sentence, number: Quantity) -> tuple[int, ...]:
    """The places of the next words after a number, up to the next number or the end of the clause."""
    found: list[int] = []
    clause = None
    for at, word in enumerate(sentence.words):
        if word.start < number.end:
            clause = word.clause
            continue
        if len(found) == _HEAD or word.clause != clause or word.low in ("and", "or", "over", "on", "in", "for", "with"):
            break
        if any(one.start <= word.start < one.end for one in sentence.quantities):
            break
        if not word.stop:
            found.append(at)
    return tuple(found)


def _common(laid: Alignment, ours: Sequence[int], theirs: Sequence[int]) -> int:
    return sum(any(place in theirs for place in laid.same(at)) for at in ours)
