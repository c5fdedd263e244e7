"""A claim laid beside one sentence of the source: which word stands where, and how alike the surroundings are."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.verify.match import NONE, SAME, Match, match
from assistant.verify.source import Sentence
from assistant.verify.tokens import is_telling, opposites, stem

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
