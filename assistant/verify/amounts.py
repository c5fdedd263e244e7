"""Whether the numbers of a claim are in the source, of the same kind and about the same thing."""

import math

from assistant.verify.numbers import Quantity

_WORDS_TOLERANCE = 0.011


def alike(one: Quantity, other: Quantity) -> bool:
    """Whether a number of a claim says the same as a number of the source."""
    if one.unit and other.unit:
        return one.unit == other.unit and _close(one.value, other.value)
    kinds = {one.kind, other.kind}
    here, there = (one.face, other.face) if one.unit or other.unit else (one.value, other.value)
    if "vague" in kinds:
        return _vaguely(one, other)
    if one.kind == other.kind or kinds == {"count", "ordinal"}:
        return _close(here, there) or _rounded(one, here, there)
    if kinds == {"times", "order"}:
        times, order = (here, there) if one.kind == "times" else (there, here)
        return _close(times, 10.0 ** min(order, 30))
    if kinds == {"percent", "count"}:
        percent, count = (here, there) if one.kind == "percent" else (there, here)
        return _close(percent, count * 100) if count < 1 else count % 1 != 0 and _close(percent, count)
    if kinds == {"times", "count"}:
        return _close(here, there) and (here % 1 != 0 or here >= 10)
    return kinds == {"points", "count"} and _close(here, there)


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _vaguely(one: Quantity, other: Quantity) -> bool:
    """Compare "hundreds" with hundreds or a number of that size; a vague source says no number."""
    if one.kind == other.kind:
        return one.value == other.value
    if other.kind == "order" and one.value == 2.0:
        return other.value >= 2
    return one.kind == "vague" and one.value > 2.0 and one.value <= other.value < one.value * 100


def _rounded(one: Quantity, here: float, there: float) -> bool:
    """Whether "about 90", "over 600" or "nearly 400" rounds the number of the source."""
    if not one.about or not here or not there:
        return False
    step = 10.0 ** _last_digit(one)
    if one.about == "over":
        return here <= there < here + step
    if one.about == "under":
        return here - step < there <= here
    return abs(here - there) <= step / 2 or abs(here - there) <= 0.02 * there


def _last_digit(one: Quantity) -> int:
    """The power of ten of the last digit that is not a zero: 2 for 600, -1 for 4.5."""
    digits = f"{one.value:.6g}" if one.value < 1e6 else f"{one.value:.0f}"
    if "e" in digits:
        return 0
    if "." in digits:
        return -len(digits.partition(".")[2])
    return len(digits) - len(digits.rstrip("0"))
