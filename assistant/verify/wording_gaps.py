"""The gaps between the words that a claim and the sentence that it repeats share, and what the two sides differ in.

Both are read as tokens. What one side of a gap lacks may be explained: another ending, a synonym, a number that is
written otherwise, an aside that is left out. What may not is a difference: a denial, an opposite, a hedge that is gone,
another number, another relation, another thing.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.verify.negation import read_denial
from assistant.verify.numbers import Quantity, is_same_quantity
from assistant.verify.source import Sentence
from assistant.verify.tokens import (
    Word,
    find_opposites,
    find_synonym_groups,
    is_cue,
    is_cue_stem,
    is_plain,
    is_telling,
    stem_word,
)
from assistant.verify.verdict import FindingKind

# Chosen as those of ``wording.py`` were, on parts dev.
# Tokens of a claim and of a sentence that are compared; no sentence of an abstract has more, and the comparison of two
# texts takes their product at worst.
MOST_TOKENS = 160
# A substitute of more telling words than this is a paraphrase, which other rules look at.
LONGEST_SUBSTITUTE, _LONGEST_REPLACED = 3, 5
# Words in a row that modify what follows them, at the most.
_LONGEST_MODIFIER = 2
# How many tokens before a word that is kept a denial or a hedge speaks of it.
_REACH = 5
_COMPARATORS = re.compile(r"[<>≤≥]=?|±")
# Joints that say where or when, and for which another may stand; all others that relate two things count.
RELATIONS = frozenset(
    "before after above below over under up down until since despite because unless except against than versus vs "
    "compared from by during within outside per towards unlike without with to not if whether".split()
)
_INTERCHANGEABLE = (
    frozenset(("because", "due", "to", "of", "since", "by", "from")),
    frozenset(("than", "versus", "vs", "compared", "to", "with", "against", "unlike")),
    frozenset(("during", "within", "in")),
)
# What makes what follows the lesser side of a comparison, or no part of the statement.
SETS_APART = frozenset("than compared unlike versus vs despite except without against rather instead contrast".split())
CONJUNCTIONS = frozenset("and or nor as well".split())
_WEAK_HEDGES = frozenset("likely possible potential probable apparent possibly potentially probably apparently".split())
_CERTAIN = frozenset(("will", "does", "do", "did", "must", "always"))
PREPOSITIONS = frozenset(
    "in for at on during after before among when if with by from across within under as to of".split()
)
_OWN_NAMES = frozenset("we our us they their it its this these that he she his her".split())


class Difference(NamedTuple):
    """What a claim has, what its source has in that place, and what they differ in; ``sure`` where they clash."""

    kind: FindingKind
    claim: str
    source: str
    sure: bool

    def describe(self) -> str:
        """Put the difference into words."""
        if self.kind is FindingKind.DIRECTION:
            return f"the source has “{self.source}” where this has “{self.claim}”, and the other way round"
        if self.kind is FindingKind.HEDGE:
            return f"the source says “{self.source}”, this says " + (f"“{self.claim}”" if self.claim else "it outright")
        if not self.source:
            return f"the source does not say “{self.claim}” there"
        if not self.claim:
            return f"the source says “{self.source}”, which this leaves out"
        return f"the source has “{self.source}” where this has “{self.claim}”"


class Token(NamedTuple):
    """A word, a number or a sign: its ``key`` is the same for another ending or another way to write a number.

    ``place`` is that of the word, -1 for a sign; ``tells`` marks what is more than a joint of the sentence.
    """

    key: str
    text: str
    low: str
    place: int
    clause: int
    tells: bool
    number: Quantity | None = None


def split_tokens(sentences: Sequence[Sentence]) -> list[Token]:
    """Split a sentence, or adjacent ones, into tokens: numbers in one piece, contracted denials in two."""
    tokens: list[Token] = []
    shift = clause = 0
    for sentence in sentences:
        rows = list(_split_sentence(sentence, shift, clause))
        tokens += rows
        shift += len(sentence.words)
        clause = rows[-1].clause + 1 if rows else clause
    return tokens[: MOST_TOKENS + 1]


def _split_sentence(sentence: Sentence, shift: int, clauses: int) -> Iterator[Token]:
    numbers = iter([number for number in sentence.quantities if number.end])
    number = next(numbers, None)
    signs = iter(_COMPARATORS.finditer(sentence.folded))
    sign = next(signs, None)
    written: Quantity | None = None
    for place, word in enumerate(sentence.words, shift):
        while sign and sign.start() < word.start:
            yield Token(sign[0], sign[0], sign[0], -1, clauses + word.clause, True)
            sign = next(signs, None)
        while number and number.end <= word.start:
            number = next(numbers, None)
        if number and number.start <= word.start:
            if number is not written:
                key = f"#{number.kind}{number.unit}{number.value:g}"
                yield Token(key, number.text, number.text.lower(), place, clauses + word.clause, True, number)
                written = number
        elif word.low == "cannot" or word.low.endswith("n't"):
            verb = word.low.removesuffix("n't").removesuffix("not")
            yield Token(stem_word(verb), verb, verb, place, clauses + word.clause, False)
            yield Token("not", word.text, "not", place, clauses + word.clause, True)
        else:
            tells = not word.stop or bool(word.joined) or is_telling(word.low)
            yield Token(word.stem, word.text, word.low, place, clauses + word.clause, tells)


class WordingGap(NamedTuple):
    """What stands between two blocks that claim and source share: tokens of either that the other lacks there.

    ``before`` and ``after`` are the tokens of the source that are shared last and next, if any; ``first`` marks the gap
    before all blocks.
    """

    ours: tuple[Token, ...]
    theirs: tuple[Token, ...]
    before: Token | None
    after: Token | None
    first: bool


class GapRules:
    """What the two sides of one gap differ in."""

    def __init__(
        self, gap: WordingGap, claim_words: Sequence[Word], source_words: Sequence[Word], names: frozenset[int]
    ) -> None:
        self._gap, self._claim_words, self._source_words, self._names = gap, claim_words, source_words, names
        self._ours = [token for token in gap.ours if not self._is_matched(token, gap.theirs)]
        self._theirs = [token for token in gap.theirs if not self._is_matched(token, gap.ours)]

    @staticmethod
    def _is_matched(token: Token, others: Sequence[Token]) -> bool:
        return any(_is_same_token(token, candidate) for candidate in others)

    def judge(self) -> tuple[list[Difference], bool]:
        """List the differences, and tell whether the rest of the gap is explained."""
        differences = [*self._compare_denials(), *self._compare_opposites(), *self._compare_hedges()]
        differences += [*self._compare_numbers(), *self._compare_relations()]
        if not differences:
            differences += self._compare_words()
        return differences, not differences and self._is_explained()

    def _denies(self, token: Token, words: Sequence[Word]) -> bool:
        if token.place < 0 or token.number:
            return token.low in ("0", "zero", "none")
        denial = read_denial(words, token.place) if token.low != "not" else (-1, 0)
        return denial is not None and denial[0] < 0

    def _compare_denials(self) -> Iterator[Difference]:
        ours = [token for token in self._gap.ours if self._denies(token, self._claim_words)]
        theirs = [token for token in self._gap.theirs if self._denies(token, self._source_words)]
        if ours and not theirs:
            yield Difference(FindingKind.NEGATION, self._quote(ours[0], self._claim_words), "", True)
        elif theirs and not ours and self._reaches(theirs[-1]):
            yield Difference(FindingKind.NEGATION, "", self._quote(theirs[-1], self._source_words), True)

    @staticmethod
    def _quote(token: Token, words: Sequence[Word]) -> str:
        return " ".join(word.text for word in words[token.place : token.place + 2])

    def _reaches(self, token: Token) -> bool:
        """Tell whether a token of the source speaks of what the claim keeps of it."""
        after = self._gap.after
        if after is None or after.clause != token.clause:
            return False
        rest = [later for later in self._gap.theirs if later.place > token.place]
        if token.low == "non" and rest:
            return False
        return len(rest) < _REACH

    def _compare_opposites(self) -> Iterator[Difference]:
        denied = any(self._denies(token, self._claim_words) for token in self._gap.ours) or any(
            self._denies(token, self._source_words) for token in self._gap.theirs
        )
        for token in () if denied else self._ours:
            for counterpart in self._theirs:
                if _is_opposite(token, counterpart):
                    yield Difference(FindingKind.NEGATION, token.text, counterpart.text, True)

    def _compare_hedges(self) -> Iterator[Difference]:
        if any(_is_hedge(token) or is_cue_stem("asks", token.key) for token in self._gap.ours):
            return
        certain = any(token.low in _CERTAIN for token in self._gap.ours)
        for token in self._gap.theirs:
            weak = token.low in _WEAK_HEDGES or (certain and token.low in ("can", "would", "should"))
            permits = token.low == "may" and self._source_words[token.place - 1].low == "we"
            if (_is_hedge(token) or weak) and not permits and self._reaches(token):
                instead = next((ours.text for ours in self._gap.ours if _is_same_token(ours, token)), "")
                yield Difference(FindingKind.HEDGE, instead, token.text, False)
                return

    def _compare_numbers(self) -> Iterator[Difference]:
        ours, theirs = ([token for token in side if token.number] for side in (self._ours, self._theirs))
        for token, counterpart in zip(ours, theirs, strict=False):
            yield Difference(FindingKind.NUMBER, token.text, counterpart.text, True)
        mine, yours = ([token.low for token in side if token.place < 0] for side in (self._gap.ours, self._gap.theirs))
        for sign, source_sign in zip(mine, yours, strict=False):
            if sign != source_sign:
                yield Difference(FindingKind.NUMBER, sign, source_sign, True)

    def _compare_relations(self) -> Iterator[Difference]:
        ours, theirs = ([token for token in side if token.low in RELATIONS] for side in (self._ours, self._theirs))
        if ours and theirs and not any(_are_interchangeable(ours[-1].low, token.low) for token in theirs):
            yield Difference(FindingKind.DIRECTION, ours[-1].text, theirs[-1].text, False)
            return
        apart = [token for token in self._gap.theirs if token.low in SETS_APART and self._reaches(token)]
        if apart and not any(token.low in SETS_APART for token in self._gap.ours):
            yield Difference(FindingKind.DIRECTION, "", self._quote(apart[-1], self._source_words), False)

    def _compare_words(self) -> Iterator[Difference]:
        ours, theirs = ([token for token in side if token.tells] for side in (self._ours, self._theirs))
        strong = [token for token in self._ours if is_cue("all", token.low) or is_cue("only", token.low)]
        if strong and not (self._gap.first and not theirs):
            yield Difference(FindingKind.HEDGE, strong[0].text, theirs[0].text if theirs else "less", False)
            return
        if self._gap.first:
            ours, theirs = ([token for token in side[-_REACH:] if is_specific(token)] for side in (ours, theirs))
        if not ours or not theirs or len(ours) > LONGEST_SUBSTITUTE or len(theirs) > _LONGEST_REPLACED:
            return
        if any(token.number for token in (*ours, *theirs)) or self._is_naming(ours, theirs):
            return
        if self._gap.after is None:
            return  # At the end what is put instead is as likely another phrase as another word.
        mine, yours = (" ".join(token.text for token in side) for side in (ours, theirs))
        yield Difference(FindingKind.WORDS, mine, yours, False)

    def _is_naming(self, ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
        """Tell whether a thing is only called by its name, or by a general word in place of it."""
        named = any(token.place in self._names for token in ours)
        own = self._gap.first and any(token.low in ("we", "our") for token in self._gap.theirs[-_REACH:])
        return named and (own or all(is_plain(token.low) or token.low in _OWN_NAMES for token in theirs))

    def _is_explained(self) -> bool:
        """Tell whether no word of the gap needs a look of other rules."""
        inserted = [token for token in self._ours if token.tells]
        if self._gap.first:
            lead = all(
                is_plain(token.low) and not token.number and token.place not in self._names for token in inserted
            )
        else:
            lead = not inserted
        if not self._gap.first and self._gap.after is not None and not self._is_aside():
            return False
        joints = {token.low for token in self._ours} & PREPOSITIONS
        if joints and joints != {token.low for token in self._theirs} & PREPOSITIONS and not self._gap.first:
            return False
        return lead and not any(_weighs(token) for token in self._theirs)

    def _is_aside(self) -> bool:
        """Tell whether what is left out between kept words is an aside or a mere modifier, and binds none of them."""
        left_out = self._gap.theirs
        before, after = self._gap.before, self._gap.after
        if not left_out or before is None or after is None:
            return True
        if left_out[0].clause != before.clause and left_out[-1].clause != after.clause:
            return left_out[0].clause == left_out[-1].clause
        plain = not any(token.number or token.place < 0 or token.low in CONJUNCTIONS for token in left_out)
        return plain and before.clause == after.clause and sum(token.tells for token in left_out) <= _LONGEST_MODIFIER


def is_specific(token: Token) -> bool:
    """Tell whether a token names a thing: no joint, no plain prose, no number."""
    return token.tells and token.number is None and token.place >= 0 and not is_plain(token.low)


def _weighs(token: Token) -> bool:
    """Tell whether a word that is left out may change what the rest says."""
    return (
        _is_hedge(token)
        or token.low in SETS_APART
        or token.low in ("if", "whether", "not", "no", "never", "only")
        or any(is_cue(name, token.low) for name in ("some", "denies", "softens", "sets_aside"))
        or any(is_cue_stem(name, token.key) for name in ("asks", "also_hedges", "open_questions", "denies", "softens"))
    )


def _is_hedge(token: Token) -> bool:
    """Tell whether a token holds back what follows."""
    return is_cue("hedges", token.low) or is_cue_stem("hedges", token.key)


def _is_same_token(token: Token, counterpart: Token) -> bool:
    """Tell whether two tokens say the same: a number, an ending, a synonym, none of which turns it round."""
    if token.number and counterpart.number:
        return is_same_quantity(token.number, counterpart.number)
    if token.number or counterpart.number or _is_opposite(token, counterpart):
        return False
    if token.key == counterpart.key:
        return True
    if not token.tells or not counterpart.tells:
        return False
    if is_cue("some", token.low) and is_cue("some", counterpart.low):
        return True
    if find_synonym_groups(token.key) & find_synonym_groups(counterpart.key):
        return True
    shared = next(
        (place for place, pair in enumerate(zip(token.key, counterpart.key, strict=False)) if pair[0] != pair[1]), -1
    )
    shared = min(len(token.key), len(counterpart.key)) if shared < 0 else shared
    return shared >= 5 and max(len(token.key), len(counterpart.key)) - shared <= 3


_PREFIXES = ("un", "in", "im", "ir", "non", "dis", "under", "mis", "a")


def _is_opposite(token: Token, counterpart: Token) -> bool:
    """Tell whether two words turn a statement round when one stands for the other."""
    if counterpart.key in find_opposites(token.key):
        return True
    short, long = sorted((token.key, counterpart.key), key=len)
    return len(short) > 3 and any(long == prefix + short for prefix in _PREFIXES)


def _are_interchangeable(first: str, second: str) -> bool:
    return first == second or any(first in group and second in group for group in _INTERCHANGEABLE)
