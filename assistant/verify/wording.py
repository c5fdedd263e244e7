"""Differences of wording between a claim and the sentence of a source that it repeats nearly word for word.

A claim that keeps most of the words of a sentence in their order says what the sentence says only where every
difference can be explained: words left out, a lead-in, another ending, a synonym, a number written otherwise, two
conjuncts in the other order. What remains is held against it: a number, a word or a denial that is another one, a hedge
that is gone, and two things that have changed places. A claim in words of its own is not looked at here.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from assistant.verify.frames import tells_comparison
from assistant.verify.source import Sentence
from assistant.verify.tokens import Word, is_cue, is_cue_stem, stem_word
from assistant.verify.verdict import FindingKind
from assistant.verify.wording_gaps import (
    CONJUNCTIONS,
    LONGEST_SUBSTITUTE,
    MOST_TOKENS,
    PREPOSITIONS,
    RELATIONS,
    SETS_APART,
    Difference,
    GapRules,
    Token,
    WordingGap,
    is_specific,
    split_tokens,
)

# All thresholds here were chosen while the errors on part dev of benchmarks/check.py and benchmarks/claims.py were
# read; no errors of a part test were looked at.
# A claim repeats a sentence where it has this share of its tokens from there and this share of its pairs of neighbours:
# nineteen in twenty of the mutated sentences are above .87 and .65, of the true claims in words of one's own below.
# One that has nearly all of its tokens from there needs fewer neighbours, for two that have changed places part four.
_REPEATED, _NEIGHBOURS = 0.8, 0.6
_ALL, _FEWER_NEIGHBOURS = 0.95, 0.2
# From these shares of neighbours on, a run that has moved counts too, and a word that stands for an unknown other one:
# below them, the claim is as likely put in words of one's own.
_MOVED, _TIGHT = 0.7, 0.8
# What a claim of which a part is a lead-in has to share with a sentence before the two are compared in full.
_LEAST_SHARED, _LEAST_PAIRS = 0.5, 0.2
# A claim of fewer tokens has too few to tell.
_FEWEST_TOKENS = 4
# In a claim of so few tokens two things that change places leave few neighbours: its joints count as shared wherever
# the source has them, and a list that is told item by item is no other order.
_SHORT = 10

_LEAST_NEIGHBOURS = {FindingKind.DIRECTION: _MOVED, FindingKind.WORDS: _TIGHT}

_COMPARE = {stem_word("compare")}
_CONNECTIVES = frozenset("because since although though while whereas that which who if when".split())
_DETERMINERS = frozenset("a an the our their its this these that those".split())


class Wording(NamedTuple):
    """How a claim differs from the sentence that it repeats; ``explained`` where nothing needs a further look."""

    differences: tuple[Difference, ...]
    explained: bool


def compare_wording(claim: Sentence, candidates: Sequence[Sequence[Sentence]]) -> Wording | None:
    """Compare a claim with the sentences, or the rows of adjacent ones, that it may repeat; None where it repeats none.

    Where it repeats several, the one with the fewest differences counts.
    """
    ours = split_tokens([claim])
    comparisons = [
        comparison for rows in candidates if (comparison := _compare_tokens(ours, split_tokens(rows), rows, claim))
    ]
    best = min(comparisons, key=lambda wording: (len(wording.differences), not wording.explained), default=None)
    denied = any(
        difference.kind is FindingKind.NEGATION and difference.sure
        for wording in comparisons
        for difference in wording.differences
    )
    return best._replace(explained=False) if best and denied else best


def _compare_tokens(
    ours: list[Token], theirs: list[Token], rows: Sequence[Sentence], claim: Sentence
) -> Wording | None:
    if not ours or len(ours) > MOST_TOKENS or len(theirs) > MOST_TOKENS or not _share_enough(ours, theirs):
        return None
    names = frozenset(place for place, word in enumerate(claim.words) if _is_named(claim, word))
    script = EditScript(ours, theirs, claim.words, tuple(word for row in rows for word in row.words), names)
    return script.judge() if script.repeats() else None


def _is_named(sentence: Sentence, word: Word) -> bool:
    return any(name.covers_character(word.start) for name in sentence.names)


def _share_enough(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Tell at little cost whether a claim can repeat a sentence at all."""
    keys = {token.key for token in theirs}
    telling = [token for token in ours if token.tells]
    if not telling or sum(token.key in keys for token in telling) < _LEAST_SHARED * len(telling):
        return False
    pairs = {(token.key, after.key) for token, after in pairwise(theirs)}
    both = sum((token.key, after.key) in pairs for token, after in pairwise(ours))
    return both >= _LEAST_PAIRS * (len(ours) - 1)


class Move(NamedTuple):
    """A run of tokens that both have in places of different order: indices in the claim and in the source.

    ``exchange`` tells that other words stand where the run was, and that it stands where other words were.
    """

    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    exchange: bool


def _opens_clause(tokens: Sequence[Token], place: int) -> bool:
    before = tokens[place - 1] if place else None
    return before is None or before.low == "that" or before.clause != tokens[place].clause


def _find_moved_denials(
    tokens: Sequence[Token], others: Sequence[Token], anchors: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Find where "no tumours were observed" stands for "tumours were not observed" or "tumours did not occur".

    Both have to open their clauses, for "patients with no pain improved" is not "patients with pain did not".

    Args:
        tokens: Of the side that may say "no".
        others: Of the side that may say "not".
        anchors: The place among the others of each token that both have.

    Yields:
        The places of "no" and of "not".
    """
    for here, token in enumerate(tokens[:-1]):
        start = anchors.get(here + 1, -1)
        if token.low != "no" or here in anchors or start < 0:
            continue
        if not _opens_clause(tokens, here) or not _opens_clause(others, start):
            continue
        end = start
        while end < len(others) and anchors.get(here + 1 + end - start) == end:
            end += 1
        after = here + 1 + end - start
        denied = end + (end + 1 < len(others) and not others[end].tells and others[end].low != "not")  # "did not"
        if (
            denied + 1 >= len(others)
            or others[denied].low != "not"
            or others[denied + 1].clause != others[start].clause
        ):
            continue
        if anchors.get(after) == denied + 1 or is_cue_stem("is_there", others[denied + 1].key):
            yield here, denied


class EditScript:
    """The edits that make a claim of a sentence: shared blocks, the gaps between them, and what has moved."""

    def __init__(
        self,
        ours: Sequence[Token],
        theirs: Sequence[Token],
        claim_words: Sequence[Word],
        source_words: Sequence[Word],
        names: frozenset[int],
    ) -> None:
        """Compare the tokens of a claim with those of a source; ``names`` are places of words of names in the claim."""
        self._ours, self._theirs = ours, theirs
        self._claim_words, self._source_words, self._names = claim_words, source_words, names
        matcher = SequenceMatcher(None, [token.key for token in ours], [token.key for token in theirs], autojunk=False)
        self._blocks = [block for block in matcher.get_matching_blocks() if block.size]
        self._anchors = {block.a + step: block.b + step for block in self._blocks for step in range(block.size)}
        self._moves = list(self._find_moves())
        self._moved_ours = {place for move in self._moves for place in move.ours}
        self._moved_theirs = {place for move in self._moves for place in move.theirs}
        for here, there in _find_moved_denials(ours, theirs, self._anchors):
            self._moved_ours.add(here)
            self._moved_theirs.add(there)
        backwards = {there: here for here, there in self._anchors.items()}
        for there, here in _find_moved_denials(theirs, ours, backwards):
            self._moved_ours.add(here)
            self._moved_theirs.add(there)

    def repeats(self) -> bool:
        """Tell whether the claim repeats the sentence nearly word for word, its lead-in aside."""
        if not self._blocks:
            return False
        shared, neighbours = self._measure_shared(), self._measure_neighbours()
        if len(self._ours) < _FEWEST_TOKENS:
            return False
        return (shared >= _REPEATED and neighbours >= _NEIGHBOURS) or (
            shared >= _ALL and neighbours >= _FEWER_NEIGHBOURS
        )

    def _find_start(self) -> int:
        """Find where the lead-in ends: what reports stands before a "that" or a comma, or is plain prose."""
        start = self._blocks[0].a
        lead = self._ours[:start]
        if not lead or lead[-1].low == "that" or lead[-1].clause != self._ours[start].clause:
            return start
        return 0 if any(is_specific(token) for token in lead) else start

    def _measure_shared(self) -> float:
        """Measure the share of tokens that the claim has from the source, the lead-in aside."""
        places = range(self._find_start(), len(self._ours))
        short = len(self._ours) <= _SHORT
        joints = {token.key for token in self._theirs if not token.tells} if short else set()
        return sum(
            place in self._anchors or place in self._moved_ours or self._ours[place].key in joints for place in places
        ) / len(places)

    def _measure_neighbours(self) -> float:
        """Measure the share of pairs of neighbours that stand side by side in the source too, the lead-in aside."""
        pairs = range(self._find_start(), len(self._ours) - 1)
        moves = {here: there for move in self._moves for here, there in zip(move.ours, move.theirs, strict=True)}
        source = self._anchors | moves
        both = sum(source.get(place, -2) + 1 == source.get(place + 1, -2) for place in pairs)
        return both / max(1, len(pairs))

    def judge(self) -> Wording:
        """List the differences that nothing explains, and tell whether all others are explained."""
        differences: list[Difference] = []
        explained = True
        for gap in self._list_gaps():
            gap_differences, gap_explained = GapRules(gap, self._claim_words, self._source_words, self._names).judge()
            differences += gap_differences
            explained = explained and gap_explained
        moves = [(move, self._excuse(move)) for move in self._moves]
        turned = any(difference.kind is FindingKind.NEGATION for difference in differences)
        if turned and any(move.exchange for move, _ in moves):
            # "A is higher than B" and "B is lower than A": both the order and a word are turned round.
            unexplained = [difference for difference in differences if difference.kind is not FindingKind.NEGATION]
            return Wording(tuple(unexplained), False)
        differences += [self._describe(move) for move, excuse in moves if excuse is None]
        explained = explained and not differences and all(excuse for _, excuse in moves if excuse is not None)
        neighbours = 1.0 if self._measure_shared() == 1.0 else self._measure_neighbours()
        differences = [
            difference
            for difference in differences
            if difference.sure or neighbours >= _LEAST_NEIGHBOURS.get(difference.kind, 0.0)
        ]
        return Wording(tuple(dict.fromkeys(differences)), explained)

    def _list_gaps(self) -> Iterator[WordingGap]:
        """List the gaps without what has moved."""
        ends = [(block.a, block.b, block.a + block.size, block.b + block.size) for block in self._blocks]
        ends.append((len(self._ours), len(self._theirs), 0, 0))
        here = there = 0
        for number, (start, source_start, end, source_end) in enumerate(ends):
            mine = tuple(self._ours[place] for place in range(here, start) if place not in self._moved_ours)
            source = range(there, source_start)
            yours = tuple(self._theirs[place] for place in source if place not in self._moved_theirs)
            if mine or yours:
                after = self._theirs[source_start] if source_start < len(self._theirs) else None
                before = self._theirs[there - 1] if there else None
                yield WordingGap(mine, yours, before, after, number == 0)
            here, there = end, source_end

    def _find_moves(self) -> Iterator[Move]:
        """Find the runs of telling tokens that both have, but not between the same blocks."""
        anchored = set(self._anchors.values())
        spare: dict[str, list[int]] = {}
        for place, token in enumerate(self._theirs):
            if place not in anchored and token.tells and token.place >= 0:
                spare.setdefault(token.key, []).append(place)
        pairs = []
        for place, token in enumerate(self._ours):
            if place not in self._anchors and spare.get(token.key):
                pairs.append((place, spare[token.key].pop(0)))
        run: list[tuple[int, int]] = []
        for pair in [*pairs, (-9, -9)]:
            if run and not self._continues(run[-1], pair):
                ours, theirs = zip(*run, strict=True)
                yield Move(ours, theirs, self._is_exchange(ours, theirs, {there for _, there in pairs}))
                run = []
            run.append(pair)

    def _continues(self, last: tuple[int, int], pair: tuple[int, int]) -> bool:
        """Tell whether a moved token goes on with the run before it: joints may stand between."""
        steps, source_steps = pair[0] - last[0], pair[1] - last[1]
        joints = all(
            place not in self._anchors and not self._ours[place].tells for place in range(last[0] + 1, pair[0])
        )
        return 0 < steps <= 3 and 0 < source_steps <= 3 and joints

    def _is_exchange(self, ours: Sequence[int], theirs: Sequence[int], moved: set[int]) -> bool:
        """Tell whether the claim has other words where a run was, and the run where the source has other words."""
        before, after = self._find_neighbours(self._anchors, ours[0])
        source_range = range(self._anchors.get(before, -1) + 1, self._anchors.get(after, len(self._theirs)))
        back = {there: here for here, there in self._anchors.items()}
        source_before, source_after = self._find_neighbours(back, theirs[0])
        claim_range = range(back.get(source_before, -1) + 1, back.get(source_after, len(self._ours)))
        mine = {here for here in claim_range if here not in self._anchors and self._ours[here].tells}
        return bool(moved & set(source_range)) and bool(mine)

    @staticmethod
    def _find_neighbours(anchors: dict[int, int], place: int) -> tuple[int, int]:
        """Find the next anchored places before and after a place; -2 without."""
        before = max((anchor for anchor in anchors if anchor < place), default=-2)
        return before, min((anchor for anchor in anchors if anchor > place), default=-2)

    def _excuse(self, move: Move) -> bool | None:
        """Tell of a move whether it is harmless (True), or needs the other rules (False); None for one that counts."""
        numbers = [place for place in move.ours if self._ours[place].number]
        moved_numbers = sum(self._ours[place].number is not None for place in self._moved_ours)
        if numbers and 1 < moved_numbers < len(self._moved_ours) - 1:
            return False  # Names and numbers have moved, it may be together.
        if all(self._ours[place].low.endswith("ly") for place in move.ours):
            return True
        if all(is_cue("denies", self._ours[place].low) for place in move.ours):
            return False
        if not numbers and not move.exchange and all(self._is_said_again(place) for place in move.ours):
            return False
        crossed = self._list_crossed(move)
        if not numbers and self._only_tells_comparison(move, crossed):
            return False
        in_turn = any(is_cue_stem("in_turn", token.key) for token in self._theirs)
        if not numbers and not in_turn and self._is_conjunct_swap(crossed):
            return True
        if self._is_passive() or self._crosses_clause(crossed):
            return False
        if move.exchange:
            return None
        splits = len(self._ours) <= _SHORT and moved_numbers < 2 and any(token.number for token in self._ours)
        if self._completes_denial(move) or splits:
            return False  # "A and B have 9 and 5", "A has 9 and B 5": what numbers are bound to is looked at elsewhere.
        if self._is_phrase(move):
            return True
        short = len(move.ours) == 1 and sum(self._theirs[place].tells for place in crossed) <= 2 and not numbers
        return False if short and self._changes_preposition(move) else None

    def _only_tells_comparison(self, move: Move, crossed: Sequence[int]) -> bool:
        """Tell whether a claim says that two things are compared, and a run has only changed its place to that word."""
        moved = {self._ours[place].key for place in move.ours}
        passed = {self._theirs[place].key for place in crossed if self._theirs[place].tells}
        words = self._claim_words
        return _COMPARE in (moved, passed) and any(tells_comparison(words, place) for place in range(len(words)))

    def _is_said_again(self, place: int) -> bool:
        """Tell whether the claim has a token once more, in the place where the source has it."""
        key = self._ours[place].key
        return any(anchor != place and self._ours[anchor].key == key for anchor in self._anchors)

    def _list_crossed(self, move: Move) -> list[int]:
        """List the places of the source between a run and its new place."""
        before, after = self._find_neighbours(self._anchors, move.ours[0])
        left, right = self._anchors.get(before, -1), self._anchors.get(after, len(self._theirs))
        if move.theirs[0] > left:
            return list(range(left + 1, move.theirs[0])) if move.theirs[0] >= right else []
        return list(range(move.theirs[-1] + 1, left + 1))

    def _is_conjunct_swap(self, crossed: Sequence[int]) -> bool:
        """Tell whether a run has only changed places with what an "and" joins it to."""
        anchored = set(self._anchors.values())
        joints = [place for place in crossed if not self._theirs[place].tells]
        telling = [place for place in crossed if self._theirs[place].tells]
        conjunctions = [place for place in joints if self._theirs[place].low in CONJUNCTIONS]
        if not conjunctions or any(self._theirs[place].low in RELATIONS | PREPOSITIONS for place in joints):
            return False
        # Where the "and" stays, both conjuncts have moved; where one of them stays, the "and" has moved with the other.
        stays = all(place in anchored for place in conjunctions)
        free = all(place not in anchored for place in telling) if stays else True
        return free and len(telling) <= LONGEST_SUBSTITUTE and not any(self._theirs[place].number for place in telling)

    def _crosses_clause(self, crossed: Sequence[int]) -> bool:
        """Tell whether a run only stands on the other side of a clause or phrase that both have with its connective."""
        if not crossed or self._theirs[crossed[0]].low not in PREPOSITIONS | _CONNECTIVES:
            return False
        opening = [token.key for token in self._theirs[crossed[0] : crossed[0] + 2]]
        return any(opening == [token.key for token in pair] for pair in pairwise(self._ours))

    def _completes_denial(self, move: Move) -> bool:
        """Tell whether a run follows a "not" with which a clause of the source breaks off: "ours does not"."""
        place = move.ours[0] - 1
        there = self._anchors.get(place)
        if there is None or self._ours[place].low != "not":
            return False
        return there + 1 == len(self._theirs) or self._theirs[there + 1].clause != self._theirs[there].clause

    def _is_passive(self) -> bool:
        """Tell whether only one of both has a "by"."""
        ours = any(token.low == "by" for place, token in enumerate(self._ours) if place not in self._anchors)
        anchored = set(self._anchors.values())
        return ours != any(token.low == "by" for place, token in enumerate(self._theirs) if place not in anchored)

    def _is_phrase(self, move: Move) -> bool:
        """Tell whether a run has moved with its preposition: "in mice" from the end to the beginning."""
        anchored = set(self._anchors.values())
        moved = [token for place, token in enumerate(self._theirs) if place not in anchored]
        moved += [token for place, token in enumerate(self._ours) if place not in self._anchors]
        if any(token.low in SETS_APART for token in moved):
            return False  # "in A than in B", "in B than in A"
        if self._ours[move.ours[0]].low in PREPOSITIONS:
            return True
        for step in range(1, 4):
            here, there = move.ours[0] - step, move.theirs[0] - step
            if here < 0 or there < 0:
                return False
            if {self._ours[here].low, self._theirs[there].low} <= _DETERMINERS:
                continue
            if {self._ours[here].low, self._theirs[there].low} <= PREPOSITIONS:
                return here not in self._anchors  # "in many tasks, …", "… across tasks"
            if self._ours[here].key != self._theirs[there].key:
                return False
        return False

    def _changes_preposition(self, move: Move) -> bool:
        """Tell whether a word has lost or got an "of" or the like: "accuracy of the model", "model accuracy"."""
        back = set(self._anchors.values())
        return _has_preposition(self._ours, move.ours, self._anchors) != _has_preposition(
            self._theirs, move.theirs, back
        )

    def _describe(self, move: Move) -> Difference:
        text = " ".join(self._ours[place].text for place in move.ours)
        before, after = self._find_neighbours(self._anchors, move.ours[0])
        left, right = self._anchors.get(before, -1) + 1, self._anchors.get(after, len(self._theirs))
        there = [token for token in self._theirs[left:right] if token.tells]
        kind = FindingKind.NUMBER if self._ours[move.ours[0]].number else FindingKind.DIRECTION
        source = " ".join(token.text for token in there[: len(move.ours) + 1])
        # Who stands on which side of a comparison is never a matter of wording.
        compared = any(self._theirs[place].low in SETS_APART for place in self._list_crossed(move))
        compared = compared and any(token.low in SETS_APART for token in self._ours)
        return Difference(kind, text, source or "another order", move.exchange or compared)


def _has_preposition(tokens: Sequence[Token], run: Sequence[int], shared: Container[int]) -> bool:
    """Tell whether a preposition that the other side lacks stands beside a run, an article between them or not."""
    places = (*range(run[0] - 2, run[0]), *range(run[-1] + 1, run[-1] + 3))
    beside = [place for place in places if 0 <= place < len(tokens) and place not in shared]
    return any(tokens[place].low in PREPOSITIONS for place in beside)
