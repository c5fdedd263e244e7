"""The sentences of an abstract as columns look at them: characters folded one to one, so that places stay places."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from assistant.verify.injection import find_injection_start
from assistant.verify.numbers import Quantity, parse_quantities
from assistant.verify.tokens import stem_word
from store.paper import Paper
from store.text.sentences import sentence_spans

# Sentences that are read of an abstract, and characters of one: no abstract has more, and hostile text has no end.
# The same as the check reads; the longest of 9,581 real records has 72.
_MOST_SENTENCES, _MOST_CHARACTERS = 1000, 4000
# Each of these takes the place of one character.
_FOLD = str.maketrans("‐‑‒–−\u00a0\u2009\u202f\u2007’‘·", "-----    ''.")
# What every number has: a digit, or the beginning of a number in words.
_NUMBER = re.compile(
    r"\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twel|thir|fif|twenty|forty|hundred|thousand|"
    r"[mb]illion|dozen|hal[fv]|quarter|twice|thrice|doubl|tripl|quadr|orders?\b)"
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


class PassageToken(NamedTuple):
    """A word of a sentence: its text in lower case, and where it stands in the sentence."""

    low: str
    start: int
    end: int


class Passage:
    """A sentence of an abstract.

    Args:
        text: The sentence as it stands.
        start: Where it begins in the abstract.

    Attributes:
        text: The same with dashes, spaces and apostrophes in their plainest form; no character moves.
        low: The same in lower case.
        start: As given.
    """

    def __init__(self, text: str, start: int) -> None:
        self.start = start
        self.text = text[:_MOST_CHARACTERS].translate(_FOLD)
        # Lower case of some letters has two characters; these stay as they are.
        low = self.text.lower()
        self.low = low if len(low) == len(self.text) else self.text.swapcase().casefold()[: len(self.text)]
        self.end = start + len(text)

    @cached_property
    def tokens(self) -> tuple[PassageToken, ...]:
        """Its words; a compound with hyphens is one."""
        return tuple(PassageToken(match[0], match.start(), match.end()) for match in _WORD.finditer(self.low))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The numbers in it, with their units."""
        if not _NUMBER.search(self.low):
            return ()  # Half of all sentences; reading their numbers takes most of the time.
        return tuple(
            _join_hundreds(
                self.text, [quantity for quantity in parse_quantities(self.text) if quantity.end > quantity.start]
            )
        )

    @cached_property
    def stems(self) -> dict[str, list[PassageToken]]:
        """Its words by their stems, those of compounds by the stems of their parts, too."""
        by_stem: dict[str, list[PassageToken]] = {}
        for token in self.tokens:
            parts = token.low.split("-")
            for form in {token.low, token.low.replace("-", ""), *(parts if len(parts) > 1 else ())}:
                by_stem.setdefault(stem_word(form), []).append(token)
        return by_stem

    def count_words(self, start: int, end: int) -> int:
        """Count the words that stand between two places."""
        return max(0, bisect_left(self._starts, end) - bisect_left(self._starts, start))

    def list_words_before(self, place: int, most: int) -> tuple[PassageToken, ...]:
        """List the last words that end before a place."""
        end = bisect_left(self._starts, place)
        return tuple(token for token in self.tokens[max(0, end - most) : end] if token.end <= place)

    def list_words_behind(self, place: int, most: int) -> tuple[PassageToken, ...]:
        """List the first words that begin at a place or behind it."""
        start = bisect_left(self._starts, place)
        return self.tokens[start : start + most]

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]


def _join_hundreds(text: str, numbers: Sequence[Quantity]) -> Iterator[Quantity]:
    """Join a number in words whose tens stand behind its hundreds: "one hundred and seventy"."""
    before: Quantity | None = None
    for number in numbers:
        if (
            before is not None
            and before.text[:1].isalpha()
            and before.value % 100 == 0 < before.value
            and number.value < 100
            and number.text[:1].isalpha()
            and re.fullmatch(r"[\s-](?:and\s)?", text[before.end : number.start])
        ):
            value = before.value + number.value
            before = before._replace(value=value, face=value, end=number.end, text=text[before.start : number.end])
            continue
        if before is not None:
            yield before
        before = number
    if before is not None:
        yield before


def list_passages(paper: Paper) -> tuple[Passage, ...]:
    """List the sentences of a paper that may be quoted: those before what gives orders to its reader."""
    return tuple(_iterate_passages(paper))


def _iterate_passages(paper: Paper) -> Iterator[Passage]:
    end = find_injection_start(paper.abstract)
    for span in sentence_spans(paper.abstract)[:_MOST_SENTENCES]:
        if span.end <= end:
            yield Passage(paper.abstract[span.start : span.end], span.start)


class PassageValue(NamedTuple):
    """What a passage says to a column.

    Attributes:
        passage: The sentence.
        spans: Where in it the values stand, in order.
        score: How sure it is, the higher the better; only values of one column are compared.
        text: The value in words where it is not what stands at the spans.
    """

    passage: Passage
    spans: tuple[tuple[int, int], ...]
    score: float = 1.0
    text: str = ""


def choose_best(values: Sequence[PassageValue]) -> PassageValue | None:
    """Choose the value with the best score, of those the first; None where there is none."""
    return max(values, key=lambda value: value.score, default=None)
