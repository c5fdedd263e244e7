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


def hedges(laid: Sequence[Alignment]) -> Iterator[Hedge]:
    """Hedges of the best of the sentences that a claim leaves out, quantifiers that it strengthens, its own "only"."""
    for one in laid[:1]:
        yield from _modal(one)
        yield from _quantified(one)
        yield from _narrowed(one.claim.words, {word.low for each in laid for word in each.sentence.words})


def _modal(laid: Alignment) -> Iterator[Hedge]:
    ours, theirs = laid.claim.words, laid.sentence.words
    if any(_holds_back(word) or cue_stem("also_hedges", word.stem) for word in ours):
        return
    asks = any(cue_stem("asks", word.stem) for word in ours)
    for at, word in enumerate(theirs):
        permits = word.low == "may" and at and theirs[at - 1].low == "we"
        if not _holds_back(word) or permits or (asks and cue_stem("open_questions", word.stem)):
            continue
        reached = _next(theirs, at)
        if any(laid.best(here, laid.same(here))[1] in reached for here in range(len(ours))):
            yield Hedge(word.text, "")


def _quantified(laid: Alignment) -> Iterator[Hedge]:
    theirs = [word.low for word in laid.sentence.words]
    for here, word in enumerate(laid.claim.words):
        names = _weaker(word.low)
        stronger = ("all", "most") if cue("most", word.low) else ("all",)
        if not names or any(cue(name, low) for name in stronger for low in theirs):
            continue
        near = [place for place, low in enumerate(theirs) if any(cue(name, low) for name in names)]
        if near and laid.best(here, near)[0] >= _NEAR:
            yield Hedge(laid.sentence.words[laid.best(here, near)[1]].text, word.text)


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


def _next(words: Sequence[Word], at: int) -> list[int]:
    """The places of the next telling words of the same clause."""
    places = [there for there in range(at + 1, min(len(words), at + 8)) if words[there].clause == words[at].clause]
    return [there for there in places if not words[there].stop][:_REACH]
