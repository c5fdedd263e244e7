"""A number by itself, with its unit or the thing that it counts: "90.94%", "1.6 points", "172 pairs"."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

from assistant.verify.alignment import match_word
from assistant.verify.numbers import Quantity, is_same_quantity
from assistant.verify.source import Sentence, parse_sentence
from assistant.verify.tokens import Word

# Words beside the number, and in all, of what is no sentence yet; how many words from the number the thing that it
# counts may stand. Chosen by hand, not measured.
_MOST_BESIDE, _MOST_WORDS, _REACH = 3, 9, 6
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
_SUFFIXES = {"billion": "B", "million": "M", "thousand": "K"}
_ONES = "zero one two three four five six seven eight nine ten eleven twelve".split()


class BareNumber(NamedTuple):
    """Numbers to look for, and the words that have to stand beside them."""

    sentence: Sentence
    beside: tuple[Word, ...]

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse a text that is a number and little else; None where it is a sentence, or has no number."""
        sentence = parse_sentence(text)
        if not sentence.quantities or len(sentence.words) > _MOST_WORDS:
            return None
        spans = [(number.start, number.end) for number in sentence.quantities]
        beside = tuple(
            word
            for word in sentence.words
            if not word.stop and not any(start <= word.start < end for start, end in spans) and not word.low.isdigit()
        )
        return cls(sentence, beside) if len(beside) <= _MOST_BESIDE else None

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The numbers."""
        return self.sentence.quantities

    def list_spellings(self) -> Iterator[str]:
        """List the ways to write the first number: one of them stands where it does."""
        number = self.quantities[0]
        yield number.text
        for value in dict.fromkeys((number.face, number.value)):
            yield from _spell(value)

    def stands_in(self, sentence: Sentence) -> bool:
        """Tell whether a sentence has all the numbers."""
        return all(any(_is_near(number, theirs) for theirs in sentence.quantities) for number in self.quantities)

    def is_counted_in(self, sentence: Sentence) -> bool:
        """Tell whether a sentence has each number with its unit, and with the words that were given beside it."""
        return all(self._is_said_of(number, sentence) for number in self.quantities) and all(
            any(self._is_bound(word, number, sentence) for number in self.quantities) for word in self.beside
        )

    def _is_said_of(self, number: Quantity, sentence: Sentence) -> bool:
        """Tell whether a number has its unit: one of a known kind, or a word near it ("12 wet years")."""
        if any(_is_same(number, theirs) for theirs in sentence.quantities):
            return True
        units = [word for word in self.sentence.words if number.start < word.start < number.end]
        return bool(units) and all(self._is_bound(word, number, sentence) for word in units)

    def _is_bound(self, word: Word, number: Quantity, sentence: Sentence) -> bool:
        theirs = [quantity for quantity in sentence.quantities if _is_near(number, quantity)]
        return any(
            _is_beside(place, quantity, sentence) for quantity in theirs for place in match_word(word, sentence).places
        )


def _is_same(number: Quantity, theirs: Quantity) -> bool:
    return number.kind == theirs.kind and number.unit == theirs.unit and is_same_quantity(number, theirs)


def _is_near(number: Quantity, theirs: Quantity) -> bool:
    """Tell whether a number is the same, or the same figure of which no unit is known."""
    return _is_same(number, theirs) or (number.kind == theirs.kind and not theirs.unit and number.face == theirs.face)


def _is_beside(place: int, number: Quantity, sentence: Sentence) -> bool:
    """Tell whether a word stands near a number, and belongs to no other one that stands between them or before it."""
    word, quantities = sentence.words[place], sentence.quantities
    low, high = sorted((word.start, number.start))
    between = [word_between for word_between in sentence.words if low < word_between.start < high]
    if len(between) > _REACH:
        return False
    spans = [(quantity.start, quantity.end) for quantity in quantities]
    own = [
        word_between
        for word_between in between
        if not word_between.stop and not any(start <= word_between.start < end for start, end in spans)
    ]
    if own and any(low < quantity.start < high for quantity in quantities if quantity is not number):
        return False
    before = [quantity for quantity in quantities if quantity.start < word.start]
    counts = before and before[-1].kind == "count" and not before[-1].unit
    return word.start > number.start or not counts  # "172 pairs over 45 fields": the pairs are those of the 172.


def _spell(value: float) -> Sequence[str]:
    plain = f"{value:.12g}"
    spellings = [plain, f"{value:,.12g}"]
    if value.is_integer():
        integer = int(value)
        spellings += [f"{integer}", f"{integer:,}", f"{integer:,}".replace(",", " ")]
        spellings += [_ONES[integer]] if integer < len(_ONES) else []
    for scale, name in _SCALES:
        share = value / scale
        if share >= 1 and float(f"{share:.6g}") == share:
            spellings += [f"{share:.6g} {name}", f"{share:.6g}{_SUFFIXES.get(name, '')}"]
            spellings += [f"{_ONES[int(share)]} {name}"] if share.is_integer() and share < len(_ONES) else []
    return spellings
