"""Numbers, percentages and counts of a column: beside the words of its name, with a unit that such a thing has."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from assistant.abstracts.passages import Passage, PassageToken, PassageValue, choose_best
from assistant.abstracts.sample_size import (
    NOT_A_LEVEL,
    REACH_COUNT,
    find_sample,
    is_beside_count,
    is_sample_size,
    write_count,
)
from assistant.table.columns import Column, ColumnType, load_words
from assistant.verify.numbers import Quantity, look_up_unit
from assistant.verify.tokens import is_stop, stem_word

# Words between the name of a measure and its number. Chosen by hand on part dev of benchmarks/table_cells.jsonl; test
# not looked at.
_REACH = 8
# Characters between a name and its number beyond which no such number of words stands; chosen by hand.
_NEAR = 160
# Stems are one word by so many first letters, and an ending of at most so many others.
_ROOT, _ENDING = 5, 4
# First letters of a stem that stand in every form of its word; chosen by hand: stemming changes endings only.
_GATE = 3
_CHANGE = re.compile(
    r"\b(?:increas|decreas|improv|reduc|drop|fell|rise|rose|rais|gain|boost|outperform|lower|declin|higher|better)\w*\b"
    r"[^.;]{0,60}\bby\s(?:up to\s|about\s|over\s|an average of\s|at least\s)?$",
    re.I,
)
_CHANGE_WORDS = frozenset(
    map(stem_word, "improvement gain change difference increase decrease reduction drop speedup effect".split())
)
# What may stand between two numbers of one list: "94% and 99%", "2.6x and 3.3x", "4 to 6 points", "10x to over 1000x".
_JOINT = re.compile(r"\s*(?:,|/|-|and|or|to|,\s*and|versus|vs\.?)\s*(?:over\s|about\s|up to\s)?", re.I)
_RANGE_JOINT = re.compile(r"\s*(?:-|to)\s*(?:over\s|about\s|up to\s)?", re.I)
_BARRIER = re.compile(r"[;]|:(?!\s*$)|\.\s|\bwhile\b|\bwhereas\b|\bbut\b|\balthough\b")
_NUMBER_OF = re.compile(r"^(?:total\s+)?(?:number|no\.?|count|amount)\s+of\s+|^how\s+many\s+", re.I)


class Measure(NamedTuple):
    """What a column measures.

    Attributes:
        words: The telling words of its name, as stems, the head last.
        statistic: Which statistic of it is meant ("mean"), "" for any.
        dimension: Of its unit ("time", "percent", "times"), "" for any.
        is_change: Whether it is a change, not a level.
        akin: Stems that may stand for the head.
    """

    words: tuple[str, ...]
    statistic: str
    dimension: str
    is_change: bool
    akin: frozenset[str]


@lru_cache(maxsize=256)
def parse_measure(column: Column) -> Measure:
    """Parse the name of a column as a measure."""
    words = load_words()
    raw = [word for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", column.name.casefold()) if not is_stop(word)]
    statistics = _index_statistics()
    statistic = next((statistics[word] for word in raw if word in statistics), "")
    telling = [word for word in raw if word not in statistics] or raw
    dimension = next((name for name, line in words["dimensions"].items() if {*telling} & {*line.split()}), "")
    if column.type is ColumnType.PERCENTAGE:
        dimension = "percent"
    stems = tuple(stem_word(word) for word in telling)
    akin = frozenset(stem_word(word) for word in words["akin"].get(telling[-1] if telling else "", "").split())
    return Measure(stems, statistic, dimension, bool(_CHANGE_WORDS & {*stems}), akin)


@lru_cache(maxsize=1)
def _index_statistics() -> dict[str, str]:
    return {word: name for name, line in load_words()["statistics"].items() for word in line.split()}


def find_measure(column: Column, passages: Sequence[Passage]) -> PassageValue | None:
    """Find the number of a measure, in the sentence and at the place where it is told most directly."""
    if _P_VALUE.match(column.name):
        return _find_p_value(passages)
    measure = parse_measure(column)
    found_values = [value for passage in passages for value in _list_measures(measure, passage)]
    return choose_best(found_values)


_P_VALUE = re.compile(r"p[ -]?values?$", re.I)
_STATES_P = re.compile(r"\b[pP]\s?(?:[<>=≤≥]|values?\s(?:of|was))\s?(?:or\s=\s?)?(0?\.\d+)")


def _find_p_value(passages: Sequence[Passage]) -> PassageValue | None:
    """Find the first value of p that is told; that of the main result mostly comes first."""
    for passage in passages:
        if match := _STATES_P.search(passage.text):
            return PassageValue(passage, (match.span(),))
    return None


def names_measure(column: Column, passage: Passage) -> bool:
    """Tell whether a sentence names what a column measures, its head with the other words near it."""
    name = _NUMBER_OF.sub("", column.name)
    return bool(_find_heads(parse_measure(Column(name=name or column.name, type=column.type)), passage))


def _list_measures(measure: Measure, passage: Passage) -> Iterator[PassageValue]:
    heads = _find_heads(measure, passage)
    if not heads:
        return
    # A list of numbers ("94% and 99%") is one value: the places of all.
    for group in _group_numbers(passage):
        first = group[0]
        if not _fits_dimension(measure, first) or _is_beside_level(measure, passage, first):
            continue
        if (
            measure.dimension
            and not first.unit
            and _read_spread_unit(passage, group[-1]) not in ("", measure.dimension)
        ):
            continue  # "Weight and age were 59.2 ± 1.4 kg and 42.9 ± 1.3 years": the first is of the other.
        near = [head for head in heads if abs(head.start - first.start) <= _NEAR]
        scores = [(score, head) for head in near if (score := _score_pair(measure, passage, head, group)) > 0]
        if scores:
            score, head = max(scores, key=lambda pair: pair[0])
            own = _pick_respective(passage, head, group)
            if len(own) > 1 and _FROM.search(passage.text[max(0, own[0].start - 6) : own[0].start]):
                own = own[-1:]  # "Rises from 81% to 85%": the level is the last.
            yield PassageValue(passage, _join_ranges(passage, own), score, _write_with_unit(passage, own))


def _write_with_unit(passage: Passage, group: Sequence[Quantity]) -> str:
    """Write a number with the unit that stands behind its spread ("6.8 ± 2.9 years"); "" where it has its own."""
    last = group[-1]
    spread = _SPREAD.match(passage.text, last.end)
    if last.unit or last.kind != "count" or not spread or not look_up_unit(spread["unit"]):
        return ""
    return f"{', '.join(number.text for number in group)} {spread['unit']}"


def _read_spread_unit(passage: Passage, number: Quantity) -> str:
    """Read the dimension of the unit behind the spread of a number, "" where there is none."""
    spread = _SPREAD.match(passage.text, number.end)
    unit = look_up_unit(spread["unit"]) if spread else None
    return unit[0] if unit else ""


_FROM = re.compile(r"\bfrom\s$")
_SPREAD = re.compile(r"\s?(?:±|\+/-|\+-|\()\s?(?:SD\s)?[\d.]+\)?\s(?P<unit>[a-z]+)\b")


def _find_heads(measure: Measure, passage: Passage) -> list[PassageToken]:
    """Find where a passage names the measure: its head, with the other words of its name near it."""
    *modifiers, head = measure.words
    if not any(stem[:_GATE] in passage.low for stem in (head, *measure.akin)):
        return []  # Most sentences: their words need not be told apart.
    heads = [*_find_stem(head, passage), *(token for stem in measure.akin for token in passage.stems.get(stem, ()))]
    for modifier in modifiers:
        places = _find_stem(modifier, passage)
        heads = [token for token in heads if _has_near(passage, token, places)]
    return [token for token in heads if not _PREPOSITION.match(passage.low, token.start)]


# Words that look like those of a follow-up, and say only what comes after what.
_PREPOSITION = re.compile(r"following\b|follow\w*\sby\b")


def _find_stem(stem: str, passage: Passage) -> list[PassageToken]:
    places = list(passage.stems.get(stem, ()))
    if places or len(stem) < _ROOT:
        return places
    return [
        token
        for other_stem, tokens in passage.stems.items()
        if other_stem[:_ROOT] == stem[:_ROOT] and _are_akin(stem, other_stem)
        for token in tokens
    ]


def _are_akin(stem: str, other_stem: str) -> bool:
    short, long = sorted((stem, other_stem), key=len)
    return long.startswith(short[: max(_ROOT, len(short) - 2)]) and len(long) - len(short) <= _ENDING


# A number behind one of these is no value of what stands before them: "BMI over 14 years", "aged under 75".
_OF_ANOTHER = re.compile(
    r"\b(?:within|over|for|in|at|by|during|after|under|until|from|than|day|stage|group)\s(?:the\s|an?\s)?$", re.I
)


def _has_near(passage: Passage, token: PassageToken, others: Sequence[PassageToken]) -> bool:
    """Tell whether one of some words, in order, stands near a word."""
    place = bisect_left(others, token.start, key=lambda neighbour: neighbour.start)
    return any(
        passage.count_words(*sorted((token.start, neighbour.start))) <= _REACH // 2
        for neighbour in others[max(0, place - 1) : place + 1]
    )


_INTERVAL = re.compile(r"%?\s?(?:CI\b|confidence\b|credible\b|-age|-matched)")


def _group_numbers(passage: Passage) -> list[list[Quantity]]:
    """Group numbers that stand in one list or range."""
    groups: list[list[Quantity]] = []
    for number in passage.quantities:
        if number.kind in ("vague", "ordinal") or _INTERVAL.match(passage.text, number.end):
            continue
        last = groups[-1][-1] if groups else None
        between = passage.text[last.end : number.start] if last else ""
        joins = last is not None and _JOINT.fullmatch(between) and last.kind == number.kind and last.unit == number.unit
        if joins:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _join_ranges(passage: Passage, group: Sequence[Quantity]) -> tuple[tuple[int, int], ...]:
    """Join the ends of ranges ("2-20 times") to one span each."""
    spans = [(group[0].start, group[0].end)]
    for left, right in pairwise(group):
        if _RANGE_JOINT.fullmatch(passage.text[left.end : right.start]):
            spans[-1] = (spans[-1][0], right.end)
        else:
            spans.append((right.start, right.end))
    return tuple(spans)


def _fits_dimension(measure: Measure, number: Quantity) -> bool:
    if measure.dimension == "percent":
        return number.kind == "percent" or (number.kind == "points" and measure.is_change)
    if measure.dimension == "times":
        return number.kind in ("times", "order")
    if measure.dimension:
        return number.unit == measure.dimension or (number.kind == "count" and not number.unit)
    return number.kind in ("count", "times", "percent", "points", "order")


def _is_beside_level(measure: Measure, passage: Passage, number: Quantity) -> bool:
    """Tell whether a number is a spread, a test's statistic or a change where a level is asked for."""
    before = passage.text[max(0, number.start - 90) : number.start]
    if NOT_A_LEVEL.search(before):
        return True
    return not measure.is_change and measure.dimension != "times" and bool(_CHANGE.search(before))


def _score_pair(measure: Measure, passage: Passage, head: PassageToken, group: Sequence[Quantity]) -> float:
    """Score how directly a number belongs to a head; 0 where it does not."""
    first, last = group[0], group[-1]
    behind = first.start >= head.end
    low, high = (head.end, first.start) if behind else (last.end, head.start)
    if low > high:  # The number is a part of the word, or the word of the number.
        return 0.0
    between = passage.text[low:high]
    words = passage.count_words(low, high)
    if words > _REACH or _BARRIER.search(between):
        return 0.0
    if any(low <= number.start < high and _fits_dimension(measure, number) for number in _between(passage, low, high)):
        return 0.0  # Another number stands nearer.
    if measure.dimension == "time" and not first.unit:
        # An age is told without its unit; 84 beside "lost to follow-up" are no time.
        has_unit = bool(_read_spread_unit(passage, last)) or "age" in measure.words
        if not has_unit or words > 2 or not behind:
            return 0.0
    if behind and measure.dimension not in ("percent", "times") and _OF_ANOTHER.search(between):
        lasts = measure.dimension == "time" and re.search(r"\b(?:for|during)\s$", between)  # "followed for 15 months"
        if not lasts:
            return 0.0
    if measure.statistic and not _has_statistic(measure, passage, head, first):
        return 0.0
    if not measure.statistic and not measure.dimension and not behind and words:
        return 0.0
    return 2.0 - words / (_REACH + 1) - (0.3 if "," in between else 0.0) - (0.1 if not behind else 0.0)


def _between(passage: Passage, low: int, high: int) -> Sequence[Quantity]:
    """List the numbers that begin between two places."""
    first = bisect_left(passage.quantities, low, key=lambda number: number.start)
    return passage.quantities[first : bisect_left(passage.quantities, high, key=lambda number: number.start)]


def _has_statistic(measure: Measure, passage: Passage, head: PassageToken, number: Quantity) -> bool:
    """Tell whether the statistic that is asked for stands before the head or the number, and no other is nearer."""
    statistics = _index_statistics()
    for place in (number.start, head.start):
        before = passage.list_words_before(place, _REACH_STATISTIC)
        named = [statistics[token.low] for token in before if token.low in statistics]
        if named:
            return measure.statistic in named[-2:]
    return False


def _pick_respective(passage: Passage, head: PassageToken, group: list[Quantity]) -> list[Quantity]:
    """Pick the number of a head out of "sensitivity and specificity were 90% and 85%, respectively"."""
    if len(group) < 2 or "respectively" not in passage.low or group[0].start < head.end:
        return group
    begin = max(passage.text.rfind(mark, 0, head.start) for mark in (";", ":", ". ", "("))
    verb = _OPENS_NUMBERS.search(passage.text, head.end)
    end = verb.start() if verb and verb.start() < group[0].start else group[0].start
    items = _ITEM.split(passage.text[begin + 1 : end].strip(" ,"))
    if len(items) != len(group):
        return group
    place = next((n for n, item in enumerate(items) if head.low in item.lower()), None)
    return group if place is None else [group[place]]


_REACH_STATISTIC = 4  # Words between a statistic and its thing; as ``_REACH``.
_OPENS_NUMBERS = re.compile(r"\s(?:were|was|of|are|is|reached|as|\()\b")
_ITEM = re.compile(r",\s*(?:and\s+)?|\s+and\s+")


def find_count(column: Column, passages: Sequence[Passage]) -> PassageValue | None:
    """Find how many of a thing there are: the largest number that counts it, for parts of all are smaller."""
    if is_sample_size(column.name):
        return find_sample(passages)
    name = _NUMBER_OF.sub("", column.name)
    words = [word for word in re.findall(r"[^\W_]+", name.casefold()) if not is_stop(word)]
    if not words:
        return None
    stems = {stem_word(words[-1]), stem_word("".join(words))}
    modifiers = {stem_word(word) for word in words[:-1]}
    values = [value for passage in passages for value in _list_counts(passage, stems, modifiers)]
    return choose_best(values)


def _list_counts(passage: Passage, stems: set[str], modifiers: set[str]) -> Iterator[PassageValue]:
    if not any(stem[:_GATE] in passage.low for stem in stems) or not any(stem in passage.stems for stem in stems):
        return
    for number in passage.quantities:
        if number.kind != "count" or number.unit or number.value != int(number.value):
            continue
        if is_beside_count(passage, number):
            continue
        words = passage.list_words_behind(number.end, REACH_COUNT + 1)
        seen: set[str] = set()
        for token in words:
            if re.search(r"[,;:()]|\b(?:of|in|to|and|with|from|were|was)\b", passage.text[number.end : token.start]):
                break
            parts = {stem_word(part) for part in (token.low, token.low.replace("-", ""))}
            seen |= parts
            compound = parts & {max(stems, key=len)}
            if compound or (parts & stems and modifiers <= seen):
                yield PassageValue(passage, ((number.start, token.end),), number.value, write_count(passage, number))
                break
