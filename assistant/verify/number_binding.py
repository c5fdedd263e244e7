"""What a number is bound to: the group, measure or thing beside it, and whether something changes by it or to it.

Where a sentence gives several numbers of a kind, each has words of its own: "12% in the treated and 20% in the control
group", "accuracy of 94% and 99% for simulation and audit, respectively". A claim that has one of the numbers with words
that only another one has beside it says it of the wrong thing.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.verify.misattribution import WrongNumber
from assistant.verify.numbers import Quantity, is_same_quantity
from assistant.verify.source import Sentence
from assistant.verify.tokens import is_cue_stem

# Words that part the numbers of a sentence from each other; a comma or semicolon does so too.
_PARTS = frozenset("and while whereas but or with versus vs than compared against from".split())
# Words that belong to the sentence, not to a number, where nothing else parts them.
_LONGEST_LABEL = 5
_CHANGE = re.compile(
    r"\b(?P<way>by|to)\s"
    r"(?:(?:about|around|roughly|approximately|nearly|almost|over|only|some|more than|less than|at least)\s)?"
    r"(?:an?\s(?:\w+\s)?)?$"
)
_NO_CHANGE = re.compile(r"\b(?:up|close|due|according|relative|similar|compared|equal|\d%?)\sto\s(?:\w+\s)?$")


class BoundNumber(NamedTuple):
    """A number of a sentence with the stems of the words that are its own there."""

    number: Quantity
    own: frozenset[str]


def find_unbound_numbers(claim: Sentence, sentences: Sequence[Sentence]) -> Iterator[WrongNumber]:
    """Find numbers of a claim that each sentence that has them says of something else.

    Args:
        claim: The claim.
        sentences: The sentences that carry it.
    """
    ours = bind_numbers(claim, whole_labels=True)
    for bound in ours:
        others = frozenset(
            stem for our_number in ours if not _is_one_range(bound, our_number) for stem in our_number.own
        )
        alone = all(_is_one_range(bound, our_number) for our_number in ours)
        all_labels = frozenset(_list_labels(claim, range(len(claim.words)), claim.quantities))
        words = (all_labels if alone else bound.own) - others
        rivals = [_find_rival(bound.number, words, bind_numbers(sentence)) for sentence in sentences]
        rival_numbers = [rival for rival in rivals if rival is not None]
        if rival_numbers and all(rival_numbers):
            yield WrongNumber(bound.number.with_unit(), rival_numbers[0])
        yield from _find_other_way(claim, bound.number, sentences)


def _measure_label(numbers: Sequence[Quantity], before: Sequence[Sequence[str]], place: int) -> int:
    """Measure how many words before a number are its own."""
    here = numbers[place]
    alike = [index for index, number in enumerate(numbers) if index != place and _are_alike(number, here)]
    alike = [index for index in alike if not here.bounds or numbers[index].bounds != here.bounds]
    if any(index < place for index in alike):
        return _LONGEST_LABEL
    return min(_LONGEST_LABEL, max((len(before[index]) for index in alike), default=_LONGEST_LABEL))


def _is_one_range(bound: BoundNumber, compared: BoundNumber) -> bool:
    return compared is bound or bool(bound.number.bounds and bound.number.bounds == compared.number.bounds)


def _find_rival(number: Quantity, words: frozenset[str], bound: Sequence[BoundNumber]) -> str | None:
    """Find the number that stands with the words of a claim; empty where its own does, None where it is not there."""
    same = [candidate for candidate in bound if is_same_quantity(number, candidate.number)]
    if not same:
        return None
    rivals = [candidate for candidate in bound if candidate not in same and _are_alike(candidate.number, number)]
    for rival in rivals:
        shared = frozenset.union(*(candidate.own for candidate in same))
        if (rival.own - shared) & words and shared - rival.own and not (shared - rival.own) & words:
            return rival.number.with_unit()
    return ""


def _are_alike(number: Quantity, compared: Quantity) -> bool:
    return number.kind == compared.kind and number.unit == compared.unit


def bind_numbers(sentence: Sentence, whole_labels: bool = False) -> list[BoundNumber]:
    """Give each number of a sentence the words that are its own; both ends of a range have the same.

    What stands before the first number of a kind is said of all: its own are as many words as the others have before
    them, or all where ``whole_labels``.
    """
    numbers = [number for number in sentence.quantities if number.end]
    if not numbers:
        return []
    if in_turn := _bind_in_turn(sentence, numbers):
        return in_turn
    cuts = [0, *(_find_cut(sentence, left, right) for left, right in pairwise(numbers))]
    cuts.append(len(sentence.words))
    before = [
        _list_labels(sentence, range(cut, end), numbers)
        for cut, end in zip(cuts, (_count_words_before(sentence, number.start) for number in numbers), strict=False)
    ]
    after = [
        _list_labels(sentence, range(_count_words_before(sentence, number.end), cut), numbers)[:_LONGEST_LABEL]
        for number, cut in zip(numbers, cuts[1:], strict=False)
    ]
    bound = []
    for place, number in enumerate(numbers):
        most = _LONGEST_LABEL if whole_labels else _measure_label(numbers, before, place)
        mine = before[place][-most:] if most else []
        bound.append(BoundNumber(number, frozenset((*mine, *after[place]))))
    return _join_ranges(bound)


def _join_ranges(bound: list[BoundNumber]) -> list[BoundNumber]:
    """Give both ends of a range the words of either."""
    for place, (left, right) in enumerate(pairwise(bound)):
        if left.number.bounds and left.number.bounds == right.number.bounds:
            own = left.own | right.own
            bound[place], bound[place + 1] = left._replace(own=own), right._replace(own=own)
    return bound


def _count_words_before(sentence: Sentence, character: int) -> int:
    return sum(word.start < character for word in sentence.words)


def _find_cut(sentence: Sentence, number: Quantity, following: Quantity) -> int:
    """Find the word with which the part of the next number begins: after the last that parts them, if any."""
    start, end = _count_words_before(sentence, number.end), _count_words_before(sentence, following.start)
    for place in range(end - 1, start - 1, -1):
        if (
            sentence.words[place].low in _PARTS
            or sentence.words[place].clause != sentence.words[max(0, place - 1)].clause
        ):
            return place
    named = False
    for place in range(start, end):
        if named and sentence.words[place].stop:
            return place  # Behind the thing that is counted: "172 pairs | over 45 methods".
        named = named or not sentence.words[place].stop
    return end


def _list_labels(sentence: Sentence, places: range, numbers: Sequence[Quantity]) -> list[str]:
    """List the stems of the words that can name what a number is of."""
    return [
        sentence.words[place].stem
        for place in places
        if not sentence.words[place].stop
        and not any(number.start <= sentence.words[place].start < number.end for number in numbers)
    ]


def _bind_in_turn(sentence: Sentence, numbers: Sequence[Quantity]) -> list[BoundNumber]:
    """Bind numbers to what is listed in the same order: "simulation and audit reach 94% and 99%, respectively"."""
    last = numbers[-1]
    row = [number for number in numbers if _are_alike(number, last) and not number.bounds]
    in_turn_cue = any(is_cue_stem("in_turn", word.stem) for word in sentence.words)
    if len(row) < 2 or not (in_turn_cue or _are_side_by_side(sentence, row)):
        return []
    first_word, after = _count_words_before(sentence, row[0].start), _count_words_before(sentence, last.end)
    regions = (range(after, len(sentence.words)), range(first_word))
    for places in reversed(regions) if in_turn_cue else regions:
        names = _split_list(sentence, places, len(row), nearest_last=places.start == 0)
        if names:
            return [BoundNumber(number, name) for number, name in zip(row, names, strict=True)]
    return []


def _are_side_by_side(sentence: Sentence, row: Sequence[Quantity]) -> bool:
    return all(
        sentence.folded[left.end : right.start].strip(" ,x%").lower() in ("and", "versus", "vs", "vs.", "")
        for left, right in pairwise(row)
    )


def _split_list(sentence: Sentence, places: range, count: int, nearest_last: bool) -> list[frozenset[str]]:
    """Split what an "and" joins, next to a row of numbers, into as many conjuncts; empty where it joins fewer."""
    words = sentence.words
    parts: list[list[str]] = [[]]
    joints = []
    for place in places:
        word = words[place]
        joined = word.low in ("and", "versus", "vs")
        if joined or (place and word.clause != words[place - 1].clause):
            if parts[-1]:
                parts.append([])
            if joined:
                joints.append(len(parts) - 1)
        if not word.stop and not is_cue_stem("in_turn", word.stem):
            parts[-1].append(word.stem)
    last = (joints[-1] if nearest_last else joints[0]) if joints else 0
    chosen = parts[last - count + 1 : last + 1] if last >= count - 1 else []
    if len(chosen) != count or not all(chosen):
        return []
    return [frozenset(part[-_LONGEST_LABEL:]) for part in chosen[:-1]] + [frozenset(chosen[-1][:_LONGEST_LABEL])]


def _find_other_way(claim: Sentence, number: Quantity, sentences: Sequence[Sentence]) -> Iterator[WrongNumber]:
    """Find "fell to 40%" where every sentence with the number has "fell by 40%", and the other way round."""
    way = _read_way(claim, number)
    ways = {
        _read_way(sentence, quantity)
        for sentence in sentences
        for quantity in sentence.quantities
        if is_same_quantity(number, quantity)
    }
    if way and ways and way not in ways and "" not in ways:
        theirs = next(iter(ways))
        yield WrongNumber(f"{way} {number.with_unit()}", f"{theirs} {number.with_unit()}")


def _read_way(sentence: Sentence, number: Quantity) -> str:
    """Read whether something changes by a number or to it; empty for neither."""
    before = sentence.folded[max(0, number.start - 40) : number.start].lower()
    match = _CHANGE.search(before)
    return match["way"] if match and not number.bounds and not _NO_CHANGE.search(before) else ""
