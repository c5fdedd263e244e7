"""Numbers that their unit tells: nanometres are a wavelength and degrees a temperature, where no noun stands by.

Which units tell which quantity, and what stands around a time that is an age or a duration, is in ``columns.toml``.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.abstracts.passages import Passage, PassageValue, choose_best
from assistant.table.columns import Column, load_words
from assistant.verify.numbers import parse_quantities
from assistant.verify.tokens import is_stop

_FIGURE = r"(?<![\w.,/-])-?(?:\d{1,3}(?:\s\d{3})+(?!\d)|\d+(?:\.\d+)?)"
# Numbers of one list or range share the unit behind the last: "415 and 660 nm", "7.0-7.5 J/cm2", "7 +/- 2 days". Of
# more than these, each could begin a list of all behind it. Chosen by hand.
_FIGURES = rf"{_FIGURE}(?:\s?(?:-|to|and|or|,|/|±|\+/-)\s?\d+(?:\.\d+)?){{0,12}}"
# Times are told in words, too: "three months".
_COUNTED = rf"(?:{_FIGURES}|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))"
_TIME = r"(?:second|sec|minute|min|hour|hr|h|day|week|wk|month|year|yr)s?"


class QuantityForms(NamedTuple):
    """What a column of a quantity looks for.

    Attributes:
        patterns: Its numbers as the group ``value``, each with its unit as the group ``unit``.
        is_time: Whether it is a time, of which one is meant: the first, and not what is told most often.
        is_longest: Whether the longest time is meant instead.
    """

    patterns: tuple[re.Pattern[str], ...]
    is_time: bool = False
    is_longest: bool = False


def find_by_unit(column: Column, passages: Sequence[Passage]) -> PassageValue | None:
    """Find the numbers of a quantity by their unit, or by what stands around them; None where nothing tells them.

    Of several sentences that one is taken whose numbers the abstract has most often, and of it all of them.
    """
    quantity = _find_quantity(column.name)
    if quantity is None:
        return None
    matches = [
        (passage, match)
        for passage in passages
        for pattern in quantity.patterns
        for match in pattern.finditer(passage.text)
    ]
    if quantity.is_time:
        return choose_best([_take_time(passage, match, quantity) for passage, match in matches])
    times = Counter(_fold(match) for _, match in matches)
    return choose_best([_take_sentence(passage, matches, times) for passage, _ in matches])


def find_unit(column: Column, text: str) -> str:
    """Find the unit in the value of a column; "" where it is none that tells its quantity."""
    quantity = _find_quantity(column.name)
    patterns = quantity.patterns if quantity and not quantity.is_time else ()
    return next((match["unit"] for pattern in patterns if (match := pattern.search(text))), "")


def needs_unit(column: Column) -> bool:
    """Tell whether a number beside the noun of a column is not enough: "the second dose", "the duration of acne"."""
    quantity = _find_quantity(column.name)
    return quantity is not None and (quantity.is_longest or not quantity.is_time)


def _take_sentence(
    passage: Passage, matches: Sequence[tuple[Passage, re.Match[str]]], times: Counter[str]
) -> PassageValue:
    """Take the numbers of a sentence, each once."""
    own = {_fold(match): match.span("value") for there, match in reversed(matches) if there is passage}
    spans = sorted(own.values())
    text = _write([passage.text[start:end] for start, end in spans])
    return PassageValue(passage, tuple(spans), max(times[folded] for folded in own), text)


def _take_time(passage: Passage, match: re.Match[str], quantity: QuantityForms) -> PassageValue:
    score = _measure_time(match) if quantity.is_longest else 1.0
    return PassageValue(passage, (match.span("value"),), score, _write([match["value"]]))


def _fold(match: re.Match[str]) -> str:
    return re.sub(r"[\s-]+", " ", match["value"])


def _write(values: Sequence[str]) -> str:
    """Write values as a table has them: "26-year", as it stands before a noun, is "26 years"."""
    apart = [re.sub(r"-(?=[^\W\d]+$)", " ", " ".join(value.split())) for value in values]
    return ", ".join(
        re.sub(r"(?<!\b1 )(?<= )(second|minute|hour|day|week|month|year)$", r"\1s", value) for value in apart
    )


def _measure_time(match: re.Match[str]) -> float:
    """Measure a time in seconds; of a range, its end."""
    return max((number.value for number in parse_quantities(match["value"])), default=0.0)


def _find_name(name: str) -> str:
    """Find the quantity that all telling words of a name are of; "" where there is none."""
    words = {word for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", name.casefold()) if not is_stop(word)}
    quantities = load_words()["quantities"]
    return next(
        (
            key
            for key, entry in quantities.items()
            if words & {*entry["names"].split()}
            and words <= {*entry["names"].split(), *entry.get("beside", "").split()}
        ),
        "",
    )


@lru_cache(maxsize=256)
def _find_quantity(name: str) -> QuantityForms | None:
    entry = load_words()["quantities"].get(_find_name(name))
    if entry is None:
        return None
    if "units" in entry:
        units = "|".join(sorted(entry["units"], key=len, reverse=True))
        return QuantityForms((re.compile(rf"(?P<value>{_FIGURES}[\s-]?(?P<unit>{units}))(?![\w/(²-])"),))
    time = rf"(?P<value>{_COUNTED}[\s-]?(?P<unit>{_TIME}))"
    forms = tuple(re.compile(form.replace("TIME", time), re.IGNORECASE) for form in entry["forms"])
    return QuantityForms(forms, is_time=True, is_longest=entry.get("longest", False))
