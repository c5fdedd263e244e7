"""Figures that go beyond one of a report: another paper gives a number of the same kind with the same words beside it.

Whether both were measured alike is not looked at, and whoever tells of such a pair has to say so. So that few are
false: both sentences have to say that something was reached or changed; the numbers have to be of one kind and unit;
the words that are next to the number of the claim and name what it is of stand next to the other one, too, with every
name behind the number; and the other number goes beyond, in the direction that the sentences themselves have.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.answer.replies import Quote
from assistant.verify.number_binding import BoundNumber, bind_numbers
from assistant.verify.numbers import Quantity
from assistant.verify.source import Sentence, parse_sentence
from assistant.verify.tokens import is_cue, is_cue_stem, is_plain

SHARED = 2
"""Telling words that both numbers have beside them at the least; one alone, "accuracy", is said of anything."""
ENOUGH = 0.5
"""The share of the telling words beside the number of the claim that stand beside the other. Chosen by hand on made-up
pairs of the kinds that the tests show, and on the 45 papers of the sample against each other; not swept."""
# Numbers that are the extent of something that was done or reached; counts and ordinals are of what it was done with.
_KINDS = frozenset(("percent", "points", "times"))
# What says that a number was reached. A closed class of verbs of performance.
_REACHED = re.compile(
    r"\b(?:achiev|attain|reach|obtain|yield|deliver|gain|outperform|exceed|surpass|improv|increas"
    r"|reduc|decreas|lower|rais|boost|cut|speed|accelerat|lift|drop|fall|fell)",
    re.IGNORECASE,
)
_LESS = re.compile(r"\b(?:reduc|decreas|lower|cut|drop|fall|fell|shrink|shrank|sav)\w*", re.IGNORECASE)
_MORE = re.compile(r"\b(?:increas|improv|rais|boost|gain|lift|enhanc|grow|grew|speed|accelerat)\w*", re.IGNORECASE)
_TO = re.compile(r"\bto\s(?:\w+\s){0,2}$")
_BY = re.compile(r"\bby\s(?:\w+\s){0,4}$")
# How sure an interval is, which is no figure of anything.
_INTERVAL = re.compile(r"\W{0,2}(?:CI|CrI|CredI|confidence|credible|prediction|posterior)\b", re.IGNORECASE)
# Measures of which less is better: what statistics calls a loss, and what something takes. A closed class.
_LOSSES = frozenset(
    """error loss cost time latenc runtim perplex regret varianc bia risk mortal memori mae rmse mse wer fid
    delai""".split()
)


class BetterFigure(NamedTuple):
    """A sentence of a claim, one of another paper with a figure that goes beyond, and both figures in words."""

    claim: Quote
    quote: Quote
    reason: str


class FigureFinder:
    """Finds figures that go beyond those of claims.

    Args:
        claims: The sentences that claims rest on.
    """

    def __init__(self, claims: Iterable[Quote]) -> None:
        self._claims = [(claim, parsed) for claim, parsed in map(_parse_quote, claims) if _tells_extent(parsed)]

    def find(self, quotes: Iterable[Quote]) -> list[BetterFigure]:
        """Find, of the sentences of one other paper, the first that goes beyond each claim."""
        parsed = [(quote, sentence) for quote, sentence in map(_parse_quote, quotes) if _tells_extent(sentence)]
        figures = []
        for claim, theirs in self._claims:
            pairs = ((quote, _compare_figures(theirs, ours)) for quote, ours in parsed if quote.paper != claim.paper)
            if better := next(((quote, reason) for quote, reason in pairs if reason), None):
                figures.append(BetterFigure(claim, *better))
        return figures


def _parse_quote(quote: Quote) -> tuple[Quote, Sentence]:
    return quote, parse_sentence(quote.sentence.text if quote.sentence else "")


def _tells_extent(sentence: Sentence) -> bool:
    """Tell whether a sentence has a number of how far something went."""
    numbers = [number for number in sentence.quantities if number.kind in _KINDS]
    compares = any(_is_change(sentence, number) for number in numbers)
    return bool(numbers) and (compares or bool(_REACHED.search(sentence.folded)))


def _compare_figures(claim: Sentence, rival: Sentence) -> str:
    """Say how a number of another sentence goes beyond one of a claim, "" where none does."""
    theirs = _list_figures(rival)
    for ours in _list_figures(claim):
        for figure in theirs:
            if _is_change(claim, ours.number) is not _is_change(rival, figure.number):
                continue
            words = _list_shared(claim, ours, figure)
            if not words or not _goes_beyond(claim, ours.number, rival, figure.number):
                continue
            what = "higher" if figure.number.value > ours.number.value else "lower"
            beside = ", ".join(words)
            return f"{figure.number.with_unit()} is {what} than {ours.number.with_unit()}; beside both stand: {beside}"
    return ""


def _list_figures(sentence: Sentence) -> list[BoundNumber]:
    """List the numbers of a sentence that may be compared; of a range only its better end would be a figure."""
    # A number of another kind, as in "top-1 accuracy", is a word of what is measured here.
    extents = tuple(
        number
        for number in sentence.quantities
        if number.kind in _KINDS and not _INTERVAL.match(sentence.folded, number.end)
    )
    bound = bind_numbers(sentence._replace(quantities=extents), whole_labels=True)
    return [figure for figure in bound if figure.number.bounds is None]


def _list_shared(claim: Sentence, ours: BoundNumber, theirs: BoundNumber) -> tuple[str, ...]:
    """List the telling words that stand beside both numbers; none where what they are of is not the same."""
    if (ours.number.kind, ours.number.unit) != (theirs.number.kind, theirs.number.unit):
        return ()
    telling = [
        word
        for word in claim.words
        if word.stem in ours.own and not is_plain(word.low) and not _is_of_change(word.stem)
    ]
    behind = {word.stem for word in telling if word.start >= ours.number.end}
    named = {word.stem for word in telling if any(name.covers_character(word.start) for name in claim.names)}
    named |= {word.stem for word in telling if any(letter.isdigit() for letter in word.low)}
    stems = {word.stem for word in telling if word.stem in theirs.own}
    shared = list(dict.fromkeys(word.low for word in telling if word.stem in stems and word.low.isalpha()))
    # What stands behind a number says of what it is: each name there has to be the same.
    if (behind & named) - stems or len(shared) < SHARED:
        return ()
    return tuple(shared) if len(stems) >= ENOUGH * len({word.stem for word in telling} - (named - behind)) else ()


def _is_change(sentence: Sentence, number: Quantity) -> bool:
    """Tell whether a number is by how much something changed or differs, not how much it is."""
    if number.kind == "points" or _BY.search(sentence.folded[: number.start]):
        return True
    after = next((word.low for word in sentence.words if word.start >= number.end), "")
    return is_cue("up", after) or is_cue("down", after)


def _is_of_change(stem: str) -> bool:
    return is_cue_stem("changes", stem) or is_cue_stem("better", stem) or is_cue("verbs", stem)


def _goes_beyond(claim: Sentence, ours: Quantity, rival: Sentence, theirs: Quantity) -> bool:
    """Tell whether a number is the better one: the lower, where both say that something is brought down to it."""
    less = _is_lower_better(claim, ours)
    return less is _is_lower_better(rival, theirs) and (
        theirs.value < ours.value if less else theirs.value > ours.value
    )


def _is_lower_better(sentence: Sentence, number: Quantity) -> bool:
    """Tell whether of a number the lower is the better: of "reduces error to 3 %" but not of "reduces error by 3 %"."""
    before = sentence.folded[: number.start]
    low = list(_LESS.finditer(before))
    high = list(_MORE.finditer(before))
    falls = bool(low) and (not high or low[-1].start() > high[-1].start())
    if falls or high:
        return falls and bool(_TO.search(before))
    stems: Sequence[str] = [word.stem for word in sentence.words]
    return number.kind == "percent" and any(stem in _LOSSES for stem in stems)
