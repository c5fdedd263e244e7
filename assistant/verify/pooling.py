"""What a claim pools from several sentences though none of them says it: words that are there, bound to other ones.

A number is said with what it counts, a thing with what is said of it and not of its counterpart, and a verb as it
stands where it comes from. Each rule asks which sentence has a word at all, and what stands beside it there.
"""

from collections.abc import Iterator, Sequence, Set
from itertools import groupby, pairwise

from assistant.verify.alignment import SAME, Alignment, ClaimEvidence, SentenceMatch
from assistant.verify.frames import read_frames
from assistant.verify.misattribution import find_counted
from assistant.verify.negation import read_denial, read_polarities
from assistant.verify.tokens import Word, is_cue, is_cue_stem, is_plain

# Chosen by hand while the errors on the claims about the sample were read; none was swept.
# The first words that a denial reaches are those that it denies.
_HEADS = 2
_CONTRASTS = frozenset("whereas while but".split())


def find_pooled_numbers(evidence: ClaimEvidence) -> Iterator[tuple[str, str]]:
    """Find numbers of which no sentence that has them speaks of what the claim counts, and another one does."""
    for index, number in enumerate(evidence.claim.quantities):
        counted = find_counted(evidence.claim, number)[:1]
        holders = [match for match in evidence.ranked if match.numbers[index]]
        if not counted or not holders or number.bounds or number.kind == "times":
            continue  # "Ten times faster" counts nothing.
        [place] = counted
        known = [match for match in evidence.ranked if match.alignment.matches[place].level and match.sentence.end]
        if known and evidence.weight[place] and not any(_speaks_of(match, place) for match in holders):
            yield number.with_unit(), evidence.claim.words[place].text


def _speaks_of(match: SentenceMatch, place: int) -> bool:
    return bool(match.alignment.matches[place].level or match.alignment.opposites_of(place))


def find_counterparts(evidence: ClaimEvidence) -> Iterator[tuple[str, str]]:
    """Find things that the source tells from others of their kind, and of which it says this of another one.

    "Static designs are fragile", where the sentence says so of "adaptive designs" and another one has "static designs".
    """
    words = evidence.claim.words
    named = {
        place
        for place, word in enumerate(words)
        if any(name.covers_character(word.start) for name in evidence.claim.names)
    }  # Of names other rules see to it that they stay where they belong.
    for clause in _split_at_contrasts(words):
        best = _find_best(evidence, clause)
        for here, head in pairwise(clause):
            if best is None or head != here + 1 or here in named or _is_compound(words, here):
                continue
            weighs = evidence.weight[here] and evidence.weight[head]
            lacking = best.alignment.matches[here].level < SAME and _stand_together(evidence, here)
            rival = _find_rival(best, clause, head) if weighs and lacking else None
            if rival is not None:
                beside = best.sentence.words[rival : rival + 2]
                yield f"{words[here].text} {words[head].text}", " ".join(word.text for word in beside)
                return


def _is_compound(words: Sequence[Word], place: int) -> bool:
    return bool(words[place].joined or (place and words[place - 1].joined))


def _find_rival(best: SentenceMatch, clause: Sequence[int], head: int) -> int | None:
    """Find the word that a sentence has before the head of a phrase, and that the clause does not have."""
    ours = {place for here in clause for place in best.alignment.places_of(here)}
    for there in best.alignment.places_of(head):
        word = best.sentence.words[there - 1] if there else None
        if word and word.low.isalpha() and not word.stop and not is_plain(word.low) and there - 1 not in ours:
            return there - 1
    return None


def _split_at_contrasts(words: Sequence[Word]) -> Iterator[list[int]]:
    """Split a claim where it turns to another thing: "while A is fast, B is slow" into the two clauses."""
    marks = [word.low in _CONTRASTS for word in words]
    turns = [
        mark or (any(marks[:place]) and place > 0 and word.clause != words[place - 1].clause)
        for place, (word, mark) in enumerate(zip(words, marks, strict=True))
    ]
    numbers = [sum(turns[: place + 1]) for place in range(len(words))]
    for _, group in groupby(range(len(words)), key=lambda place: numbers[place]):
        yield list(group)


def _find_best(evidence: ClaimEvidence, clause: Sequence[int]) -> SentenceMatch | None:
    """Find the sentence that has most of a clause."""

    def score(match: SentenceMatch) -> float:
        return sum(evidence.weight[place] * match.alignment.matches[place].level for place in clause)

    rows = [match for match in evidence.ranked if match.sentence.end]
    return max(rows, key=score, default=None)


def _stand_together(evidence: ClaimEvidence, here: int) -> bool:
    """Tell whether a word and the next one stand side by side in some sentence, and the first in no title.

    What the title names is what a paper is about: "it" may stand for it anywhere.
    """
    titled = any(match.alignment.places_of(here) for match in evidence.ranked if not match.sentence.end)
    return not titled and any(
        place + 1 in match.alignment.places_of(here + 1)
        for match in evidence.ranked
        for place in match.alignment.places_of(here)
    )


def find_denied_elsewhere(evidence: ClaimEvidence) -> Iterator[tuple[str, str]]:
    """Find words that the best sentence lacks, and that are denied in each of those that carry the claim beside it.

    A claim that denies anything itself is left to the rules about denials.
    """
    claim = evidence.claim.words
    if len(evidence.chosen) < 2 or any(sign.sign < 0 for sign in read_polarities(claim)):
        return
    best, *others = evidence.chosen
    signs = [read_polarities(match.sentence.words) for match in others]
    for here, word in enumerate(claim):
        if not evidence.weight[here] or _speaks_of(best, here):
            continue
        places = [
            (match, row, there)
            for match, row in zip(others, signs, strict=True)
            for there in match.alignment.places_of(here)
        ]
        if places and all(row[there].sign < 0 and 0 < row[there].rank <= _HEADS for _, row, there in places):
            match, row, there = places[0]
            quoted = match.sentence.words[row[there].by : there + 1]
            yield " ".join(part.text for part in quoted), word.text
            return


def find_unanswered_denial(evidence: ClaimEvidence) -> str | None:
    """Find a denial of a claim over words that each sentence that carries it says plainly.

    What denies in a sentence answers for its clause, unless the claim has the very word too.
    """
    claim = evidence.claim.words
    ours = read_polarities(claim)
    own = {word.low for word in claim}
    rows = [(match, _find_answering_clauses(match.sentence.words, own)) for match in evidence.chosen]
    for by in sorted({sign.by for sign in ours if sign.sign < 0}):
        reached = [here for here, sign in enumerate(ours) if sign.by == by and evidence.weight[here]]
        places = [
            (clauses, match.sentence.words[there].clause)
            for match, clauses in rows
            for here in reached
            for there in match.alignment.places_of(here)
        ]
        opposed = any(match.alignment.opposites_of(here) for match, _ in rows for here in range(len(claim)))
        shared = any(claim[by].low == word.low for match, _ in rows for word in match.sentence.words)
        if places and not opposed and not shared and not any(clause in clauses for clauses, clause in places):
            return claim[by].text
    return None


def _find_answering_clauses(words: Sequence[Word], own: Set[str]) -> set[int]:
    """Find the clauses that deny or soften anything by a word that the claim does not have."""
    return {
        word.clause
        for place, word in enumerate(words)
        if word.low not in own
        and (
            read_denial(words, place) is not None
            or any(is_cue_stem(name, word.stem) for name in ("forbids", "wanting", "denies_doing"))
            or is_cue("only", word.low)
        )
    }


def sets_other_side_apart(alignment: Alignment) -> bool:
    """Tell whether a claim sets apart what its source speaks of, and speaks of what that sets apart.

    "A, unlike B, gains" against "unlike A, B gains".
    """
    ours, theirs = (
        {place for frame in read_frames(sentence) if frame.kind == "aside" for place in frame.places}
        for sentence in (alignment.claim, alignment.sentence)
    )
    if not ours or not theirs:
        return False
    telling = [
        here
        for here, word in enumerate(alignment.claim.words)
        if alignment.places_of(here) and not word.stop and not is_plain(word.low)
    ]
    moved_out = [here for here in telling if here in ours and not theirs & set(alignment.places_of(here))]
    moved_in = [here for here in telling if here not in ours and theirs.issuperset(alignment.places_of(here))]
    return bool(moved_out) and bool(moved_in)
