"""Hedges and quantifiers: "may improve" is not "improves", and "often" is not "always"."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.verify.alignment import Alignment
from assistant.verify.source import Sentence
from assistant.verify.tokens import Word, is_cue, is_cue_stem

# How many telling words a hedge reaches, among how many words of its clause, and how alike the surroundings of two
# quantifiers have to be; chosen by hand, not measured.
_REACH, _WINDOW = 3, 7
_NEAR = 0.5
# Letters of the shortest word that may be a superlative by its ending.
_SHORTEST_EST = 5


# Superlatives that say of anything what the best of its kind is.
_HIGHEST = frozenset("highest greatest strongest".split())


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
        stronger = list(_find_stronger_quantifiers(best))
        yield from stronger
        yield from _find_dropped_approximations(best)
        yield from _find_dropped_partitives(best)
        yield from _find_narrowing(best.claim.words, theirs)
        beyond = {hedge.claim for hedge in stronger}
        yield from (hedge for hedge in _find_unanswered(best.claim, theirs) if hedge.claim not in beyond)


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
    return ("some", "numerous") if low in ("most", "majority", "mostly") else ()


def _find_narrowing(ours: Sequence[Word], theirs: set[str]) -> Iterator[Hedge]:
    also = any(is_cue("only", low) or is_cue("alone", low) for low in theirs)
    for before, word, after in zip([None, *ours], ours, [*ours[1:], None], strict=False):
        counts = (
            word.low in ("just", "merely") and after is not None and after.low in ("one", "a", "an", "two", "single")
        )
        if (is_cue("only", word.low) or counts) and not (before and before.low == "not") and not also:
            yield Hedge("", word.text)


def _find_dropped_approximations(alignment: Alignment) -> Iterator[Hedge]:
    """Find "nearly optimal" where the claim says "optimal"."""
    ours, theirs = alignment.claim.words, alignment.sentence.words
    if any(is_cue("nearly", word.low) for word in ours):
        return
    matched = {alignment.nearest_of(here, alignment.places_of(here))[1] for here in range(len(ours))}
    for place, word in enumerate(theirs[:-1]):
        if is_cue("near", word.low) and place + 1 in matched and not theirs[place + 1].stop:
            yield Hedge(word.text, "")


def _find_dropped_partitives(alignment: Alignment) -> Iterator[Hedge]:
    """Find "one of the first" where the claim says "the first"."""
    ours, theirs = alignment.claim.words, alignment.sentence.words
    for place, word in enumerate(ours):
        same = [there for there, source_word in enumerate(theirs) if source_word.low == word.low]
        if not same or not _claims_rank(ours, place) or _is_one_of(ours, place):
            continue
        if all(_is_one_of(theirs, there) for there in same):
            yield Hedge(f"one of the {theirs[same[0]].text}", word.text)


def _is_one_of(words: Sequence[Word], place: int) -> bool:
    return any(word.low in ("one", "among") for word in words[max(0, place - 3) : place])


def _find_unanswered(claim: Sentence, theirs: set[str]) -> Iterator[Hedge]:
    """Find what a claim says of all, or of the first and best, where no sentence that carries it does."""
    words = claim.words
    if not any(is_cue("universal", low) for low in theirs):
        yield from (Hedge("", word.text) for place, word in enumerate(words) if _is_universal(words, place))
    if not any(is_cue("no", low) or low.endswith("n't") for low in theirs):
        yield from (Hedge("", word.text) for word in words if is_cue("universal_no", word.low))
    ranks = [place for place in range(len(words)) if _claims_rank(words, place)]
    answers = {low for low in theirs if is_superlative(low) or is_cue("foremost", low)}
    for place in ranks:
        if not any(_answers_rank(words[place].low, low) for low in answers):
            yield Hedge("", words[place].text)


def _is_universal(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word says something of everything: "all", "always", but not "at all" or "not all"."""
    before = words[place - 1].low if place else ""
    if (
        words[place].low == "all"
        and place + 1 < len(words)
        and words[place + 1].low in ("they", "it", "we", "that", "but")
    ):
        return False  # "All they need" is what they need only.
    if words[place].low == "any" and any(is_cue("denies", word.low) for word in words[:place]):
        return False  # "Not any more."
    return (is_cue("all", words[place].low) or words[place].low == "each") and before not in (
        "at",
        "not",
        "of",
        "above",
        "if",
        "without",
        "than",
        "for",
    )


def _claims_rank(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word puts something before all others: "the largest", "the first", "the most common"."""
    low, before = words[place].low, words[place - 1].low if place else ""
    after = words[place + 1] if place + 1 < len(words) else None
    if low in ("first", "only", "sole"):
        return before in ("the", "very") and after is not None
    return before in ("the", "their", "its", "of") and is_superlative(low)


def _answers_rank(low: str, answer: str) -> bool:
    """Tell whether one superlative may stand for another one; "largest" and "first" stand for themselves alone."""
    own = low.endswith("est") and not is_cue("superlatives", low) and low not in _HIGHEST
    if low == "first" or own:
        return answer == low
    return answer != "first" or low in ("only", "sole")


def is_superlative(low: str) -> bool:
    """Tell whether a word is a superlative by its ending, or one without it."""
    return is_cue("superlatives", low) or (
        low.endswith("est") and len(low) > _SHORTEST_EST and not is_cue("not_superlative", low)
    )


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
