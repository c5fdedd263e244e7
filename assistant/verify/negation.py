"""Negation: whether a claim denies what the source says, or says what the source denies, and opposites."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.verify.align import Alignment
from assistant.verify.signs import SAID, Sign, denial, signs
from assistant.verify.text import Word
from assistant.verify.tokens import stem

_HEADS = 2
_ALIKE, _LOOSELY_ALIKE = 0.24, 0.5
_MARGIN, _RIVAL = 1.3, 0.6


class Contradiction(NamedTuple):
    """What a claim says and what the source says, which cannot both hold."""

    claim: str
    source: str


class Place(NamedTuple):
    """A word of the source: how alike its surroundings are, which sentence, which word, same or ``opposite``."""

    near: float
    sentence: int
    at: int
    opposite: bool


class Meeting(NamedTuple):
    """A word of the claim and its place in the source, with what either makes of it; ``pair`` puts it in words.

    ``places`` are those of the two words, ``same`` is False for a word that only stands in for the claim's,
    ``denies`` tells that both words deny something themselves.
    """

    places: tuple[int, int]
    ours: Sign
    theirs: Sign
    opposite: bool
    same: bool
    denies: bool
    pair: Contradiction

    def agrees(self) -> bool:
        """Whether both deny the same, or one denies the opposite of what the other says."""
        if self.opposite:
            return self.ours.sign * self.theirs.sign == -1
        both = self.ours.sign + self.theirs.sign < 0 and bool(self.ours.rank and self.theirs.rank)
        return both or self.denies

    def denials(self) -> set[tuple[int, int]]:
        """The side (0 for the claim) and place of each word that denies here."""
        if self.denies:
            return set(enumerate(self.places))
        return {(side, sign.by) for side, sign in enumerate((self.ours, self.theirs)) if sign.by >= 0}

    def stands(self, shared: set[tuple[int, int]], alone: set[tuple[int, int]]) -> bool:
        """Whether a denial is neither shared nor, if the source's, likely that which the claim has in other words."""
        return not self.denials() & shared and (self.ours.sign < 0 or not alone)

    def clashes(self) -> bool:
        """Whether one says what the other denies, or both say opposites."""
        product = self.ours.sign * self.theirs.sign
        if self.opposite:
            return product == 1
        return product == -1 and self.same and max(self.ours.rank, self.theirs.rank) <= _HEADS


def contradictions(laid: Sequence[Alignment]) -> list[Contradiction]:
    """The contradictions between a claim and the sentences that it is laid beside.

    Of each word only the place with the most alike surroundings is asked, in whichever sentence it is. A denial
    that claim and source share for one word is not held against another.
    """
    met = list(_meetings(laid))
    shared = {one_of for one in met if one.agrees() for one_of in one.denials()}
    alone = _denials(laid[0].claim.words) - shared if laid else set()
    clashing = [one for one in met if one.clashes() and (one.opposite or one.stands(shared, alone))]
    return [one.pair for one in sorted(clashing, key=lambda one: not one.opposite)]


def _denials(words: Sequence[Word]) -> set[tuple[int, int]]:
    """The places of the words of a claim that deny something."""
    return {(0, at) for at in range(len(words)) if (denial(words, at) or SAID)[0] < 0}


def _meetings(laid: Sequence[Alignment]) -> Iterator[Meeting]:
    said = [signs(one.sentence.words) for one in laid]
    ours = signs(laid[0].claim.words) if laid else []
    for here, mine in enumerate(ours):
        place = _place(laid, here)
        if place is None:
            continue
        there, theirs = laid[place.sentence], said[place.sentence][place.at]
        reached = mine.sign < 0 or _led_to(there, said[place.sentence], theirs)
        same = there.is_same_word(here, place.at) and reached
        pair = Contradiction(_phrase(there.claim.words, here, mine), _phrase(there.sentence.words, place.at, theirs))
        yield Meeting((here, place.at), mine, theirs, place.opposite, same, _both_deny(there, here, place.at), pair)


def _led_to(laid: Alignment, theirs: Sequence[Sign], denied: Sign) -> bool:
    """Whether the claim has the words that a denial of the source reaches before this one."""
    scope = (at for at, sign in enumerate(theirs) if sign.by == denied.by >= 0 and 0 < sign.rank < denied.rank)
    before = {at for at in scope if not laid.sentence.words[at].low.endswith("ly")}
    return before <= {place for found in laid.matches for place in found.places}


def _phrase(words: Sequence[Word], at: int, sign: Sign) -> str:
    """A word with what denies it."""
    start = sign.by if sign.sign < 0 else at
    return " ".join(word.text for word in words[start : at + 1])


def _place(laid: Sequence[Alignment], here: int) -> Place | None:
    """Where the source speaks of what a word of the claim speaks of, or of its opposite."""
    same = _best(laid, here, opposite=False)
    against = _best(laid, here, opposite=True)
    if against.near > _MARGIN * same.near and not _taken(laid[against.sentence], here, against):
        return against if against.near >= _ALIKE else None
    least = _ALIKE if laid[same.sentence].is_same_word(here, same.at) else _LOOSELY_ALIKE
    return same if same.near >= least else None


def _best(laid: Sequence[Alignment], here: int, opposite: bool) -> Place:
    """The place of a word, or of its opposite; a word itself goes before one that stands in for it."""
    places = []
    for at, one in enumerate(laid):
        near, there = one.best(here, one.against(here) if opposite else one.same(here))
        places.append(Place(near if opposite else near * one.matches[here].level, -at, there, opposite))
    best = max(places)
    return best._replace(sentence=-best.sentence)


def _taken(laid: Alignment, here: int, against: Place) -> bool:
    """Whether another word of the claim says the opposite too, and fits its place in the source about as well."""
    stemmed = laid.sentence.words[against.at].stem
    words = enumerate(laid.claim.words)
    rivals = (at for at, word in words if at != here and stemmed in (word.stem, stem(word.joined)))
    return any(laid.nearness(at, against.at) >= _RIVAL * against.near for at in rivals)


def _both_deny(laid: Alignment, here: int, there: int) -> bool:
    """Whether a denying word of the claim has its like in the source: "fails on" and "fail to"."""
    both = denial(laid.claim.words, here), denial(laid.sentence.words, there)
    return laid.claim.words[here].low != "non" and all(one and one[0] < 0 for one in both)
