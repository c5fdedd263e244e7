"""Arguments: what stands on which side of a verb or of a word for a cause, and whether a claim swaps the sides.

No list of verbs is needed: any word that claim and sentence share between the same two things may be one.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.verify.alignment import STAND_IN, Alignment
from assistant.verify.tokens import REMEMBERED, Word, WordRow, is_cue, is_cue_stem, is_plain

# How many words to either side belong to a verb, and how far a "by" stands from a participle; chosen by hand while the
# errors on part dev of the claims about the sample were read; none was swept.
_WIDTH, _NEAR_BY, _OBJECT = 12, 2, 6


class VerbRelation(NamedTuple):
    """What does something and what it is done to, by the places of the words; for a cause, the cause and its effect."""

    source: frozenset[int]
    target: frozenset[int]


def find_swapped_arguments(alignment: Alignment) -> Iterator[str]:
    """Find what a claim turns round: cause and effect, or the two sides of a verb that it shares with the sentence.

    Yields:
        Reasons in words for a reader, at most one for causes and one for verbs.
    """
    if _swaps_causes(alignment):
        yield "the source has cause and effect the other way round"
    pivot = next((here for here in range(1, len(alignment.matches) - 1) if _swaps_sides(alignment, here)), None)
    if pivot is not None:
        yield f"the source has the two sides of “{alignment.claim.words[pivot].text}” the other way round"


def find_moved_partners(alignments: Sequence[Alignment]) -> Iterator[str]:
    """Find what a claim has together and the source with something else: behind a preposition, or of two clauses.

    Args:
        alignments: The claim beside the sentences that are nearest to it.

    Yields:
        Reasons in words for a reader.
    """
    if alignments and (phrase := _find_other_object(alignments)):
        yield f"the source has “{phrase}” of something else"
    for crossed in dict.fromkeys(filter(None, map(_find_crossed_pair, alignments))):
        yield f"the source pairs “{crossed[0]}” and “{crossed[1]}” with something else"


@lru_cache(maxsize=REMEMBERED)
def read_causes(words: WordRow) -> tuple[VerbRelation, ...]:
    """Read the causes of a sentence: "A leads to B", "B because of A", "B results from A", "A, which results in B"."""
    return tuple(
        relation
        for place in range(len(words))
        if (relation := _read_cause(words, place)) is not None and relation.source and relation.target
    )


def _read_cause(words: WordRow, place: int) -> VerbRelation | None:
    forward = _points_forward(words, place)
    if forward is None:
        return None
    before = _collect_words(words, range(place - 1, max(-1, place - 1 - _WIDTH), -1))
    after = _collect_words(words, range(place + 1, min(len(words), place + 1 + _WIDTH)))
    if not before and words[place].low in ("because", "since", "due", "owing"):
        return _read_fronted_cause(words, place)
    return VerbRelation(before, after) if forward else VerbRelation(after, before)


def _read_fronted_cause(words: WordRow, place: int) -> VerbRelation | None:
    """Read "Because A, B"."""
    turn = next(
        (target for target in range(place + 1, len(words)) if words[target].clause != words[place].clause), None
    )
    if turn is None:
        return None
    return VerbRelation(
        _collect_words(words, range(place + 1, turn)),
        _collect_words(words, range(turn, min(len(words), turn + _WIDTH))),
    )


def _points_forward(words: Sequence[Word], place: int) -> bool | None:
    """Tell whether a word has its cause before it (True), behind it (False), or is no word for a cause (None)."""
    word = words[place]
    after = words[place + 1].low if place + 1 < len(words) else ""
    if word.low == "because" or (word.low in ("due", "owing", "attributable", "thanks") and after == "to"):
        return False
    if is_cue_stem("results", word.stem) and (
        after == "from" or (after == "of" and place and words[place - 1].low in ("a", "the", "as"))
    ):
        return False
    if place and words[place - 1].joined:
        return None  # "break-induced"
    if (is_cue_stem("causes", word.stem) and not word.low.endswith("ing")) or (
        is_cue_stem("leads", word.stem) and after in ("to", "in")
    ):
        return not is_passive(words, place)
    return None


def is_passive(words: Sequence[Word], place: int) -> bool:
    """Tell whether what does something is behind the verb: "caused by", but not "beats it by 3 points"."""
    low = words[place].low
    for by in range(place + 1, min(len(words), place + 1 + _NEAR_BY)):
        if words[by].low == "by":
            after = words[by + 1] if by + 1 < len(words) else None
            participle = low.endswith(("ed", "en", "wn", "nt", "ght")) or is_cue("be", words[place - 1].low)
            return participle and after is not None and not after.low[0].isdigit()
    return False


def _collect_words(words: WordRow, places: Sequence[int]) -> frozenset[int]:
    """Collect the words of one side, up to a further word for a cause or a turn."""
    collected: set[int] = set()
    ends = _find_ends(words)
    for place in places:
        if place in ends:
            break
        if not words[place].stop:
            collected.add(place)
    return frozenset(collected)


@lru_cache(maxsize=REMEMBERED)
def _find_ends(words: WordRow) -> frozenset[int]:
    """Find the words of a sentence at which a side ends; looked at once, for each word may be asked for its sides."""
    return frozenset(
        place
        for place, word in enumerate(words)
        if is_cue("turns", word.low) or word.low in ("while", "whereas") or _points_forward(words, place) is not None
    )


def _swaps_causes(alignment: Alignment) -> bool:
    theirs = read_causes(alignment.sentence.words)
    return bool(theirs) and any(
        _crosses(alignment, ours.source, ours.target, there.source, there.target)
        and not any(_stays(alignment, ours, cause) for cause in theirs)
        for ours in read_causes(alignment.claim.words)
        for there in theirs
    )


def _stays(alignment: Alignment, ours: VerbRelation, theirs: VerbRelation) -> bool:
    return bool(_reach(alignment, ours.source) & theirs.source) and bool(_reach(alignment, ours.target) & theirs.target)


def _reach(alignment: Alignment, places: frozenset[int]) -> set[int]:
    return {there for here in places for there in alignment.places_of(here)}


def _crosses(
    alignment: Alignment,
    left: frozenset[int],
    right: frozenset[int],
    their_left: frozenset[int],
    their_right: frozenset[int],
) -> bool:
    """Tell whether words of both sides are only on the other side, and none of the first stayed on its own."""
    moved_left = {here for here in left if _is_only_in(alignment, here, their_right, their_left)}
    moved_right = {here for here in right if _is_only_in(alignment, here, their_left, their_right)}
    stayed_left = {here for here in left if _is_only_in(alignment, here, their_left, their_right)}
    return bool(moved_left and moved_right) and not stayed_left


def _is_only_in(alignment: Alignment, here: int, places: frozenset[int], others: frozenset[int]) -> bool:
    there = alignment.places_of(here)
    return not places.isdisjoint(there) and others.isdisjoint(there)


def _swaps_sides(alignment: Alignment, here: int) -> bool:
    """Tell whether what stands on both sides of a word of the claim stands on the other sides of it in the sentence."""
    ours, theirs = alignment.claim.words, alignment.sentence.words
    compares = is_cue_stem("better", ours[here].stem) or is_cue_stem("worse", ours[here].stem)
    if ours[here].stop or compares or alignment.matches[here].level <= STAND_IN:
        return False  # Which of two is better is told by the comparison.
    for there in alignment.places_of(here):
        roles, their_roles = _read_roles(ours, here), _read_roles(theirs, there)
        if roles is None or their_roles is None or not (_is_clear(ours, here) or _is_clear(theirs, there)):
            continue
        if _crosses(alignment, *roles, *their_roles):
            return True
    return False


@lru_cache(maxsize=16 * REMEMBERED)
def _read_roles(words: WordRow, place: int) -> tuple[frozenset[int], frozenset[int]] | None:
    """Read what does something and what it is done to: around a verb, a passive, or "inhibition of B by A"."""
    if place + 1 < len(words) and words[place + 1].low == "of":
        by = next(
            (index for index in range(place + 2, min(len(words), place + 2 + _OBJECT)) if words[index].low == "by"),
            None,
        )
        if by is None:
            return None
        after = _collect_words(words, range(by + 1, min(len(words), by + 1 + _OBJECT)))
        return after, _collect_words(words, range(place + 2, by))
    if not _may_be_verb(words, place):
        return None
    left, right = _collect_sides(words, place)
    return (right, left) if is_passive(words, place) else (left, right)


def _is_clear(words: Sequence[Word], place: int) -> bool:
    """Tell by its form that a word is a verb: a plural does, a single one does with an s."""
    word, before = words[place], words[place - 1] if place else words[place]
    if is_passive(words, place) or is_cue("before_verbs", before.low) or word.low.endswith("ed"):
        return True
    plural = before.low.endswith("s") and not before.low.endswith("ss")
    return plural != word.low.endswith("s") and not word.low.endswith("ss")


def _may_be_verb(words: Sequence[Word], place: int) -> bool:
    """Tell by its form and its neighbours whether a word is a verb with an object, or a passive with its "by"."""
    word = words[place]
    if not place or place + 1 >= len(words) or is_cue_stem("mutual", word.stem):
        return False
    if word.joined or words[place - 1].joined:
        return False
    before, after = words[place - 1], words[place + 1]
    if is_passive(words, place):
        return True
    if word.low.endswith("ed") and any(is_cue("be", earlier.low) for earlier in words[max(0, place - 2) : place]):
        return False
    if is_cue("before_nouns", before.low) or is_cue("after_nouns", after.low) or after.clause != word.clause:
        return False
    return not word.low.endswith(("ing", "ly"))


def _collect_sides(words: WordRow, place: int) -> tuple[frozenset[int], frozenset[int]]:
    before = range(place - 1, max(-1, place - 1 - _WIDTH), -1)
    after = range(place + 1, min(len(words), place + 1 + _WIDTH))
    return _collect_words(words, before), _collect_words(words, after)


def _find_crossed_pair(alignment: Alignment) -> tuple[str, str] | None:
    """Find two things of one clause that the sentence has in two, each with what the other clause of the claim has.

    "A is B, and C is D" pairs A with B; "A is D, and C is B" does not.
    """
    words = alignment.claim.words
    turn = next((place for place in range(2, len(words) - 2) if is_cue("joins", words[place].low)), None)
    if turn is None:
        return None
    first = _locate_once(alignment, range(turn))
    second = _locate_once(alignment, range(turn + 1, len(words)))
    for cut, word in enumerate(alignment.sentence.words):
        if not is_cue("joins", word.low):
            continue
        ours_left, ours_right = _part(first, cut)
        other_left, other_right = _part(second, cut)
        if not (ours_left and ours_right and other_left and other_right):
            continue
        # What stands first in one clause of the claim and last in the other shares one half of the sentence.
        opens, closes = max(ours_left) < min(ours_right), max(ours_right) < min(ours_left)
        other_opens, other_closes = max(other_left) < min(other_right), max(other_right) < min(other_left)
        if (opens and other_closes) or (closes and other_opens):
            return words[max(ours_left)].text, words[max(ours_right)].text
    return None


def _locate_once(alignment: Alignment, places: range) -> dict[int, int]:
    """Locate the telling words that the sentence has just once."""
    return {
        here: alignment.places_of(here)[0]
        for here in places
        if len(alignment.places_of(here)) == 1 and not is_plain(alignment.claim.words[here].low)
    }


def _part(located: dict[int, int], cut: int) -> tuple[set[int], set[int]]:
    """Part the words of the claim by whether they stand before or behind a word of the sentence."""
    return {here for here, there in located.items() if there < cut}, {
        here for here, there in located.items() if there > cut
    }


def _find_other_object(alignments: Sequence[Alignment]) -> str | None:
    """Find a word and its preposition behind which the claim has one thing and every near sentence another.

    "Trained on rye" is not said by "trained on flax …, better on rye".
    """
    ours = alignments[0].claim.words
    for here in range(len(ours) - 2):
        if ours[here].stop or not is_cue("prepositions", ours[here + 1].low) or ours[here].low == "order":
            continue
        phrase = [place for place in _read_object(ours, here + 2) if not is_plain(ours[place].low)]
        fits = [fit for alignment in alignments if (fit := _has_object(alignment, here, phrase)) is not None]
        if phrase and fits and not any(fits):
            return f"{ours[here].text} {ours[here + 1].text}"
    return None


def _has_object(alignment: Alignment, here: int, phrase: Sequence[int]) -> bool | None:
    """Tell whether a sentence has the same thing behind the same two words; None where it does not have these."""
    ours, theirs = alignment.claim.words, alignment.sentence.words
    starts = [
        there
        for there in alignment.sentence.stems.get(ours[here].stem, ())
        if there + 2 < len(theirs) and theirs[there + 1].low == ours[here + 1].low
    ]
    if not starts:
        return None
    objects = {there for place in phrase for there in (*alignment.places_of(place), *alignment.opposites_of(place))}
    before = any(there < start for start in starts for there in objects)
    return before or any(objects & set(range(start + 2, start + 2 + _OBJECT)) for start in starts)


def _read_object(words: Sequence[Word], start: int) -> list[int]:
    """Read the words behind a preposition, to the next joint."""
    places: list[int] = []
    for place in range(start, min(len(words), start + _OBJECT)):
        if words[place].clause != words[start].clause or (words[place].stop and places):
            break
        if not words[place].stop:
            places.append(place)
    return places
