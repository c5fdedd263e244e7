"""The sentences of the sources that carry a claim, whatever the model quoted, and which word stands where in them.

A word of the claim is matched by the same stem, by another ending, or by a synonym that stands in for it.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from assistant.verify.names import find_spelled_acronyms
from assistant.verify.numbers import is_same_quantity
from assistant.verify.record import is_about_record, is_author
from assistant.verify.source import Sentence, SourceText
from assistant.verify.tokens import Word, find_opposites, find_synonym_groups, is_cue, is_plain, is_telling, stem_word

# How well a word is matched by its own stem, another ending, a synonym. All thresholds here were chosen by hand while
# the errors on part dev of benchmarks/claims.jsonl were read; none was swept.
SAME, AKIN, STAND_IN = 1.0, 0.9, 0.7
# Stems are of one family from so many first letters on.
_SHARED = 5


class WordMatch(NamedTuple):
    """How well a word is matched, 0–1, and at which words of the sentence."""

    level: float
    places: tuple[int, ...]


NONE = WordMatch(0.0, ())


def match_word(word: Word, sentence: Sentence) -> WordMatch:
    """Find the best match of a word in a sentence."""
    same = sentence.stems.get(word.stem)
    if same:
        return WordMatch(SAME, tuple(same))
    akin = [
        place for place in sentence.beginnings.get(word.stem[:4], ()) if _have_one_root(word, sentence.words[place])
    ]
    if akin:
        return WordMatch(AKIN, tuple(akin))
    places = {place for group in find_synonym_groups(word.stem) for place in sentence.stand_ins.get(group, ())}
    return WordMatch(STAND_IN, tuple(sorted(places))) if places else NONE


def _have_one_root(word: Word, source_word: Word) -> bool:
    """Tell whether two stems are of one family: acquir and acquisit, analysi and analyz."""
    ours, theirs = word.stem, source_word.stem
    if word.stop or theirs in find_opposites(ours):
        return False
    shared = 0
    for a, b in zip(ours, theirs, strict=False):
        if a != b:
            break
        shared += 1
    shorter, longer = sorted((len(ours), len(theirs)))
    return (shared >= _SHARED and longer - shared <= 3 and shorter - shared <= 2) or (shared == shorter == longer - 1)


# How many words to either side are the surroundings of a word, and how alike they are where it is fully at home.
_NEAR, _FITS = 7, 0.5
# Stems are the same word by so many first letters.
_FAMILY = 5
_PREFIXES = ("un", "in", "im", "ir", "non", "dis", "under", "mis")


class _Aligned(NamedTuple):
    claim: Sentence
    sentence: Sentence
    matches: tuple[WordMatch, ...]


class Alignment(_Aligned):
    """A claim beside a sentence, with the match of each word of the claim; what was measured of it is remembered."""

    @cached_property
    def _nearest(self) -> dict[tuple[int, tuple[int, ...]], tuple[float, int]]:
        return {}

    @cached_property
    def _opposites(self) -> dict[int, tuple[int, ...]]:
        return {}

    def places_of(self, here: int) -> tuple[int, ...]:
        """List the places in the sentence of a word of the claim."""
        return self.matches[here].places

    def opposites_of(self, here: int) -> tuple[int, ...]:
        """List the places in the sentence of words that say the opposite of a word of the claim."""
        places = self._opposites.get(here)
        if places is None:
            word, stems = self.claim.words[here], self.sentence.stems
            opposites = stems.keys() & _list_opposite_stems(word.low, word.stem, word.stop)
            places = tuple(sorted({place for opposite in opposites for place in stems[opposite]})) if opposites else ()
            self._opposites[here] = places
        return places

    def measure_nearness(self, here: int, there: int) -> float:
        """Measure how alike the surroundings of two words are: 1 for a shared next word, less for those farther off."""
        return _sum_nearness(self._list_neighbours(here), self.sentence.order, there)

    def _list_neighbours(self, here: int) -> list[tuple[int, tuple[int, ...]]]:
        """List the words around a word of the claim that are matched: how far off, and at which places."""
        ours, words, matches = self.claim.order, self.claim.words, self.matches
        own = ours[here]
        return [
            (abs(ours[neighbour] - own) or 1, matches[neighbour].places)
            for neighbour in range(max(0, here - _NEAR), min(len(matches), here + _NEAR + 1))
            if matches[neighbour].places and neighbour != here and not words[neighbour].stop
        ]

    def nearest_of(self, here: int, places: Sequence[int]) -> tuple[float, int]:
        """Find how alike the most alike surroundings are, and the place that has them; -1 and -1 without a place."""
        if not places:
            return -1.0, -1
        asked = here, tuple(places)
        known = self._nearest.get(asked)
        if known is None:
            neighbours, order = self._list_neighbours(here), self.sentence.order
            nearest = max([(_sum_nearness(neighbours, order, place), -place) for place in places])
            known = self._nearest[asked] = nearest[0], -nearest[1]
        return known

    def measure_fit(self, here: int) -> float:
        """Measure how well a word of the claim is matched among words like its own, 0–1."""
        level, places = self.matches[here]
        return level * min(1.0, self.nearest_of(here, places)[0] / _FITS) if places else 0.0

    def is_same_word(self, here: int, there: int) -> bool:
        """Tell whether a word of the sentence is the word of the claim itself, not one that stands in for it."""
        return self.claim.words[here].stem[:_FAMILY] == self.sentence.words[there].stem[:_FAMILY]


def _sum_nearness(neighbours: Sequence[tuple[int, tuple[int, ...]]], order: Sequence[int], there: int) -> float:
    """Sum up how near the words around a word of a claim stand to a word of a sentence."""
    total = 0.0
    middle = order[there]
    for distance, places in neighbours:
        if len(places) == 1:  # As most words stand in a sentence once, this is what costs.
            apart = 0 if places[0] == there else abs(order[places[0]] - middle) or 1
        else:
            apart = min([abs(order[place] - middle) or 1 for place in places if place != there], default=0)
        if apart:
            total += 1 / (apart * distance)
    return total


@lru_cache(maxsize=1 << 14)
def _list_opposite_stems(low: str, stemmed: str, stop: bool) -> frozenset[str]:
    """List the stems that say the opposite of a word: by the list, and with or without a prefix that denies."""
    opposites = set(find_opposites(stemmed))
    for prefix in () if stop else _PREFIXES:
        opposites.add(prefix + stemmed)
        if low.startswith(prefix) and len(low) > len(prefix) + 3:
            opposites.add(stemmed.removeprefix(prefix))
    return frozenset(opposites)


def align_words(claim: Sentence, sentence: Sentence) -> Alignment:
    """Lay a claim beside a sentence; the joints of the claim are not matched."""
    matches = [match_word(word, sentence) if not word.stop or is_telling(word.low) else NONE for word in claim.words]
    for place, word in enumerate(claim.words):
        if not word.joined or (matches[place].level and matches[place + 1].level):
            continue
        if compound := sentence.stems.get(stem_word(word.joined)):
            matches[place] = matches[place + 1] = WordMatch(SAME, tuple(compound))
    return Alignment(claim, sentence, tuple(matches))


# What a word of the topic, a word of plain prose and a number of a claim weigh.
SPECIFIC, PLAIN, NUMBER = 1.0, 0.35, 1.0
# Sentences cited of one paper at the most; what a further one has to add; the share of the best paper's best score that
# the best sentence of another has to have.
_MOST_SENTENCES, _WORTH_ADDING, _WORTH_CITING = 3, 0.6, 0.6
# The fit that a synonym needs to count, and the level of a word whose opposite stands in the source.
_STANDS_IN, _OPPOSED = 0.5, 0.5


class SentenceMatch(NamedTuple):
    """A sentence of the paper at ``source`` beside the claim, which numbers it has, and its score."""

    source: int
    alignment: Alignment
    numbers: tuple[bool, ...]
    score: float

    @property
    def sentence(self) -> Sentence:
        """The sentence of the paper."""
        return self.alignment.sentence


class ClaimEvidence(NamedTuple):
    """Where a claim rests.

    ``ranked`` holds all sentences, titles and records by score, ``chosen`` those that carry the claim, the best
    first. ``levels`` is how well each word is matched in the chosen ones (0–1), ``fits`` how well among its like.
    """

    claim: Sentence
    weight: tuple[float, ...]
    ranked: tuple[SentenceMatch, ...]
    chosen: tuple[SentenceMatch, ...]
    levels: tuple[float, ...]
    fits: tuple[float, ...]

    def measure_coverage(self) -> float:
        """Measure the share of the claim that is carried by numbers, and by words that stand together, 0–1."""
        total = sum(self.weight) + NUMBER * len(self.claim.quantities)
        words = sum(value * fit for value, fit in zip(self.weight, self.fits, strict=True))
        numbers = sum(map(any, zip(*(match.numbers for match in self.chosen), strict=True)))
        return (words + NUMBER * numbers) / total if total else 0.0


def find_evidence(claim: Sentence, sources: Sequence[SourceText]) -> ClaimEvidence:
    """Find the sentences that together carry most of a claim; none where no sentence shares a word with it."""
    weight = weigh_words(claim)
    rows = [
        [_score_sentence(claim, weight, sentence, index) for sentence in source.sentences]
        for index, source in enumerate(sources)
    ]
    about_record = [is_about_record(claim.words, source.fields) for source in sources]
    extras = [
        [
            _score_sentence(claim, weight, source.title, index),
            _score_record(claim, weight, source, index, about_record[index]),
        ]
        for index, source in enumerate(sources)
    ]
    chosen_by_source = [
        _pick_sentences(weight, [] if is_about else row, extra)
        for row, extra, is_about in zip(rows, extras, about_record, strict=True)
    ]
    for index, is_about in enumerate(about_record):
        if not is_about and chosen_by_source[index] == extras[index][1:]:
            chosen_by_source[index] = []  # Names and dates alone carry nothing else.
    best = max((row[0].score for row in chosen_by_source if row), default=0.0)
    chosen = [match for row in chosen_by_source if row and row[0].score >= _WORTH_CITING * best for match in row]
    used = sorted({match.source for match in chosen})
    available = [*chosen, *(match for source in used for match in extras[source])]
    spelled = {place for source in used for place in find_spelled_acronyms(claim.words, sources[source].acronyms)}
    named = {
        place
        for place, word in enumerate(claim.words)
        if any(name.covers_character(word.start) for name in claim.names)
    }
    fits = [1.0 if place in spelled else _measure_fit(place, available, place in named) for place in range(len(weight))]
    return ClaimEvidence(
        claim,
        weight,
        _sort_by_score(match for part in (*rows, *extras) for match in part),
        _sort_by_score(chosen),
        tuple(
            1.0 if place in spelled else _measure_level(place, fits[place], available) for place in range(len(weight))
        ),
        tuple(fits),
    )


def weigh_words(claim: Sentence) -> tuple[float, ...]:
    """Weigh each word of a claim: 1 for what is specific, less for plain prose, 0 for stop words and digits."""
    spans = [(number.start, number.end) for number in claim.quantities]
    return tuple(_weigh_word(word, spans) for word in claim.words)


def _weigh_word(word: Word, spans: Sequence[tuple[int, int]]) -> float:
    if word.stop or any(start <= word.start < end for start, end in spans):
        return 0.0
    return PLAIN if is_plain(word.low) and not is_cue("judges", word.low) else SPECIFIC


def _score_sentence(claim: Sentence, weight: Sequence[float], sentence: Sentence, source: int) -> SentenceMatch:
    """Measure how much of a claim one sentence carries."""
    alignment = align_words(claim, sentence)
    numbers = tuple(
        any(is_same_quantity(number, theirs) for theirs in sentence.quantities) for number in claim.quantities
    )
    words = sum(value * word_match.level for value, word_match in zip(weight, alignment.matches, strict=True))
    return SentenceMatch(source, alignment, numbers, words + NUMBER * sum(numbers))


def _score_record(
    claim: Sentence, weight: Sequence[float], source: SourceText, index: int, is_about: bool
) -> SentenceMatch:
    """Measure how much of a claim a record carries: of one about anything else only authors and dates."""
    match = _score_sentence(claim, weight, source.record, index)
    if is_about:
        return match
    authors = [is_author(word, source.fields) for word in claim.words]
    named = [
        word_match if author else NONE for author, word_match in zip(authors, match.alignment.matches, strict=True)
    ]
    if 2 * sum(value for author, value in zip(authors, weight, strict=True) if author) > sum(weight):
        named = [NONE] * len(named)  # A claim that is mostly names says nothing that an abstract could carry.
    return match._replace(alignment=match.alignment._replace(matches=tuple(named)), score=0.0)


def _pick_sentences(
    weight: Sequence[float], row: Iterable[SentenceMatch], extras: Sequence[SentenceMatch]
) -> list[SentenceMatch]:
    """Pick the sentences of a paper that carry most, each adding to those before; then title and record if they do."""
    matching = [match for match in row if match.score]
    chosen: list[SentenceMatch] = []
    levels, numbers = [0.0] * len(weight), [False] * len(extras[0].numbers)
    for options in (*[matching] * _MOST_SENTENCES, extras[:1], extras[1:]):
        gains = [
            (_measure_gain(match, weight, levels, numbers), match.score, -place)
            for place, match in enumerate(options)
            if match not in chosen
        ]
        gain, _, place = max(gains, default=(0.0, 0.0, 0))
        if gain < (_WORTH_ADDING if chosen else PLAIN / 2):
            continue
        match = options[-place]
        chosen.append(match)
        levels = [max(old, word_match.level) for old, word_match in zip(levels, match.alignment.matches, strict=True)]
        numbers = [old or new for old, new in zip(numbers, match.numbers, strict=True)]
    return chosen


def _measure_gain(
    match: SentenceMatch, weight: Sequence[float], levels: Sequence[float], numbers: Sequence[bool]
) -> float:
    """Measure what a sentence adds to the words and numbers that are carried already."""
    rows = zip(weight, match.alignment.matches, levels, strict=True)
    words = sum(value * (word_match.level - old) for value, word_match, old in rows if word_match.level > old)
    return words + NUMBER * sum(new and not old for new, old in zip(match.numbers, numbers, strict=True))


def _measure_fit(place: int, rows: Sequence[SentenceMatch], named: bool) -> float:
    """Measure how well a word is matched among its like; a name may come from anywhere, for "it" stands for it."""
    alignments = [match.alignment for match in rows]
    fits = (alignment.matches[place].level if named else alignment.measure_fit(place) for alignment in alignments)
    return max(fits, default=0.0)


def _measure_level(place: int, fit: float, rows: Sequence[SentenceMatch]) -> float:
    """Measure how well a word is matched; a synonym among words not its own is none, an opposite half a match."""
    level = max((match.alignment.matches[place].level for match in rows), default=0.0)
    if not level and any(match.alignment.opposites_of(place) for match in rows):
        return _OPPOSED
    return level if level > STAND_IN or fit >= _STANDS_IN * STAND_IN else 0.0


def _sort_by_score(matches: Iterable[SentenceMatch]) -> tuple[SentenceMatch, ...]:
    return tuple(sorted(matches, key=lambda match: -match.score))
