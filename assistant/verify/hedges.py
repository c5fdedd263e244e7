"""Hedges and quantifiers: "may improve" is not "improves", and "often" is not "always"."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.verify.alignment import Alignment
from assistant.verify.tokens import Word, cue, cue_stem

_REACH = 3
_NEAR = 0.5


class Hedge(NamedTuple):
    """A word of the source that holds back, and the word of the claim that goes beyond it; one may be empty."""

    source: str
    claim: str

    def told(self) -> str:
        """The difference in words."""
        if not self.source:
            return f"the source does not say “{self.claim}”"
        return f"the source says “{self.source}”, this says " + (f"“{self.claim}”" if self.claim else "it outright")


def hedges(alignments: Sequence[Alignment]) -> Iterator[Hedge]:
    """Hedges of the best of the sentences that a claim leaves out, quantifiers that it strengthens, its own "only"."""
    for alignment in alignments[:1]:
        yield from _modal(alignment)
        yield from _quantified(alignment)
        yield from _narrowed(
            alignment.claim.words, {word.low for alignment in alignments for word in alignment.sentence.words}
        )


def _modal(alignment: Alignment) -> Iterator[Hedge]:
    ours, theirs = alignment.claim.words, alignment.sentence.words
    if any(_holds_back(word) or cue_stem("also_hedges", word.stem) for word in ours):
        return
    asks = any(cue_stem("asks", word.stem) for word in ours)
    for place, word in enumerate(theirs):
        permits = word.low == "may" and place and theirs[place - 1].low == "we"
        if not _holds_back(word) or permits or (asks and cue_stem("open_questions", word.stem)):
            continue
        reached = _next(theirs, place)
        if any(alignment.best(here, alignment.same(here))[1] in reached for here in range(len(ours))):
            yield Hedge(word.text, "")


def _quantified(alignment: Alignment) -> Iterator[Hedge]:
    theirs = [word.low for word in alignment.sentence.words]
    for here, word in enumerate(alignment.claim.words):
        names = _weaker(word.low)
        stronger = ("all", "most") if cue("most", word.low) else ("all",)
        if not names or any(cue(name, low) for name in stronger for low in theirs):
            continue
        near = [place for place, low in enumerate(theirs) if any(cue(name, low) for name in names)]
        if near and alignment.best(here, near)[0] >= _NEAR:
            yield Hedge(alignment.sentence.words[alignment.best(here, near)[1]].text, word.text)


def _weaker(low: str) -> tuple[str, ...]:
    """The lists of what is weaker than a quantifier."""
    if cue("all", low):
        return "some", "most", "many"
    return ("some",) if cue("most", low) else ()


def _narrowed(ours: Sequence[Word], theirs: set[str]) -> Iterator[Hedge]:
    also = any(cue("only", low) or cue("alone", low) for low in theirs)
    for before, word in zip([None, *ours], ours, strict=False):
        if cue("only", word.low) and not (before and before.low == "not") and not also:
            yield Hedge("", word.text)


def _holds_back(word: Word) -> bool:
    return cue("hedges", word.low) or cue_stem("hedges", word.stem)


def _next(words: Sequence[Word], place: int) -> list[int]:
    """The places of the next telling words of the same clause."""
    places = [
        next_place
        for next_place in range(place + 1, min(len(words), place + 8))
        if words[next_place].clause == words[place].clause
    ]
    return [next_place for next_place in places if not words[next_place].stop][:_REACH]
