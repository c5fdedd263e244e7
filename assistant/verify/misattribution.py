"""Misattribution: names, terms and numbers that the source has, but says of something else than the claim does."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from assistant.verify.alignment import SPECIFIC, Alignment, ClaimEvidence, SentenceMatch
from assistant.verify.names import Name, forms_of
from assistant.verify.numbers import Quantity, is_same_quantity
from assistant.verify.record import is_author
from assistant.verify.source import Sentence, SourceText
from assistant.verify.tokens import is_cue_stem, is_plain
from assistant.verify.verdict import FindingKind

# A sentence has all the rest of a claim from this share of it on; one that holds the number or name has far less of it
# below that share; and a rest that weighs less says nothing. All here chosen by hand while the errors on part dev of
# benchmarks/claims.jsonl were read; none was swept.
_NEARLY_ALL, _FAR_LESS, _ENOUGH = 0.8, 0.7, 2.0
# Below this likeness of its surroundings a term is not at home in a sentence.
_AT_HOME = 0.35
_LONGEST_TERM = 3


class Swap(NamedTuple):
    """What a claim says, and what the source says in its place."""

    claim: str
    source: str
    kind: FindingKind


def find_swaps(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> Iterator[Swap]:
    """Find numbers, names and terms that the source has, but not in the sentence with all the rest of the claim.

    There has to be a source.
    """
    named = _locate_names(evidence)
    places = {place for _, spots in named for place in spots}
    rest = sum(value for place, value in enumerate(evidence.weight) if place not in places)
    best = max(evidence.ranked, key=lambda match: _score_rest(evidence, match, places))
    if rest >= _ENOUGH and (there := _score_rest(evidence, best, places)) >= _NEARLY_ALL * rest:
        yield from _find_swapped_numbers(evidence, best, _FAR_LESS * there)
        # Who wrote the paper is named beside anything that it says.
        others = [(name, spots) for name, spots in named if not _is_of_authors(evidence, spots, sources[best.source])]
        yield from _find_swapped_names(evidence, others, best, _FAR_LESS * there, sources[best.source])
    for match in evidence.chosen[:1]:
        yield from _find_swapped_terms(evidence, match.alignment, sources[match.source])


def _is_of_authors(evidence: ClaimEvidence, spots: set[int], source: SourceText) -> bool:
    return bool(spots) and all(is_author(evidence.claim.words[place], source.fields) for place in spots)


def _locate_names(evidence: ClaimEvidence) -> list[tuple[Name, set[int]]]:
    """List the names of a claim with the places of their words."""
    words = list(enumerate(evidence.claim.words))
    return [
        (name, {place for place, word in words if name.covers_character(word.start)}) for name in evidence.claim.names
    ]


def _score_rest(evidence: ClaimEvidence, match: SentenceMatch, leave_out: set[int]) -> float:
    rows = enumerate(zip(evidence.weight, match.alignment.matches, strict=True))
    return sum(value * word_match.level for place, (value, word_match) in rows if place not in leave_out)


def _find_swapped_numbers(evidence: ClaimEvidence, best: SentenceMatch, least: float) -> Iterator[Swap]:
    spare = [
        quantity
        for quantity in best.sentence.quantities
        if not any(is_same_quantity(ours, quantity) for ours in evidence.claim.quantities)
    ]
    for index, number in enumerate(evidence.claim.quantities):
        substitute = next((quantity for quantity in spare if quantity.kind == number.kind), None)
        holders = [match for match in evidence.ranked if match.numbers[index]]
        if substitute and holders and all(_score_rest(evidence, match, set()) < least for match in holders):
            yield Swap(number.with_unit(), substitute.with_unit(), FindingKind.NUMBER)


def _find_swapped_names(
    evidence: ClaimEvidence,
    named: Sequence[tuple[Name, set[int]]],
    best: SentenceMatch,
    least: float,
    source: SourceText,
) -> Iterator[Swap]:
    ours = {form for name, _ in named for form in forms_of(name.text)}
    spare = [name.text for name in best.sentence.names if not ours & set(forms_of(name.text))]
    for name, places in named:
        holders = [match for match in evidence.ranked if any(match.alignment.matches[place].level for place in places)]
        apart = all(_score_rest(evidence, match, places) < least for match in holders)
        telling = [evidence.claim.words[place].stem for place in places if evidence.weight[place] == SPECIFIC]
        if spare and holders and apart and not any(_is_own(stemmed, source) for stemmed in telling):
            yield Swap(name.text, spare[0], FindingKind.NAME)


def _is_own(stemmed: str, source: SourceText) -> bool:
    """Tell whether a word is what the paper is about: in its title, or said again and again."""
    return stemmed in source.title.stems or sum(stemmed in sentence.stems for sentence in source.sentences) > 1


def _find_swapped_terms(evidence: ClaimEvidence, alignment: Alignment, source: SourceText) -> Iterator[Swap]:
    """Find terms from elsewhere between two words that in the sentence have another term between them."""
    words, source_words = alignment.claim.words, alignment.sentence.words
    telling = [place for place, word in enumerate(words) if not word.stop]
    matched_places = {matched_place for match in alignment.matches for matched_place in match.places}
    runs = [
        (strange, list(run))
        for strange, run in groupby(telling, lambda place: _is_strange(evidence, alignment, source, place))
    ]
    for (_, before), (strange, run), (_, after) in zip(runs, runs[1:], runs[2:], strict=False):
        for left in alignment.places_of(before[-1]) if strange else ():
            for right in alignment.places_of(after[0]):
                between = [place for place in range(left + 1, right) if not source_words[place].stop]
                free = (
                    between
                    and not matched_places & set(between)
                    and not all(is_plain(source_words[place].low) for place in between)
                )
                if free and len(between) <= min(_LONGEST_TERM, len(run) + 1):
                    ours, theirs = (words[place].text for place in run), (source_words[place].text for place in between)
                    yield Swap(" ".join(ours), " ".join(theirs), FindingKind.WORDS)


def _is_strange(evidence: ClaimEvidence, alignment: Alignment, source: SourceText, place: int) -> bool:
    """Tell whether a term of the source is not at home in the sentence that a claim is laid beside."""
    if (
        evidence.weight[place] != SPECIFIC
        or not evidence.levels[place]
        or _is_own(evidence.claim.words[place].stem, source)
    ):
        return False
    return alignment.nearest_of(place, alignment.places_of(place))[0] < _AT_HOME


# How many words after a number say what it counts; how many before and behind an "and" go with it. By hand.
_HEAD, _SIDE = 3, 8


class WrongNumber(NamedTuple):
    """A number of the claim, and the number that the source has in its place."""

    claim: str
    source: str


def find_wrong_numbers(alignment: Alignment) -> Iterator[WrongNumber]:
    """Find numbers that stand with other words in the sentence that a claim is laid beside."""
    yield from _find_numbers_of_other_words(alignment)
    yield from _find_crossed_numbers(alignment)


def _find_numbers_of_other_words(alignment: Alignment) -> Iterator[WrongNumber]:
    """Find "9 formulations, 14 models" against "14 formulations, 9 models" by the words that follow a number."""
    heads = {quantity: find_counted(alignment.sentence, quantity) for quantity in alignment.sentence.quantities}
    for number in alignment.claim.quantities:
        head = find_counted(alignment.claim, number)
        shared = {quantity: _count_common(alignment, head, source_head) for quantity, source_head in heads.items()}
        equal = [shared[quantity] for quantity in heads if is_same_quantity(number, quantity)]
        if (
            not equal
            or max(equal)
            or not any(heads[quantity] for quantity in heads if is_same_quantity(number, quantity))
        ):
            continue
        rival = max(
            (quantity for quantity in heads if not is_same_quantity(number, quantity)),
            key=lambda quantity: shared[quantity],
            default=None,
        )
        if rival is not None and shared[rival] and rival.kind == number.kind:
            yield WrongNumber(number.text, rival.text)


def _find_crossed_numbers(alignment: Alignment) -> Iterator[WrongNumber]:
    """Find "A has 94 and B 99" against "B and A have 94 and 99" by the order of words and of numbers."""
    placed = [(number, _find_only_match(alignment, number)) for number in alignment.claim.quantities]
    for (first, first_match), (second, second_match) in pairwise(placed):
        if (
            first_match is None
            or second_match is None
            or first_match.start == second_match.start
            or first.kind != second.kind
        ):
            continue
        left, right = _place_sides(alignment, first, second)
        if not left or not right or not (max(left) < min(right) or max(right) < min(left)):
            continue
        if (max(left) < min(right)) != (first_match.start < second_match.start):
            yield WrongNumber(first.text, second_match.text)


def _find_only_match(alignment: Alignment, number: Quantity) -> Quantity | None:
    equal = [quantity for quantity in alignment.sentence.quantities if is_same_quantity(number, quantity)]
    return equal[0] if len(equal) == 1 else None


def _place_sides(alignment: Alignment, left: Quantity, right: Quantity) -> tuple[set[int], set[int]]:
    """Find where the words that go with either number stand in the source; words that go with both are left out."""
    words = alignment.claim.words
    between = [place for place, word in enumerate(words) if left.end <= word.start < right.start]
    cut = next(
        (place for place in reversed(between) if words[place].low in ("and", "while", "but", "or", "whereas", "with")),
        None,
    )
    if cut is None:
        return set(), set()
    in_turn = any(is_cue_stem("in_turn", stemmed) for stemmed in alignment.sentence.stems)
    last = min(quantity.start for quantity in alignment.sentence.quantities) if in_turn else None
    first = _locate_unique_words(alignment, range(max(0, cut - _SIDE), cut), last)
    second = _locate_unique_words(alignment, range(cut + 1, min(len(words), cut + _SIDE + 1)), last)
    return first - second, second - first


def _locate_unique_words(alignment: Alignment, places: Sequence[int], last: int | None) -> set[int]:
    """Find the places in the source, up to a last character, of the words that stand there once."""
    words = alignment.claim.words
    terms = (place for place in places if not is_plain(words[place].low) and not _in_number(alignment, place))
    once = [place for place in terms if len(alignment.places_of(place)) == 1]
    source_places = {alignment.places_of(place)[0] for place in once}
    return {
        source_place
        for source_place in source_places
        if last is None or alignment.sentence.words[source_place].start < last
    }


def _in_number(alignment: Alignment, place: int) -> bool:
    start = alignment.claim.words[place].start
    return any(quantity.start <= start < quantity.end for quantity in alignment.claim.quantities)


def find_counted(sentence: Sentence, number: Quantity) -> tuple[int, ...]:
    """Find what a number counts: the next words after it, up to the next number or the end of the clause."""
    places: list[int] = []
    clause = None
    for place, word in enumerate(sentence.words):
        if word.start < number.end:
            clause = word.clause
            continue
        if (
            len(places) == _HEAD
            or word.clause != clause
            or word.low in ("and", "or", "over", "on", "in", "for", "with")
        ):
            break
        if any(quantity.start <= word.start < quantity.end for quantity in sentence.quantities):
            break
        if not word.stop:
            places.append(place)
    return tuple(places)


def _count_common(alignment: Alignment, ours: Sequence[int], theirs: Sequence[int]) -> int:
    return sum(any(place in theirs for place in alignment.places_of(our_place)) for our_place in ours)
