"""Numbers: figures, words, ranges, multiples, powers of ten and units with their values, and which are the same."""

import math
import re
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Literal, NamedTuple


def look_up_unit(name: str) -> tuple[str, float] | None:
    """Look up the dimension of a unit and its factor to the base unit ("time", 3600.0 for "h"); None where unknown."""
    return _load_units().get(name)


@cache
def _load_units() -> dict[str, tuple[str, float]]:
    text = files("assistant.verify").joinpath("units.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {name: (row[0], float(row[1])) for row in rows for name in row[2:]}


QuantityKind = Literal["count", "percent", "points", "times", "order", "vague", "ordinal"]

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth".split()
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SUFFIXES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "bn": 1e9, "T": 1e12}
_VALUES = {word: float(value) for value, word in enumerate(_ONES)} | {
    word: 20.0 + 10 * value for value, word in enumerate(_TENS)
}
_MULTIPLES = {"twice": 2.0, "thrice": 3.0, "doubl": 2.0, "tripl": 3.0, "quadrupl": 4.0}
_VAGUE = {"dozens": 12.0, "tens": 10.0, **{f"{word}s": value for word, value in _SCALES.items()}}
_PARTS = {"half": 50.0, "halves": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}

_SCALE = "|".join(_SCALES)
_TOKEN = re.compile(
    rf"""
    (?P<date> (?<![\w.])\d{{4}}-\d\d(?:-\d\d)?(?![\w-]) )
  | (?P<digits> (?<![\w.]) (?: \d{{1,3}}(?:[,\ ]\d{{3}})+(?![\d]) | \d+ ) (?:\.\d+)? | (?<![\w.])\.\d+ )
      (?: \s?[×x*]\s?10\s?\^?\s?(?P<power>[+-]?\d{{1,2}})(?!\d) | (?P<e>e[+-]?\d{{1,2}}|\^[+-]?\d{{1,2}}) )?
      (?P<suffix> (?: k|K|M|B|bn|T )(?!\w) )? (?P<scale> [\s-](?:{_SCALE})\b )? (?P<nth> st|nd|rd|th)?
  | (?P<part> \b(?i:(?:an?|one|two|three)[\s-](?:third|quarter|fifth|tenth)s?|half|halves|halved|halving)\b )
  | \b(?P<word> (?i: (?:{"|".join(_TENS)}) (?:[\s-](?:{"|".join(_ONES[1:10])}))?
                    | {"|".join(_ONES)} | an?(?=\s(?:{_SCALE}|dozen)\b) ) )
      (?P<scales> (?:[\s-](?i:{_SCALE}|dozen)\b)* ) (?P<fold> fold)? (?![^\W_])
  | \b(?P<multiple> (?i:twice|thrice|(?:doubl|tripl|quadrupl)(?:e[ds]?|ing)) )\b
  | \b(?P<vague> (?i:dozens|tens|(?:{_SCALE})s) )\b
  | \b(?P<ordinal> (?i:zeroth|first(?=-)|second(?!s?\b[,:])|{"|".join(_ORDINALS[3:])}) )\b
  | (?P<order> \b(?i:orders?[\s-]of[\s-]magnitude)\b )
    """,
    re.VERBOSE,
)
_UNIT = re.compile(
    r"[\s-]?(?:[A-Z]\s(?=times))?(?:(?P<points>percentage[\s-]points?|pp\b|ppts?\b|points?\b)|(?P<percent>%|percent\b|per\scent\b)"
    r"|(?P<times>x\b|×|times\b|-?fold\b)|(?P<order>orders?\sof\smagnitude\b)|(?P<unit>[a-zµμ]+)\b)"
)
_BETWEEN = re.compile(
    r"\s*(?:[-/]|to|and|or)\s*(?:(?:over|about|more than|up to|nearly|around|almost|some|~)\s)?", re.I
)
_RANGE = re.compile(r"\s?(-|to|and)\s?", re.I)
_FACTOR = re.compile(r"\bfactor(?:s)?\sof\s(?:\w+\s){0,5}$")
_ENUMERATOR = re.compile(r"(?:(?<=\s)|(?<=\()|^)(\d|[ivx]{1,4})\)(?=\s|$)")
_ABOUT = re.compile(
    r"(?P<near>\b(?:about|around|roughly|approximately|nearly|almost|close to|some|circa)\s(?:an?\s)?|~\s?|≈\s?)$"
    r"|(?P<over>\b(?:over|(?:more|greater|higher) than|above|at least|no (?:less|fewer) than|exceed(?:s|ed|ing)?"
    r"|surpass(?:es|ed|ing)?|beyond)\s|[>≥]=?\s?)$"
    r"|(?P<under>\b(?:under|up to|below|at most|no more than|(?:less|fewer|lower) than)\s|[<≤]=?\s?)$"
)
_OPENS_RANGE = re.compile(r"\bbetween\s(?:\w+\s)?$", re.I)

_KINDS: dict[str | None, QuantityKind] = {"points": "points", "percent": "percent", "times": "times", "order": "order"}
# The step of a part: "about a third" is 30 to 37 per cent, "over a third" up to 40, "about half" 45 to 55.
_COARSE = 0.2
# Numbers that are read of a sentence; no sentence has more.
_MOST = 60
_UNIT_NAMES = {"percent": "%", "points": "percentage points", "times": "times"}


class Quantity(NamedTuple):
    """A number at characters ``start`` to ``end``: per cent 0–100, multiples as factors, orders as exponents.

    ``unit`` is a dimension with ``value`` in its base unit beside the ``face`` value; ``about`` is ``near``,
    ``over``, ``under``, ``between`` or empty. The ``vague`` ones ("hundreds", "several orders") hold their scale.
    ``bounds`` are both values of the range that the number is an end of, if any.
    """

    value: float
    face: float
    kind: QuantityKind
    unit: str
    about: str
    start: int
    end: int
    text: str
    bounds: tuple[float, float] | None = None

    def with_unit(self) -> str:
        """Write the number as it stands, with the unit that it shares with the end of its range."""
        unit = _UNIT_NAMES.get(self.kind, "")
        return f"{self.text} {unit}" if unit and self.text[-1:].isdigit() else self.text


def parse_quantities(folded: str) -> list[Quantity]:
    """Read the first numbers of a folded text in order; digits that belong to a name ("L2M") are none."""
    steps = {match.start(1): match.end() for match in _ENUMERATOR.finditer(folded)}
    numbers: list[Quantity] = []
    for match in islice(_TOKEN.finditer(folded), _MOST):
        if match.start() in steps or (numbers and match.start() < numbers[-1].end):
            continue
        quantity = _read_quantity(folded, match)
        if quantity is not None:
            numbers.append(quantity)
    return _spread_units(folded, numbers)


def count_items(folded: str) -> int:
    """Count the items that a text lists as "1) … 2) …" or "i) … ii) …"; 0 without."""
    return len({match[1] for match in _ENUMERATOR.finditer(folded)})


def _read_quantity(folded: str, match: re.Match[str]) -> Quantity | None:
    before = folded[max(0, match.start() - 32) : match.start()]
    value, kind = _read_orders(before) if match["order"] else _read_value(match)
    face, dimension, end = value, "", match.end()
    after = _UNIT.match(folded, end) if kind in ("count", "vague") else None
    if after and after.lastgroup in _KINDS:
        kind, end = _KINDS[after.lastgroup], after.end()
    elif after and (dimension_factor := look_up_unit(after["unit"])):
        dimension, value, end = dimension_factor[0], value * dimension_factor[1], after.end()
    if kind == "count" and _FACTOR.search(before):
        kind = "times"
    named = before.endswith(("number ", "Number ", "no. ", "No. "))
    if kind == "count" and not named and not dimension and _is_pronoun(match, folded[end : end + 1]):
        return None
    approximation = _ABOUT.search(before.lower())
    about = (approximation.lastgroup or "") if approximation else ""
    return Quantity(value, face, kind, dimension, about, match.start(), end, folded[match.start() : end].strip())


def _is_pronoun(match: re.Match[str], after: str) -> bool:
    """Tell whether "one" stands for a thing: it is a number only in compounds ("one-step") and before a scale."""
    return (match["word"] or "").lower() == "one" and not match["scales"] and after != "-"


def _read_value(match: re.Match[str]) -> tuple[float, QuantityKind]:
    if match["date"]:
        return float(match["date"].replace("-", "")), "count"
    if match["digits"]:
        return _read_digits(match)
    if match["part"]:
        return _read_part(match["part"].lower()), "percent"
    if match["word"]:
        return _read_words(match)
    if match["multiple"]:
        low = match["multiple"].lower()
        return next(value for key, value in _MULTIPLES.items() if low.startswith(key)), "times"
    if match["vague"]:
        return _VAGUE[match["vague"].lower()], "vague"
    return float(_ORDINALS.index(match["ordinal"].lower())), "ordinal"


def _read_digits(match: re.Match[str]) -> tuple[float, QuantityKind]:
    value = float(match["digits"].replace(",", "").replace(" ", "")[:300])
    if match["power"]:
        value *= 10.0 ** int(match["power"])
    elif match["e"]:
        mark, exponent = match["e"][0], int(match["e"][1:])
        value = value * 10.0**exponent if mark == "e" else min(value, 1e3) ** min(exponent, 30) if value else 0.0
    value *= _SUFFIXES.get(match["suffix"] or "", 1.0)
    value *= _SCALES.get((match["scale"] or "").strip(" -\t\n").lower(), 1.0)
    return value, "ordinal" if match["nth"] else "count"


def _read_part(text: str) -> float:
    many, _, part = text.replace("-", " ").partition(" ")
    if not part:
        return 50.0
    return _VALUES.get(many, 1.0) * _PARTS[part.removesuffix("s")]


def _read_words(match: re.Match[str]) -> tuple[float, QuantityKind]:
    value = sum(_VALUES.get(word, 0.0) for word in match["word"].lower().replace("-", " ").split())
    value = value or (0.0 if match["word"].lower() == "zero" else 1.0)
    for scale in match["scales"].lower().replace("-", " ").split():
        value *= _SCALES.get(scale, 12.0)
    return value, "times" if match["fold"] else "count"


def _read_orders(before: str) -> tuple[float, QuantityKind]:
    """Read an order without a number: "an order of magnitude" is one, "several orders" are vague."""
    single = re.search(r"\b(?:an|one|single)\s(?:\w+\s)?$", before.lower())
    return (1.0, "order") if single else (2.0, "vague")


def _spread_units(folded: str, numbers: list[Quantity]) -> list[Quantity]:
    """Give the first number of a range the unit of the last ("4 to 6 pp", "2-10 times")."""
    for index in range(len(numbers) - 2, -1, -1):
        here, there = numbers[index], numbers[index + 1]
        plain = here.kind == "count" and not here.unit
        if plain and (there.kind != "count" or there.unit) and _BETWEEN.fullmatch(folded, here.end, there.start):
            factor = there.value / there.face if there.unit and there.face else 1.0
            numbers[index] = here = here._replace(kind=there.kind, unit=there.unit, value=here.value * factor)
        if (
            here.kind == there.kind
            and here.value < there.value
            and (join := _RANGE.fullmatch(folded, here.end, there.start))
        ):
            opens = bool(_OPENS_RANGE.search(folded[max(0, here.start - 24) : here.start]))
            if opens or join[1] != "and":
                bounds = here.value, there.value
                about = "between" if opens else here.about
                numbers[index] = here._replace(bounds=bounds, about=about)
                numbers[index + 1] = there._replace(bounds=bounds, about="between" if opens else there.about)
    return numbers


def is_same_quantity(claim: Quantity, source: Quantity) -> bool:
    """Tell whether a number of a claim says the same as a number of the source."""
    if claim.unit and source.unit:
        return (
            claim.unit == source.unit and _is_close(claim.value, source.value) and not _are_bounds_apart(claim, source)
        )
    if _are_bounds_apart(claim, source):
        return False
    if claim.about == "between" and claim.bounds and not source.bounds and claim.kind == source.kind:
        return claim.bounds[0] <= source.value <= claim.bounds[1]
    kinds = {claim.kind, source.kind}
    claim_value, source_value = (claim.face, source.face) if claim.unit or source.unit else (claim.value, source.value)
    if "vague" in kinds:
        return _is_same_vaguely(claim, source)
    if claim.kind == source.kind or kinds == {"count", "ordinal"}:
        return _is_close(claim_value, source_value) or _is_rounded(claim, claim_value, source_value)
    if kinds == {"times", "order"}:
        times, order = (claim_value, source_value) if claim.kind == "times" else (source_value, claim_value)
        return _is_close(times, 10.0 ** min(order, 30))
    if kinds == {"percent", "count"}:
        percent, count = (claim_value, source_value) if claim.kind == "percent" else (source_value, claim_value)
        return _is_close(percent, count * 100) if count < 1 else count % 1 != 0 and _is_close(percent, count)
    if kinds == {"times", "count"}:
        return _is_close(claim_value, source_value) and (claim_value % 1 != 0 or claim_value >= 10)
    if kinds == {"ordinal", "times"}:
        return _is_close(claim_value, source_value)  # "for the fifth time", "five times"
    worded = (source if source.kind == "count" else claim).text.isalpha()  # "Six shifts" are no six points.
    return kinds == {"points", "count"} and not worded and _is_close(claim_value, source_value)


def _are_bounds_apart(claim: Quantity, source: Quantity) -> bool:
    """Tell whether a claim takes the wrong end: "at least 6" for "4 to 6" or for "up to 6"."""
    if claim.bounds or not claim.about or claim.about == source.about:
        return False
    if claim.about == "over":
        return source.about == "under" or bool(source.bounds and source.value == source.bounds[1])
    return claim.about == "under" and (
        source.about == "over" or bool(source.bounds and source.value == source.bounds[0])
    )


def _is_close(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)


def _is_same_vaguely(claim: Quantity, source: Quantity) -> bool:
    """Compare "hundreds" with hundreds or a number of that size; a vague source says no number."""
    if claim.kind == source.kind:
        return claim.value == source.value
    if source.kind == "order" and claim.value == 2.0:
        return source.value >= 2
    return claim.kind == "vague" and claim.value > 2.0 and claim.value <= source.value < claim.value * 100


def _is_rounded(claim: Quantity, claim_value: float, source_value: float) -> bool:
    """Tell whether "about 90", "over 600", "nearly 400" or "about a third" rounds the number of the source."""
    if not claim_value or not source_value:
        return False
    part = claim.kind == "percent" and claim.text.lower().removesuffix("s").endswith(tuple(_PARTS))
    if not claim.about:
        return part and round(claim_value) == source_value
    step = 10.0 ** _last_digit(claim)
    if part:
        step = _COARSE * claim_value
    if claim.about == "over":
        return claim_value <= source_value < claim_value + step
    if claim.about == "under":
        return claim_value - step < source_value <= claim_value
    apart = abs(claim_value - source_value)
    return apart <= step / 2 or (claim.kind != "percent" and apart <= 0.02 * source_value)


def _last_digit(number: Quantity) -> int:
    """Find the power of ten of the last digit that is not a zero: 2 for 600, -1 for 4.5."""
    digits = f"{number.value:.6g}" if number.value < 1e6 else f"{number.value:.0f}"
    if "e" in digits:
        return 0
    if "." in digits:
        return -len(digits.partition(".")[2])
    return len(digits) - len(digits.rstrip("0"))
