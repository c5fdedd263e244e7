"""Negation: what a sentence says and what it denies, word by word, and whether a claim turns its source round."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.verify.alignment import SAME, Alignment
from assistant.verify.tokens import REMEMBERED, Word, WordRow, is_cue, is_cue_stem, is_telling, stem_word

# How many telling words a denying word reaches; chosen by hand, not measured.
_REACH = 4
# How many words after "not" the verb stands at most: "not yet been observed". Chosen by hand.
_VERB_WITHIN = 3
# The rank of what is denied by what follows it: so far from its denial that it never speaks against a claim by itself.
_BACKWARDS = 99


class Polarity(NamedTuple):
    """1 for what is said, -1 for what is denied, 0 for neither; ``rank`` counts from the denying word at ``by``."""

    sign: int
    rank: int
    by: int = -1


SAID = Polarity(1, 0)


@lru_cache(maxsize=REMEMBERED)
def read_polarities(words: WordRow) -> tuple[Polarity, ...]:
    """Read whether each word is said or denied: what denies reaches over the next few words of its clause."""
    polarities = [SAID] * len(words)
    for place in range(len(words)):
        denies = read_denial(words, place)
        if denies is not None:
            for rank, target in enumerate(_reach_words(words, place, denies[1]), 1):
                polarities[target] = Polarity(denies[0], 0 if words[place].low == "non" else rank, place)
    for place in range(1, len(words)):
        if _denies_being(words, place):
            for target in _list_subject(words, place):
                if polarities[target] == SAID:
                    polarities[target] = Polarity(-1, _BACKWARDS, place)
    return tuple(polarities)


def _denies_being(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word denies that its subject is there: "relapses did not occur", "tumours were absent"."""
    word, before = words[place], words[place - 1].low
    if not (is_cue("be", before) or is_cue("auxiliaries", before)):
        return False
    if word.stem == "absent":
        return True
    if word.low not in ("not", "never") or read_denial(words, place) is None:  # "Not only" denies nothing.
        return False
    after = words[place + 1 : place + 1 + _VERB_WITHIN]
    return any(is_cue_stem("is_there", one.stem) and one.clause == word.clause for one in after)


def _list_subject(words: Sequence[Word], place: int) -> Iterator[int]:
    """List the telling words before a denied verb, back to where its clause begins."""
    for target in range(place - 1, -1, -1):
        if words[target].clause != words[place].clause:
            return
        if is_telling(words[target].low):
            yield target


def _reach_words(words: Sequence[Word], place: int, most: int) -> Iterator[int]:
    """Yield the telling words after a denying one, up to the end of its clause or the next denial."""
    left = 1 if words[place].low == "non" else most
    for target in range(place + 1, len(words)):
        word = words[target]
        next_denial = read_denial(words, target)
        if (
            not left
            or word.clause != words[place].clause
            or is_cue("bars", word.low)
            or (next_denial and next_denial[0] < 0)
        ):
            return
        if is_telling(word.low):
            left -= 1
            yield target


def read_denial(words: Sequence[Word], place: int) -> tuple[int, int] | None:
    """Read the sign that a word gives to those after it, and how many it reaches; None for most."""
    word = words[place]
    if not _may_deny(word.low, word.stem):
        return None
    after = words[place + 1].low if place + 1 < len(words) else ""
    if word.low == "not" and after in ("only", "just", "necessarily", "merely"):
        return None
    if word.stem == "lack" and (word.low == "lacking" or after == "of" or (place and words[place - 1].low == "that")):
        return 0, _REACH
    if word.low in ("neither", "nor") and any(is_cue("denies", earlier.low) for earlier in words[:place]):
        return 0, _REACH  # More of the denial before.
    if is_cue("denies", word.low) or word.low.endswith("n't") or is_cue_stem("denies", word.stem):
        return -1, _REACH
    if is_cue("short_of", word.low) and after in ("of", "from"):
        return -1, _REACH
    if word.low == "to" and any(earlier.low == "too" for earlier in words[max(0, place - 3) : place]):
        return -1, _REACH  # "Too costly to use."
    if is_cue("spoils", word.low) or (word.stem == "lose" and after != "to"):
        return -1, 1
    if is_cue_stem("denies_doing", word.stem) and (after == "to" or after.endswith("ing")):
        return -1, _REACH
    if is_cue("sets_aside", word.low):
        return 0, len(words)
    return (0, _REACH) if is_cue_stem("softens", word.stem) or is_cue("softens", word.low) else None


@lru_cache(maxsize=1 << 14)
def _may_deny(low: str, stemmed: str) -> bool:
    """Tell whether a word denies anything in any surroundings; most do not."""
    written = ("denies", "short_of", "spoils", "sets_aside", "softens")
    return (
        low in ("not", "to")
        or stemmed in ("lack", "lose")
        or low.endswith("n't")
        or any(is_cue(name, low) for name in written)
        or any(is_cue_stem(name, stemmed) for name in ("denies", "denies_doing", "softens"))
    )


# All chosen by hand while the errors on part dev of benchmarks/claims.jsonl were read; none was swept.
# Which of the words that a denial reaches it is held against: the first two.
_HEADS = 2
# How many words a verb that forbids reaches.
_FORBIDDEN = 6
# How alike the surroundings of two words have to be so that both speak of one thing; of a synonym, more so.
_ALIKE, _LOOSELY_ALIKE = 0.24, 0.5
# How much more alike those of an opposite have to be, and the share of it with which another word takes the opposite.
_MARGIN, _RIVAL = 1.3, 0.6


class OpposedPhrases(NamedTuple):
    """What a claim says and what the source says, which cannot both hold."""

    claim: str
    source: str


class SourcePlace(NamedTuple):
    """A word of the source: how alike its surroundings are, which sentence, which word, same or ``opposite``."""

    near: float
    sentence: int
    word: int
    opposite: bool


class PolarityPair(NamedTuple):
    """A word of the claim and its place in the source, with what either makes of it; ``pair`` puts it in words.

    ``places`` are those of the two words, ``same`` is False for a word that only stands in for the claim's,
    ``denies`` tells that both words deny something themselves.
    """

    places: tuple[int, int]
    ours: Polarity
    theirs: Polarity
    opposite: bool
    same: bool
    denies: bool
    pair: OpposedPhrases

    def is_agreement(self) -> bool:
        """Tell whether both deny the same, or one denies the opposite of what the other says."""
        if self.opposite:
            return self.ours.sign * self.theirs.sign == -1
        both = self.ours.sign + self.theirs.sign < 0 and bool(self.ours.rank and self.theirs.rank)
        return both or self.denies

    def list_denials(self) -> set[tuple[int, int]]:
        """List the side (0 for the claim) and place of each word that denies here."""
        if self.denies:
            return set(enumerate(self.places))
        return {(side, sign.by) for side, sign in enumerate((self.ours, self.theirs)) if sign.by >= 0}

    def is_unanswered(self, shared: set[tuple[int, int]], alone: set[tuple[int, int]]) -> bool:
        """Tell whether a denial is neither shared nor, if the source's, likely one of the claim in other words."""
        return not self.list_denials() & shared and (self.ours.sign < 0 or not alone)

    def is_clash(self) -> bool:
        """Tell whether one says what the other denies, or both say opposites."""
        product = self.ours.sign * self.theirs.sign
        if self.opposite:
            return product == 1
        return product == -1 and self.same and max(self.ours.rank, self.theirs.rank) <= _HEADS


def find_contradictions(alignments: Sequence[Alignment], others: Sequence[Alignment] = ()) -> list[OpposedPhrases]:
    """Find the contradictions between a claim and the sentences that it is laid beside, opposites first.

    Of each word only the place with the most alike surroundings is asked, in whichever sentence it is. A denial
    that claim and source share for one word is not held against another. What another sentence, one of ``others``,
    says in the claim's own word is not held against it for an opposite elsewhere.
    """
    pairs = list(_pair_words(alignments))
    shared = {denial_place for pair in pairs if pair.is_agreement() for denial_place in pair.list_denials()}
    alone = _find_denials(alignments[0].claim.words) - shared if alignments else set()
    clashing = [
        pair
        for pair in pairs
        if pair.is_clash()
        and (pair.opposite or pair.is_unanswered(shared, alone))
        and not _is_said_otherwise(alignments, others, pair)
    ]
    return [pair.pair for pair in sorted(clashing, key=lambda pair: not pair.opposite)]


def find_doubts(alignments: Sequence[Alignment]) -> Iterator[str]:
    """Find what speaks against a claim without contradicting it: denials of one side that the other does not have.

    Args:
        alignments: The claim beside the sentences that carry it, the best first.

    Yields:
        Reasons in words for a reader.
    """
    if not alignments:
        return
    claim, best = alignments[0].claim.words, alignments[0]
    if any(_is_negative(claim, place) for place in range(len(claim))):
        if not any(_answers_denial(alignment) for alignment in alignments):
            denial = next(word for place, word in enumerate(claim) if _is_negative(claim, place))
            yield f"the source denies nothing where this says “{denial.text}”"
        return
    theirs = best.sentence.words
    polarities = read_polarities(theirs)
    yield from _find_mere_opposites(alignments)
    forbidden = _find_forbidden(theirs)
    turned = {polarities[there].by for here in range(len(claim)) for there in best.opposites_of(here)}
    for here, match in enumerate(best.matches):
        if not match.places or claim[here].stop or best.opposites_of(here):
            continue
        near, there = best.nearest_of(here, match.places)
        sign = polarities[there]
        by = sign.by if sign.sign < 0 and 0 < sign.rank <= _HEADS else forbidden.get(there, -1)
        if near >= _ALIKE and 0 <= by < there and by not in turned:
            yield f"the source says “{_quote_word(theirs, there, Polarity(-1, 1, by))}”, this says “{claim[here].text}”"
            return


def _find_mere_opposites(alignments: Sequence[Alignment]) -> Iterator[str]:
    """Find a word of the claim that the source does not have, only its opposite: "cheap" against "expensive".

    Not to improve is not yet to worsen.
    """
    claim = alignments[0].claim.words
    for here, word in enumerate(claim):
        if any(alignment.places_of(here) for alignment in alignments):
            continue
        for index, alignment in enumerate(alignments):
            for there in alignment.opposites_of(here)[:1]:
                opposite = alignment.sentence.words[there]
                rival = any(opposite.stem == claim_word.stem for claim_word in claim) or _is_denied_complement(
                    alignment, here, there
                )
                if not rival and (index or alignment.measure_nearness(here, there)):
                    yield f"the source says “{opposite.text}” where this says “{word.text}”"
                    return


def _is_denied_complement(alignment: Alignment, here: int, there: int) -> bool:
    """Tell whether a sentence denies what a prefix turns round: "not stable" is "unstable"; not to improve is less."""
    ours, theirs = alignment.claim.words[here].stem, alignment.sentence.words[there].stem
    complement = ours.endswith(theirs) or theirs.endswith(ours)
    return complement and read_polarities(alignment.sentence.words)[there].sign < 0


def _find_forbidden(words: Sequence[Word]) -> dict[int, int]:
    """Find the words after a verb that forbids or avoids, and the place of that verb."""
    forbidden: dict[int, int] = {}
    for place, word in enumerate(words):
        if is_cue_stem("forbids", word.stem):
            forbidden.update((target, place) for target in _reach_words(words, place, _FORBIDDEN))
    return forbidden


def _is_negative(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word of a claim denies or forbids."""
    return (read_denial(words, place) or SAID)[0] < 0 or is_cue_stem("forbids", words[place].stem)


def _answers_denial(alignment: Alignment) -> bool:
    """Tell whether a sentence denies anything, or has an opposite of a word of the claim."""
    words = alignment.sentence.words
    denied = any(
        (read_denial(words, place) is not None)
        or is_cue_stem("forbids", word.stem)
        or is_cue_stem("wanting", word.stem)
        or is_cue("only", word.low)
        for place, word in enumerate(words)
    )
    return denied or any(alignment.opposites_of(here) for here in range(len(alignment.matches)))


def _is_said_otherwise(alignments: Sequence[Alignment], others: Sequence[Alignment], pair: PolarityPair) -> bool:
    """Tell whether the source says in another place what the claim says here, or that it is hard, in other words."""
    here = pair.places[0]
    claim = alignments[0].claim.words
    if pair.opposite:
        near = max(
            alignment.measure_nearness(here, pair.places[1])
            for alignment in alignments
            if len(alignment.sentence.words) > pair.places[1]
        )
        return any(
            alignment.matches[here].level == SAME and alignment.nearest_of(here, alignment.places_of(here))[0] >= near
            for alignment in others
        )
    if pair.ours.sign < 0 and is_cue_stem("denies_doing", claim[pair.ours.by].stem):
        return any(
            is_cue_stem("denies_doing", word.stem) for alignment in alignments for word in alignment.sentence.words
        )
    return pair.ours.sign < 0 and any(alignment.opposites_of(here) for alignment in alignments)


def _find_denials(words: Sequence[Word]) -> set[tuple[int, int]]:
    """Find the words of a claim that deny something."""
    return {(0, place) for place in range(len(words)) if (read_denial(words, place) or SAID)[0] < 0}


def _pair_words(alignments: Sequence[Alignment]) -> Iterator[PolarityPair]:
    source_polarities = [read_polarities(alignment.sentence.words) for alignment in alignments]
    ours = read_polarities(alignments[0].claim.words) if alignments else ()
    for here, mine in enumerate(ours):
        place = _find_place(alignments, here)
        if place is None:
            continue
        there, theirs = alignments[place.sentence], source_polarities[place.sentence][place.word]
        if _BACKWARDS in (mine.rank, theirs.rank) and not _stays_in_clause(there, place.word):
            mine, theirs = (SAID if side.rank == _BACKWARDS else side for side in (mine, theirs))
        reached = mine.sign < 0 or _shares_scope(there, source_polarities[place.sentence], theirs)
        same = there.is_same_word(here, place.word) and reached
        pair = OpposedPhrases(
            _quote_word(there.claim.words, here, mine), _quote_word(there.sentence.words, place.word, theirs)
        )
        yield PolarityPair(
            (here, place.word), mine, theirs, place.opposite, same, _both_deny(there, here, place.word), pair
        )


def _stays_in_clause(alignment: Alignment, there: int) -> bool:
    """Tell whether all of a claim that a sentence has stands in one of its clauses, as "not at low doses, but at high".

    What a verb denies of its subject it denies there alone.
    """
    words = alignment.sentence.words
    return all(
        any(words[place].clause == words[there].clause for place in match.places)
        for match in alignment.matches
        if match.places
    )


def _shares_scope(alignment: Alignment, theirs: Sequence[Polarity], denied: Polarity) -> bool:
    """Tell whether the claim has the words that a denial of the source reaches before this one."""
    scope = (place for place, sign in enumerate(theirs) if sign.by == denied.by >= 0 and 0 < sign.rank < denied.rank)
    before = {place for place in scope if not alignment.sentence.words[place].low.endswith("ly")}
    return before <= {matched_place for word_match in alignment.matches for matched_place in word_match.places}


def _quote_word(words: Sequence[Word], place: int, sign: Polarity) -> str:
    """Quote a word with what denies it."""
    start = sign.by if sign.sign < 0 else place
    return " ".join(word.text for word in words[start : place + 1])


def _find_place(alignments: Sequence[Alignment], here: int) -> SourcePlace | None:
    """Find where the source speaks of what a word of the claim speaks of, or of its opposite."""
    same = _find_best_place(alignments, here, opposite=False)
    against = _find_best_place(alignments, here, opposite=True)
    if against.near > _MARGIN * same.near and not _has_rival(alignments[against.sentence], here, against):
        return against if against.near >= _ALIKE else None
    least = _ALIKE if alignments[same.sentence].is_same_word(here, same.word) else _LOOSELY_ALIKE
    return same if same.near >= least else None


def _find_best_place(alignments: Sequence[Alignment], here: int, opposite: bool) -> SourcePlace:
    """Find the place of a word, or of its opposite; a word itself goes before one that stands in for it."""
    places = []
    for index, alignment in enumerate(alignments):
        near, there = alignment.nearest_of(
            here, alignment.opposites_of(here) if opposite else alignment.places_of(here)
        )
        places.append(SourcePlace(near if opposite else near * alignment.matches[here].level, -index, there, opposite))
    best = max(places)
    return best._replace(sentence=-best.sentence)


def _has_rival(alignment: Alignment, here: int, against: SourcePlace) -> bool:
    """Tell whether another word of the claim says the opposite too, and fits its place in the source about as well."""
    stemmed = alignment.sentence.words[against.word].stem
    words = enumerate(alignment.claim.words)
    rivals = (place for place, word in words if place != here and stemmed in (word.stem, stem_word(word.joined)))
    return any(alignment.measure_nearness(place, against.word) >= _RIVAL * against.near for place in rivals)


def _both_deny(alignment: Alignment, here: int, there: int) -> bool:
    """Tell whether a denying word of the claim has its like in the source: "fails on" and "fail to"."""
    both = read_denial(alignment.claim.words, here), read_denial(alignment.sentence.words, there)
    return alignment.claim.words[here].low != "non" and all(
        found_denial and found_denial[0] < 0 for found_denial in both
    )
