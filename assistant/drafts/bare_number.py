"""A number by itself, with its unit or the thing that it counts: "90.94%", "1.6 points", "172 pairs"."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

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
        """Tell whether a sentence has all the numbers, of the same kind and unit."""
        return all(any(_is_same(number, theirs) for theirs in sentence.quantities) for number in self.quantities)

    def is_counted_in(self, sentence: Sentence) -> bool:
        """Tell whether a sentence has each number beside the words that were given with it."""
        if not self.stands_in(sentence):
            return False
        numbers = [theirs for theirs in sentence.quantities if any(_is_same(one, theirs) for one in self.quantities)]
        return all(
            any(
                _is_beside(place, number, sentence) for number in numbers for place in match_word(word, sentence).places
            )
            for word in self.beside
        )


def read_bare_number(text: str) -> BareNumber | None:
    """Read a text that is a number and little else; None where it is a sentence, or has no number."""
    sentence = parse_sentence(text)
    if not sentence.quantities or len(sentence.words) > _MOST_WORDS:
        return None
    spans = [(number.start, number.end) for number in sentence.quantities]
    beside = tuple(
        word
        for word in sentence.words
        if not word.stop and not any(start <= word.start < end for start, end in spans) and not word.low.isdigit()
    )
    return BareNumber(sentence, beside) if len(beside) <= _MOST_BESIDE else None


def _is_same(number: Quantity, theirs: Quantity) -> bool:
    return number.kind == theirs.kind and number.unit == theirs.unit and is_same_quantity(number, theirs)


def _is_beside(place: int, number: Quantity, sentence: Sentence) -> bool:
    """Tell whether a word stands near a number, and no other number with words of its own between them."""
    word = sentence.words[place]
    low, high = sorted((word.start, number.start))
    between = [one for one in sentence.words if low < one.start < high]
    if len(between) > _REACH:
        return False
    spans = [(other.start, other.end) for other in sentence.quantities]
    others = [other for other in sentence.quantities if other is not number and low < other.start < high]
    own = [one for one in between if not one.stop and not any(start <= one.start < end for start, end in spans)]
    return not (others and own)


def _spell(value: float) -> Sequence[str]:
    plain = f"{value:.12g}"
    spellings = [plain, f"{value:,.12g}"]
    if value.is_integer():
        whole = int(value)
        spellings += [f"{whole}", f"{whole:,}", f"{whole:,}".replace(",", " ")]
        spellings += [_ONES[whole]] if whole < len(_ONES) else []
    for scale, name in _SCALES:
        share = value / scale
        if share >= 1 and float(f"{share:.6g}") == share:
            spellings += [f"{share:.6g} {name}", f"{share:.6g}{_SUFFIXES.get(name, '')}"]
            spellings += [f"{_ONES[int(share)]} {name}"] if share.is_integer() and share < len(_ONES) else []
    return spellings
