"""Re-anchoring: the few sentences of the cited papers that carry most of a claim, whatever the model quoted."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.verify.align import Alignment, align
from assistant.verify.amounts import alike
from assistant.verify.match import STAND_IN
from assistant.verify.names import spelled_out
from assistant.verify.source import Sentence, Source
from assistant.verify.text import Word
from assistant.verify.tokens import cue, is_plain

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
