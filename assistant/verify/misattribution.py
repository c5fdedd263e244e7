"""Names, terms and numbers of one sentence of the source that a claim puts into another.

Numbers that the source has, but says of something else.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from assistant.verify.alignment import SPECIFIC, Alignment, Anchor, Anchoring
from assistant.verify.names import Name, forms_of
from assistant.verify.numbers import Quantity, alike
from assistant.verify.source import Sentence, Source
from assistant.verify.tokens import cue_stem, is_plain
from assistant.verify.verdict import Kind

_NEARLY_ALL, _FAR_LESS, _ENOUGH = 0.8, 0.7, 2.0
_AT_HOME = 0.35
_LONGEST_TERM = 3


class Swap(NamedTuple):
    """What a claim says, and what the source says in its place."""

    claim: str
    source: str
    kind: Kind


def swaps(found: Anchoring, sources: Sequence[Source]) -> Iterator[Swap]:
    """Numbers, names and terms that the source has, but not in the sentence which has all the rest of the claim."""
    named = _named(found)
    places = {at for _, spots in named for at in spots}
    rest = sum(value for at, value in enumerate(found.weight) if at not in places)
    best = max(found.ranked, key=lambda one: _rest(found, one, places), default=None)
    if best is not None and rest >= _ENOUGH and (there := _rest(found, best, places)) >= _NEARLY_ALL * rest:
        yield from _numbers(found, best, _FAR_LESS * there)
        yield from _names(found, named, best, _FAR_LESS * there, sources[best.source])
    for one in found.chosen[:1]:
        yield from _terms(found, one.laid, sources[one.source])


def _named(found: Anchoring) -> list[tuple[Name, set[int]]]:
    """The names of a claim with the places of their words."""
    words = list(enumerate(found.claim.words))
    return [(name, {at for at, word in words if name.has(word.start)}) for name in found.claim.names]


def _rest(found: Anchoring, one: Anchor, leave_out: set[int]) -> float:
    rows = enumerate(zip(found.weight, one.laid.matches, strict=True))
    return sum(value * match.level for at, (value, match) in rows if at not in leave_out)


def _numbers(found: Anchoring, best: Anchor, least: float) -> Iterator[Swap]:
    spare = [one for one in best.sentence.quantities if not any(alike(ours, one) for ours in found.claim.quantities)]
    for at, number in enumerate(found.claim.quantities):
        other = next((one for one in spare if one.kind == number.kind), None)
        holders = [one for one in found.ranked if one.numbers[at]]
        if other and holders and all(_rest(found, one, set()) < least for one in holders):
            yield Swap(number.told(), other.told(), Kind.NUMBER)


def _names(
    found: Anchoring, named: Sequence[tuple[Name, set[int]]], best: Anchor, least: float, source: Source
) -> Iterator[Swap]:
    ours = {form for name, _ in named for form in forms_of(name.text)}
    spare = [name.text for name in best.sentence.names if not ours & set(forms_of(name.text))]
    for name, places in named:
        holders = [one for one in found.ranked if any(one.laid.matches[at].level for at in places)]
        apart = all(_rest(found, one, places) < least for one in holders)
        telling = [found.claim.words[at].stem for at in places if found.weight[at] == SPECIFIC]
        if spare and holders and apart and not any(_is_own(one, source) for one in telling):
            yield Swap(name.text, spare[0], Kind.NAME)


def _is_own(stemmed: str, source: Source) -> bool:
    """Whether a word is what the paper is about: in its title, or said again and again."""
    return stemmed in source.title.stems or sum(stemmed in one.stems for one in source.sentences) > 1


def _terms(found: Anchoring, laid: Alignment, source: Source) -> Iterator[Swap]:
    """Terms from elsewhere between two words that in the sentence have another term between them."""
    words, said = laid.claim.words, laid.sentence.words
    telling = [at for at, word in enumerate(words) if not word.stop]
    taken = {place for match in laid.matches for place in match.places}
    runs = [(strange, list(run)) for strange, run in groupby(telling, lambda at: _is_strange(found, laid, source, at))]
    for (_, before), (strange, run), (_, after) in zip(runs, runs[1:], runs[2:], strict=False):
        for left in laid.same(before[-1]) if strange else ():
            for right in laid.same(after[0]):
                between = [at for at in range(left + 1, right) if not said[at].stop]
                free = between and not taken & set(between) and not all(is_plain(said[at].low) for at in between)
                if free and len(between) <= min(_LONGEST_TERM, len(run) + 1):
                    ours, theirs = (words[at].text for at in run), (said[at].text for at in between)
                    yield Swap(" ".join(ours), " ".join(theirs), Kind.WORDS)


def _is_strange(found: Anchoring, laid: Alignment, source: Source, at: int) -> bool:
    """Whether a term of the source is not at home in the sentence that a claim is laid beside."""
    if found.weight[at] != SPECIFIC or not found.levels[at] or _is_own(found.claim.words[at].stem, source):
        return False
    return laid.best(at, laid.same(at))[0] < _AT_HOME


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
