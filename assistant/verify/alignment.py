"""A claim laid beside one sentence of the source: which word stands where, and how alike the surroundings are.

Where the words of a claim stand in a sentence of the source: same stem, a stand-in, or another ending.

Re-anchoring: the few sentences of the cited papers that carry most of a claim, whatever the model quoted.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.verify.names import spelled_out
from assistant.verify.numbers import alike
from assistant.verify.source import Sentence, Source
from assistant.verify.tokens import Word, cue, groups, is_plain, is_telling, opposites, stem

SAME, AKIN, STAND_IN = 1.0, 0.9, 0.7
_SHARED = 5


class Match(NamedTuple):
    """How well a word is matched, 0–1, and at which words of the sentence."""

    level: float
    places: tuple[int, ...]


NONE = Match(0.0, ())


def match(word: Word, sentence: Sentence) -> Match:
    """The best match of a word in a sentence."""
    same = sentence.stems.get(word.stem)
    if same:
        return Match(SAME, tuple(same))
    akin = [place for place in sentence.beginnings.get(word.stem[:4], ()) if _akin(word, sentence.words[place])]
    if akin:
        return Match(AKIN, tuple(akin))
    found = {place for group in groups(word.stem) for place in sentence.stand_ins.get(group, ())}
    return Match(STAND_IN, tuple(sorted(found))) if found else NONE


def _akin(word: Word, other: Word) -> bool:
    """Whether two stems are of one family: acquir and acquisit, analysi and analyz."""
    one, two = word.stem, other.stem
    if word.stop or two in opposites(one):
        return False
    shared = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        shared += 1
    shorter, longer = sorted((len(one), len(two)))
    return (shared >= _SHARED and longer - shared <= 3 and shorter - shared <= 2) or (shared == shorter == longer - 1)


_NEAR = 7
_FITS = 0.5
_FAMILY = 5
_PREFIXES = ("un", "in", "im", "ir", "non", "dis", "under", "mis")


class Alignment(NamedTuple):
    """A claim beside a sentence, with the match of each word of the claim."""

    claim: Sentence
    sentence: Sentence
    matches: tuple[Match, ...]

    def same(self, here: int) -> tuple[int, ...]:
        """The places in the sentence of a word of the claim."""
        return self.matches[here].places

    def against(self, here: int) -> tuple[int, ...]:
        """The places in the sentence of words that say the opposite of a word of the claim."""
        word, stems = self.claim.words[here], self.sentence.stems
        found = {place for other in opposites(word.stem) for place in stems.get(other, ())}
        if word.stop:
            return tuple(sorted(found))
        for prefix in _PREFIXES:
            found.update(stems.get(prefix + word.stem, ()))
            if word.low.startswith(prefix) and len(word.low) > len(prefix) + 3:
                found.update(stems.get(word.stem.removeprefix(prefix), ()))
        return tuple(sorted(found))

    def nearness(self, here: int, there: int) -> float:
        """How alike the surroundings of two words are: 1 for a shared next word, less for those farther off."""
        ours, theirs = self.claim.order, self.sentence.order
        total = 0.0
        for at in range(max(0, here - _NEAR), min(len(self.matches), here + _NEAR + 1)):
            places = self.matches[at].places
            if at == here or not places or self.claim.words[at].stop:
                continue
            apart = min((abs(theirs[place] - theirs[there]) or 1 for place in places if place != there), default=0)
            if apart:
                total += 1 / (apart * (abs(ours[at] - ours[here]) or 1))
        return total

    def best(self, here: int, places: Sequence[int]) -> tuple[float, int]:
        """The place with the most alike surroundings, and how alike they are; -1 and -1 without a place."""
        found = max(((self.nearness(here, place), -place) for place in places), default=(-1.0, 1))
        return found[0], -found[1]

    def fit(self, here: int) -> float:
        """How well a word of the claim is matched among words like its own, 0–1."""
        level, places = self.matches[here]
        return level * min(1.0, self.best(here, places)[0] / _FITS) if places else 0.0

    def is_same_word(self, here: int, there: int) -> bool:
        """Whether a word of the sentence is the word of the claim itself, not one that stands in for it."""
        return self.claim.words[here].stem[:_FAMILY] == self.sentence.words[there].stem[:_FAMILY]


def align(claim: Sentence, sentence: Sentence) -> Alignment:
    """Lay a claim beside a sentence; the joints of the claim are not matched."""
    matches = [match(word, sentence) if not word.stop or is_telling(word.low) else NONE for word in claim.words]
    for place, word in enumerate(claim.words):
        if not word.joined or (matches[place].level and matches[place + 1].level):
            continue
        if whole := sentence.stems.get(stem(word.joined)):
            matches[place] = matches[place + 1] = Match(SAME, tuple(whole))
    return Alignment(claim, sentence, tuple(matches))


SPECIFIC, PLAIN, NUMBER = 1.0, 0.35, 1.0
_MOST_SENTENCES = 3
_WORTH_ADDING = 0.6
_WORTH_CITING = 0.6
_STANDS_IN, _OPPOSED = 0.5, 0.5


class Anchor(NamedTuple):
    """A sentence of the paper at ``source`` beside the claim, which numbers it has, and its score."""

    source: int
    laid: Alignment
    numbers: tuple[bool, ...]
    score: float

    @property
    def sentence(self) -> Sentence:
        """The sentence of the paper."""
        return self.laid.sentence


class Anchoring(NamedTuple):
    """Where a claim rests.

    ``ranked`` holds all sentences, titles and records by score, ``chosen`` those that carry the claim, the best
    first. ``levels`` is how well each word is matched in the chosen ones (0–1), ``fits`` how well among its like.
    """

    claim: Sentence
    weight: tuple[float, ...]
    ranked: tuple[Anchor, ...]
    chosen: tuple[Anchor, ...]
    levels: tuple[float, ...]
    fits: tuple[float, ...]

    def carried(self) -> float:
        """The share of the claim that is carried by numbers, and by words that stand together, 0–1."""
        found = [any(one.numbers[at] for one in self.chosen) for at in range(len(self.claim.quantities))]
        total = sum(self.weight) + NUMBER * len(found)
        words = sum(value * fit for value, fit in zip(self.weight, self.fits, strict=True))
        return (words + NUMBER * sum(found)) / total if total else 0.0


def anchored(claim: Sentence, sources: Sequence[Source]) -> Anchoring:
    """Find the sentences that together carry most of a claim; none where no sentence shares a word with it."""
    weight = weights(claim)
    rows = [[_score(claim, weight, one, at) for one in source.sentences] for at, source in enumerate(sources)]
    extras = [
        [_score(claim, weight, one, at) for one in (source.title, source.record)] for at, source in enumerate(sources)
    ]
    picked = [_picked(weight, row, extra) for row, extra in zip(rows, extras, strict=True)]
    best = max((row[0].score for row in picked if row), default=0.0)
    chosen = [one for row in picked if row and row[0].score >= _WORTH_CITING * best for one in row]
    used = sorted({one.source for one in chosen})
    at_hand = [*chosen, *(one for at in used for one in extras[at])]
    spelled = {at for source in used for at in spelled_out(claim.words, sources[source].acronyms)}
    named = {at for at, word in enumerate(claim.words) if any(name.has(word.start) for name in claim.names)}
    fits = [1.0 if at in spelled else _fit(at, at_hand, at in named) for at in range(len(weight))]
    return Anchoring(
        claim,
        weight,
        _by_score(one for part in (*rows, *extras) for one in part),
        _by_score(chosen),
        tuple(1.0 if at in spelled else _level(at, fits[at], at_hand) for at in range(len(weight))),
        tuple(fits),
    )


def weights(claim: Sentence) -> tuple[float, ...]:
    """What each word of a claim counts: 1 for what is specific, less for plain prose, 0 for stop words and digits."""
    spans = [(one.start, one.end) for one in claim.quantities]
    return tuple(_weight(word, spans) for word in claim.words)


def _weight(word: Word, spans: Sequence[tuple[int, int]]) -> float:
    if word.stop or any(start <= word.start < end for start, end in spans):
        return 0.0
    return PLAIN if is_plain(word.low) and not cue("judges", word.low) else SPECIFIC


def _score(claim: Sentence, weight: Sequence[float], sentence: Sentence, source: int) -> Anchor:
    """How much of a claim one sentence carries."""
    laid = align(claim, sentence)
    numbers = tuple(any(alike(one, other) for other in sentence.quantities) for one in claim.quantities)
    total = sum(value * found.level for value, found in zip(weight, laid.matches, strict=True)) + NUMBER * sum(numbers)
    return Anchor(source, laid, numbers, total)


def _picked(weight: Sequence[float], row: Iterable[Anchor], extras: Sequence[Anchor]) -> list[Anchor]:
    """The sentences of one paper that carry most, each adding to those before; then title and record if they do."""
    left = [one for one in row if one.score]
    chosen: list[Anchor] = []
    levels, numbers = [0.0] * len(weight), [False] * len(extras[0].numbers)
    for more in (*[left] * _MOST_SENTENCES, extras[:1], extras[1:]):
        gains = [
            (_gain(one, weight, levels, numbers), one.score, -at) for at, one in enumerate(more) if one not in chosen
        ]
        gain, _, at = max(gains, default=(0.0, 0.0, 0))
        if gain < (_WORTH_ADDING if chosen else PLAIN / 2):
            continue
        one = more[-at]
        chosen.append(one)
        levels = [max(old, found.level) for old, found in zip(levels, one.laid.matches, strict=True)]
        numbers = [old or new for old, new in zip(numbers, one.numbers, strict=True)]
    return chosen


def _gain(one: Anchor, weight: Sequence[float], levels: Sequence[float], numbers: Sequence[bool]) -> float:
    """What a sentence adds to the words and numbers that are carried already."""
    rows = zip(weight, one.laid.matches, levels, strict=True)
    words = sum(value * (found.level - old) for value, found, old in rows if found.level > old)
    return words + NUMBER * sum(new and not old for new, old in zip(one.numbers, numbers, strict=True))


def _fit(at: int, rows: Sequence[Anchor], named: bool) -> float:
    """How well a word is matched among its like; a name may come from anywhere ("it" stands for it elsewhere)."""
    return _most(one.laid.matches[at].level if named else one.laid.fit(at) for one in rows)


def _level(at: int, fit: float, rows: Sequence[Anchor]) -> float:
    """How well a word is matched; a stand-in among other words than its own is none, an opposite half a match."""
    level = _most(one.laid.matches[at].level for one in rows)
    if not level and any(one.laid.against(at) for one in rows):
        return _OPPOSED
    return level if level > STAND_IN or fit >= _STANDS_IN * STAND_IN else 0.0


def _by_score(found: Iterable[Anchor]) -> tuple[Anchor, ...]:
    return tuple(sorted(found, key=lambda one: -one.score))


def _most(values: Iterable[float]) -> float:
    return max(values, default=0.0)
