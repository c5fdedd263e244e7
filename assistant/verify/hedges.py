"""Hedges and quantifiers: "may improve" is not "improves", and "often" is not "always"."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.verify.alignment import Alignment
from assistant.verify.tokens import Word, is_cue, is_cue_stem

# How many telling words a hedge reaches, among how many words of its clause, and how alike the surroundings of two
# quantifiers have to be; chosen by hand, not measured.
_REACH, _WINDOW = 3, 7
_NEAR = 0.5


class Hedge(NamedTuple):
    """A word of the source that holds back, and the word of the claim that goes beyond it; one may be empty."""

    source: str
    claim: str

    def describe_difference(self) -> str:
        """Put the difference into words."""
        if not self.source:
            return f"the source does not say “{self.claim}”"
        return f"the source says “{self.source}”, this says " + (f"“{self.claim}”" if self.claim else "it outright")


def find_hedges(alignments: Sequence[Alignment]) -> Iterator[Hedge]:
    """Find hedges of the best sentence that the claim leaves out, quantifiers that it strengthens, its own "only"."""
    theirs = {word.low for alignment in alignments for word in alignment.sentence.words}
    for best in alignments[:1]:
        yield from _find_dropped_hedges(best)
        yield from _find_stronger_quantifiers(best)
        yield from _find_narrowing(best.claim.words, theirs)


def _find_dropped_hedges(alignment: Alignment) -> Iterator[Hedge]:
    ours, theirs = alignment.claim.words, alignment.sentence.words
    if any(_holds_back(word) or is_cue_stem("also_hedges", word.stem) for word in ours):
        return
    asks = any(is_cue_stem("asks", word.stem) for word in ours)
    for place, word in enumerate(theirs):
        permits = word.low == "may" and place and theirs[place - 1].low == "we"
        if not _holds_back(word) or permits or (asks and is_cue_stem("open_questions", word.stem)):
            continue
        reached = _find_next_words(theirs, place)
        if any(alignment.nearest_of(here, alignment.places_of(here))[1] in reached for here in range(len(ours))):
            yield Hedge(word.text, "")


def _find_stronger_quantifiers(alignment: Alignment) -> Iterator[Hedge]:
    theirs = [word.low for word in alignment.sentence.words]
    for here, word in enumerate(alignment.claim.words):
        names = _list_weaker(word.low)
        stronger = ("all", "most") if is_cue("most", word.low) else ("all",)
        if not names or any(is_cue(name, low) for name in stronger for low in theirs):
            continue
        near = [place for place, low in enumerate(theirs) if any(is_cue(name, low) for name in names)]
        if near and alignment.nearest_of(here, near)[0] >= _NEAR:
            yield Hedge(alignment.sentence.words[alignment.nearest_of(here, near)[1]].text, word.text)


def _list_weaker(low: str) -> tuple[str, ...]:
    """List the cues of what is weaker than a quantifier."""
    if is_cue("all", low):
        return "some", "most", "many"
    return ("some",) if is_cue("most", low) else ()


def _find_narrowing(ours: Sequence[Word], theirs: set[str]) -> Iterator[Hedge]:
    also = any(is_cue("only", low) or is_cue("alone", low) for low in theirs)
    for before, word in zip([None, *ours], ours, strict=False):
        if is_cue("only", word.low) and not (before and before.low == "not") and not also:
            yield Hedge("", word.text)


def _holds_back(word: Word) -> bool:
    return is_cue("hedges", word.low) or is_cue_stem("hedges", word.stem)


def _find_next_words(words: Sequence[Word], place: int) -> list[int]:
    """Find the next telling words of the same clause."""
    places = [
        next_place
        for next_place in range(place + 1, min(len(words), place + 1 + _WINDOW))
        if words[next_place].clause == words[place].clause
    ]
    return [next_place for next_place in places if not words[next_place].stop][:_REACH]
