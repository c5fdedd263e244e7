"""Names, terms and numbers of one sentence of the source that a claim puts into another."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from assistant.verify.align import Alignment
from assistant.verify.alignment import SPECIFIC, Anchor, Anchoring
from assistant.verify.amounts import alike
from assistant.verify.names import Name, forms_of
from assistant.verify.source import Source
from assistant.verify.tokens import is_plain
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
